import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { ConversationId, EpochMs, EscalationId, WorkspaceId } from '#domain/ids.ts';
import { type CohortEvent, type ConversationFacts, conversationFacts } from '#domain/metrics/facts.ts';
import { slicesOf, type Window } from '#domain/metrics/window.ts';
import type { KnownThen } from '#domain/simulation/recorded-scenario.ts';
import { BUNDLE_COLUMNS, type BundleColumns, knownThen } from './known-then.ts';
import { type EventRow, parseEventRows } from './outcome-event.ts';

/** One outcome event; `id` is the outbox row's key, so delivering it twice is one row. */
export const insertEvent = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { id: string; conversationId: ConversationId; at: EpochMs; event: OutcomeEvent },
): D1PreparedStatement =>
  db
    .prepare(
      'insert into events (workspace_id, id, conversation_id, type, at, body) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    )
    .bind(workspaceId, row.id, row.conversationId, row.event.type, row.at, JSON.stringify(row.event));

export const insertBundle = (db: D1Database, workspaceId: WorkspaceId, bundle: ContextBundle): D1PreparedStatement =>
  db
    .prepare(
      `insert into bundles (workspace_id, escalation_id, hop, conversation_id, body, created_at) values (?, ?, ?, ?, ?, ?)
       on conflict do nothing`,
    )
    .bind(
      workspaceId,
      bundle.escalationId,
      bundle.hop,
      bundle.conversationId,
      JSON.stringify(bundle),
      bundle.assembledAt,
    );

/** A cohort is read in parts of so many days: a busy year does not fit into the memory of one isolate. */
const SLICE_DAYS = 14;

/** What became of every conversation that began in the window, as the metrics see it; in order of their beginning. */
export async function cohortFacts(
  db: D1Database,
  workspaceId: WorkspaceId,
  window: Window,
): Promise<ConversationFacts[]> {
  const facts: ConversationFacts[] = [];
  for (const { from, to } of slicesOf(window, SLICE_DAYS)) {
    const { events, unreadable } = parseEventRows(await eventsOfCohort(db, workspaceId, from, to));
    if (unreadable > 0) console.warn(JSON.stringify({ at: 'metrics', workspaceId, from, to, unreadable }));
    for (const one of conversationFacts(events)) facts.push(one);
  }
  return facts;
}

/** Events of every conversation that began in the window, and what followed from them later; in no particular order. */
export async function eventsOfCohort(
  db: D1Database,
  workspaceId: WorkspaceId,
  from: EpochMs,
  to: EpochMs,
): Promise<EventRow[]> {
  const { results } = await db
    .prepare(
      `select e.conversation_id as conversationId, e.type, e.at, e.body from events s
       join events e on e.workspace_id = s.workspace_id and e.conversation_id = s.conversation_id
       where s.workspace_id = ? and s.type = 'conversation.started' and s.at >= ? and s.at < ?`,
    )
    .bind(workspaceId, from, to)
    .all<EventRow>();
  return results;
}

/** What happened in the conversations that began in the window, and what was known of each escalation when it was handed over. */
export async function pastWork(
  db: D1Database,
  workspaceId: WorkspaceId,
  window: Window,
): Promise<{ events: CohortEvent[]; known: Map<EscalationId, KnownThen> }> {
  const events: CohortEvent[] = [];
  const known = new Map<EscalationId, KnownThen>();
  for (const { from, to } of slicesOf(window, SLICE_DAYS)) {
    const parsed = parseEventRows(await eventsOfCohort(db, workspaceId, from, to));
    if (parsed.unreadable > 0)
      console.warn(JSON.stringify({ at: 'scenario', workspaceId, from, to, unreadable: parsed.unreadable }));
    events.push(...parsed.events);
    const { results } = await db
      .prepare(
        `select b.escalation_id as id, ${BUNDLE_COLUMNS} from events s
         join bundles b on b.workspace_id = s.workspace_id and b.conversation_id = s.conversation_id and b.hop = 1
         where s.workspace_id = ? and s.type = 'conversation.started' and s.at >= ? and s.at < ?`,
      )
      .bind(workspaceId, from, to)
      .all<{ id: EscalationId } & BundleColumns>();
    for (const row of results) known.set(row.id, knownThen(row));
  }
  return { events, known };
}

/**
 * How long the queue's latest finished work took from accept to wrap-up, oldest first; `waitMs` is from its coming into this queue. Only
 * work that ended in it: of what moved on nobody knows how much was still to do. Taken back in between, the last accept counts.
 */
export async function handleTimesOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  queueName: string,
  limit: number,
): Promise<{ at: EpochMs; waitMs: number; handleMs: number }[]> {
  const { results } = await db
    .prepare(
      `select r.at, max(a.at) - coalesce(m.at, c.at) as waitMs, r.at - max(a.at) as handleMs from events r
       join events c on c.workspace_id = r.workspace_id and c.conversation_id = r.conversation_id and c.type = 'escalation.created'
         and c.body ->> 'escalationId' = r.body ->> 'escalationId'
       left join events m on m.workspace_id = r.workspace_id and m.conversation_id = r.conversation_id and m.type = 'escalation.moved'
         and m.body ->> 'escalationId' = r.body ->> 'escalationId' and m.body ->> 'hop' = r.body ->> 'hops'
       join events a on a.workspace_id = r.workspace_id and a.conversation_id = r.conversation_id and a.type = 'escalation.assigned'
         and a.body ->> 'escalationId' = r.body ->> 'escalationId' and a.body ->> 'hop' = r.body ->> 'hops' and a.at <= r.at
       where r.workspace_id = ?1 and r.type = 'escalation.resolved' and coalesce(m.body ->> 'to', c.body ->> 'queue') = ?2
       group by r.id order by r.at desc limit ?3`,
    )
    .bind(workspaceId, queueName, limit)
    .all<{ at: number; waitMs: number; handleMs: number }>();
  return results.reverse();
}
