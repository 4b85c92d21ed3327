import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { DAY_MS, KEPT_DAYS } from '#domain/privacy/kept.ts';
import { DECISION_ACTIONS, type TriggerDecision } from '#domain/triggers/evaluate.ts';
import { type Facts, PROVENANCES } from '#domain/triggers/fact.ts';
import type { PastEvaluation, PolicyEffect } from '#domain/triggers/policy-effect.ts';
import type { TurnEvaluation } from '#domain/triggers/turn-evaluation.ts';
import { columnOrNull } from './json.ts';

/** [T12] So many are kept of a workspace, and for so long. */
export const KEPT_EVALUATIONS = 5000;
export const KEPT_EVALUATIONS_MS = KEPT_DAYS.evaluations * DAY_MS;

export const storedFacts = z.record(
  z.string(),
  z.object({
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
    provenance: z.enum(PROVENANCES),
    at: z.number(),
    source: z.string(),
  }),
) satisfies z.ZodType<Facts>;

export const storedDecision = z.object({
  action: z.enum(DECISION_ACTIONS),
  because: z.array(z.string()),
  queue: z.string().nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  skills: z.array(z.string()),
  class: z.literal([0, 1]),
  blockAutoAnswer: z.boolean(),
}) satisfies z.ZodType<TriggerDecision>;

/** [T12] One evaluation; its id makes it one row however often it is delivered. */
export const insertEvaluation = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { id: string; conversationId: ConversationId; at: EpochMs } & Omit<TurnEvaluation, 'which'>,
): D1PreparedStatement =>
  db
    .prepare(
      `insert into evaluations (workspace_id, id, conversation_id, at, policy_version, facts, decision, shadow_version, shadow_decision)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    )
    .bind(
      workspaceId,
      row.id,
      row.conversationId,
      row.at,
      row.policyVersion,
      JSON.stringify(row.facts),
      JSON.stringify(row.decision),
      row.shadow?.version ?? null,
      row.shadow?.decision == null ? null : JSON.stringify(row.shadow.decision),
    );

/** The latest, newest first. What cannot be read is left out: one row must not hide a thousand. */
export async function lastEvaluations(
  db: D1Database,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<PastEvaluation[]> {
  const { results } = await db
    .prepare(
      `select e.conversation_id as conversationId, c.subject, e.at, e.facts from evaluations e
       left join conversations c on c.workspace_id = e.workspace_id and c.id = e.conversation_id
       where e.workspace_id = ? order by e.at desc, e.id limit ?`,
    )
    .bind(workspaceId, limit)
    .all<{ conversationId: string; subject: string | null; at: number; facts: string }>();
  return results.flatMap(({ facts, ...row }) => {
    const read = columnOrNull(storedFacts, facts, 'evaluations.facts');
    return read === null ? [] : [{ ...row, facts: read }];
  });
}

export async function countEvaluations(db: D1Database, workspaceId: WorkspaceId): Promise<number> {
  const row = await db
    .prepare('select count(*) as n from evaluations where workspace_id = ?')
    .bind(workspaceId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** [T13] What a version decided while it ran in shadow; null when it never did, as far as that is kept. */
export async function shadowRecord(
  db: D1Database,
  workspaceId: WorkspaceId,
  version: number,
  limit: number,
): Promise<Pick<PolicyEffect, 'looked' | 'otherwise' | 'examples'> | null> {
  const [counted, rows] = await Promise.all([
    db
      .prepare(
        'select count(*) as looked, count(shadow_decision) as otherwise from evaluations where workspace_id = ? and shadow_version = ?',
      )
      .bind(workspaceId, version)
      .first<{ looked: number; otherwise: number }>(),
    db
      .prepare(
        `select e.conversation_id as conversationId, c.subject, e.at, e.decision as was, e.shadow_decision as now from evaluations e
         left join conversations c on c.workspace_id = e.workspace_id and c.id = e.conversation_id
         where e.workspace_id = ? and e.shadow_version = ? and e.shadow_decision is not null order by e.at desc limit ?`,
      )
      .bind(workspaceId, version, limit)
      .all<{ conversationId: string; subject: string | null; at: number; was: string; now: string }>(),
  ]);
  if (counted === null || counted.looked === 0) return null;
  const examples = rows.results.flatMap(({ was, now, ...row }) => {
    const before = columnOrNull(storedDecision, was, 'evaluations.decision');
    const after = columnOrNull(storedDecision, now, 'evaluations.shadow_decision');
    return before === null || after === null ? [] : [{ ...row, was: before, now: after }];
  });
  return { ...counted, examples };
}

/** [T12] Forgets what is too old or too much. Not with every row that comes: up to an hour's more are there meanwhile. */
export async function forgetEvaluations(db: D1Database, now: EpochMs): Promise<void> {
  await db
    .prepare('delete from evaluations where at < ?')
    .bind(now - KEPT_EVALUATIONS_MS)
    .run();
  const { results } = await db
    .prepare('select workspace_id as id from evaluations group by workspace_id having count(*) > ?')
    .bind(KEPT_EVALUATIONS)
    .all<{ id: string }>();
  for (const { id } of results)
    await db
      .prepare(
        `delete from evaluations where workspace_id = ?1
         and id not in (select id from evaluations where workspace_id = ?1 order by at desc, id limit ?2)`,
      )
      .bind(id, KEPT_EVALUATIONS)
      .run();
}
