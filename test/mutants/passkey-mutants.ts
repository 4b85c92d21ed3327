import type { Mutant } from './mutants.ts';

const LIBRARY = 'worker/passkeys.ts';
const ACCOUNTS = 'worker/accounts.ts';
const SIGN_IN = 'worker/routes/accounts.ts';
const ROUTES = 'worker/routes/passkeys.ts';
const STORE = 'worker/storage/passkeys.ts';
const TABLE = 'migrations/0027_passkeys.sql';

const passkeys = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `passkeys: ${name}`,
  file,
  from,
  to,
  suite: 'passkeys',
});

/** Planted bugs of passkeys: what they open, for whom, and who may change them. */
export const PASSKEY_MUTANTS: Mutant[] = [
  passkeys('whoever holds the device is its owner', LIBRARY, 'if (isVerified !== true)', 'if (isVerified === null)'),
  passkeys(
    'a device may keep none of its own',
    LIBRARY,
    "residentKey: 'required', userVerification: 'required'",
    "residentKey: 'discouraged', userVerification: 'required'",
  ),
  passkeys('added a day after signing in', ACCOUNTS, 'freshAge: FRESH_S', 'freshAge: 86_400'),
  passkeys('tries are not counted', ACCOUNTS, ', customRules: EACH_STEP', ''),
  passkeys('causes are logged', ACCOUNTS, 'isRefusal ? [] : more', 'message === null ? [] : more'),
  passkeys(
    'the device is not asked who it is',
    SIGN_IN,
    "{ ...options, userVerification: 'required' }",
    '{ ...options }',
  ),
  passkeys(
    'a way around Access',
    SIGN_IN,
    "if (c.get('settings').access !== null)\n    throw new ProblemError('forbidden', 'Here",
    "if (c.get('settings').access === undefined)\n    throw new ProblemError('forbidden', 'Here",
  ),
  passkeys('when it was used is not kept', SIGN_IN, 'await notePasskeyUsed(c.env.DB, user.id, id, Date.now());', ''),
  passkeys('any number', ROUTES, 'known.length >= MAX_PASSKEYS', 'known.length > 10_000'),
  passkeys(
    'renamed by anybody',
    STORE,
    'set name = ? where userId = ? and id',
    'set name = ? where userId <> ? and id',
  ),
  passkeys(
    'removed by anybody',
    STORE,
    'delete from passkey where userId = ? and',
    'delete from passkey where ? <> 1 and',
  ),
  passkeys('everybody’s are listed', STORE, 'from passkey where userId = ? order', 'from passkey where ? <> 1 order'),
  passkeys('challenges stay', STORE, 'where expiresAt < ?', 'where expiresAt < ? and 1 = 2'),
  passkeys('an id is there twice', TABLE, 'create unique index "passkey_once"', 'create index "passkey_once"'),
  passkeys('removing is not in the log', TABLE, 'where u.id = old.userId; END', 'where u.id = old.id; END'),
];
