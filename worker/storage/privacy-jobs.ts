import { z } from 'zod';
import type {
  AgentId,
  ConversationId,
  EpochMs,
  PrivacyJobId,
  RecordingId,
  VisitorId,
  WorkspaceId,
} from '#domain/ids.ts';
import type { Counts } from '#domain/privacy/data-map.ts';
import { conversationId, recordingId } from '#protocol/primitives.ts';
import { type PrivacyReceipt, privacyReceipt } from '#protocol/privacy-jobs.ts';
import { insertAudit } from './audit.ts';
import { parseColumn } from './json.ts';

const storedWork = z.object({
  conversations: z.array(z.object({ id: conversationId, recordingId })),
  found: z.record(z.string(), z.number()),
});

/** What the steps go through: it is kept before anything is deleted, because afterwards nobody could find it. */
export type PrivacyWork = { conversations: { id: ConversationId; recordingId: RecordingId }[]; found: Counts };

export type PrivacyJobRow = {
  workspaceId: WorkspaceId;
  id: PrivacyJobId;
  kind: 'export' | 'erasure';
  visitorId: VisitorId;
  by: { id: AgentId; name: string };
  askedAt: EpochMs;
  step: string;
  position: number;
  work: PrivacyWork;
  failures: number;
  /** Not before. */
  nextAt: EpochMs;
  doneAt: EpochMs | null;
  receipt: PrivacyReceipt | null;
  /** Somebody asked for this visitor to be erased after it was done. */
  isGone: boolean;
};

type Row = {
  workspace_id: string;
  id: string;
  kind: 'export' | 'erasure';
  visitor_id: string;
  by_id: string;
  by_name: string;
  asked_at: number;
  step: string;
  position: number;
  work: string;
  failures: number;
  next_at: number;
  done_at: number | null;
  receipt: string | null;
  is_gone: 0 | 1;
};

const COLUMNS = `workspace_id, id, kind, visitor_id, by_id, by_name, asked_at, step, position, work, failures, next_at, done_at, receipt,
  exists (select 1 from privacy_jobs later where later.workspace_id = privacy_jobs.workspace_id and later.visitor_id = privacy_jobs.visitor_id
    and later.kind = 'erasure' and later.asked_at >= privacy_jobs.done_at) as is_gone`;

const toJob = (row: Row): PrivacyJobRow => ({
  workspaceId: row.workspace_id as WorkspaceId,
  id: row.id as PrivacyJobId,
  kind: row.kind,
  visitorId: row.visitor_id as VisitorId,
  by: { id: row.by_id as AgentId, name: row.by_name },
  askedAt: row.asked_at,
  step: row.step,
  position: row.position,
  work: parseColumn(storedWork, row.work, 'privacy_jobs.work'),
  failures: row.failures,
  nextAt: row.next_at,
  doneAt: row.done_at,
  receipt: row.receipt === null ? null : parseColumn(privacyReceipt, row.receipt, 'privacy_jobs.receipt'),
  isGone: row.is_gone === 1,
});

/** Makes the job with its line in the log, or finds the one of this kind that is under way. */
export async function askForJob(
  db: D1Database,
  job: Pick<PrivacyJobRow, 'workspaceId' | 'id' | 'kind' | 'visitorId' | 'by' | 'askedAt'>,
  step: string,
): Promise<PrivacyJobRow> {
  const { workspaceId, id, kind, visitorId, by, askedAt } = job;
  const [made, , found] = await db.batch<Row>([
    db
      .prepare(
        `insert into privacy_jobs (workspace_id, id, kind, visitor_id, by_id, by_name, asked_at, step, next_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7) on conflict do nothing`,
      )
      .bind(workspaceId, id, kind, visitorId, by.id, by.name, askedAt, step),
    db
      .prepare(
        `insert into audit (workspace_id, id, at, by_id, by_name, deed, about, detail)
         select ?, ?, ?, ?, ?, ?, ?, '' where changes() > 0 on conflict do nothing`,
      )
      .bind(workspaceId, `privacy/${id}`, askedAt, by.id, by.name, `person.${kind}_asked`, id),
    db
      .prepare(
        `select ${COLUMNS} from privacy_jobs where workspace_id = ? and kind = ? and visitor_id = ? and done_at is null`,
      )
      .bind(workspaceId, kind, visitorId),
  ]);
  void made;
  const row = found?.results[0];
  if (row === undefined) throw new Error('a privacy job was neither made nor found');
  return toJob(row);
}

/** The latest of this kind that is done; null where there is none. */
export async function lastDoneJob(
  db: D1Database,
  workspaceId: WorkspaceId,
  kind: PrivacyJobRow['kind'],
  visitorId: VisitorId,
): Promise<PrivacyJobRow | null> {
  const row = await db
    .prepare(
      `select ${COLUMNS} from privacy_jobs where workspace_id = ? and kind = ? and visitor_id = ? and done_at is not null
       order by asked_at desc limit 1`,
    )
    .bind(workspaceId, kind, visitorId)
    .first<Row>();
  return row === null ? null : toJob(row);
}

export async function jobById(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: PrivacyJobId,
): Promise<PrivacyJobRow | null> {
  const row = await db
    .prepare(`select ${COLUMNS} from privacy_jobs where workspace_id = ? and id = ?`)
    .bind(workspaceId, id)
    .first<Row>();
  return row === null ? null : toJob(row);
}

/** The latest, newest first. */
export async function jobsOf(db: D1Database, workspaceId: WorkspaceId, limit: number): Promise<PrivacyJobRow[]> {
  const { results } = await db
    .prepare(`select ${COLUMNS} from privacy_jobs where workspace_id = ? order by asked_at desc, id limit ?`)
    .bind(workspaceId, limit)
    .all<Row>();
  return results.map(toJob);
}

/** Under way and due, the oldest first. */
export async function jobsDue(db: D1Database, now: EpochMs, limit: number): Promise<PrivacyJobRow[]> {
  const { results } = await db
    .prepare(`select ${COLUMNS} from privacy_jobs where done_at is null and next_at <= ? order by next_at limit ?`)
    .bind(now, limit)
    .all<Row>();
  return results.map(toJob);
}

/** Goes on to `next`. Two who run the same job at once: the second changes nothing. */
export async function advanceJob(
  db: D1Database,
  job: PrivacyJobRow,
  next: { step: string; position: number; work: PrivacyWork },
): Promise<void> {
  await db
    .prepare(
      `update privacy_jobs set step = ?5, position = ?6, work = ?7, failures = 0
       where workspace_id = ?1 and id = ?2 and step = ?3 and position = ?4 and done_at is null`,
    )
    .bind(job.workspaceId, job.id, job.step, job.position, next.step, next.position, JSON.stringify(next.work))
    .run();
}

/** It is not to be tried before `nextAt`. */
export async function postponeJob(db: D1Database, job: PrivacyJobRow, nextAt: EpochMs): Promise<void> {
  await db
    .prepare(
      'update privacy_jobs set failures = failures + 1, next_at = ? where workspace_id = ? and id = ? and done_at is null',
    )
    .bind(nextAt, job.workspaceId, job.id)
    .run();
}

/** The end, with its line in the log. The ids that it went through are forgotten. */
export async function finishJob(db: D1Database, job: PrivacyJobRow, receipt: PrivacyReceipt): Promise<void> {
  const { workspaceId, id, kind, by } = job;
  await db.batch([
    db
      .prepare(
        `update privacy_jobs set done_at = ?3, receipt = ?4, work = '{"conversations":[],"found":{}}'
         where workspace_id = ?1 and id = ?2 and done_at is null`,
      )
      .bind(workspaceId, id, receipt.doneAt, JSON.stringify(receipt)),
    insertAudit(db, workspaceId, {
      id: `privacy/${id}/done`,
      at: receipt.doneAt,
      by,
      deed: kind === 'export' ? 'person.exported' : 'person.erased',
      about: id,
      detail: '',
    }),
  ]);
}
