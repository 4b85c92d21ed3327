import type { Mutant } from './mutants.ts';

const SEATS = 'durable-objects/seats.ts';
const STORE = 'worker/storage/sessions.ts';
const MEMBERS = 'worker/storage/members.ts';
const PASSWORDS = 'worker/storage/passwords.ts';
const COMMON = 'worker/common-passwords.ts';
const WORDS = 'worker/domain/workspace/password.ts';
const CHANGE = 'worker/routes/passwords.ts';

const sessions = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `sessions: ${name}`,
  file,
  from,
  to,
  suite: 'sessions',
});

const passwords = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `passwords: ${name}`,
  file,
  from,
  to,
  suite: 'passwords',
});

const words = (...[name, file, from, to]: Parameters<typeof passwords>): Mutant => ({
  ...passwords(name, file, from, to),
  suite: 'password_words',
});

/** Planted bugs of the end of sessions: whose sockets close, when, and whose do not. */
export const SESSION_MUTANTS: Mutant[] = [
  sessions('a socket outlives its session', SEATS, "!member.sessions.has(idOf(by) ?? '')", 'member.sessions === null'),
  sessions('whoever says nothing stays', SEATS, "idOf(by) ?? ''", "idOf(by) ?? [...member.sessions][0] ?? ''"),
  sessions('an assertion never ends', SEATS, 'by.endsAt <= now', 'by.endsAt <= 0'),
  sessions(
    'the minute counts from the socket',
    SEATS,
    '({ checkedAt: now, signedInBy: by })',
    '({ checkedAt: now + 30_000, signedInBy: by })',
  ),
  sessions('a session that has run out goes on', MEMBERS, 'epochOf(endsAt ?? 0) > now', 'epochOf(endsAt ?? 0) > 0'),
  sessions(
    'anybody’s session will do',
    MEMBERS,
    'left join session s on s.userId = u.id and s.id in',
    'left join session s on s.id in',
  ),
  sessions(
    'signing out tells nobody',
    'worker/routes/accounts.ts',
    'c.executionCtx.waitUntil(tellSessionsEnded(c.env, session.user.id as AgentId));',
    'tellSessionsEnded satisfies unknown;',
  ),
  sessions(
    'ending others tells nobody',
    'worker/routes/sessions.ts',
    'c.executionCtx.waitUntil(tellSessionsEnded(c.env, id));',
    'tellSessionsEnded satisfies unknown;',
  ),
  sessions(
    'ending others is not in the log',
    'worker/routes/sessions.ts',
    "logSecurity(c, 'signed_out_elsewhere');",
    'logSecurity satisfies unknown;',
  ),
  sessions('the own session ends too', STORE, 'userId = ? and id <> ?', 'userId = ? and id <> ? || ?2'),
  sessions('everybody’s sessions end', STORE, 'userId = ? and id <> ?', '? is not null and id <> ?'),
  sessions('what had run out counts', STORE, 'epochOf(endsAt) > now', 'epochOf(endsAt) > 0'),
  sessions(
    'whoever is signed out stays available',
    'durable-objects/agent-object.ts',
    "else if (this.#isGone()) this.#run({ type: 'consoles_gone' }, Date.now());",
    '',
  ),
  sessions(
    'everybody’s sessions are listed',
    STORE,
    'ipAddress, userAgent from session where userId = ?',
    'ipAddress, userAgent from session where ? <> 1',
  ),
  sessions('what has run out is listed', STORE, 'epochOf(expiresAt) > now', 'epochOf(expiresAt) > 0'),
  sessions('none is the one that asks', STORE, 'isThis: id === sessionId', 'isThis: id === agentId'),
  sessions(
    'used last is known to the hour',
    'worker/accounts.ts',
    'PROLONGED_EACH_S = 10 * 60',
    'PROLONGED_EACH_S = 60 * 60',
  ),
  sessions(
    'anybody ends a session',
    STORE,
    "'delete from session where userId = ? and id = ?'",
    "'delete from session where ? <> 1 and id = ?'",
  ),
  sessions(
    'the own session is ended like others',
    'worker/routes/sessions.ts',
    'if (id === own)',
    'if (id === own.slice(1))',
  ),
  sessions(
    'ending one tells nobody',
    'worker/routes/sessions.ts',
    'c.executionCtx.waitUntil(tellSessionsEnded(c.env, agentId));',
    'tellSessionsEnded satisfies unknown;',
  ),
  sessions(
    'ending one is not in the log',
    'worker/routes/sessions.ts',
    "logSecurity(c, 'session_ended');",
    'logSecurity satisfies unknown;',
  ),
  sessions(
    'admins sign owners out',
    'worker/routes/members.ts',
    "if (!mayAppoint({ role }, member.role)) throw new ProblemError('forbidden', 'Only owners sign",
    "if (!mayAppoint({ role })) throw new ProblemError('forbidden', 'Only owners sign",
  ),
  sessions(
    'admins sign themselves out everywhere',
    'worker/routes/members.ts',
    "if (member.id === by) throw new ProblemError('forbidden', 'Your own sessions",
    "if (member.id === name) throw new ProblemError('forbidden', 'Your own sessions",
  ),
  sessions(
    'a member’s sockets are told nothing',
    'worker/routes/members.ts',
    'c.executionCtx.waitUntil(tellSessionsEnded(c.env, member.id));',
    'tellSessionsEnded satisfies unknown;',
  ),
  sessions(
    'who signed a member out is not in the log',
    'worker/routes/members.ts',
    "logSecurity(c, 'members_sessions_ended', { whom: member.id });",
    'logSecurity satisfies unknown;',
  ),
  sessions('the role that was looked at may be old', STORE, "and (m.role = 'owner') = ?8", 'and ?8 is not null'),
  sessions('whoever may not any more signs members out', STORE, 'and doer.role in (select', 'or doer.role in (select'),
  sessions(
    'a member is signed out without a line of the log',
    STORE,
    "'delete from session where userId = ?1 and exists (select 1 from audit where workspace_id = ?2 and id = ?3)'",
    "'delete from session where userId = ?1 and ?2 <> ?3'",
  ),
  passwords('any hash will do', PASSWORDS, 'and password = ?4`', 'and ?4 is not null`'),
  passwords(
    'other sessions stay',
    PASSWORDS,
    'delete from session where userId = ?1 and id <> ?2\n',
    'delete from session where userId = ?1 and id = ?2 || ?2\n',
  ),
  passwords(
    'the own session ends with it',
    PASSWORDS,
    'where userId = ?1 and id <> ?2\n',
    'where userId = ?1 and id <> ?2 || ?2\n',
  ),
  passwords(
    'sessions end though nothing has changed',
    PASSWORDS,
    'and exists (select 1 from account where userId = ?1',
    'and exists (select 1 from account where ?3 is not null or userId = ?1',
  ),
  passwords(
    'a change is not in the log',
    PASSWORDS,
    'where u.id = ?3 and changes() > 0',
    'where u.id = ?3 and changes() > 1',
  ),
  passwords(
    'the old one lets in who was on the way',
    PASSWORDS,
    'return meta.changes > 0;',
    'return meta.changes > 9;',
  ),
  passwords(
    'whoever was on the way stays in',
    PASSWORDS,
    'where token = ?1 and userId = ?2\n',
    'where token = ?1 || ?1 and userId = ?2\n',
  ),
  passwords(
    'who joins on the way is in',
    'worker/routes/invitations.ts',
    'if (invited.hasAccount) await stillOpen',
    'if (!invited.hasAccount) await stillOpen',
  ),
  passwords(
    'the session of the try stays',
    CHANGE,
    'await endSessionByToken(c.env.DB, id, (await openedBy(tried)).token);',
    'endSessionByToken satisfies unknown;',
  ),
  passwords('the present one may be anything', CHANGE, 'if (tried.status === 401) {', 'if (tried.status === 999) {'),
  passwords('a wrong one is not in the log', CHANGE, "logSecurity(c, 'refused', { kind: 'unauthenticated' });", ''),
  passwords('the same again', CHANGE, "next === current ? 'is", "next === id ? 'is"),
  passwords(
    'sockets stay',
    CHANGE,
    'c.executionCtx.waitUntil(tellSessionsEnded(c.env, id));',
    'tellSessionsEnded satisfies unknown;',
  ),
  passwords('a change is not written down', CHANGE, "logSecurity(c, 'password_changed');", ''),
  words('the commonest is taken', COMMON, 'COMMON.has(password.toLowerCase())', 'COMMON.has(password.toUpperCase())'),
  words('capitals make a common one another', COMMON, 'password.toLowerCase()', 'password'),
  passwords('who changes it may take any', CHANGE, 'await passwordProblem(next, { name, email, workspaces })', 'null'),
  passwords(
    'only this workspace’s name counts',
    CHANGE,
    '(await workspacesOf(c.env.DB, id)).map',
    '(await workspacesOf(c.env.DB, id)).slice(0, 1).map',
  ),
  passwords(
    'who joins may take any',
    'worker/routes/invitations.ts',
    'await passwordProblem(password, context)',
    'null',
  ),
  passwords(
    'who has an account is asked for a better one',
    'worker/routes/invitations.ts',
    'invited.hasAccount ? null : await',
    'invited.hasAccount === null ? null : await',
  ),
  words('signs hide a name', WORDS, "['o0', 'il1!|', 'e3', 'a4@', 's5$', 't7']", '[] as string[]'),
  words('any mention of a name', WORDS, 'rest !== whole && rest.length < MIN_PASSWORD_CHARS', 'rest !== whole'),
  words('short without a name', WORDS, 'rest !== whole && rest.length', 'rest.length'),
  words('a domain’s end counts', WORDS, ".split('.').slice(0, -1)", ".split('.')"),
  words('syllables count as names', WORDS, 'MIN_WORD_CHARS = 3', 'MIN_WORD_CHARS = 1'),
];
