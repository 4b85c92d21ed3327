import { z } from 'zod';
import type { MasterKeys } from './storage/sealed.ts';

const origin = z
  .url({ protocol: /^https?$/ })
  // Asked also of what is no address: throwing here would say neither which setting it was nor what is wrong.
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'an origin has no path');
const secret = z.string().min(32, 'a secret has at least 32 characters');

const MASTER_KEY_BYTES = 32;
/** Base64, also in the alphabet of addresses. Exactly so many bytes: a phrase that somebody thought of is no key. */
const masterKey = z.string().transform((text, context) => {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  const binary = /^[A-Za-z0-9+/]{43}=?$/.test(plain) ? atob(plain) : '';
  if (binary.length === MASTER_KEY_BYTES) return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  context.addIssue({ code: 'custom', message: `is ${MASTER_KEY_BYTES} random bytes in base64` });
  return z.NEVER;
});

/** An empty variable is one that is not set: wrangler cannot take one away. */
const optional = <S extends z.ZodType>(schema: S) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema.optional());

const settings = z.object({
  ENVIRONMENT: z.enum(['development', 'production']),
  PUBLIC_ORIGIN: origin,
  REPLAY_ORIGIN: origin,
  DEMO_ORIGIN: z.union([origin, z.literal('')]),
  AI_MODE: z.enum(['embedded', 'workers-ai', 'openai-compatible', 'auto']),
  AI_MODEL: optional(z.string()),
  AI_BASE_URL: optional(z.url({ protocol: /^https?$/ })),
  AI_API_KEY: optional(z.string()),
  AI_GATEWAY: optional(z.string()),
  AI_BUDGET_MS: optional(z.coerce.number().int().min(100).max(30_000)),
  ACCESS_TEAM: optional(origin),
  ACCESS_AUDIENCE: optional(z.string().min(8)),
  OIDC_ISSUER: optional(z.url({ protocol: /^https?$/ })),
  OIDC_CLIENT_ID: optional(z.string()),
  OIDC_CLIENT_SECRET: optional(z.string()),
  OIDC_NAME: optional(z.string().max(40)),
  AUTH_SECRET: secret,
  VISIT_SECRET: secret,
  SECRETS_KEY: masterKey,
  SECRETS_KEY_BEFORE: optional(masterKey),
});

/** [S23] Sessions, recordings and questions travel here. */
const IN_PRODUCTION_BY_TLS = ['PUBLIC_ORIGIN', 'REPLAY_ORIGIN', 'AI_BASE_URL', 'ACCESS_TEAM', 'OIDC_ISSUER'] as const;

/** What is used of the binding of Workers AI. */
export type AiBinding = { run(model: string, inputs: object, options?: object): Promise<unknown> };

/** Who writes answers. Everything beside `embedded` is a model behind a network. */
export type AnswererSettings =
  | { kind: 'embedded' }
  | { kind: 'workers-ai'; binding: AiBinding; model: string; gateway: string | null; budgetMs: number }
  | { kind: 'openai-compatible'; baseUrl: string; apiKey: string | null; model: string; budgetMs: number };

/** Follows a JSON schema and streams; which one answers best nobody has measured. */
const WORKERS_AI_MODEL = '@cf/meta/llama-3.3-70b-instruct-fp8-fast';
/** Longer is a pause in a conversation. */
const AI_BUDGET_MS = 1500;

/** [S25] Cloudflare Access in front: the team's own address, and the application's tag. */
export type AccessSettings = { team: string; audience: string };

/** [S32] The OpenID provider that agents may sign in with. `name` stands on the button. */
export type OidcSettings = { issuer: string; clientId: string; clientSecret: string; name: string };

export type Settings = {
  isProduction: boolean;
  publicOrigin: string;
  replayOrigin: string;
  demoOrigin: string | null;
  authSecret: string;
  /** Null where agents sign in with a password of their own. */
  access: AccessSettings | null;
  /** Null where there is no OpenID provider. */
  oidc: OidcSettings | null;
  /** Signs visit tokens. */
  visitSecret: Uint8Array;
  /** [S26] Seal the secrets that workspaces keep with us. */
  masterKeys: MasterKeys;
  answerer: AnswererSettings;
};

const secretsKeys = settings.pick({ SECRETS_KEY: true, SECRETS_KEY_BEFORE: true });

/** [S26] The master keys alone, for what seeds a database. Throws like `parseSettings`. */
export function parseMasterKeys(env: Record<string, unknown>): MasterKeys {
  const { SECRETS_KEY: current, SECRETS_KEY_BEFORE: before = null } = parsed(secretsKeys, env);
  return { current, before };
}

/**
 * The settings out of bare strings. Throws with the names of what is missing or wrong, and never with a value: a fault in configuration should be loud, and must not print
 * a secret.
 */
export function parseSettings(env: Record<string, unknown>): Settings {
  const data = parsed(settings, env);
  const bare = IN_PRODUCTION_BY_TLS.filter((name) => data[name]?.startsWith('http:'));
  if (data.ENVIRONMENT === 'production' && bare.length > 0) {
    throw new Error(`Settings are wrong. In production these are https: ${bare.join(', ')}.`);
  }
  if (data.PUBLIC_ORIGIN === data.REPLAY_ORIGIN) {
    throw new Error('REPLAY_ORIGIN must differ from PUBLIC_ORIGIN: recordings are hostile input.');
  }
  return {
    isProduction: data.ENVIRONMENT === 'production',
    publicOrigin: data.PUBLIC_ORIGIN,
    replayOrigin: data.REPLAY_ORIGIN,
    demoOrigin: data.DEMO_ORIGIN === '' ? null : data.DEMO_ORIGIN,
    authSecret: data.AUTH_SECRET,
    access: accessSettings(data),
    oidc: oidcSettings(data),
    visitSecret: new TextEncoder().encode(data.VISIT_SECRET),
    masterKeys: { current: data.SECRETS_KEY, before: data.SECRETS_KEY_BEFORE ?? null },
    answerer: answererSettings(data, env.AI as AiBinding | undefined),
  };
}

/** Half of it would be a door that is open: both or neither. */
function accessSettings({
  ACCESS_TEAM: team,
  ACCESS_AUDIENCE: audience,
}: z.infer<typeof settings>): AccessSettings | null {
  if (team === undefined && audience === undefined) return null;
  if (team === undefined || audience === undefined)
    throw new Error('Settings are wrong. ACCESS_TEAM and ACCESS_AUDIENCE go together.');
  return { team, audience };
}

/** [S32] All three or none; the name is the host's where none is given. */
function oidcSettings({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  OIDC_NAME: name,
}: z.infer<typeof settings>): OidcSettings | null {
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new Error('Settings are wrong. OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together.');
  return { issuer, clientId, clientSecret, name: name ?? new URL(issuer).hostname };
}

function parsed<S extends z.ZodType>(schema: S, env: Record<string, unknown>): z.infer<S> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Settings are wrong. ${wrong.join('; ')}`);
}

/** [G19] What `AI_MODE` says, and nothing else: a binding that happens to be there decides only where the mode is `auto`. Throws with the names of what is missing. */
function answererSettings(data: z.infer<typeof settings>, binding: AiBinding | undefined): AnswererSettings {
  const { AI_MODE: mode, AI_MODEL: model, AI_BASE_URL: baseUrl, AI_BUDGET_MS: budgetMs = AI_BUDGET_MS } = data;
  const missing = (name: string): never => {
    throw new Error(`Settings are wrong. AI_MODE=${mode} needs ${name}.`);
  };
  const workersAi = (): AnswererSettings => ({
    kind: 'workers-ai',
    binding: binding ?? missing('the binding AI'),
    model: model ?? WORKERS_AI_MODEL,
    gateway: data.AI_GATEWAY ?? null,
    budgetMs,
  });
  const openaiCompatible = (): AnswererSettings => ({
    kind: 'openai-compatible',
    baseUrl: baseUrl ?? missing('AI_BASE_URL'),
    apiKey: data.AI_API_KEY ?? null,
    model: model ?? missing('AI_MODEL'),
    budgetMs,
  });
  switch (mode) {
    case 'embedded':
      return { kind: 'embedded' };
    case 'workers-ai':
      return workersAi();
    case 'openai-compatible':
      return openaiCompatible();
    case 'auto':
      if (binding !== undefined) return workersAi();
      return baseUrl === undefined ? { kind: 'embedded' } : openaiCompatible();
    default:
      return mode satisfies never;
  }
}
