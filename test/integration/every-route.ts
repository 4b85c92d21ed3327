import type { RouteSpec } from '../../worker/routes/api.ts';
import { inWorker } from './in-worker.ts';

/** A path with something plausible in every place; nothing of it exists. */
const SAMPLES: Record<string, string> = {
  conversationId: 'cnv_AAAAAAAAAAAAAAAAAAAAA',
  agentId: 'agt_AAAAAAAAAAAAAAAAAAAAA',
  queueId: 'que_AAAAAAAAAAAAAAAAAAAAA',
  incidentId: 'inc_AAAAAAAAAAAAAAAAAAAAA',
  articleId: 'art_AAAAAAAAAAAAAAAAAAAAA',
  subject: 'usr_nobody',
  version: '1',
  recordingId: 'rec_AAAAAAAAAAAAAAAAAAAAA',
  tab: 'tabtabtab1',
  n: '0',
  kid: 'key-none',
  keyId: 'key_AAAAAAAAAAAAAAAAAAAAA',
  webhookId: 'whk_AAAAAAAAAAAAAAAAAAAAA',
  passkeyId: 'pky_AAAAAAAAAAAAAAAAAAAAA',
  sessionId: 'AAAAAAAAAAAAAAAAAAAAAAAA',
  jobId: 'prv_AAAAAAAAAAAAAAAAAAAAA',
  invitationId: 'ivt_AAAAAAAAAAAAAAAAAAAAA',
  workspaceKey: 'pk_demo_ledgerline',
  slug: 'card-declined',
  file: 'none.js',
};
/** The route's address with something in each place. Throws for a parameter that has no sample. */
export const pathOf = ({ path }: RouteSpec): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`no sample for the parameter ${name} of ${path}`);
    return sample;
  });

/** A call as its method wants it; of a body there is `{}`. */
export const callRoute = (spec: RouteSpec, headers: Record<string, string>): Promise<Response> =>
  inWorker.fetch(pathOf(spec), {
    method: spec.method.toUpperCase(),
    headers: { ...(spec.socket ? { upgrade: 'websocket' } : { 'content-type': 'application/json' }), ...headers },
    ...(spec.method === 'get' ? {} : { body: '{}' }),
    redirect: 'manual',
  });
