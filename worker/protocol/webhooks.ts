import { z } from 'zod';
import { WEBHOOK_EVENTS } from '#domain/webhook/webhook-event.ts';
import { epochMs, webhookId } from './primitives.ts';

const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1, 'must have at least one')
  .refine((list) => new Set(list).size === list.length, 'must name each event once');

/** [S28] Where a workspace is told of its events. The secret is in no answer but the ones that made it. */
export const webhookEntry = z.object({
  id: webhookId,
  url: z.string(),
  events: z.array(z.string()),
  isOn: z.boolean(),
  /** `gone`: the receiver said so (410); `failing`: for five days nothing arrived; null is on, or switched off by a person. */
  offBecause: z.enum(['gone', 'failing']).nullable(),
  /** Of the first failure since something last arrived. */
  failingSince: epochMs.nullable(),
  /** Until then the secret before signs too; null where there is none. */
  bothSignUntil: epochMs.nullable(),
  createdAt: epochMs,
  createdBy: z.string(),
  /** Of the deliveries of the last days. */
  pending: z.number().int(),
  delivered: z.number().int(),
  failed: z.number().int(),
});

/** `GET /v1/webhooks` */
export const webhooksAnswer = z.object({ webhooks: z.array(webhookEntry) });
export type WebhooksAnswer = z.infer<typeof webhooksAnswer>;

/** `POST /v1/webhooks` */
export const newWebhook = z.strictObject({ url: z.string().max(2000), events });

/** `POST /v1/webhooks/:webhookId/switch` */
export const webhookSwitch = z.strictObject({ isOn: z.boolean() });

/** The only answers that ever have the secret. */
export const webhookSecret = webhooksAnswer.extend({ id: webhookId, secret: z.string() });
