import { z } from 'zod';
import { type BugReport, SEVERITIES } from '#domain/escalation/escalation.ts';
import type {
  AgentId,
  ConversationId,
  EscalationId,
  QueueId,
  RecordingId,
  ReservationId,
  VisitorId,
  WorkspaceId,
} from '#domain/ids.ts';
import type { RankFacts } from '#domain/priority/rank.ts';
import type { QueueConfig, WorkSummary } from '#domain/queue/queue.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import type { PromiseNotice } from '#domain/sla/notice.ts';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import { incident } from '#protocol/incidents.ts';
import { storedQueueSettings } from '#protocol/queue-settings.ts';
import { calendarSchema } from '#protocol/sla.ts';
import { exactly } from './read-stored.ts';

/*
 * What several objects keep. No limits of length here: those are for what comes from outside, and a text that passed them may have grown
 * by redaction since.
 */

/** Our own ids, written by ourselves: their form is checked where they enter. */
const own = <Id extends string>() => z.string().min(1) as unknown as z.ZodType<Id, Id>;

export const id = {
  workspace: own<WorkspaceId>(),
  visitor: own<VisitorId>(),
  agent: own<AgentId>(),
  conversation: own<ConversationId>(),
  escalation: own<EscalationId>(),
  reservation: own<ReservationId>(),
  queue: own<QueueId>(),
  recording: own<RecordingId>(),
};

export const at = z.number();
export const texts = z.array(z.string());
export const textOrNull = z.string().nullable();
export const numberOrNull = z.number().nullable();
export const rankClass = z.literal([0, 1]);
export const rankTerms = z.array(z.object({ label: z.string(), minutes: z.number() }));

export const workFields = {
  escalationId: id.escalation,
  conversationId: id.conversation,
  ticketNumber: z.string(),
  hop: z.number(),
  subject: z.string(),
  visitorName: textOrNull,
  company: textOrNull,
  area: textOrNull,
  because: texts,
  skills: texts,
};
export const workSummary = exactly<WorkSummary>()(z.object(workFields));

export const rankFacts = exactly<RankFacts>()(
  z.object({
    tier: z.enum(['free', 'pro', 'enterprise']).nullable(),
    severity: z.enum(SEVERITIES),
    contractValue: numberOrNull,
    health: z.enum(['healthy', 'at_risk']).nullable(),
    frustration: numberOrNull,
    sentiment: numberOrNull.default(null),
    repeatContact: numberOrNull,
    area: textOrNull,
    renewalInDays: numberOrNull,
    openDispute: z.boolean().nullable(),
    failedRequests: numberOrNull,
    incident: textOrNull.default(null),
    isLate: z.boolean().default(false),
    promiseDueAt: numberOrNull.default(null),
  }),
);

/** Settings that an older state lacks are the defaults, as in the queue's row in D1. */
export const queueConfig = exactly<QueueConfig>()(
  storedQueueSettings.extend({
    id: id.queue,
    name: z.string(),
    tier: z.number(),
    revision: z.number().default(0),
    ownerName: textOrNull.default(null),
    hours: calendarSchema.default(ALWAYS_OPEN),
    asOf: z.number().default(0),
    incidents: z.array(incident).default([]),
  }),
);

export const bugReport = exactly<BugReport>()(
  z.object({
    title: z.string(),
    expected: z.string(),
    actual: z.string(),
    hypothesis: z.string(),
    environment: z.array(z.object({ label: z.string(), value: z.string() })),
    steps: texts,
    failedRequests: z.array(z.object({ method: z.string(), path: z.string(), status: z.number(), count: z.number() })),
    businessImpact: z.string(),
    replay: z.object({ recordingId: z.string(), at }).nullable(),
  }),
);

export const promiseNotice = exactly<PromiseNotice>()(
  z.object({
    id: z.string(),
    what: z.enum(['warned', 'breached']),
    at,
    metric: z.enum(SLA_CLOCKS),
    dueAt: numberOrNull,
    escalationId: id.escalation,
    conversationId: id.conversation,
    ticketNumber: z.string(),
    subject: z.string(),
    queueName: z.string(),
  }),
);
