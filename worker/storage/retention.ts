import type { ConversationId, EpochMs, RecordingId, WorkspaceId } from '#domain/ids.ts';
import { DAY_MS, type KeptDays } from '#domain/privacy/kept.ts';
import { keptDaysIn } from './workspaces.ts';

/** [X14] Workspaces that keep something for so many days; those that keep it for good are none of them. */
export async function limitsOf(db: D1Database, name: keyof KeptDays): Promise<{ id: WorkspaceId; days: number }[]> {
  const { results } = await db
    .prepare(`select id, days from (select id, ${keptDaysIn(name)} as days from workspaces) where days is not null`)
    .all<{ id: WorkspaceId; days: number }>();
  return results;
}

/** What is past, by index: said like this in every question, or it is answered by reading everything. */
const IS_PAST = 'c.forget_at >= 0 and c.updated_at < ';
/** Nothing of theirs is left. */
const HAS_NONE =
  'not exists (select 1 from conversations c where c.workspace_id = v.workspace_id and c.visitor_id = v.id)';

/**
 * [Y10] Workspaces that have something past their time, or in hand, with what `before` is for them: 0 where everything is kept for good by now. `limit` of them, by chance, so that none waits for
 * ever behind others.
 */
export async function workspacesPast(
  db: D1Database,
  now: EpochMs,
  limit: number,
): Promise<{ id: WorkspaceId; before: EpochMs }[]> {
  const { results } = await db
    .prepare(
      `select id, coalesce(before, 0) as before from (
         select id, ?1 - ${keptDaysIn('conversationDays')} * ${DAY_MS} as before from workspaces) w
       where (before is not null and (
           exists (select 1 from conversations c where c.workspace_id = w.id and ${IS_PAST} w.before and c.forget_at <= ?1)
           or exists (select 1 from visitors v where v.workspace_id = w.id and v.last_seen_at < w.before and ${HAS_NONE})))
         or exists (select 1 from conversations c where c.workspace_id = w.id and c.forget_at > 0 and c.forget_at <= ?1)
       order by random() limit ?2`,
    )
    .bind(now, limit)
    .all<{ id: WorkspaceId; before: EpochMs }>();
  return results;
}

/**
 * [Y10] Takes conversations in hand whose time is over, the oldest first: until `until` nobody else takes them, and after that whoever comes next. What was in hand before is followed
 * to its end whatever its age is by now. `limit` of either: what fails again and again holds nothing up that is new.
 */
export async function takePast(
  db: D1Database,
  workspaceId: WorkspaceId,
  { before, now, until, limit }: { before: EpochMs; now: EpochMs; until: EpochMs; limit: number },
): Promise<{ id: ConversationId; recordingId: RecordingId }[]> {
  const { results } = await db
    .prepare(
      `update conversations set forget_at = ?4 where workspace_id = ?1 and id in (
         select id from (select id from conversations c
           where c.workspace_id = ?1 and c.forget_at > 0 and c.forget_at <= ?3 order by c.forget_at limit ?5)
         union select id from (select id from conversations c
           where c.workspace_id = ?1 and ${IS_PAST} ?2 and c.forget_at = 0 order by c.updated_at limit ?5))
       returning id, recording_id as recordingId`,
    )
    .bind(workspaceId, before, now, until, limit)
    .all<{ id: ConversationId; recordingId: RecordingId }>();
  return results;
}

/** [Y10] They stay: in hand no more where their last word was not so long ago after all, otherwise looked at again at `until`. */
export async function letStay(
  db: D1Database,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
  { before, until }: { before: EpochMs; until: EpochMs },
): Promise<void> {
  await db
    .prepare(
      `update conversations set forget_at = case when updated_at >= ?3 then 0 else ?4 end
       where workspace_id = ?1 and id in (select value from json_each(?2))`,
    )
    .bind(workspaceId, JSON.stringify(ids), before, until)
    .run();
}

/**
 * [Y10] [Y4] People who have no conversation left and were not seen since `before`, `limit` of them: written over, then gone, in one transaction. The host's id is written over by a
 * number, because no two may be alike.
 */
export async function forgetPeople(
  db: D1Database,
  workspaceId: WorkspaceId,
  before: EpochMs,
  limit: number,
): Promise<void> {
  const where = `where workspace_id = ?1 and id in (select v.id from visitors v
    where v.workspace_id = ?1 and v.last_seen_at < ?2 and ${HAS_NONE} order by v.last_seen_at, v.id limit ?3)`;
  const blank = (column: string) =>
    `${column} = case when ${column} is null then null else printf('%*s', length(cast(${column} as blob)), '') end`;
  await db.batch(
    [
      `update or ignore visitors set ${['name', 'email', 'account', 'previous_account'].map(blank).join(', ')},
         subject = case when subject is null then null else printf('%*d', length(cast(subject as blob)), rowid) end ${where}`,
      `delete from visitors ${where}`,
    ].map((sql) => db.prepare(sql).bind(workspaceId, before, limit)),
  );
}

/** [Y11] How much is older than each of these by now; null is that nothing is too old. As the database knows it: the conversations have the last word. */
export async function countPast(
  db: D1Database,
  workspaceId: WorkspaceId,
  { recordings, conversations }: { recordings: EpochMs | null; conversations: EpochMs | null },
): Promise<{ recordings: number; conversations: number; people: number }> {
  const [replays, talks, people] = await db.batch<{ n: number }>([
    db
      .prepare(
        `select count(*) as n from (
           select s.recording_id from recording_segments s
           join conversations c on c.workspace_id = s.workspace_id and c.recording_id = s.recording_id
           where s.workspace_id = ?1 and s.stored_at < ?2 and c.status = 'resolved'
             and not exists (select 1 from recording_segments later
               where later.workspace_id = ?1 and later.recording_id = s.recording_id and later.stored_at >= ?2)
           union select c.recording_id from conversations c where c.workspace_id = ?1 and ${IS_PAST} ?3 and c.status <> 'waiting'
             and exists (select 1 from recording_segments s where s.workspace_id = ?1 and s.recording_id = c.recording_id))`,
      )
      .bind(workspaceId, recordings ?? 0, conversations ?? 0),
    db
      .prepare(
        `select count(*) as n from conversations c where c.workspace_id = ?1 and ${IS_PAST} ?2 and c.status <> 'waiting'`,
      )
      .bind(workspaceId, conversations ?? 0),
    db
      .prepare(
        `select count(*) as n from visitors v where v.workspace_id = ?1 and v.last_seen_at < ?2
         and not exists (select 1 from conversations c where c.workspace_id = ?1 and c.visitor_id = v.id
           and (c.status = 'waiting' or c.updated_at >= ?2))`,
      )
      .bind(workspaceId, conversations ?? 0),
  ]);
  const of = (answer: D1Result<{ n: number }> | undefined) => answer?.results[0]?.n ?? 0;
  return { recordings: of(replays), conversations: of(talks), people: of(people) };
}
