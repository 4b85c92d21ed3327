/** What a webhook may be told of; names are those of the append-only events, and stable. */
export const WEBHOOK_EVENTS = [
  'conversation.started',
  'escalation.created',
  'escalation.assigned',
  'escalation.first_response',
  'escalation.moved',
  'escalation.taken_back',
  'escalation.abandoned',
  'escalation.resolved',
  'sla.warned',
  'sla.breached',
  'sla.met',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
/** [S29] Sent when somebody wants to see whether it arrives; nothing has happened. Nobody asks for it by name. */
export const TEST_EVENT = 'webhook.test';

/** Raised when a field goes or changes what it means; a new field is none. */
const BODY_VERSION = 1;

/** What leaves of an event's own fields: ids, names of queues, numbers and words of closed lists. Whatever is not here stays, also what somebody adds later. */
const FIELDS = [
  ...['escalationId', 'ticketNumber', 'hop', 'hops', 'agentId', 'queue', 'from', 'to', 'kind', 'code', 'waitedMs'],
  ...['metric', 'ordinal', 'targetMinutes', 'dueAt', 'elapsedMs'],
];

export type Told = {
  type: string;
  at: number;
  /** Null of a test. */
  conversationId: string | null;
  /** Of the conversation; null where it is not there. */
  number: number | null;
  /** Of the queue that the event names. */
  tier: number | null;
  /** The stored event. */
  fields: Record<string, unknown>;
};

/** [S28] The body as it is sent, the same for every try. Nothing that a visitor or an agent wrote, no name of a person, no address. */
export function webhookBody({ type, at, conversationId, number, tier, fields }: Told): string {
  const head = { type, timestamp: new Date(at).toISOString(), version: BODY_VERSION };
  if (type === TEST_EVENT) return JSON.stringify({ ...head, data: {} });
  const told = Object.fromEntries(
    FIELDS.flatMap((name) =>
      fields[name] === undefined || typeof fields[name] === 'object' ? [] : [[name, fields[name]]],
    ),
  );
  return JSON.stringify({ ...head, data: { conversationId, conversationNumber: number, tier, ...told } });
}
