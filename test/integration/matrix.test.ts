import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_ANSWER_COSTS } from '#domain/confidence/answer-costs.ts';
import type { VisitorId, WorkspaceId } from '#domain/ids.ts';
import { ROLES, type Role, reaches } from '#domain/routing/role.ts';
import { problem } from '#protocol/problem.ts';
import { queueUp } from '#protocol/queue.ts';
import { storedQueueSettings } from '#protocol/queue-settings.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { seededRandom } from '../../tools/seed/seeded-random.ts';
import { publicApi } from '../../worker/app.ts';
import { settingsOf } from '../../worker/env.ts';
import { signVisit } from '../../worker/middleware/visit-auth.ts';
import type { RouteSpec } from '../../worker/routes/api.ts';
import { derivedId, newId, randomText } from '../../worker/storage/ids.ts';
import { Agent } from '../support/agent.ts';
import { naughtyTexts, xssTexts } from '../support/hostile-texts.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

/* Made from the router: a route that is added is in it, and one that says nothing about who it is for, or has no sample here, fails. */

const specs = publicApi().specs;
const DEMO = testEnv.DEMO.id;
const nameOf = ({ method, path }: RouteSpec): string => `${method} ${path}`;

/** Bodies that are right, so that nobody is refused for what they wrote. */
const BODIES: Record<string, () => unknown> = {
  'put /v1/privacy': () => {
    const body = { capture: 'off', recordingDays: 7, conversationDays: null };
    return { ...body, was: body };
  },
  'post /v1/privacy/preview': () => ({ recordingDays: 7, conversationDays: 7 }),
  'post /v1/privacy/find': () => ({ subject: 'usr_priya' }),
  'post /v1/privacy/jobs': () => ({ kind: 'export', visitorId: 'vis_AAAAAAAAAAAAAAAAAAAAA' }),
  'put /v1/assistant/costs': () => ({ revision: 9999, costs: DEFAULT_ANSWER_COSTS }),
  'put /v1/workspace': () => ({ name: 'Taken over', allowedOrigins: ['https://evil.test'], revision: 9999 }),
  'post /v1/members/:agentId/role': () => ({ role: 'viewer', was: 'agent' }),
  'post /v1/members/:agentId/remove': () => ({ was: 'agent' }),
  'post /v1/webhooks': () => ({ url: 'https://hooks.evil.test/in', events: ['escalation.created'] }),
  'post /v1/webhooks/:webhookId/switch': () => ({ isOn: false }),
  'post /v1/webhooks/:webhookId/rotate': () => ({ endsBefore: true }),
  'post /v1/webhooks/:webhookId/again': () => ({ eventId: 'cnv_a/1' }),
  'post /v1/api-keys': () => ({ name: 'Theirs', scopes: ['metrics:read'], days: null }),
  'post /v1/invitations': () => ({ email: `${randomText(8)}@invited.test`, role: 'viewer' }),
  'put /v1/sla-policy': () => ({ ...policyBody, calendars: [], version: 9999 }),
  'post /v1/sla-policy/preview': () => ({ ...policyBody, calendars: [] }),
  'put /v1/incidents/:incidentId': () => ({ title: 'Broken for all', area: null }),
  'put /v1/intents': () => ({ revision: 9999, intents: [] }),
  'post /v1/intents/try': () => ({ text: 'hello' }),
  'put /v1/conversations/:conversationId/intent': () => ({ intent: null }),
  'post /v1/conversations/find': () => ({ words: 'hello' }),
  'put /v1/articles/:articleId': () => ({
    title: 'Taken over',
    area: '',
    keywords: [],
    aliases: [],
    body: 'Taken over.',
    revision: 0,
  }),
  'post /v1/articles/:articleId/remove': () => ({ revision: 0 }),
  'post /v1/articles/import': () => ({ documents: [{ name: 'card-declined.md', type: 'markdown', text: '# X\n\nY' }] }),
  'post /v1/articles/fetch': () => ({ addresses: ['https://nowhere.example/'] }),
  'post /v1/articles/ask': () => ({ text: 'hello', area: null }),
  'put /v1/conversations/:conversationId/article': () => ({ articleId: ids.articleId }),
  'put /v1/agents/:agentId/settings': () => ({ skills: [], capacity: 1, queueIds: [], revision: 0 }),
  'post /v1/agents/:agentId/settings/preview': () => ({ skills: [], capacity: 1, queueIds: [] }),
  'put /v1/queues/:queueId/settings': () => ({ ...storedQueueSettings.parse({}), revision: 0 }),
  'post /v1/queues': () => ({ clientId: randomText(12), name: `Queue ${randomText(6)}`, tier: 1 }),
  'put /v1/routes': () => ({ revision: 9999, topics: [], areas: [], fallback: 'general' }),
  'post /v1/routes/preview': () => ({ topics: [], areas: [], fallback: 'general' }),
  'post /v1/policies': () => ({ triggers: [], parent: 1, reason: 'Nothing at all' }),
  'post /v1/policies/:version/status': () => ({ to: 'active', active: 9999, reason: 'Because' }),
  'post /v1/policies/try': () => ({ triggers: [], messages: ['hello'] }),
  'post /v1/policies/effect': () => ({ triggers: [] }),
  'post /v1/queues/:queueId/settings/preview': () => storedQueueSettings.parse({}),
  'put /v1/people/:subject/account': () => ({ account: { tier: 'pro' } }),
  'post /v1/password': () => ({ current: 'not the password', next: 'another long enough one' }),
  'post /v1/passkeys': () => ({
    name: 'Laptop',
    id: 'AAAA',
    clientDataJSON: 'AAAA',
    authenticatorData: 'AAAA',
    transports: [],
  }),
  'post /v1/passkeys/:passkeyId/rename': () => ({ name: 'Laptop' }),
  'post /v1/tickets': () => ({ socket: 'queue', queueId: ids.queueId }),
};
let policyBody: { policy: unknown };

/** What there is in the demo's workspace, by the parameter that names it. */
const ids: Record<string, string> = {
  tab: 'tabtabtab1',
  n: '0',
  file: 'none.js',
  kid: 'demo-1',
  keyId: `key_${randomText(21)}`,
  subject: 'usr_priya',
  version: '1',
  invitationId: `ivt_${randomText(21)}`,
  jobId: `prv_${randomText(21)}`,
  webhookId: `whk_${randomText(21)}`,
  sessionId: randomText(24),
  passkeyId: `pky_${randomText(21)}`,
};

const byRole = new Map<Role, Agent>();
let stranger: Agent;
let priya: Visitor;
const OTHER = await derivedId('workspace', 'other');

beforeAll(async () => {
  const person = async (workspace: string, role: string) => ({
    id: await derivedId('agent', workspace, role),
    name: `${role} of ${workspace}`,
    email: `${role}@${workspace}.test`,
    role: role === 'agent' ? 'member' : role,
    skills: [],
    capacity: 1,
    queueIds: [],
  });
  const inDemo = await Promise.all(ROLES.map((role) => person('matrix', role)));
  const settings = { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys };
  await seedWorkspace(testEnv.DB, { ...testEnv.DEMO, agents: inDemo }, settings);
  const shape = await demoWorkspace([]);
  await seedWorkspace(
    testEnv.DB,
    {
      ...shape,
      id: OTHER,
      slug: 'other',
      name: 'Other',
      publicKey: 'pk_other',
      signingKey: { kid: 'other-1', secret: 'of the other workspace' },
      queues: [],
      calendars: [],
      agents: [await person('elsewhere', 'owner')],
      articles: [],
      intents: [],
    },
    settings,
  );
  for (const role of ROLES) byRole.set(role, await Agent.signIn(inWorker, `${role}@matrix.test`));
  stranger = await Agent.signIn(inWorker, 'owner@elsewhere.test');
  const owner = byRole.get('owner') as Agent;

  priya = await Visitor.arrive(inWorker, 'usr_priya');
  const socket = await priya.open();
  await socket.ask({ type: 'message.send', text: 'my card was refused, let me talk to a human' });
  await socket.ask({ type: 'person.request' });
  const record = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  socket.close();
  ids.recordingId = (record as unknown as { recordingId: string }).recordingId;
  ids.conversationId = priya.conversationId;
  ids.queueId = testEnv.DEMO.queues[0]?.id as string;
  ids.agentId = testEnv.DEMO.agents[0]?.id as string;
  ids.articleId = testEnv.DEMO.articles[0]?.id as string;
  ids.workspaceKey = testEnv.DEMO.publicKey;
  ids.slug = 'card-declined';
  ids.incidentId = newId('incident');
  const declared = await inWorker.fetch(`/v1/incidents/${ids.incidentId}`, {
    method: 'PUT',
    headers: owner.headers,
    body: JSON.stringify({ title: 'Card payments fail', area: 'billing' }),
  });
  expect(declared.status).toBe(200);
  const exported = await owner.post('/v1/privacy/jobs', { kind: 'export', visitorId: priya.visit.visitor.id });
  ids.jobId = ((await exported.json()) as { id: string }).id;
  const hooked = await owner.post('/v1/webhooks', { url: 'https://hooks.example.org/in', events: ['sla.breached'] });
  ids.webhookId = ((await hooked.json()) as { id: string }).id;
  policyBody = { policy: ((await (await owner.get('/v1/sla-policy')).json()) as { policy: unknown }).policy };
});

const pathOf = ({ path }: RouteSpec, of: Record<string, string> = ids): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const id = of[name];
    if (id === undefined) throw new Error(`no sample for the parameter ${name} of ${path}`);
    return id;
  });
function bodyOf(spec: RouteSpec): string {
  if (spec.body === undefined) return '{}';
  const made = BODIES[nameOf(spec)];
  if (made === undefined) throw new Error(`no sample body for ${nameOf(spec)}`);
  const body = made();
  expect(spec.body.safeParse(body).error, `the sample body of ${nameOf(spec)}`).toBeUndefined();
  return JSON.stringify(body);
}
const call = (spec: RouteSpec, headers: Record<string, string>, of: Record<string, string> = ids): Promise<Response> =>
  inWorker.fetch(pathOf(spec, of), {
    method: spec.method.toUpperCase(),
    headers: { 'content-type': 'application/json', ...headers },
    ...(spec.method === 'get' ? {} : { body: bodyOf(spec) }),
    redirect: 'manual',
  });
const kindOf = async (response: Response): Promise<string> =>
  response.ok ? 'ok' : problem.parse(await response.clone().json()).kind;

const ofAgents = specs.filter(({ access, socket }) => access === 'agent' && socket === undefined);
const named = (list: RouteSpec[]) => list.map((spec) => [nameOf(spec), spec] as const);
/** Things that are not there, so that what is allowed changes nothing. */
const nowhere = (): Record<string, string> => ({
  ...ids,
  recordingId: newId('recording'),
  conversationId: newId('conversation'),
  agentId: newId('agent'),
  articleId: newId('article'),
  incidentId: newId('incident'),
  kid: 'key-none',
  invitationId: `ivt_${randomText(21)}`,
  jobId: `prv_${randomText(21)}`,
  webhookId: `whk_${randomText(21)}`,
  sessionId: randomText(24),
  passkeyId: `pky_${randomText(21)}`,
});

describe('[S9] every route of agents says for which role it is', () => {
  it('and one that says none is not taken', () => {
    for (const spec of specs) if (spec.access === 'agent') expect(ROLES, nameOf(spec)).toContain(spec.least);
    for (const spec of ofAgents.filter(({ method }) => method !== 'get'))
      expect(
        reaches({ role: 'viewer' }, spec.least as Role) &&
          !/preview|try|ask|effect|passkeys|password|sessions/.test(spec.path),
        nameOf(spec),
      ).toBe(false);
  });

  it.each(named(ofAgents))('%s answers nobody below it, and everybody from it on', async (_, spec) => {
    const refused: string[] = [];
    for (const role of ROLES) {
      const { headers } = byRole.get(role) as Agent;
      const kind = await kindOf(await call(spec, headers, nowhere()));
      if (kind === 'forbidden') refused.push(role);
      else expect(['ok', 'not_found', 'conflict', 'invalid'], `${role}: ${kind}`).toContain(kind);
    }
    expect(refused).toEqual(ROLES.slice(0, ROLES.indexOf(spec.least as Role)));
  });

  it('a role that nobody knows reaches nothing', () => {
    for (const role of ['', 'root', 'Owner', 'owner ', '__proto__'])
      for (const least of ROLES) expect(reaches({ role }, least)).toBe(false);
  });
});

describe('[S7] [S9] the owner of another workspace', () => {
  /** All that the demo's workspace has, table by table. */
  async function everything(): Promise<string> {
    const tables = await testEnv.DB.prepare(
      `select name from sqlite_master where type = 'table' and sql like '%workspace_id text not null%'`,
    ).all<{ name: string }>();
    const rows = await Promise.all(
      tables.results.map(({ name }) =>
        testEnv.DB.prepare(`select * from "${name}" where workspace_id = ? order by 1, 2, 3`).bind(DEMO).all(),
      ),
    );
    expect(tables.results.length).toBeGreaterThan(12);
    return JSON.stringify(rows.map(({ results }) => results));
  }

  it.each(named(ofAgents))('%s tells and changes nothing of this one', async (_, spec) => {
    const before = await everything();
    const response = await call(spec, stranger.headers);
    const text = await response.clone().text();
    const kind = await kindOf(response);
    // Not theirs and not there are one answer; an incident's id is the caller's to make.
    if (/:(?!incidentId)\w+/.test(spec.path))
      expect(kind).toBe(await kindOf(await call(spec, stranger.headers, nowhere())));
    else expect(['ok', 'not_found', 'conflict', 'invalid']).toContain(kind);
    const sent = pathOf(spec) + bodyOf(spec);
    for (const ours of ['Ledgerline', 'Maya', 'Card payments fail', 'card was refused', DEMO, ...Object.values(ids)])
      if (/^(?!inc_)(?:[a-z]{3}_|.*[A-Z ])/.test(ours) && !sent.includes(ours)) expect(text).not.toContain(ours);
    expect(await everything()).toBe(before);
  });

  it.each(named(specs.filter(({ access, socket }) => access === 'agent' && socket !== undefined)))(
    '%s does not open with a ticket of theirs',
    async (_, spec) => {
      const response = await stranger.post('/v1/tickets', { socket: 'agent' });
      const { ticket } = (await response.json()) as { ticket: string };
      const headers = { cookie: stranger.cookie, origin: inWorker.origin };
      const socket = await inWorker.dial(pathOf(spec), ticket, headers);
      // Their own socket is theirs.
      if (spec.path === '/v1/sockets/agent') expect(socket.isOpen).toBe(true);
      else expect((await socket.closed).code).toBe(4401);
      socket.close();
    },
  );
});

describe('[S7] visitors', () => {
  const ofVisitors = specs.filter(
    ({ access, socket, path }) => access === 'visitor' && socket === undefined && path.includes(':'),
  );
  const strangers: [string, () => Promise<Record<string, string>>][] = [
    ['somebody else', async () => (await Visitor.arrive(inWorker, 'usr_tom')).headers],
    ['somebody nobody knows', async () => (await Visitor.arrive(inWorker, null)).headers],
    [
      'a visitor of another workspace by the same id',
      async () => {
        const claims = {
          workspaceId: OTHER as WorkspaceId,
          visitorId: priya.visit.visitor.id as VisitorId,
          attested: true,
        };
        const { token } = await signVisit(settingsOf(testEnv), claims, Date.now());
        return { ...priya.headers, authorization: `Bearer ${token}` };
      },
    ],
  ];
  for (const [who, headersOf] of strangers) {
    it.each(named(ofVisitors))(`for ${who} there is nothing at %s`, async (_, spec) => {
      const response = await inWorker.fetch(pathOf(spec), {
        method: spec.method.toUpperCase(),
        headers: { ...(await headersOf()), 'content-type': spec.binary?.type ?? 'application/json' },
        ...(spec.method === 'get' ? {} : { body: spec.binary === undefined ? '{}' : new Uint8Array([31, 139, 8, 0]) }),
      });
      expect(['not_found', 'forbidden']).toContain(await kindOf(response));
    });
  }
});

describe('[S9] who is out', () => {
  it('of the workspace is out of every route with the next request', async () => {
    const gone = await Agent.signIn(inWorker, 'supervisor@matrix.test');
    const member = ['update member set organizationId = ?1 where userId = ?2 and organizationId = ?3'] as const;
    const id = await derivedId('agent', 'matrix', 'supervisor');
    await testEnv.DB.prepare(member[0]).bind(OTHER, id, DEMO).run();
    try {
      for (const spec of ofAgents)
        expect(await kindOf(await call(spec, gone.headers, nowhere())), nameOf(spec)).toBe('forbidden');
    } finally {
      await testEnv.DB.prepare(member[0]).bind(DEMO, id, OTHER).run();
    }
  });

  it('of a session is out of every route', async () => {
    const out = await Agent.signIn(inWorker, 'owner@matrix.test');
    await out.post('/v1/auth/sign-out', {});
    for (const spec of ofAgents)
      expect(await kindOf(await call(spec, out.headers, nowhere())), nameOf(spec)).toBe('unauthenticated');
  });
});

describe('[S9] every frame of a queue’s socket', () => {
  const SAMPLES: Record<string, object> = {
    hello: { protocol: 0 },
    'entry.adjust': { escalationId: newId('escalation'), hop: 1, minutes: 5 },
    'entry.assign': { escalationId: newId('escalation'), hop: 1, agentId: newId('agent') },
    'entry.take_back': { escalationId: newId('escalation'), hop: 1 },
    'queue.close': {},
    'queue.open': {},
  };
  const types = queueUp.options.map(({ shape }) => shape.type.value).filter((type) => type !== 'hello');

  it.each(types)('%s is a supervisor’s', async (type) => {
    const sample = SAMPLES[type];
    expect(sample, `no sample of ${type}`).toBeDefined();
    for (const role of ROLES.filter((one) => reaches({ role: one }, 'agent'))) {
      const agent = byRole.get(role) as Agent;
      const socket = await agent.queue(ids.queueId as string);
      const answer = await socket.ask({ type, ...sample } as never);
      const isRefused = answer.type === 'nack' && (answer.problem as { kind: string }).kind === 'forbidden';
      expect(isRefused, `${role}: ${JSON.stringify(answer)}`).toBe(!reaches({ role }, 'supervisor'));
      socket.close();
    }
  });
});

/** The same body once for each place of it that takes a text, or a list of them, with this text there. */
function withText(body: unknown, text: string): unknown[] {
  if (typeof body === 'string') return [text];
  if (Array.isArray(body)) {
    if (body.length === 0) return [[text]];
    return body.flatMap((one, n) => withText(one, text).map((made) => body.with(n, made)));
  }
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, one]) => withText(one, text).map((made) => ({ ...body, [name]: made })));
}

const NAUGHTY = Number(process.env.NAUGHTY_TEXTS ?? 6);
const NAUGHTY_SEED = Number(process.env.NAUGHTY_SEED ?? Date.now() % 1_000_000);
const naughty = (() => {
  const random = seededRandom(NAUGHTY_SEED);
  return [...naughtyTexts(), ...xssTexts()]
    .map((text) => ({ text, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, NAUGHTY)
    .map(({ text }) => text);
})();

describe(`[S4] any text in any place of any body (NAUGHTY_TEXTS=${NAUGHTY} NAUGHTY_SEED=${NAUGHTY_SEED})`, () => {
  it.each(named(ofAgents.filter(({ body }) => body !== undefined)))('%s takes it or says why not', async (_, spec) => {
    const { headers } = byRole.get('owner') as Agent;
    for (const text of naughty) {
      for (const body of withText(JSON.parse(bodyOf(spec)), text)) {
        const response = await inWorker.fetch(pathOf(spec, nowhere()), {
          method: spec.method.toUpperCase(),
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
        const kind = await kindOf(response);
        expect(['ok', 'invalid', 'not_found', 'conflict', 'too_large'], JSON.stringify(body)).toContain(kind);
        expect(response.headers.get('content-type')).toMatch(/^application\/(?:problem\+)?json|^$/);
      }
    }
  });
});
