import { z } from 'zod';
import { SCOPES } from '#domain/workspace/scope.ts';
import { apiKeyId, epochMs } from './primitives.ts';

const scope = z.enum(SCOPES as [(typeof SCOPES)[number], ...typeof SCOPES]);

/** A live key. Its secret is in no answer but the one that made it. */
export const apiKeyEntry = z.object({
  id: apiKeyId,
  name: z.string(),
  scopes: z.array(scope),
  createdAt: epochMs,
  createdBy: z.string(),
  /** Null is never. */
  expiresAt: epochMs.nullable(),
  /** To the hour; null is never. */
  usedAt: epochMs.nullable(),
});
export type ApiKeyEntry = z.infer<typeof apiKeyEntry>;

/** `GET /v1/api-keys` */
export const apiKeysAnswer = z.object({ keys: z.array(apiKeyEntry) });
export type ApiKeysAnswer = z.infer<typeof apiKeysAnswer>;

/** `POST /v1/api-keys` */
export const newApiKey = z.strictObject({
  name: z
    .string()
    .max(80)
    .refine((text) => text.trim() === text, 'must not begin or end with a space')
    .refine((text) => text !== '', 'must not be empty'),
  scopes: z
    .array(scope)
    .min(1, 'must have at least one: a key without scopes opens nothing')
    .refine((list) => new Set(list).size === list.length, 'must name each scope once'),
  /** Days until it ends by itself; null is never. */
  days: z.number().int().min(1).max(3650).nullable(),
});
export type NewApiKey = z.infer<typeof newApiKey>;

/** The only answer that ever has the secret. */
export const madeApiKey = apiKeysAnswer.extend({ id: apiKeyId, secret: z.string() });
export type MadeApiKey = z.infer<typeof madeApiKey>;
