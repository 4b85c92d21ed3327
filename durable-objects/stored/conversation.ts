import { z } from 'zod';
import type { HandoverReasons } from '#domain/bundle/assemble.ts';
import { BUNDLE_VERSION, type ContextBundle } from '#domain/bundle/bundle.ts';
import type { ConversationState, KeptAttempt } from '#domain/conversation/conversation.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import type { EntryBody } from '#domain/conversation/entry.ts';
import { CAPTURE_MODES, SHARING_WORDS } from '#domain/conversation/sharing.ts';
import {
  type Escalation,
  HOP_KINDS,
  type Hop,
  SEVERITIES,
  UNNECESSARY_REASONS,
  WRAP_UP_CODES,
} from '#domain/escalation/escalation.ts';
import { GUIDE_OUTCOMES, GUIDE_ROLES, type GuideStep } from '#domain/guide/guide.ts';
import type { AgentId } from '#domain/ids.ts';
import { CONTEXT_ENTRY_TYPES, type Page } from '#domain/page/page.ts';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { type Fact, PROVENANCES } from '#domain/triggers/fact.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';
import { type Drafted, NO_DRAFT } from '../../worker/assist/ports.ts';
import { TOOL_NAMES } from '../../worker/assist/tools/tool-names.ts';
import { storedDecision, storedFacts } from '../../worker/storage/evaluations.ts';
import { outcomeEvent } from '../../worker/storage/outcome-event.ts';
import { readSla } from '../../worker/storage/sla.ts';
import type { Place } from '../conversation-object.ts';
import { type Seat, seat } from '../seats.ts';
import { at, bugReport, id, numberOrNull, promiseNotice, rankClass, rankTerms, textOrNull, texts } from './parts.ts';
import { exactly, passedThrough } from './read-stored.ts';

const agent = z.object({ id: id.agent, name: z.string() });
const named = z.object({ id: z.string(), name: z.string() });

// The transcript.

const citations = z.array(
  z.object({ articleId: z.string(), slug: z.string(), title: z.string(), heading: z.string() }),
);
const author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('visitor'), name: textOrNull }),
  z.object({ kind: z.literal('assistant') }),
  z.object({ kind: z.literal('agent'), id: z.string(), name: z.string() }),
]);
const said = { agent: named, text: z.string() };
const guideStep = exactly<GuideStep>()(
  z.object({ role: z.enum(GUIDE_ROLES), name: z.string(), path: textOrNull, text: z.string() }),
);

/** An entry's body; `seq` and `at` are columns. */
export const entryBody = exactly<EntryBody>()(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('message'),
      clientId: z.string(),
      author,
      text: z.string(),
      citations,
      guide: z.array(guideStep).optional(),
    }),
    z.object({ type: z.literal('person_offered'), because: z.string() }),
    z.object({
      type: z.literal('escalated'),
      escalationId: z.string(),
      ticketNumber: z.string(),
      queueName: z.string(),
      because: texts,
      passedOn: texts,
    }),
    z.object({ type: z.literal('agent_joined'), agent: named }),
    z.object({ type: z.literal('withdrawn') }),
    z.object({ type: z.literal('sharing'), shares: z.boolean() }),
    z.object({
      type: z.literal('guide_ended'),
      answer: z.number(),
      outcome: z.enum(GUIDE_OUTCOMES),
      step: z.number(),
      words: z.string(),
    }),
    z.object({ type: z.literal('recording_deleted') }),
    z.object({
      type: z.literal('agent_left'),
      agent: named,
      because: z.enum(['transferred', 'escalated', 'taken_back']),
    }),
    z.object({
      type: z.literal('moved'),
      queueName: z.string(),
      kind: z.enum(['transfer', 'escalation', 'overflow']),
    }),
    z.object({ type: z.literal('resolved'), by: named.nullable() }),
    z.object({ type: z.literal('reopened') }),
    z.object({
      type: z.literal('contact_wished'),
      wish: z.union([
        z.object({ way: z.literal('here') }),
        z.object({ way: z.enum(['email', 'call']), address: z.string() }),
      ]),
    }),
    z.object({
      type: z.literal('attempt'),
      outcome: z.enum(['sent', 'withheld']),
      verdict: z.string(),
      question: z.string(),
      text: z.string(),
    }),
    z.object({ type: z.literal('attempt_failed'), question: z.string(), because: z.string() }),
    z.object({
      type: z.literal('raised'),
      severity: z.enum(SEVERITIES),
      class: rankClass,
      because: texts,
    }),
    z.object({ type: z.literal('silence_marked'), agent: named, message: z.number(), missed: z.boolean() }),
    z.object({ type: z.literal('note'), ...said }),
    z.object({ type: z.literal('hop_note'), from: z.string(), to: z.string(), ...said }),
    z.object({ type: z.literal('flagged'), agent: named, because: z.enum(UNNECESSARY_REASONS), note: z.string() }),
    z.object({ type: z.literal('wrapped_up'), agent: named, code: z.enum(WRAP_UP_CODES), note: z.string() }),
    z.object({ type: z.literal('sla_breached'), metric: z.enum(SLA_CLOCKS), dueAt: at, targetMinutes: z.number() }),
  ]),
);

// The page and what happened on it.

export const page = exactly<Page>()(
  z.object({
    path: z.string(),
    title: z.string(),
    area: textOrNull,
    entries: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        type: z.enum(CONTEXT_ENTRY_TYPES),
        value: z.union([z.string(), z.number(), z.boolean(), texts]),
      }),
    ),
    viewport: z.object({ width: z.number(), height: z.number() }),
    browser: z.string(),
    language: z.string(),
    at,
  }),
);

const crumb = { tab: z.string(), n: z.number(), at };
const target = { role: z.string(), name: z.string() };
const request = { method: z.string(), path: z.string(), status: z.number(), durationMs: z.number() };
export const breadcrumb = exactly<Breadcrumb>()(
  z.discriminatedUnion('kind', [
    z.object({
      ...crumb,
      kind: z.literal('navigation'),
      path: z.string(),
      title: z.string(),
      cause: z.enum(['load', 'route', 'history']),
    }),
    z.object({ ...crumb, kind: z.literal('click'), ...target }),
    z.object({ ...crumb, kind: z.literal('rage_click'), ...target, count: z.number() }),
    z.object({ ...crumb, kind: z.literal('dead_click'), ...target }),
    z.object({ ...crumb, kind: z.literal('slow_click'), ...target, durationMs: z.number() }),
    z.object({
      ...crumb,
      kind: z.literal('input'),
      ...target,
      inputKind: z.string(),
      filled: z.boolean().default(true),
    }),
    z.object({ ...crumb, kind: z.literal('submit'), name: z.string() }),
    z.object({ ...crumb, kind: z.literal('form_rejected'), name: z.string(), fields: texts }),
    z.object({ ...crumb, kind: z.literal('error'), message: z.string(), source: textOrNull }),
    z.object({ ...crumb, kind: z.literal('console_error'), message: z.string() }),
    z.object({ ...crumb, kind: z.literal('request_failed'), ...request }),
    z.object({ ...crumb, kind: z.literal('request_slow'), ...request }),
    z.object({ ...crumb, kind: z.literal('visibility'), state: z.enum(['visible', 'hidden']) }),
    z.object({ ...crumb, kind: z.literal('connection'), state: z.enum(['online', 'offline']) }),
  ]),
);

export const segment = exactly<SegmentRef>()(
  z.object({ tab: z.string(), n: z.number(), fromAt: at, toAt: at, events: z.number(), bytes: z.number() }),
);

export const place = exactly<Place>()(
  z.object({
    position: numberOrNull,
    estimate: z.object({ lowMs: z.number(), highMs: z.number() }).nullable(),
    agentsAvailable: z.number(),
    service: z.enum(['open', 'closed', 'full']).default('open'),
    opensAt: numberOrNull.default(null),
  }),
);

// The state.

const fact = exactly<Fact>()(
  z.object({
    value: z.union([z.string(), z.number(), z.boolean(), texts, z.null()]),
    provenance: z.enum(PROVENANCES),
    at,
    source: z.string(),
  }),
);

const attempt = exactly<KeptAttempt>()(
  z.object({
    id: z.string(),
    at,
    question: z.string(),
    kind: z.enum(['answer', 'clarify', 'none']),
    text: z.string(),
    citations,
    outcome: z.enum(['sent', 'withheld']),
    verdict: z.object({
      send: z.boolean(),
      because: z.string(),
      coverage: z.number(),
      confidence: z.number(),
      stated: z.number().optional(),
      needed: z.object({ confidence: z.number(), because: texts }).optional(),
    }),
    failedBecause: textOrNull,
    by: z.string().optional(),
    insteadOf: z.object({ by: z.string(), because: z.string() }).nullable().optional(),
    tools: z.array(z.object({ name: z.string(), calls: z.number(), refused: z.number() })).optional(),
    suggests: z.string().optional(),
  }),
);

const tools = z
  .object({
    uses: z.array(z.object({ name: z.enum([...TOOL_NAMES, 'other']), calls: z.number(), refused: z.number() })),
    searches: texts,
    suggests: textOrNull,
  })
  .optional();
const drafted = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    by: z.string(),
    text: z.string(),
    citations,
    verdict: z.object({ grounded: z.boolean(), coverage: z.number() }).nullable(),
    tools,
  }),
  z.object({ ok: z.literal(false), by: z.string(), because: z.enum(NO_DRAFT), tools }),
]);
/** What came of asking a model, for the turn that it was asked for. */
export const keptDraft = exactly<{ turnId: string; drafted: Drafted }>()(z.object({ turnId: z.string(), drafted }));

const hop = exactly<Hop>()(
  z.object({
    hop: z.number(),
    kind: z.enum(HOP_KINDS),
    queueId: id.queue,
    queueName: z.string(),
    at,
    by: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('assistant') }),
      z.object({ kind: z.literal('agent'), id: id.agent, name: z.string() }),
      z.object({ kind: z.literal('queue'), name: z.string() }),
    ]),
    note: textOrNull,
    wanted: agent.nullable().default(null),
    raises: rankTerms.default([]),
    relaxed: z.number().default(0),
    waitedMs: z.number().default(0),
  }),
);
const escalationFields = {
  id: id.escalation,
  conversationId: id.conversation,
  ticketNumber: z.string(),
  createdAt: at,
  severity: z.enum(SEVERITIES),
  skills: texts,
  class: rankClass,
  because: texts,
  // Whoever has work looks at its last hop.
  hops: z.array(hop).min(1),
};
const taken = { agent, assignedAt: at, firstResponseAt: numberOrNull };
const escalation = exactly<Escalation>()(
  z.discriminatedUnion('state', [
    z.object({ ...escalationFields, state: z.literal('queued') }),
    z.object({ ...escalationFields, ...taken, state: z.literal('assigned') }),
    z.object({
      ...escalationFields,
      ...taken,
      state: z.literal('resolved'),
      resolvedAt: at,
      wrapUpCode: z.enum(WRAP_UP_CODES),
      note: textOrNull,
    }),
    z.object({ ...escalationFields, state: z.literal('abandoned'), abandonedAt: at }),
  ]),
);

const bundle = passedThrough<ContextBundle>(
  z.looseObject({
    version: z.literal(BUNDLE_VERSION),
    escalationId: z.string(),
    conversationId: z.string(),
    hop: z.number(),
    assembledAt: at,
    bugReport: z.discriminatedUnion('status', [
      z.looseObject({ status: z.literal('present'), value: bugReport }),
      z.looseObject({ status: z.literal('missing'), reason: z.string() }),
    ]),
  }),
);

const reasons = passedThrough<HandoverReasons>(
  z.looseObject({
    signals: z.looseObject({ frustration: z.looseObject({ value: z.number() }) }).nullable(),
    decision: z.string(),
    because: texts,
    trace: z.array(z.looseObject({})),
    routing: texts,
  }),
);

const status = z.enum(['open', 'waiting', 'resolved']);

export const conversationState = exactly<ConversationState>()(
  z.object({
    workspaceId: id.workspace,
    id: id.conversation,
    number: z.number(),
    visitor: z.object({
      id: id.visitor,
      name: textOrNull,
      email: textOrNull,
      attested: z.boolean(),
      account: z.record(z.string(), fact),
      company: textOrNull,
    }),
    status,
    startedAt: at,
    head: z.number(),
    readSeq: z.number(),
    turn: z.object({ id: z.string(), messageSeq: z.number(), question: z.string() }).nullable(),
    attempts: z.array(attempt),
    // Older states lack what follows with a default.
    about: z.object({ topic: textOrNull, area: textOrNull }).nullable().default(null),
    escalation: escalation.nullable(),
    // Promises that cannot be read are none: a clock must not keep a conversation from being opened.
    sla: z
      .unknown()
      .optional()
      .transform((value) => readSla(value ?? null)),
    escalations: z.number(),
    before: escalation.nullable().default(null),
    wroteBefore: z.boolean().nullable().default(null),
    lastAgent: agent.nullable().default(null),
    offerOpen: z.boolean().default(false),
    offerRefused: z.boolean().default(false),
    recordingId: id.recording,
    recording: z.boolean(),
    capture: z.enum(CAPTURE_MODES).optional(),
    sharing: z.enum(SHARING_WORDS).default('nothing'),
    reasons: reasons.nullable(),
    bundle: bundle.nullable(),
  }),
);

// What is on its way to somebody else.

const hopOf = { escalationId: id.escalation, hop: z.number() };
export const conversationEffect = exactly<Effect>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hand_over'), ...hopOf, bugReport: bugReport.nullable() }),
    z.object({
      kind: z.literal('close_entry'),
      ...hopOf,
      queueId: id.queue,
      outcome: z.enum(['resolved', 'moved', 'abandoned']),
    }),
    z.object({ kind: z.literal('rerank'), ...hopOf, queueId: id.queue, said: z.number().optional() }),
    z.object({ kind: z.literal('send_on'), ...hopOf, queueId: id.queue }),
    z.object({ kind: z.literal('entry_answered'), ...hopOf, queueId: id.queue, agentId: id.agent }),
    z.object({ kind: z.literal('entry_owed'), ...hopOf, queueId: id.queue, agentId: id.agent, at }),
    z.object({ kind: z.literal('entry_promised'), ...hopOf, queueId: id.queue, dueAt: numberOrNull }),
    z.object({ kind: z.literal('release_slot'), agentId: id.agent, ...hopOf }),
    z.object({ kind: z.literal('notice'), notice: promiseNotice }),
    z.object({ kind: z.literal('notice_over'), noticeId: z.string() }),
    z.object({ kind: z.literal('bundle_row'), bundle }),
    z.object({
      kind: z.literal('evaluation_row'),
      id: z.string(),
      at,
      policyVersion: z.number(),
      facts: storedFacts,
      decision: storedDecision,
      shadow: z.object({ version: z.number(), decision: storedDecision.nullable() }).nullable(),
    }),
    z.object({ kind: z.literal('conversation_row'), status, subject: textOrNull }),
    z.object({ kind: z.literal('outcome_event'), at, conversationId: id.conversation, event: outcomeEvent }),
  ]),
);

export const conversationTicket = exactly<{ id: AgentId; name: string } & Seat>()(agent.extend(seat));
