import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
import { type Env, settingsOf } from './env.ts';
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
        model === 'user' ? newId('agent') : model === 'organization' ? newId('workspace') : randomText(24),
    },
  },
} as const;

const make = (env: Env, isInvited: boolean) => {
  const { authSecret, publicOrigin, isProduction } = settingsOf(env);
  return betterAuth({
    ...accountOptions,
    plugins: [...accountOptions.plugins],
    database: env.DB,
    secret: authSecret,
    baseURL: publicOrigin,
    trustedOrigins: [publicOrigin],
    // Agents are invited; nobody signs up by themselves.
    emailAndPassword: { enabled: true, disableSignUp: !isInvited },
    session: { expiresIn: 60 * 60 * 12, updateAge: 60 * 60 },
    rateLimit: { enabled: isProduction, storage: 'database' },
    telemetry: { enabled: false },
  });
};

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
