import { z } from 'zod';
import type { ContactWish, Entry } from '#domain/conversation/entry.ts';
import { SEVERITIES, UNNECESSARY_REASONS, WRAP_UP_CODES } from '#domain/escalation/escalation.ts';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import { guide, guideOutcome, guideStepNumber } from './guide.ts';
import { epochMs, shortText } from './primitives.ts';

export const author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('visitor'), name: z.string().nullable() }),
  z.object({ kind: z.literal('assistant') }),
  z.object({ kind: z.literal('agent'), id: z.string(), name: z.string() }),
]);

export const citation = z.object({ articleId: z.string(), slug: z.string(), title: z.string(), heading: z.string() });

const entry = { seq: z.number().int(), at: epochMs };
const agentRef = z.object({ id: z.string(), name: z.string() });

/** How the visitor wants the answer when nobody can come now. */
export const contactWish = z.discriminatedUnion('way', [
  z.strictObject({ way: z.literal('here') }),
  z.strictObject({
    way: z.literal('email'),
    address: z.email('an e-mail address is written as name@example.com').max(254),
  }),
  z.strictObject({
    way: z.literal('call'),
    address: z
      .string()
      .max(40)
      .regex(/^\+?[\d\s()./-]{6,40}$/, 'a telephone number has digits, spaces and + ( ) - . / only'),
  }),
]) satisfies z.ZodType<ContactWish>;

/** What everybody in the conversation sees, in the one order. */
export const sharedEntry = z.discriminatedUnion('type', [
  z.object({
    ...entry,
    type: z.literal('message'),
    clientId: z.string(),
    author,
    text: z.string(),
    citations: z.array(citation),
    guide: guide.optional(),
  }),
  /** The assistant asks "shall I bring in a person?"; the visitor answers by button or by words. */
  z.object({ ...entry, type: z.literal('person_offered'), because: z.string() }),
  z.object({
    ...entry,
    type: z.literal('escalated'),
    escalationId: z.string(),
    ticketNumber: z.string(),
    queueName: z.string(),
    because: z.array(shortText),
    passedOn: z.array(shortText),
  }),
  z.object({ ...entry, type: z.literal('agent_joined'), agent: agentRef }),
  z.object({
    ...entry,
    type: z.literal('agent_left'),
    agent: agentRef,
    because: z.enum(['transferred', 'escalated', 'taken_back']),
  }),
  z.object({
    ...entry,
    type: z.literal('moved'),
    queueName: z.string(),
    kind: z.enum(['transfer', 'escalation', 'overflow']),
  }),
  z.object({ ...entry, type: z.literal('resolved'), by: agentRef.nullable() }),
  z.object({ ...entry, type: z.literal('reopened') }),
  z.object({ ...entry, type: z.literal('contact_wished'), wish: contactWish }),
  /** The visitor left the line. */
  z.object({ ...entry, type: z.literal('withdrawn') }),
  /** The visitor lets support see the recording, or does so no longer. */
  z.object({ ...entry, type: z.literal('sharing'), shares: z.boolean() }),
  /** How the guide of the answer with the seq `answer` ended on the visitor's page. */
  z.object({
    ...entry,
    type: z.literal('guide_ended'),
    answer: z.number().int(),
    outcome: guideOutcome,
    step: guideStepNumber,
    words: z.string(),
  }),
  z.object({ ...entry, type: z.literal('recording_deleted') }),
]);

/** What only agents see, in the same sequence. */
export const agentOnlyEntry = z.discriminatedUnion('type', [
  z.object({
    ...entry,
    type: z.literal('attempt'),
    outcome: z.enum(['sent', 'withheld']),
    verdict: z.string(),
    question: z.string(),
    text: z.string(),
  }),
  z.object({ ...entry, type: z.literal('attempt_failed'), question: z.string(), because: z.string() }),
  z.object({
    ...entry,
    type: z.literal('raised'),
    severity: z.enum(SEVERITIES),
    class: z.literal([0, 1]),
    because: z.array(z.string()),
  }),
  z.object({
    ...entry,
    type: z.literal('silence_marked'),
    agent: agentRef,
    message: z.number().int(),
    missed: z.boolean(),
  }),
  z.object({ ...entry, type: z.literal('note'), agent: agentRef, text: z.string() }),
  z.object({
    ...entry,
    type: z.literal('hop_note'),
    from: z.string(),
    to: z.string(),
    agent: agentRef,
    text: z.string(),
  }),
  z.object({
    ...entry,
    type: z.literal('flagged'),
    agent: agentRef,
    because: z.enum(UNNECESSARY_REASONS),
    note: z.string(),
  }),
  z.object({ ...entry, type: z.literal('wrapped_up'), agent: agentRef, code: z.enum(WRAP_UP_CODES), note: z.string() }),
  /** `dueAt` is when it was due; the entry's own time is when that was noticed. */
  z.object({
    ...entry,
    type: z.literal('sla_breached'),
    metric: z.enum(SLA_CLOCKS),
    dueAt: epochMs,
    targetMinutes: z.number(),
  }),
]);

export const transcriptEntry = z.union([sharedEntry, agentOnlyEntry]) satisfies z.ZodType<Entry>;
