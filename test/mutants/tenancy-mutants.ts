/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code, looked for and put in as text */
import type { Mutant } from './mutants.ts';

const ORIGIN = 'worker/domain/workspace/origin-problem.ts';
const KEYS = 'worker/storage/workspace-settings.ts';
const MEMBERS = 'worker/storage/members.ts';
const ROUTE = 'worker/routes/members.ts';
const SEATS = 'durable-objects/seats.ts';
const SCOPE = 'worker/middleware/scope.ts';
const API_KEYS = 'worker/storage/api-keys.ts';
const SAFE_HEADERS = 'worker/middleware/safe-headers.ts';
const SEALED = 'worker/storage/sealed.ts';
const SEALING = 'worker/storage/seal-secrets.ts';
const HOOKS = 'worker/storage/webhooks.ts';
const SENDER = 'worker/webhook/try-delivery.ts';
const OUTWARD = 'worker/domain/webhook/address.ts';
const INVITED = 'worker/storage/invitations.ts';

const bug =
  (suite: Mutant['suite']) =>
  (name: string, file: string, from: string, to: string): Mutant => ({ name, file, from, to, suite });
const ACCESS = 'worker/middleware/access.ts';
const access = bug('access');
const site = bug('sites');
const tenant = bug('tenancy');
const sealed = bug('sealed');
const sealing = bug('sealing');
const outward = bug('outward');
const hooks = bug('hooks');

/** Planted bugs of workspaces: sites, signing keys, members, sockets of whoever is out, invitations. */
export const TENANCY_MUTANTS: Mutant[] = [
  access('Access: the cookie counts before the header', ACCESS, 'if (header !== null) return header;', ''),
  access('Access: any team', ACCESS, '      issuer: team,\n', ''),
  access('Access: any application', ACCESS, '      audience,\n', ''),
  access('Access: what never ends', ACCESS, "['exp', 'iat', 'email']", "['iat', 'email']"),
  access(
    'Access: a service is a person',
    ACCESS,
    "return typeof email === 'string' && email.includes('@')",
    "return typeof email === 'string'",
  ),
  access(
    'Access: keys that do not come are a refusal',
    ACCESS,
    "isUnknown(cause) ? 'unknown' : 'not_accepted'",
    "'not_accepted'",
  ),
  access(
    'Access: each unknown key has the keys asked for',
    ACCESS,
    'cooldownDuration: ASK_AGAIN_MS',
    'cooldownDuration: 0',
  ),
  access(
    'Access: half of the settings are none',
    'worker/settings.ts',
    'if (team === undefined && audience === undefined) return null;',
    'if (team === undefined || audience === undefined) return null;',
  ),
  access('Access: an address keeps the case of its letters', ACCESS, 'email: email.toLowerCase(),', 'email,'),
  site('a site may have a wildcard', ORIGIN, "text.includes('*')", "text === '*'"),
  site('a site may do without TLS', ORIGIN, '!LOOPBACK.test(url.hostname)', 'false'),
  site(
    'a host that begins like this machine is this machine',
    ORIGIN,
    '(?:\\.\\d{1,3}){3}|\\[::1\\])$/',
    '(?:\\.\\d{1,3}){3}|\\[::1\\])/',
  ),
  site('a site is taken in any spelling', ORIGIN, 'url.origin === text ? null', 'url.origin !== text ? null'),
  tenant(
    'tries at signing in are counted by what the caller says',
    'worker/accounts.ts',
    "['cf-connecting-ip'] as string[]",
    "['x-forwarded-for']",
  ),
  tenant(
    'a key that has ended goes on',
    'worker/storage/workspaces.ts',
    ' and kid = ? and ended_at is null',
    ' and kid = ?',
  ),
  tenant('an ended key keeps its secret', KEYS, ", secret = '' where", ' where'),
  tenant('any number of keys is live', KEYS, 'and ended_at is null) < ${MAX_LIVE_KEYS}', 'and ended_at is null) < 100'),
  sealed('a sealed secret opens in any row', SEALED, '[FORM, workspaceId, kind, id]', '[FORM, workspaceId, kind]'),
  sealed('a sealed secret opens as any kind', SEALED, '[FORM, workspaceId, kind, id]', '[FORM, workspaceId, id]'),
  sealed('all workspaces have one key', SEALED, "hkdf('workspace', workspaceId)", "hkdf('workspace', '')"),
  sealed(
    'a nonce is used again',
    SEALED,
    'crypto.getRandomValues(new Uint8Array(NONCE_BYTES))',
    'new Uint8Array(NONCE_BYTES)',
  ),
  sealed('the key before does not open', SEALED, '[keys.current, keys.before]', '[keys.current]'),
  sealed(
    'it is sealed by the key before',
    SEALED,
    'keyOfWorkspace(keys.current,',
    'keyOfWorkspace(keys.before ?? keys.current,',
  ),
  sealed('any words are a master key', 'worker/settings.ts', 'binary.length === MASTER_KEY_BYTES', 'true'),
  sealing(
    'a key that is made is kept as it is',
    KEYS,
    '.bind(workspaceId, key.kid, sealed,',
    '.bind(workspaceId, key.kid, key.secret,',
  ),
  sealing(
    'a key that is seeded is kept as it is',
    'tools/seed/seed.ts',
    'secret: sealed }',
    'secret: signingKey.secret }',
  ),
  sealing('sealing brings an ended key back', SEALING, ' and ${column} = ?`', ' and ? is not null`'),
  sealing('what the key before sealed is left so', SEALING, 'await sealPrefix(keys.current)', "'sealed1.'"),
  sealing('ended keys get a secret', SEALING, "where ${column} <> '' and substr", 'where substr'),
  outward('a webhook goes to any port', OUTWARD, "port !== ''", "port === '0'"),
  outward('a webhook goes without TLS', OUTWARD, "if (protocol !== 'https:')", 'if (!/^https?:$/.test(protocol))'),
  outward('a webhook goes where a name leads inside', OUTWARD, 'hostname.endsWith(`.${name}`)', 'false'),
  outward('a webhook goes to names of networks inside', OUTWARD, 'INSIDE.has(labels.at(-1) as string)', 'false'),
  outward('a webhook goes to ourselves', OUTWARD, 'ownHosts.includes(host)', 'false'),
  outward('a webhook in production goes to this machine', OUTWARD, 'if (isDevelopment &&', 'if ('),
  outward(
    'the address is not looked at again',
    SENDER,
    '{ isDevelopment: !isProduction, ownHosts }) !== null',
    '{ isDevelopment: true, ownHosts }) !== null',
  ),
  outward('a redirect is followed', 'worker/outward.ts', "redirect: 'manual'", "redirect: 'follow'"),
  outward('a redirect is a success', 'worker/domain/webhook/schedule.ts', 'status < 300', 'status < 400'),
  outward(
    'what an agent wrote leaves with an event',
    'worker/domain/webhook/webhook-event.ts',
    " || typeof fields[name] === 'object'",
    '',
  ),
  outward('the secret before signs for ever', SENDER, '|| now >= (due.beforeUntil ?? 0)', ''),
  hooks('two runs send one event', HOOKS, 'set next_at = ?\n', 'set next_at = next_at + 0 * ?\n'),
  hooks('410 goes on', HOOKS, 'is_on = case when ?4 or', 'is_on = case when'),
  hooks('what fails for days goes on', HOOKS, '< ?3 - ${FAILING_MS} then 0', '< 0 then 0'),
  hooks(
    'a success does not end a failure',
    HOOKS,
    "'update webhooks set failing_since = null where",
    "'update webhooks set failing_since = failing_since where",
  ),
  hooks('one webhook takes a whole run', HOOKS, 'd.turn <= ${MAX_OF_ONE}', 'd.turn <= 1000'),
  hooks('any number of webhooks is made', HOOKS, '< ${MAX_WEBHOOKS}`', '< 100`'),
  hooks(
    'another workspace gives a webhook another secret',
    HOOKS,
    "'select url from webhooks where workspace_id = ? and id = ?'",
    "'select url from webhooks where ? is not null and id = ?'",
  ),
  hooks('all are told of all types', 'migrations/0023_webhooks.sql', 'where value = new.type', 'where value <> 5'),
  hooks(
    'other workspaces are told',
    'migrations/0023_webhooks.sql',
    'w.workspace_id = new.workspace_id and w.is_on',
    'w.is_on',
  ),
  hooks('who is off is told', 'migrations/0023_webhooks.sql', ' and w.is_on = 1', ''),
  hooks(
    'a third secret ends the first one unasked',
    HOOKS,
    'and (?5 or coalesce(before_until, 0) <= ?1)`',
    'and (?5 or ?1 > 0)`',
  ),
  hooks(
    'a secret before that does not open holds everything up',
    SENDER,
    'return before === null ? [newest] : [newest, before];',
    'return before === null ? null : [newest, before];',
  ),
  hooks(
    'a secret that does not open is asked again and again',
    'worker/webhooks.ts',
    "judged === 'failed' && due.type !== TEST_EVENT;",
    "judged === 'failed' && due.type !== TEST_EVENT;\n  if (outcome.status === null && outcome.because === 'secret') return judged;",
  ),
  hooks(
    'another secret keeps waiting what waited for it',
    HOOKS,
    "and last_error = 'secret' and next_at",
    "and last_error = 'address' and next_at",
  ),
  hooks('a test is tried for days', 'worker/webhooks.ts', ' && due.type !== TEST_EVENT;', ';'),
  hooks('a test switches a webhook off', HOOKS, 'if (type === TEST_EVENT) {', "if (type === '') {"),
  hooks('any number of tests is sent', HOOKS, ') < ${MAX_TESTS}\n', ') < 100\n'),
  hooks(
    'what is under way is sent again',
    HOOKS,
    "(state = 'failed' or (state = 'pending' and next_at > ?4 + ${LEASE_MS}))",
    "state <> 'delivered'",
  ),
  hooks('what is off is sent again', HOOKS, "if (stood.isOn === 0) return 'off';", ''),
  hooks('what has arrived is sent again', HOOKS, "if (stood.state === 'delivered') return 'delivered';", ''),
  hooks('what is sent again has had its tries', HOOKS, "set state = 'pending', tries = 0,", "set state = 'pending',"),
  hooks(
    'webhooks keep the master key before',
    'worker/storage/seal-secrets.ts',
    "column: 'secret_before'",
    "column: 'secret'",
  ),
  tenant(
    'a workspace made from older settings is saved over newer ones',
    KEYS,
    "coalesce(json_extract(settings, '$.workspaceRevision'), 0) = ?3`",
    '?3 >= 0`',
  ),
  tenant(
    'seeding puts back what an admin has changed',
    'tools/seed/seed.ts',
    "'$.workspaceRevision'), 0) = 0",
    "'$.workspaceRevision'), 0) >= 0",
  ),
  tenant(
    'admins make owners',
    'worker/domain/routing/role.ts',
    "roles.includes('owner') ? 'owner' : 'admin'",
    "roles.length > 9 ? 'owner' : 'admin'",
  ),
  tenant('the last owner goes', MEMBERS, "other.role = 'owner') > 1", "other.role = 'owner') > 0"),
  tenant(
    'whoever has lost the right still changes roles',
    MEMBERS,
    'and doer.role in (select value from json_each(?5))',
    'and ?5 is not null',
  ),
  tenant('somebody changes their own role', ROUTE, 'if (id === by)', 'if (false)'),
  tenant(
    'a role is changed from what it no longer is',
    MEMBERS,
    "case role when 'agent' then 'member' else role end = ?3",
    '?3 = ?3',
  ),
  tenant(
    'nobody is told that somebody is out',
    ROUTE,
    'if (isNew) await tellMembershipChanged(c.env, workspaceId, id);',
    'tellMembershipChanged satisfies unknown;',
  ),
  tenant(
    'a socket is never looked at again',
    SEATS,
    'return this.#oldest === null ? null :',
    'return this.#oldest !== 0 ? null :',
  ),
  tenant(
    'whoever is out keeps the socket',
    SEATS,
    "if (member === undefined) closeSocket(socket, 'forbidden');",
    'if (member === undefined) continue;',
  ),
  tenant(
    'a database that does not answer is not asked again soon',
    SEATS,
    'this.#notBefore = now + AGAIN_MS;',
    'this.#notBefore = now + 1000 * AGAIN_MS;',
  ),
  tenant(
    'an open socket keeps the role it was opened with',
    'durable-objects/queue-object.ts',
    'isSupervisor: isSupervisor({ role }),',
    '',
  ),
  tenant(
    'whoever is out keeps the work',
    'durable-objects/agent-object.ts',
    'for (const slot of had) this.#giveUp(slot, by, now);',
    '',
  ),
  tenant(
    'an agent’s object does not look by itself',
    'durable-objects/agent-object.ts',
    'if (look !== null && look <= Date.now()) this.ctx.waitUntil(this.#recheckByItself());',
    '',
  ),
  tenant(
    'a conversation does not look by itself',
    'durable-objects/conversation-object.ts',
    '      this.#seats.look(this.env.DB, this.#state().workspaceId, Date.now()),\n',
    '',
  ),
  tenant('an invitation never ends', INVITED, 'and expires_at > ${at} and exists', 'and ${at} > 0 and exists'),
  tenant(
    'an invitation opens twice',
    INVITED,
    '`accepted_at is null and withdrawn_at is null and expires_at',
    '`withdrawn_at is null and expires_at',
  ),
  tenant(
    'a withdrawn invitation opens',
    INVITED,
    '`accepted_at is null and withdrawn_at is null and expires_at',
    '`accepted_at is null and expires_at',
  ),
  tenant(
    'an invitation outlives whoever made it',
    INVITED,
    "(inviter.role = 'admin' and",
    "(inviter.role <> 'owner' and",
  ),
  tenant(
    'an invitation lets any account in',
    INVITED,
    '(select id from user where id = ?2 and email = ?3)',
    '(select ?2)',
  ),
  tenant(
    'an older link goes on beside the newer one',
    INVITED,
    'update invitations set withdrawn_at = ?1 where workspace_id = ?2 and email = ?3',
    'update invitations set withdrawn_at = ?1 where workspace_id = ?2 and email = ?3 and 1 = 0',
  ),
  tenant('what is kept of a link opens it', INVITED, 'return [...bytes].map(', 'return secret ?? [...bytes].map('),
  tenant(
    'everybody signs up',
    'worker/routes/invitations.ts',
    'const invited = await invitedOr404(c.env.DB, secret);\n      if (!invited',
    'const invited = (await invitedBy(c.env.DB, secret, 0)) as Invited;\n      if (!invited',
  ),
  tenant(
    'an account is taken over by its invitation',
    'worker/routes/invitations.ts',
    'if (!answered.ok) return retold(answered);',
    '',
  ),
  tenant('an answer is kept by whatever cache it meets', SAFE_HEADERS, "  'cache-control': 'no-store',\n", ''),
  tenant(
    'an answer is read as what it looks like',
    SAFE_HEADERS,
    "headers.set('x-content-type-options', 'nosniff');",
    '',
  ),
  tenant(
    'an answer may run and be framed',
    SAFE_HEADERS,
    "default-src 'none'; base-uri",
    "default-src 'self'; base-uri",
  ),
  tenant('an API key opens what is for people', SCOPE, 'key !== undefined && wanted === null', 'false'),
  tenant('an API key goes further than its scopes', SCOPE, '!allows(key.scopes, wanted)', 'false'),
  tenant(
    'who may read may write',
    'worker/domain/workspace/scope.ts',
    'scopes.includes(wanted) ||',
    "scopes.includes(wanted) || scopes.includes(wanted.replace(/:write$/, ':read') as Scope) ||",
  ),
  tenant(
    'an API key that has been ended goes on',
    API_KEYS,
    'where hash = ?1 and ended_at is null and',
    'where hash = ?1 and',
  ),
  tenant('an API key outlives its day', API_KEYS, 'expires_at > ?2', 'expires_at > 0'),
  tenant(
    'an API key is kept as it is',
    API_KEYS,
    "return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');",
    'return bytes.length > 0 ? secret : secret;',
  ),
  tenant(
    'a session stands in for an API key',
    'worker/middleware/agent-auth.ts',
    'await asApiKey(c, credential);\n    return next();',
    "await asApiKey(c, credential).catch(() => undefined);\n    if (c.get('apiKey') !== undefined) return next();",
  ),
  tenant(
    'API keys are not counted',
    'worker/middleware/agent-auth.ts',
    "await limit(c, 'api', key.workspaceId, key.id);",
    '',
  ),
  tenant(
    'refusals are not written down',
    'worker/middleware/problems.ts',
    'if (SECURITY_KINDS.has(kind)) ',
    'if (SECURITY_KINDS.size === 0) ',
  ),
  tenant(
    'what a call asks for is written down',
    'worker/middleware/security-log.ts',
    'path: loggedPath(c),',
    'path: c.req.url,',
  ),
  tenant(
    'whom a call is about is written down',
    'worker/middleware/security-log.ts',
    "return route.includes(':subject') ? route : c.req.path;",
    'return c.req.path;',
  ),
  tenant('nobody is told to stay with TLS', SAFE_HEADERS, "startsWith('https:')", "startsWith('wss:')"),
  tenant(
    'a workspace that is named is a wish',
    'worker/storage/agents.ts',
    'where userId = ?1 and (?2 is null or organizationId = ?2)',
    'where userId = ?1 and ?2 is ?2',
  ),
  tenant(
    'which workspace is a question of the route',
    'worker/routes/api.ts',
    'const { workspace: _, ...query } = c.req.query();',
    'const query = c.req.query();',
  ),
  tenant(
    'a socket is of the first workspace',
    'worker/routes/sockets.ts',
    'path: `${path}?workspace=${workspaceId}`',
    'path',
  ),
  outward('a path may be another one', OUTWARD, 'if (BENT_PATH.test(path))', 'if (false)'),
  outward(
    'a host that ends alike is one’s own',
    'worker/domain/page/foreign-host.ts',
    '`.${host}`.endsWith(`.${one}`)',
    'host.endsWith(one)',
  ),
  {
    name: 'production goes without TLS',
    file: 'worker/settings.ts',
    from: "data.ENVIRONMENT === 'production' && bare.length > 0",
    to: 'false',
    suite: 'answerers',
  },
];
