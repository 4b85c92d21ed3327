import type { AgentObject } from '../durable-objects/agent-object.ts';
import type { ConversationObject } from '../durable-objects/conversation-object.ts';
import type { LimitObject } from '../durable-objects/limit-object.ts';
import type { QueueObject } from '../durable-objects/queue-object.ts';
import type { TrainingObject } from '../durable-objects/training-object.ts';
import { parseSettings, type Settings } from './settings.ts';

/** What the platform hands us: bindings, and settings as bare strings. */
export type Env = {
  DB: D1Database;
  REPLAYS: R2Bucket;
  ASSETS: Fetcher;
  CONVERSATIONS: DurableObjectNamespace<ConversationObject>;
  QUEUES: DurableObjectNamespace<QueueObject>;
  AGENTS: DurableObjectNamespace<AgentObject>;
  TRAINING: DurableObjectNamespace<TrainingObject>;
  LIMITS: DurableObjectNamespace<LimitObject>;
  /** The platform's counting by address; not bound on this machine. */
  ADDRESS_LIMIT?: RateLimit;
  AI?: Ai;
  [setting: string]: unknown;
};

const parsed = new WeakMap<Env, Settings>();

/** The settings, parsed once per isolate. */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const made = parseSettings(env);
  parsed.set(env, made);
  return made;
}
