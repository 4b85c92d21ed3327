/**
 * Ids are branded strings with a prefix that says what they name, so that one can never be passed for another and a log line
 * can be read. Nothing here makes randomness: callers pass the random part in.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type WorkspaceId = Branded<'workspace'>;
export type VisitorId = Branded<'visitor'>;
export type AgentId = Branded<'agent'>;
export type ConversationId = Branded<'conversation'>;
export type EscalationId = Branded<'escalation'>;
export type ReservationId = Branded<'reservation'>;
export type QueueId = Branded<'queue'>;
export type RecordingId = Branded<'recording'>;
export type ArticleId = Branded<'article'>;
export type IncidentId = Branded<'incident'>;
export type ApiKeyId = Branded<'apiKey'>;
export type PrivacyJobId = Branded<'privacyJob'>;
export type WebhookId = Branded<'webhook'>;
export type PasskeyId = Branded<'passkey'>;

/** Milliseconds since 1970-01-01T00:00Z. Always passed in; the domain has no clock. */
export type EpochMs = number;

export const ID_PREFIX = {
  workspace: 'wsp',
  visitor: 'vis',
  agent: 'agt',
  conversation: 'cnv',
  escalation: 'esc',
  reservation: 'rsv',
  queue: 'que',
  recording: 'rec',
  article: 'art',
  incident: 'inc',
  apiKey: 'key',
  privacyJob: 'prv',
  webhook: 'whk',
  passkey: 'pky',
} as const;
