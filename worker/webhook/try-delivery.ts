import { Webhook } from 'standardwebhooks';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { outwardAddressProblem } from '#domain/webhook/address.ts';
import type { TryOutcome } from '#domain/webhook/schedule.ts';
import { webhookBody } from '#domain/webhook/webhook-event.ts';
import { askPlainly } from '../outward.ts';
import type { Settings } from '../settings.ts';
import { type MasterKeys, open, SealError } from '../storage/sealed.ts';

/** Receivers that do more than write it down answer later than this; they should not. */
const TIMEOUT_MS = 10_000;
type WebhookSettings = Pick<Settings, 'isProduction' | 'publicOrigin' | 'replayOrigin' | 'masterKeys'>;

/** One row of what is to be told, with what is needed to tell it. */
export type DueDelivery = {
  workspaceId: WorkspaceId;
  webhookId: WebhookId;
  eventId: string;
  tries: number;
  nextAt: number;
  url: string;
  secret: string;
  secretBefore: string | null;
  beforeUntil: number | null;
  type: string;
  at: number;
  /** Null of a test, which is about none. */
  conversationId: string | null;
  body: string;
  number: number | null;
  tier: number | null;
};

/** [S28] One try. What the receiver answers is not read: nothing of it is kept or shown but the status. */
export async function tryDelivery(
  { isProduction, publicOrigin, replayOrigin, masterKeys }: WebhookSettings,
  due: DueDelivery,
  now: number,
  timeoutMs = TIMEOUT_MS,
): Promise<TryOutcome> {
  const ownHosts = [publicOrigin, replayOrigin].map((origin) => new URL(origin).host);
  // Again, and not only when it was saved: what may be reached can have changed since.
  if (outwardAddressProblem(due.url, { isDevelopment: !isProduction, ownHosts }) !== null)
    return { status: null, because: 'address' };
  const body = webhookBody({ ...due, fields: JSON.parse(due.body) as Record<string, unknown> });
  const at = new Date(now);
  const secrets = await secretsOf(due, now, masterKeys);
  if (secrets === null) return { status: null, because: 'secret' };
  const signatures = secrets.map((one) => new Webhook(one).sign(due.eventId, at, body));
  return askPlainly(
    due.url,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Baton-Webhooks/1',
        'webhook-id': due.eventId,
        'webhook-timestamp': String(Math.floor(now / 1000)),
        'webhook-signature': signatures.join(' '),
      },
      body,
    },
    timeoutMs,
    async (response) => {
      await response.body?.cancel();
      return { status: response.status };
    },
  ).catch((cause: unknown) => ({ status: null, because: isTimeout(cause) ? 'timeout' : 'unreachable' }));
}

const isTimeout = (cause: unknown): boolean => cause instanceof DOMException && cause.name === 'TimeoutError';

/** The secrets that sign at `now`, the newest first; null where that does not open. The one before that does not open signs no more, and holds nothing up. */
async function secretsOf(due: DueDelivery, now: number, masterKeys: MasterKeys): Promise<string[] | null> {
  const newest = await opened(due, due.secret, masterKeys);
  if (newest === null) return null;
  if (due.secretBefore === null || now >= (due.beforeUntil ?? 0)) return [newest];
  const before = await opened(due, due.secretBefore, masterKeys);
  return before === null ? [newest] : [newest, before];
}

async function opened(
  { workspaceId, webhookId }: DueDelivery,
  sealed: string,
  masterKeys: MasterKeys,
): Promise<string | null> {
  try {
    return await open(masterKeys, { workspaceId, kind: 'webhook', id: webhookId }, sealed);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    console.error(JSON.stringify({ at: 'webhooks', webhook: webhookId, message: faultText(cause) }));
    return null;
  }
}
