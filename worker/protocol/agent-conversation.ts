import { z } from 'zod';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import { type Escalation, UNNECESSARY_REASONS, WRAP_UP_CODES } from '#domain/escalation/escalation.ts';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import type { SlaTargetView } from '#domain/sla/targets.ts';
import { ack, nack, upHeader } from './common.ts';
import { breadcrumb, page } from './page.ts';
import { agentId, epochMs, line, messageText, queueId, shortText } from './primitives.ts';
import { transcriptEntry } from './transcript.ts';

export const bugReport = z.strictObject({
  title: shortText.min(1),
  expected: z.string().max(2000),
  actual: z.string().max(2000),
  hypothesis: z.string().max(2000),
  environment: z.array(z.strictObject({ label: shortText, value: line })).max(30),
  steps: z.array(line).max(100),
  failedRequests: z
    .array(
      z.strictObject({
        method: z.string().max(10),
        path: z.string().max(500),
        status: z.number().int(),
        count: z.number().int(),
      }),
    )
    .max(50),
  businessImpact: z.string().max(2000),
  replay: z.strictObject({ recordingId: z.string().max(80), at: z.number() }).nullable(),
});

/** Agent in a conversation → ConversationObject. */
export const agentConversationUp = z.discriminatedUnion('type', [
  z.strictObject({
    ...upHeader,
    type: z.literal('hello'),
    protocol: z.number().int(),
    cursor: z.number().int().min(0),
  }),
  z.strictObject({ ...upHeader, type: z.literal('message.send'), text: messageText }),
  z.strictObject({ ...upHeader, type: z.literal('note.add'), text: messageText }),
  z.strictObject({ ...upHeader, type: z.literal('typing') }),
  /** [X13] The conversation is on this agent's screen, or no longer. */
  z.strictObject({ ...upHeader, type: z.literal('looking'), looking: z.boolean() }),
  z.strictObject({ ...upHeader, type: z.literal('resolve'), code: z.enum(WRAP_UP_CODES), note: z.string().max(2000) }),
  z.strictObject({
    ...upHeader,
    type: z.literal('transfer'),
    queueId,
    /** Who is asked first, while they are there; otherwise whoever is free. */
    agentId: agentId.nullable().default(null),
    /** [E5] Why, for who takes it over. */
    note: z.string().trim().min(1).max(2000),
  }),
  /** To the next tier; the report is the required addition. */
  z.strictObject({ ...upHeader, type: z.literal('escalate'), queueId, report: bugReport }),
  /** [E8] A person was needed at the visitor's message with this seq; `missed` false takes that back. */
  z.strictObject({
    ...upHeader,
    type: z.literal('silence.mark'),
    message: z.number().int().min(1),
    missed: z.boolean(),
  }),
  z.strictObject({
    ...upHeader,
    type: z.literal('flag'),
    because: z.enum(UNNECESSARY_REASONS),
    note: z.string().max(2000),
  }),
]);
export type AgentConversationUp = z.infer<typeof agentConversationUp>;

/** Documents that the server assembled itself; the console trusts them and does not parse them again. */
const trusted = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

export const segmentRef = z.object({
  tab: z.string(),
  n: z.number().int(),
  fromAt: z.number(),
  toAt: z.number(),
  events: z.number().int(),
  bytes: z.number().int(),
});
export type SegmentRef = z.infer<typeof segmentRef>;

/** A promise to the visitor and how it stands, soonest due first. */
export const slaTarget = z.object({
  metric: z.enum(SLA_CLOCKS),
  state: z.enum(['pending', 'met', 'breached']),
  /** Null while the clock stands still for the visitor. */
  dueAt: epochMs.nullable(),
  /** Open time that is left while it stands still. */
  pausedLeftMs: z.number().nullable(),
  /** When the reply came or the work ended; null while it is owed. */
  endedAt: epochMs.nullable(),
  warned: z.boolean(),
  targetMinutes: z.number(),
}) satisfies z.ZodType<SlaTargetView>;

/** ConversationObject → agent. */
export const agentConversationDown = z.discriminatedUnion('type', [
  ack,
  nack,
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int(),
    conversationId: z.string(),
    status: z.enum(['open', 'waiting', 'resolved']),
    head: z.number().int(),
    visitor: z.object({
      id: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      attested: z.boolean(),
      online: z.boolean(),
    }),
    escalation: trusted<Escalation>().nullable(),
    bundle: trusted<ContextBundle>().nullable(),
    page: page.nullable(),
    trail: z.array(breadcrumb),
    recordingId: z.string().nullable(),
    segments: z.array(segmentRef),
    /** [X12] Whether the visitor shares what is recorded. */
    sharing: z.enum(['off', 'ask', 'on', 'stopped']),
    /** True when this agent holds the work; others may read and leave notes. */
    mine: z.boolean(),
    sla: z.array(slaTarget),
  }),
  z.object({ type: z.literal('entries'), entries: z.array(transcriptEntry) }),
  z.object({ type: z.literal('assistant.delta'), turn: z.string(), part: z.number().int(), text: z.string() }),
  z.object({ type: z.literal('assistant.end'), turn: z.string() }),
  z.object({ type: z.literal('page'), page, trail: z.array(breadcrumb) }),
  z.object({ type: z.literal('visitor'), online: z.boolean() }),
  z.object({ type: z.literal('sharing'), sharing: z.enum(['off', 'ask', 'on', 'stopped']) }),
  z.object({ type: z.literal('typing'), name: z.string() }),
  z.object({
    type: z.literal('escalation'),
    escalation: trusted<Escalation>().nullable(),
    bundle: trusted<ContextBundle>().nullable(),
    mine: z.boolean(),
    sla: z.array(slaTarget),
  }),
  /** The promises alone, when nothing else of the escalation changed. */
  z.object({ type: z.literal('sla'), sla: z.array(slaTarget) }),
  /** [X14] All that was recorded is gone. */
  z.object({ type: z.literal('recording_deleted') }),
  z.object({ type: z.literal('segment'), recordingId: z.string(), segment: segmentRef }),
]);
export type AgentConversationDown = z.infer<typeof agentConversationDown>;
