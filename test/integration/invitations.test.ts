import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, WorkspaceId } from '#domain/ids.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { InvitationAnswer, InvitationsAnswer, JoinLookAnswer } from '#protocol/invitations.ts';
import type { MembersAnswer } from '#protocol/members.ts';
import type { Problem } from '#protocol/problem.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { invite, invitedBy, join } from '../../worker/storage/invitations.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const WORKSPACE = testEnv.DEMO.id as WorkspaceId;
const OTHER = (await derivedId('workspace', 'invitations')) as WorkspaceId;
const PASSWORD = 'a long enough password';

const person = async (name: string, role: string) => ({
  id: await derivedId('agent', 'invitations', name),
  name,
  email: `${name.toLowerCase()}@invitations.test`,
  role,
  skills: ['api'],
  capacity: 1,
  queueIds: [],
});
const idOf = (name: string) => derivedId('agent', 'invitations', name) as Promise<AgentId>;

let olga: Agent;
let adam: Agent;
let paul: Agent;
beforeAll(async () => {
  const settings = { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys };
  const agents = await Promise.all([person('Olga', 'owner'), person('Adam', 'admin'), person('Gone', 'admin')]);
  await seedWorkspace(testEnv.DB, { ...testEnv.DEMO, agents }, settings);
  const shape = await demoWorkspace([]);
  await seedWorkspace(
    testEnv.DB,
    {
      ...shape,
      id: OTHER,
      slug: 'invitations',
      name: 'Elsewhere',
      publicKey: 'pk_invitations',
      queues: [],
      calendars: [],
      articles: [],
      intents: [],
      agents: [await person('Paul', 'owner')],
    },
    settings,
  );
  [olga, adam, paul] = (await Promise.all(
    ['olga', 'adam', 'paul'].map((name) => Agent.signIn(inWorker, `${name}@invitations.test`)),
  )) as [Agent, Agent, Agent];
});

const ask = (email: string, role: string, by = adam) => by.post('/v1/invitations', { email, role });
const secretOf = ({ link }: InvitationAnswer) => link.split('/').at(-1) as string;
const invited = async (email: string, role = 'agent', by = adam) => {
  const response = await ask(email, role, by);
  expect(response.status).toBe(200);
  return (await response.json()) as InvitationAnswer;
};
const post = (path: string, body: object) =>
  inWorker.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: inWorker.origin },
    body: JSON.stringify(body),
  });
const look = (secret: string) => post('/v1/join/look', { secret });
const joinBy = (secret: string, name: string | null = 'Nina New', password = PASSWORD) =>
  post('/v1/join', { secret, name, password });
const open = async (by = adam) => ((await (await by.get('/v1/invitations')).json()) as InvitationsAnswer).invitations;
const problemOf = async (response: Response) => {
  const { kind, message } = (await response.json()) as Problem;
  return { kind, message };
};
const NOT_OPEN = {
  kind: 'not_found',
  message: 'This invitation is not open. Ask whoever invited you for a new link.',
};
const lines = async (deed: string, about: string) =>
  ((await (await olga.get('/v1/audit')).json()) as AuditAnswer).entries.filter(
    (entry) => entry.deed === deed && entry.about === about,
  );

describe('[S14] an invitation', () => {
  it('makes somebody new an agent, once, and never tells its secret again', async () => {
    const { made, link, invitations } = await invited('Nina@New.Test', 'supervisor');
    expect(link).toMatch(new RegExp(`^${inWorker.origin}/console/#/join/[A-Za-z0-9]{43}$`));
    expect(made).toMatchObject({ email: 'nina@new.test', role: 'supervisor', invitedBy: 'Adam' });
    expect(made.expiresAt - made.createdAt).toBe(7 * 86_400_000);
    expect(invitations).toContainEqual(made);
    const secret = link.split('/').at(-1) as string;
    const rows = await testEnv.DB.prepare('select * from invitations').all();
    for (const text of [JSON.stringify(rows.results), await (await adam.get('/v1/invitations')).text()])
      expect(text).not.toContain(secret);
    expect(await (await adam.get('/v1/audit')).text()).not.toContain(secret);

    expect((await (await look(secret)).json()) as JoinLookAnswer).toEqual({
      workspace: 'Ledgerline',
      invitedBy: 'Adam',
      email: 'nina@new.test',
      role: 'supervisor',
      hasAccount: false,
      byAccess: false,
    });
    const joined = await joinBy(secret, '  Nina New ');
    expect(joined.status).toBe(200);
    expect(joined.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(await joined.text()).toBe('{}');
    const nina = await Agent.signIn(inWorker, 'nina@new.test', PASSWORD);
    expect((await nina.me()).agent).toMatchObject({ name: 'Nina New', email: 'nina@new.test', role: 'supervisor' });
    expect((await nina.own()).isOpen).toBe(true);
    // Used up: the same answer as one that nobody made.
    for (const used of [await look(secret), await joinBy(secret, 'Somebody Else'), await look('x'.repeat(43))])
      expect(await problemOf(used)).toEqual(NOT_OPEN);
    expect((await open()).map(({ id }) => id)).not.toContain(made.id);
    expect(await lines('invitation.made', 'nina@new.test')).toMatchObject([{ by: 'Adam', detail: 'as supervisor' }]);
    expect(await lines('member.joined', 'Nina New')).toMatchObject([
      { by: 'Nina New', detail: 'as supervisor, invited by Adam' },
    ]);
    // Who is in is not invited.
    expect((await ask('NINA@new.test', 'agent')).status).toBe(409);
  });

  it('wants a name and a password that is long enough, and is used up by neither', async () => {
    const secret = secretOf(await invited('short@new.test'));
    const short = await joinBy(secret, 'Short', 'short');
    expect(await problemOf(short)).toMatchObject({ kind: 'invalid', message: expect.stringContaining('password') });
    for (const name of [null, '', '   '])
      expect(await problemOf(await joinBy(secret, name))).toMatchObject({ message: expect.stringContaining('name') });
    expect((await joinBy(secret, 'Short')).status).toBe(200);
  });

  it('takes a password of any letters, up to 128 of them, exactly as it is typed', async () => {
    const long = `  ${'correct Horse  🐎 battery é '.repeat(4)}`.padEnd(128, 'x').slice(0, 126).concat(' ', 'E');
    const email = 'long@new.test';
    const joined = await joinBy(secretOf(await invited(email)), 'Lona Long', long);
    expect(joined.status).toBe(200);
    expect((await Agent.signIn(inWorker, email, long)).cookie).not.toBe('');
    for (const other of [long.trim(), long.toLowerCase(), long.slice(0, 72), long.slice(0, -1)])
      await expect(Agent.signIn(inWorker, email, other)).rejects.toThrow('401');
  });

  it('of somebody with an account wants its password, and nothing of theirs changes', async () => {
    const { made, ...rest } = await invited('paul@invitations.test');
    const secret = secretOf({ made, ...rest });
    expect((await (await look(secret)).json()) as JoinLookAnswer).toMatchObject({ hasAccount: true });
    expect(await problemOf(await joinBy(secret, null, 'not the password'))).toMatchObject({ kind: 'unauthenticated' });
    expect((await open()).map(({ id }) => id)).toContain(made.id);
    const joined = await joinBy(secret, 'Another Name', 'baton-demo-2026');
    expect(joined.status).toBe(200);
    // The new session is about this workspace, the older one still about theirs.
    const cookie = joined.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const me = (await (await inWorker.fetch('/v1/me', { headers: { cookie } })).json()) as {
      agent: object;
      workspace: { id: string };
    };
    expect(me).toMatchObject({ agent: { name: 'Paul', role: 'member' }, workspace: { id: WORKSPACE } });
    expect((await paul.me()).workspace.id).toBe(OTHER);
  });

  it('of two who use it at once lets one in', async () => {
    const secret = secretOf(await invited('race@new.test'));
    const answers = await Promise.all([joinBy(secret, 'One'), joinBy(secret, 'Two')]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const found = await invitedBy(testEnv.DB, secretOf(await invited('again@new.test')), Date.now());
    if (found === null) throw new Error('not open');
    // An account that is not the address's does not use it up.
    expect(await join(testEnv.DB, found, await idOf('Adam'), Date.now())).toBe(false);
    expect((await open()).map(({ email }) => email)).toContain('again@new.test');
  });

  it('ends after seven days, when it is withdrawn, and when the address is invited again', async () => {
    const now = Date.now();
    const by = { id: await idOf('Adam'), name: 'Adam' };
    const late = await invite(
      testEnv.DB,
      WORKSPACE,
      { email: 'late@new.test', role: 'agent' },
      by,
      now - 7 * 86_400_000,
    );
    expect(await problemOf(await joinBy(late.secret))).toEqual(NOT_OPEN);
    expect(await invitedBy(testEnv.DB, late.secret, now - 1)).not.toBeNull();

    const first = secretOf(await invited('twice@new.test'));
    const { made, ...second } = await invited('twice@new.test', 'viewer');
    expect(await problemOf(await joinBy(first))).toEqual(NOT_OPEN);
    expect((await look(secretOf({ made, ...second }))).status).toBe(200);
    const withdraw = (from = adam) => from.post(`/v1/invitations/${made.id}/withdraw`, {});
    // Of another workspace's owner, and one that is not there: one answer.
    expect((await withdraw(paul)).status).toBe(404);
    expect((await withdraw()).status).toBe(200);
    expect((await withdraw()).status).toBe(404);
    expect(await problemOf(await joinBy(secretOf({ made, ...second })))).toEqual(NOT_OPEN);
    expect(await lines('invitation.withdrawn', 'twice@new.test')).toMatchObject([{ by: 'Adam' }]);
  });

  it('makes owners only where an owner invites, and counts while whoever invited still may', async () => {
    expect((await ask('boss@new.test', 'owner')).status).toBe(403);
    const { made, ...rest } = await invited('boss@new.test', 'owner', olga);
    expect((await adam.post(`/v1/invitations/${made.id}/withdraw`, {})).status).toBe(403);
    expect((await look(secretOf({ made, ...rest }))).status).toBe(200);

    const gone = await Agent.signIn(inWorker, 'gone@invitations.test');
    const secret = secretOf(await invited('back@door.test', 'admin', gone));
    expect((await olga.post(`/v1/members/${await idOf('Gone')}/role`, { role: 'agent', was: 'admin' })).status).toBe(
      200,
    );
    expect(await problemOf(await look(secret))).toEqual(NOT_OPEN);
    expect(await problemOf(await joinBy(secret))).toEqual(NOT_OPEN);
    expect((await open()).map(({ email }) => email)).not.toContain('back@door.test');
  });

  it('brings back whoever was taken out, with the skills that they had', async () => {
    const { members } = (await (await olga.get('/v1/members')).json()) as MembersAnswer;
    const gone = members.find(({ name }) => name === 'Gone');
    expect((await olga.post(`/v1/members/${gone?.id}/remove`, { was: 'agent' })).status).toBe(200);
    const secret = secretOf(await invited('gone@invitations.test'));
    expect((await joinBy(secret, null, 'baton-demo-2026')).status).toBe(200);
    const again = await Agent.signIn(inWorker, 'gone@invitations.test');
    expect((await again.own()).isOpen).toBe(true);
    const row = await testEnv.DB.prepare('select skills, revision from agent_profiles where agent_id = ?')
      .bind(gone?.id)
      .first();
    expect(row).toEqual({ skills: '["api"]', revision: 2 });
  });

  it('[S3] is the only way to an account', async () => {
    for (const path of [
      '/v1/auth/sign-up/email',
      '/v1/auth/organization/create',
      '/v1/auth/organization/accept-invitation',
    ])
      expect((await post(path, { email: 'x@new.test', password: PASSWORD, name: 'X' })).status).toBe(404);
    expect((await joinBy('', 'X')).status).toBe(400);
  });
});
