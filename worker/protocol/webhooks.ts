import { z } from 'zod';
import { TRY_ERRORS } from '#domain/webhook/schedule.ts';
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

export type WebhookEntry = z.infer<typeof webhookEntry>;

/** `GET /v1/webhooks` */
export const webhooksAnswer = z.object({ webhooks: z.array(webhookEntry) });
export type WebhooksAnswer = z.infer<typeof webhooksAnswer>;

/** `POST /v1/webhooks` */
export const newWebhook = z.strictObject({ url: z.string().max(2000), events });
export type NewWebhook = z.infer<typeof newWebhook>;

/** `POST /v1/webhooks/:webhookId/switch` */
export const webhookSwitch = z.strictObject({ isOn: z.boolean() });

/** `POST /v1/webhooks/:webhookId/rotate`: `endsBefore` is said by whoever knows that the secret which still signs along ends at once. */
export const webhookRotation = z.strictObject({ endsBefore: z.boolean().default(false) });

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

/** [S29] One event on its way to one webhook. */
export const webhookDelivery = z.object({
  /** The `webhook-id` of every try. */
  eventId: z.string(),
  /** `webhook.test` is one that somebody sent to see whether it arrives. */
  type: z.string(),
  /** When it happened. */
  at: epochMs,
  state: z.enum(DELIVERY_STATES),
  /** Since it happened, or since somebody had it sent again. */
  tries: z.number().int(),
  /** Not before; null where nothing more is tried. */
  nextAt: epochMs.nullable(),
  /** What the last try was answered, or why it was answered nothing; both are null before the first. */
  status: z.number().int().nullable(),
  error: z.enum(TRY_ERRORS).nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

/** `GET /v1/webhooks/:webhookId/deliveries`: newest first; `before` and `beforeId` are of the last one that is known. */
export const deliveriesQuery = z.object({
  state: z.enum(DELIVERY_STATES).optional(),
  before: z.coerce.number().int().min(0).optional(),
  beforeId: z.string().max(200).optional(),
});
export const deliveriesAnswer = z.object({ deliveries: z.array(webhookDelivery), more: z.boolean() });
export type DeliveriesAnswer = z.infer<typeof deliveriesAnswer>;

/** `POST /v1/webhooks/:webhookId/again` */
export const deliveryAgain = z.strictObject({ eventId: z.string().min(1).max(200) });

/** What became of a try that somebody asked for. */
export const webhookTried = webhooksAnswer.extend({ delivery: webhookDelivery });
export type WebhookTried = z.infer<typeof webhookTried>;

/** The only answers that ever have the secret. */
export const webhookSecret = webhooksAnswer.extend({ id: webhookId, secret: z.string() });
export type WebhookSecret = z.infer<typeof webhookSecret>;
