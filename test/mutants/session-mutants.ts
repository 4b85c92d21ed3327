import type { Mutant } from './mutants.ts';

const SEATS = 'durable-objects/seats.ts';
const STORE = 'worker/storage/sessions.ts';
const MEMBERS = 'worker/storage/members.ts';

const sessions = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `sessions: ${name}`,
  file,
  from,
  to,
  suite: 'sessions',
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
  sessions('what had run out counts', STORE, 'new Date(endsAt).getTime() > now', 'new Date(endsAt).getTime() > 0'),
  sessions(
    'whoever is signed out stays available',
    'durable-objects/agent-object.ts',
    "else if (this.#isGone()) this.#run({ type: 'consoles_gone' }, Date.now());",
    '',
  ),
];
