import { z } from 'zod';
import type {
  AgentId,
  ApiKeyId,
  ArticleId,
  ConversationId,
  EscalationId,
  IncidentId,
  PasskeyId,
  PrivacyJobId,
  QueueId,
  RecordingId,
  ReservationId,
  VisitorId,
  WebhookId,
  WorkspaceId,
} from '#domain/ids.ts';

/** Frames are refused above this size before they are parsed. */
export const MAX_FRAME_BYTES = 64 * 1024;
/** JSON bodies over HTTP. */
export const MAX_BODY_BYTES = 64 * 1024;
/** A replay segment as it travels (gzip) and after unpacking. */
export const MAX_SEGMENT_BYTES = 512 * 1024;
export const MAX_SEGMENT_UNPACKED_BYTES = 8 * 1024 * 1024;
export const MAX_MESSAGE_CHARS = 4000;

const prefixed = <Id extends string>(prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[A-Za-z0-9]{6,64}$`))
    .transform((text) => text as Id);

export const workspaceId = prefixed<WorkspaceId>('wsp');
export const visitorId = prefixed<VisitorId>('vis');
export const agentId = prefixed<AgentId>('agt');
export const conversationId = prefixed<ConversationId>('cnv');
export const escalationId = prefixed<EscalationId>('esc');
export const reservationId = prefixed<ReservationId>('rsv');
export const queueId = prefixed<QueueId>('que');
export const recordingId = prefixed<RecordingId>('rec');
export const articleId = prefixed<ArticleId>('art');
export const incidentId = prefixed<IncidentId>('inc');
export const apiKeyId = prefixed<ApiKeyId>('key');
export const webhookId = prefixed<WebhookId>('whk');
export const passkeyId = prefixed<PasskeyId>('pky');
export const privacyJobId = prefixed<PrivacyJobId>('prv');

/** Made by the client; a repeated one has one effect. Also names the frame in its ack or nack. */
export const clientId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
export const tabId = z.string().regex(/^[A-Za-z0-9]{6,32}$/);
export const epochMs = z.number().int().min(0).max(8_640_000_000_000_000);
export const shortText = z.string().max(200);
export const line = z.string().max(1000);
export const messageText = z
  .string()
  .max(MAX_MESSAGE_CHARS)
  .refine((text) => text.trim().length > 0, 'a message needs at least one visible character');
