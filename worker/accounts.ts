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
    database: {
      // Ids say what they name, here too: a user is an agent, an organization is a workspace.
      generateId: ({ model }: { model: string }) =>
        model === 'user' ? newId('agent') : model === 'organization' ? newId('workspace') : randomText(24),
    },
  },
} as const;

const make = (env: Env) => {
  const { authSecret, publicOrigin, isProduction } = settingsOf(env);
  return betterAuth({
    ...accountOptions,
    plugins: [...accountOptions.plugins],
    database: env.DB,
    secret: authSecret,
    baseURL: publicOrigin,
    trustedOrigins: [publicOrigin],
    // Agents are invited; nobody signs up by themselves.
    emailAndPassword: { enabled: true, disableSignUp: true },
    session: { expiresIn: 60 * 60 * 12, updateAge: 60 * 60 },
    rateLimit: { enabled: isProduction, storage: 'database' },
    telemetry: { enabled: false },
  });
};

const made = new WeakMap<Env, ReturnType<typeof make>>();

/** Accounts and sessions (better-auth on D1), one per isolate. Decision record 0003 says why this library. */
export function accountsOf(env: Env): ReturnType<typeof make> {
  const known = made.get(env) ?? make(env);
  made.set(env, known);
  return known;
}
