import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
import { faultText } from '#domain/redaction/fault.ts';
import { type Env, settingsOf } from './env.ts';
import { oidcSignIn } from './oidc/plugin.ts';
import { passkeys } from './passkeys.ts';
import { newId, randomText } from './storage/ids.ts';

/** Options that the Worker and the seed share: what a user and a workspace look like. */
export const accountOptions = {
  basePath: '/v1/auth',
  plugins: [organization()],
  advanced: {
    cookiePrefix: 'baton',
    // What the platform says itself. Of `x-forwarded-for` a caller writes the first part, and without an address all would share one allowance.
    ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] as string[] },
    database: {
      // Ids say what they name, here too: a user is an agent, an organization is a workspace.
      generateId: ({ model }: { model: string }) =>
        model === 'user'
          ? newId('agent')
          : model === 'organization'
            ? newId('workspace')
            : model === 'passkey'
              ? newId('passkey')
              : randomText(24),
    },
  },
} as const;

const SESSION_S = 60 * 60 * 12;
/** [S41] How exactly it is known when a session was seen last, for a write each time. */
const PROLONGED_EACH_S = 10 * 60;
/** [S30] After signing in, so long nobody is asked again before they add a way in: a screen that was left open is not theirs. */
const FRESH_S = 15 * 60;
export const FRESH_MS = FRESH_S * 1000;

/** [S22] What the library asks of passwords by itself is asked of the other ways too: by address, each step of signing in. */
const TRIES = { window: 10, max: 3 };
const EACH_STEP = {
  '/passkey/generate-authenticate-options': TRIES,
  '/passkey/verify-authentication': TRIES,
  '/sign-in/oidc/begin': TRIES,
  '/sign-in/oidc/finish': TRIES,
};

const make = (env: Env, isInvited: boolean) => {
  const { authSecret, publicOrigin, isProduction, oidc } = settingsOf(env);
  return betterAuth({
    ...accountOptions,
    plugins: [
      ...accountOptions.plugins,
      passkeys(publicOrigin),
      ...(oidc === null ? [] : [oidcSignIn(oidc, env.DB, publicOrigin)]),
    ],
    database: env.DB,
    secret: authSecret,
    baseURL: publicOrigin,
    trustedOrigins: [publicOrigin],
    // Agents are invited; nobody signs up by themselves.
    emailAndPassword: { enabled: true, disableSignUp: !isInvited },
    session: { expiresIn: SESSION_S, updateAge: PROLONGED_EACH_S, freshAge: FRESH_S },
    rateLimit: { enabled: isProduction, storage: 'database', customRules: EACH_STEP },
    telemetry: { enabled: false },
    logger: { log: logAccounts },
  });
};

/** What the library cannot verify it logs with its cause, and a cause names challenges and ids of credentials [S24]. Nor is it our fault: who was refused is a line of its own. */
function logAccounts(level: 'debug' | 'info' | 'warn' | 'error', message: string, ...more: unknown[]): void {
  const isRefusal = /^Failed to verify (?:authentication|registration)$/.test(message);
  const causes = isRefusal ? [] : more.map(faultText);
  const log = isRefusal ? console.info : level === 'error' ? console.error : console.warn;
  log(JSON.stringify({ at: 'accounts', level, message: faultText(message), ...(causes.length > 0 ? { causes } : {}) }));
}

type Accounts = ReturnType<typeof make>;

const perIsolate = (isInvited: boolean): ((env: Env) => Accounts) => {
  const made = new WeakMap<Env, Accounts>();
  return (env) => {
    const known = made.get(env) ?? make(env, isInvited);
    made.set(env, known);
    return known;
  };
};

/** Accounts and sessions (better-auth on D1), one per isolate. Decision record 0003 says why this library. */
export const accountsOf = perIsolate(false);

/** [S14] The same, for whoever has shown an invitation: they may make an account. Nothing else has a way to it. */
export const invitedAccountsOf = perIsolate(true);

/** As signing in verifies it. About 80 ms of work, on purpose. */
export const hashPassword = async (env: Env, password: string): Promise<string> =>
  (await accountsOf(env).$context).password.hash(password);
