import { assembleBundle, type Fetched, labelOf, subjectOf } from '#domain/bundle/assemble.ts';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Heard } from '#domain/conversation/command.ts';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import {
  type BugReport,
  type Escalation,
  type Hop,
  pathSince,
  skillsAt,
  waitingSince,
  worse,
} from '#domain/escalation/escalation.ts';
import type { AgentId, EscalationId } from '#domain/ids.ts';
import { areaOfPath, type Page } from '#domain/page/page.ts';
import { type Rank, type RankFacts, REPEAT_WITHIN_MS, type Tier } from '#domain/priority/rank.ts';
import { rankIn } from '#domain/queue/ranked.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { redactText } from '#domain/redaction/redact.ts';
import { planOf, type SlaTerms, termsFor } from '#domain/sla/policy.ts';
import { isBreachedNow, promiseDueAt } from '#domain/sla/targets.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { PAGE_SIGNALS_WINDOW_MS, pageSignals } from '#domain/timeline/page-signals.ts';
import { frustrationOf, sentimentOf } from '../worker/assist/affect.ts';
import { type Desk, loadDesk } from '../worker/assist/desk.ts';
import { hear } from '../worker/assist/hear.ts';
import type { Env } from '../worker/env.ts';
import { previousConversations, updateConversation } from '../worker/storage/conversations.ts';
import { insertEvaluation } from '../worker/storage/evaluations.ts';
import { insertBundle, insertEvent } from '../worker/storage/outcomes.ts';
import { visitorById } from '../worker/storage/visitors.ts';
import { configOf } from '../worker/storage/workspaces.ts';
import { Late, within } from '../worker/within.ts';
import { agentStub, queueStub } from './names.ts';
import type { OutboxRow } from './outbox.ts';

/** What delivery needs of the conversation, as functions, so that its test needs no object. */
export type DeliveryDeps = {
  env: Env;
  state: ConversationState;
  entries: () => Entry[];
  page: () => Page | null;
  trail: () => Breadcrumb[];
  keepBundle: (bundle: ContextBundle) => void;
  keepRank: (escalationId: EscalationId, hop: number, rank: Rank) => void;
  /** [P9] Answers with the conversation as it is then. */
  keepHeard: (escalationId: EscalationId, said: number | null, heard: Heard, terms: SlaTerms) => ConversationState;
};

/** A read that must not hold the hand-over: after this long the bundle goes without it and says so. */
const CONTEXT_READ_MS = 1_500;

/** Delivers the first row; resolves to 1. Throws when it must be tried again. */
export async function deliverWork(deps: DeliveryDeps, rows: OutboxRow<Effect>[]): Promise<number> {
  const { effect } = rows[0] as OutboxRow<Effect>;
  const { workspaceId } = deps.state;
  switch (effect.kind) {
    case 'hand_over':
      await handOver(deps, effect.escalationId, effect.hop, effect.bugReport);
      return 1;
    case 'close_entry':
      await queueStub(deps.env, workspaceId, effect.queueId).close(effect.escalationId, effect.hop, effect.outcome);
      return 1;
    case 'rerank':
      await rerankHearing(deps, effect.escalationId, effect.hop, effect.said ?? null);
      return 1;
    case 'send_on':
      await queueStub(deps.env, workspaceId, effect.queueId).sendOn(effect.escalationId, effect.hop);
      return 1;
    case 'entry_answered':
      await queueStub(deps.env, workspaceId, effect.queueId).answered(effect.escalationId, effect.hop, effect.agentId);
      return 1;
    case 'entry_owed':
      await queueStub(deps.env, workspaceId, effect.queueId).owed(
        effect.escalationId,
        effect.hop,
        effect.agentId,
        effect.at,
      );
      return 1;
    case 'entry_promised':
      await queueStub(deps.env, workspaceId, effect.queueId).promised(effect.escalationId, effect.hop, effect.dueAt);
      return 1;
    case 'release_slot':
      await agentStub(deps.env, workspaceId, effect.agentId).release(effect.escalationId, effect.hop);
      return 1;
    default:
      throw new Error(`${effect.kind} is not work`);
  }
}

/**
 * Puts the escalation in its queue with everything that is known. Repeating it is harmless: the queue knows the hop, and the
 * bundle is made again from the same transcript.
 */
async function handOver(
  deps: DeliveryDeps,
  escalationId: string,
  hop: number,
  bugReport: BugReport | null,
): Promise<void> {
  const { state, env } = deps;
  const { escalation, workspaceId } = state;
  // Moved on already: a later row carries the later hop. Or nobody waits any more.
  if (escalation === null || escalation.id !== escalationId || escalation.hops.length !== hop) return;
  if (escalation.state === 'abandoned') return;
  const desk = await loadDesk(env, workspaceId);
  const place = escalation.hops.at(-1)!;
  const config = desk.queues.find(({ id }) => id === place.queueId);
  if (config === undefined) throw new Error(`queue ${place.queueId} is gone`);
  const now = Date.now();
  const facts = rankFactsOf(deps, escalation, now);
  const rank = rankIn(config, facts, waitingSince(escalation.hops), place.raises);
  const report = bugReport ?? (state.bundle?.bugReport.status === 'present' ? state.bundle.bugReport.value : null);
  const assemble = (
    history: Parameters<typeof assembleBundle>[0]['history'],
    changes: Parameters<typeof assembleBundle>[0]['changes'],
  ) =>
    assembleBundle({
      state,
      escalation,
      entries: deps.entries(),
      page: deps.page(),
      trail: deps.trail(),
      reasons: state.reasons,
      rank,
      history,
      changes,
      bugReport: report,
      now,
    });
  const trouble = momentOfTrouble(deps.trail(), now);
  const enqueued = queueStub(env, workspaceId, config.id).enqueue(
    { workspaceId, config: configOf(config) },
    {
      escalationId: escalation.id,
      conversationId: state.id,
      ticketNumber: escalation.ticketNumber,
      hop,
      subject: redactText(subjectOf(deps.entries(), deps.page(), trouble?.because ?? null, report)).text,
      visitorName: state.visitor.name,
      company: state.visitor.company,
      area: deps.page()?.area ?? null,
      because: place.by.kind === 'agent' ? [`${place.by.name}: ${place.note ?? ''}`] : escalation.because,
      skills: skillsAt(escalation),
    },
    {
      class: escalation.class,
      facts,
      queuedAt: waitingSince(escalation.hops),
      pathSince: pathSince(escalation.hops),
      raises: place.raises,
      relaxed: place.relaxed,
      preferred: preferredFor(state, place),
      passedBy: passedWithin(escalation.hops),
    },
  );
  // Awaited below; should it fail before that, nobody has missed it yet.
  enqueued.catch(() => {});
  // The history is read while the offer is on its way; the agent's screen gets it with the bundle a moment later.
  const [history, changes] = await Promise.all([historyOf(env, state), changesOf(env, state)]);
  deps.keepBundle(assemble(history, changes));
  await enqueued;
  // Who wrote before is known only now: the offer did not wait for it, the rank does not forget it.
  if (history.ok && history.value.length > 0) await rerank(deps, escalation.id, hop, history.value);
}

/** [P9] Asks the policy of who waits, and ranks anew with what it says. */
async function rerankHearing(
  deps: DeliveryDeps,
  escalationId: string,
  hop: number,
  said: number | null,
): Promise<void> {
  const { state, env } = deps;
  const { escalation, workspaceId, visitor } = state;
  if (escalation?.state !== 'queued' || escalation.id !== escalationId) return;
  const desk = await loadDesk(env, workspaceId);
  const heard = heardIn(deps, desk, said);
  if (heard === null) return rerank(deps, escalationId, hop);
  const severity = worse(escalation.severity, heard.severity);
  const terms = termsFor(desk.sla, planOf(visitor), severity);
  await rerank({ ...deps, state: deps.keepHeard(escalation.id, said, heard, terms) }, escalationId, hop);
}

/** [C9] Whoever waits is ranked also where the assistant cannot read what they wrote: nothing behind this in the outbox waits for it. */
function heardIn(deps: DeliveryDeps, desk: Desk, said: number | null): Heard | null {
  try {
    const { state } = deps;
    return hear(
      { state, entries: deps.entries(), page: deps.page(), trail: deps.trail(), desk, now: Date.now() },
      said,
    );
  } catch (cause) {
    console.error(JSON.stringify({ at: 'heard', message: faultText(cause) }));
    return null;
  }
}

/** [P7] The rank with what is known now; nothing happens when the work has moved on or somebody has it. */
async function rerank(deps: DeliveryDeps, escalationId: string, hop: number, known?: { at: number }[]): Promise<void> {
  const { state, env } = deps;
  const { escalation, workspaceId } = state;
  if (escalation?.state !== 'queued' || escalation.id !== escalationId || escalation.hops.length !== hop) return;
  const config = (await loadDesk(env, workspaceId)).queues.find(({ id }) => id === escalation.hops.at(-1)!.queueId);
  if (config === undefined) return;
  const now = Date.now();
  const history =
    known ?? (await fetched(previousConversations(env.DB, workspaceId, state.visitor.id, state.id), 'history'));
  // [O10] What cannot be read now was read at the hand-over: nobody is moved back because a database is slow.
  const earlier = Array.isArray(history) ? history : history.ok ? history.value : historyKept(state);
  const facts = {
    ...rankFactsOf(deps, escalation, now),
    repeatContact: earlier.filter(({ at }) => at > now - REPEAT_WITHIN_MS).length,
  };
  const identity = { workspaceId, config: configOf(config) };
  const rank = await queueStub(env, workspaceId, config.id).rerank(
    identity,
    escalation.id,
    hop,
    facts,
    escalation.class,
  );
  if (rank !== null) deps.keepRank(escalation.id, hop, rank);
}

const historyKept = ({ bundle }: ConversationState): readonly { at: number }[] =>
  bundle?.history.status === 'present' ? bundle.history.value : [];

/** [Q12] Who gave it to a colleague, or back in line. Who sent it to another queue may be the one who is free there. */
function passedWithin(hops: readonly Hop[]): AgentId | null {
  const [from, to] = hops.slice(-2);
  return to?.by.kind === 'agent' && from?.queueId === to.queueId ? to.by.id : null;
}

/** A visitor who comes back is brought to who helped before; work that moves on to whom the transfer names, or to whoever is free. */
const preferredFor = (state: ConversationState, { hop, wanted }: Hop) =>
  (hop === 1 ? state.lastAgent?.id : wanted?.id) ?? null;

/** So many of the visitor's latest messages are read for how they felt while they waited. */
const FELT_IN = 20;

/** [P4] The strongest frustration so far: of the turn that handed over, and of each message since. Who calms down does not lose the place that they were given. */
function frustrationNow({ state, entries, trail }: DeliveryDeps, since: number): number | null {
  const known = state.reasons?.signals?.frustration.value ?? null;
  const messages = entries().filter((entry) => entry.type === 'message');
  const crumbs = trail();
  const felt = messages.flatMap(({ at, author, text }, index) => {
    if (author.kind !== 'visitor' || at < since) return [];
    const earlier = messages.slice(0, index).map((one) => ({ author: one.author.kind, text: one.text }));
    return [{ value: () => frustrationOf(text, earlier, pageSignals(crumbs, at)).value }];
  });
  if (felt.length === 0) return known;
  return Math.max(known ?? 0, ...felt.slice(-FELT_IN).map(({ value }) => value()));
}

/** The tone of what the visitor wrote last; what was read at the hand-over, where they wrote nothing. */
function toneNow({ state, entries }: DeliveryDeps): number | null {
  const last = entries().findLast((entry) => entry.type === 'message' && entry.author.kind === 'visitor');
  return last?.type === 'message' ? sentimentOf(last.text) : (state.reasons?.signals?.sentiment ?? null);
}

/** [K10] Late by a rule that says to hurry. */
const isLate = ({ sla }: ConversationState, { id }: Escalation): boolean =>
  sla !== null && sla.escalationId === id && sla.terms.onBreach.rerank && isBreachedNow(sla);

/** [P4] Only what somebody vouches for may move rank: account facts of attested visitors, and what we saw or inferred ourselves. */
export function rankFactsOf(deps: DeliveryDeps, escalation: Escalation, now: number): RankFacts {
  const { state } = deps;
  const account = (name: string) => {
    const fact = state.visitor.attested ? state.visitor.account[name] : undefined;
    return fact === undefined || fact.provenance === 'claimed' ? null : fact.value;
  };
  const number = (name: string) => {
    const value = account(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const since = escalation.hops[0]?.at ?? now;
  const plan = planOf(state.visitor);
  const health = account('health');
  const dispute = account('open_dispute');
  const incident = account('incident');
  return {
    tier: plan === 'unknown' ? null : (plan satisfies Tier),
    severity: escalation.severity,
    contractValue: number('contract_value'),
    health: health === 'healthy' || health === 'at_risk' ? health : null,
    frustration: frustrationNow(deps, since),
    sentiment: toneNow(deps),
    repeatContact: null,
    // What the host calls the page is a claim; where the page is, we saw.
    area: areaOfPath(deps.page()?.path ?? '/'),
    renewalInDays: number('renewal_in_days'),
    openDispute: typeof dispute === 'boolean' ? dispute : null,
    // All since shortly before the hand-over: what was seen then does not fade while they wait.
    failedRequests: pageSignals(deps.trail(), now, now - since + PAGE_SIGNALS_WINDOW_MS).failedRequests,
    incident: typeof incident === 'string' && incident !== '' ? incident.slice(0, 120) : null,
    isLate: isLate(state, escalation),
    promiseDueAt: state.sla !== null && state.sla.escalationId === escalation.id ? promiseDueAt(state.sla) : null,
  };
}

async function historyOf(
  env: Env,
  state: ConversationState,
): Promise<Fetched<Awaited<ReturnType<typeof previousConversations>>>> {
  return fetched(previousConversations(env.DB, state.workspaceId, state.visitor.id, state.id), 'earlier conversations');
}

/** Who was first seen within this time is on their first visit, however often they came back meanwhile. As web analytics count visits. */
const VISIT_MINUTES = 30;

async function changesOf(
  env: Env,
  state: ConversationState,
): Promise<Fetched<{ label: string; before: string; after: string }[] | null>> {
  if (!state.visitor.attested) return { ok: true, value: null };
  const row = await fetched(visitorById(env.DB, state.workspaceId, state.visitor.id), 'the last visit');
  if (!row.ok) return row;
  if (row.value === null) return { ok: false, reason: 'nothing is kept of earlier visits' };
  const { previousAccount: before, account: after, firstSeenAt } = row.value;
  if (before === null) {
    const minutes = Math.floor((Date.now() - firstSeenAt) / 60_000);
    return minutes < VISIT_MINUTES
      ? { ok: false, reason: `first seen ${minutes} min ago: there is no earlier visit to compare with` }
      : { ok: true, value: [] };
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    ok: true,
    value: names
      .filter((name) => before[name] !== after[name])
      .map((name) => ({
        label: labelOf(name),
        before: String(before[name] ?? 'not known'),
        after: String(after[name] ?? 'not known'),
      })),
  };
}

/** Bounded in time: a slow or failing database costs a field, not the hand-over. */
const fetched = <T>(reading: Promise<T>, what: string): Promise<Fetched<T>> =>
  within(CONTEXT_READ_MS, reading, what).then(
    (value): Fetched<T> => ({ ok: true, value }),
    (cause): Fetched<T> => ({
      ok: false,
      reason: `${what} could not be read${cause instanceof Late ? ' in time' : ''}`,
    }),
  );

/** Writes all rows in one D1 transaction; resolves to how many. The outbox row's id makes each row idempotent. */
export async function deliverRecords(env: Env, state: ConversationState, rows: OutboxRow<Effect>[]): Promise<number> {
  const { workspaceId, id } = state;
  const statements = rows.flatMap(({ id: rowId, effect }) => {
    switch (effect.kind) {
      case 'outcome_event':
        return [
          insertEvent(env.DB, workspaceId, {
            id: `${id}/${rowId}`,
            conversationId: id,
            at: effect.at,
            event: effect.event,
          }),
        ];
      case 'conversation_row':
        return [
          updateConversation(env.DB, workspaceId, id, {
            status: effect.status,
            subject: effect.subject === null ? null : effect.subject.slice(0, 200),
            outcome: state.escalation?.state === 'resolved' ? state.escalation.wrapUpCode : null,
            at: Date.now(),
          }),
        ];
      case 'bundle_row':
        return [insertBundle(env.DB, workspaceId, effect.bundle)];
      case 'evaluation_row': {
        const { kind: _, ...row } = effect;
        return [insertEvaluation(env.DB, workspaceId, { ...row, conversationId: id })];
      }
      default:
        throw new Error(`${effect.kind} is no record`);
    }
  });
  if (statements.length > 0) await env.DB.batch(statements);
  return rows.length;
}
