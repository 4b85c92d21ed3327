import { z } from 'zod';
import { originProblems } from '#domain/workspace/origin-problem.ts';
import { MAX_TOKENS_PER_DAY } from '#domain/workspace/token-limit.ts';
import { epochMs } from './primitives.ts';
import { settingsChanged } from './queue-settings.ts';

/** A company has some sites; whoever needs more than these has written something else. */
const MAX_ORIGINS = 50;

/** What admins set of the workspace itself. */
export const workspaceSettings = z.strictObject({
  name: z
    .string()
    .max(80)
    .refine((text) => text.trim() === text, 'must not begin or end with a space')
    .refine((text) => text !== '', 'must not be empty'),
  /** [S10] Pages that may embed the tag, as their browsers say it. */
  allowedOrigins: z
    .array(z.string().max(300))
    .min(1, 'must have at least one site: without one nobody could write')
    .max(MAX_ORIGINS)
    .superRefine((origins, context) => {
      for (const { index, message } of originProblems(origins))
        context.addIssue({ code: 'custom', path: [index], message });
    }),
  /** [G24] Tokens that the assistant's model may use in a UTC day; null is no limit, and left out it stays as it is. */
  aiTokensPerDay: z.number().int().min(0).max(MAX_TOKENS_PER_DAY).nullable().optional(),
});
export type WorkspaceSettingsBody = z.infer<typeof workspaceSettings>;

/** `PUT /v1/workspace` */
export const workspaceChange = workspaceSettings.extend({ revision: z.number().int().min(0) });

/** A live signing key. Its secret is in no answer but the one that made it. */
const signingKeyEntry = z.object({ kid: z.string(), createdAt: epochMs, createdBy: z.string().nullable() });

/** `GET` and `PUT /v1/workspace` */
export const workspaceAnswer = z.object({
  revision: z.number().int(),
  changed: settingsChanged.nullable(),
  name: z.string(),
  allowedOrigins: z.array(z.string()),
  aiTokensPerDay: z.number().int().nullable(),
  /** Of them, since this UTC day began. */
  aiTokensToday: z.number().int(),
  /** What stands in the tag. */
  publicKey: z.string(),
  keys: z.array(signingKeyEntry),
});
export type WorkspaceAnswer = z.infer<typeof workspaceAnswer>;

/** `POST /v1/workspace/signing-keys`: the only answer that ever has the secret. */
export const newSigningKey = z.object({ kid: z.string(), secret: z.string(), createdAt: epochMs });
export type NewSigningKey = z.infer<typeof newSigningKey>;

/** As in a token's header. */
export const signingKeyId = z.string().regex(/^[\w-]{1,64}$/);
