import { z } from 'zod';
import type { AgentObject } from '../durable-objects/agent-object.ts';
import type { ConversationObject } from '../durable-objects/conversation-object.ts';
import type { QueueObject } from '../durable-objects/queue-object.ts';
import type { TrainingObject } from '../durable-objects/training-object.ts';

/** What the platform hands us: bindings, and settings as bare strings. */
export type Env = {
  DB: D1Database;
  REPLAYS: R2Bucket;
  ASSETS: Fetcher;
  CONVERSATIONS: DurableObjectNamespace<ConversationObject>;
  QUEUES: DurableObjectNamespace<QueueObject>;
  AGENTS: DurableObjectNamespace<AgentObject>;
  TRAINING: DurableObjectNamespace<TrainingObject>;
  AI?: Ai;
  [setting: string]: unknown;
};

const origin = z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).origin === text, 'an origin has no path');
const secret = z.string().min(32, 'a secret has at least 32 characters');

const settings = z.object({
  ENVIRONMENT: z.enum(['development', 'production']),
  PUBLIC_ORIGIN: origin,
  REPLAY_ORIGIN: origin,
  DEMO_ORIGIN: z.union([origin, z.literal('')]),
  AI_MODE: z.enum(['embedded']),
  AUTH_SECRET: secret,
  VISIT_SECRET: secret,
});

export type Settings = {
  isProduction: boolean;
  publicOrigin: string;
  replayOrigin: string;
  demoOrigin: string | null;
  authSecret: string;
  /** Signs visit tokens. */
  visitSecret: Uint8Array;
};

const parsed = new WeakMap<Env, Settings>();

/**
 * The settings, parsed once per isolate. Throws with the names of what is missing or wrong, and never with a value: a fault in
 * configuration should be loud, and must not print a secret.
 */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const result = settings.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Settings are wrong. ${wrong.join('; ')}`);
  }
  const { data } = result;
  if (data.PUBLIC_ORIGIN === data.REPLAY_ORIGIN) {
    throw new Error('REPLAY_ORIGIN must differ from PUBLIC_ORIGIN: recordings are hostile input.');
  }
  const made: Settings = {
    isProduction: data.ENVIRONMENT === 'production',
    publicOrigin: data.PUBLIC_ORIGIN,
    replayOrigin: data.REPLAY_ORIGIN,
    demoOrigin: data.DEMO_ORIGIN === '' ? null : data.DEMO_ORIGIN,
    authSecret: data.AUTH_SECRET,
    visitSecret: new TextEncoder().encode(data.VISIT_SECRET),
  };
  parsed.set(env, made);
  return made;
}
