import { z } from 'zod';
import { DEFAULT_ANSWER_COSTS } from '#domain/confidence/answer-costs.ts';
import { CAPTURE_MODES } from '#domain/conversation/sharing.ts';
import type { AgentId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import type { KeptDays } from '#domain/privacy/kept.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import { DEFAULT_ROUTES, type Routes } from '#domain/routing/choose-queue.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import { answerCosts } from '#protocol/answer-costs.ts';
import { incident } from '#protocol/incidents.ts';
import { keptDays } from '#protocol/privacy.ts';
import { type NamedSettings, settingsChanged, storedQueueSettings } from '#protocol/queue-settings.ts';
import { calendarSchema } from '#protocol/sla.ts';
import { type AuditRow, insertAuditIfChanged } from './audit.ts';
import { parseColumn } from './json.ts';
import { type MasterKeys, open } from './sealed.ts';

/** Long enough for an engineer's look at a reported bug. */
export const DEFAULT_RECORDING_DAYS = 30;

/** What some thousand answers take: a day that goes wrong should cost little. */
export const DEFAULT_AI_TOKENS_PER_DAY = 5_000_000;

export const storedRoutes = z.object({
  byArea: z.record(z.string(), z.string()),
  byIntent: z.record(z.string(), z.string()),
  fallback: z.string(),
}) satisfies z.ZodType<Routes>;

const settings = z.object({
  greeting: z.string(),
  suggestions: z.array(z.string()),
  capture: z.enum(CAPTURE_MODES),
  /** [X14] How long a recording is kept after its conversation is over; null is until somebody deletes it. */
  recordingDays: keptDays.default(DEFAULT_RECORDING_DAYS),
  /** [Y10] How long a conversation is kept after its last word, and who wrote it after they were last seen; null is until somebody erases them. */
  conversationDays: keptDays.default(null),
  /** [G24] How many tokens a model may use for this workspace in a day (UTC); null is as many as it takes. */
  aiTokensPerDay: z.number().int().min(0).nullable().default(DEFAULT_AI_TOKENS_PER_DAY),
  routes: storedRoutes.default(DEFAULT_ROUTES),
  /** [G38] */
  answerCosts: answerCosts.default(DEFAULT_ANSWER_COSTS),
  answerCostsRevision: z.number().int().default(0),
  answerCostsChanged: settingsChanged.nullable().default(null),
});
export type WorkspaceSettings = z.infer<typeof settings>;

export type Workspace = {
  id: WorkspaceId;
  publicKey: string;
  name: string;
  allowedOrigins: string[];
  settings: WorkspaceSettings & { routes: Routes };
};

type Row = { id: string; public_key: string; name: string; allowed_origins: string; settings: string };

const toWorkspace = (row: Row): Workspace => ({
  id: row.id as WorkspaceId,
  publicKey: row.public_key,
  name: row.name,
  allowedOrigins: parseColumn(z.array(z.string()), row.allowed_origins, 'workspaces.allowed_origins'),
  settings: parseColumn(settings, row.settings, 'workspaces.settings'),
});

/** Hosts of the sites of a workspace: where its links may lead without a word [S36], and an answer's at all [G3]. */
export const hostsOf = ({ allowedOrigins }: Pick<Workspace, 'allowedOrigins'>): string[] =>
  allowedOrigins.map((origin) => new URL(origin).hostname);

const COLUMNS = 'id, public_key, name, allowed_origins, settings';

/** The workspace a tag names, or null. */
export async function workspaceByKey(db: D1Database, publicKey: string): Promise<Workspace | null> {
  const row = await db.prepare(`select ${COLUMNS} from workspaces where public_key = ?`).bind(publicKey).first<Row>();
  return row === null ? null : toWorkspace(row);
}

export async function workspaceById(db: D1Database, id: WorkspaceId): Promise<Workspace | null> {
  const row = await db.prepare(`select ${COLUMNS} from workspaces where id = ?`).bind(id).first<Row>();
  return row === null ? null : toWorkspace(row);
}

type Privacy = Pick<WorkspaceSettings, 'capture' | 'recordingDays' | 'conversationDays'>;

/** Writes what is recorded and for how long, with its line in the log, if it is still as it `was`, or is so already; resolves to whether it is so now. */
export async function savePrivacy(
  db: D1Database,
  workspaceId: WorkspaceId,
  { was, next }: { was: Privacy; next: Privacy },
  line: Pick<AuditRow, 'id' | 'at' | 'by'>,
): Promise<boolean> {
  const now = await workspaceById(db, workspaceId);
  if (now === null) return false;
  const isSo = ({ capture, recordingDays, conversationDays }: Privacy) =>
    isSame({ capture, recordingDays, conversationDays }, next);
  if (isSo(now.settings)) return true;
  const kept = (name: keyof KeptDays) => `coalesce(${keptDaysIn(name)}, -1)`;
  const [saved] = await db.batch([
    db
      .prepare(
        `update workspaces set settings = json_set(settings, '$.capture', ?2, '$.recordingDays', json(?3), '$.conversationDays', json(?4))
         where id = ?1 and settings ->> 'capture' = ?5 and ${kept('recordingDays')} = ?6 and ${kept('conversationDays')} = ?7`,
      )
      .bind(
        workspaceId,
        next.capture,
        JSON.stringify(next.recordingDays),
        JSON.stringify(next.conversationDays),
        was.capture,
        was.recordingDays ?? -1,
        was.conversationDays ?? -1,
      ),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      deed: 'privacy.changed',
      about: 'Privacy',
      detail: privacyWords(was, next).join(', '),
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

const daysWords = (days: number | null, otherwise: string): string => (days === null ? otherwise : `${days} days`);
const privacyWords = (was: Privacy, next: Privacy): string[] => {
  const kept = (name: keyof KeptDays, what: string, otherwise: string) =>
    was[name] === next[name]
      ? []
      : [`${what} ${daysWords(was[name], otherwise)} → ${daysWords(next[name], otherwise)}`];
  return [
    ...(was.capture === next.capture ? [] : [`recorded ${was.capture} → ${next.capture}`]),
    ...kept('recordingDays', 'kept', 'until deleted'),
    ...kept('conversationDays', 'conversations and people kept', 'until erased'),
  ];
};

const DEFAULT_DAYS: KeptDays = { recordingDays: DEFAULT_RECORDING_DAYS, conversationDays: null };

/** For how many days something is kept, of a row of `workspaces`, in SQL; null is for good. What cannot be read deletes nothing. */
export const keptDaysIn = (name: keyof KeptDays): string =>
  `(case when json_valid(settings) then case json_type(settings, '$.${name}')
     when 'integer' then json_extract(settings, '$.${name}') when 'null' then null else ${DEFAULT_DAYS[name]} end end)`;

/** [S11] The signing secret by key id; a host rotates by having two. One that has ended is none. Throws a `SealError` where it does not open. */
export async function signingKey(
  db: D1Database,
  workspaceId: WorkspaceId,
  kid: string,
  masterKeys: MasterKeys,
): Promise<Uint8Array | null> {
  const row = await db
    .prepare('select secret from signing_keys where workspace_id = ? and kid = ? and ended_at is null')
    .bind(workspaceId, kid)
    .first<{ secret: string }>();
  if (row === null) return null;
  return new TextEncoder().encode(await open(masterKeys, { workspaceId, kind: 'signing_key', id: kid }, row.secret));
}

const storedSettings = storedQueueSettings.extend({
  revision: z.number().int().default(0),
  changed: settingsChanged.nullable().default(null),
});

export type SettingsChanged = z.infer<typeof settingsChanged>;
export type Queue = QueueConfig & { slug: string; changed: SettingsChanged | null };

/** All queues of a workspace, first tier first. */
export async function queuesOf(db: D1Database, workspaceId: WorkspaceId): Promise<Queue[]> {
  const { results } = await db
    .prepare(
      `select q.id, q.slug, q.name, q.tier, q.config, u.name as ownerName, c.body as hours, w.told_version as asOf,
         (select json_group_array(json_object('id', id, 'title', title, 'area', area, 'startedAt', started_at, 'by', started_by))
          from incidents where workspace_id = q.workspace_id and ended_at is null) as incidents
       from queues q join workspaces w on w.id = q.workspace_id
       left join calendars c on c.workspace_id = q.workspace_id and c.id = q.config ->> 'hoursId'
       left join member m on m.organizationId = q.workspace_id and m.userId = q.config ->> 'ownerId'
       left join user u on u.id = m.userId
       where q.workspace_id = ? order by q.tier, q.name`,
    )
    .bind(workspaceId)
    .all<{
      id: string;
      slug: string;
      name: string;
      tier: number;
      config: string;
      ownerName: string | null;
      hours: string | null;
      asOf: number;
      incidents: string;
    }>();
  return results.map((row) => ({
    id: row.id as QueueId,
    slug: row.slug,
    name: row.name,
    tier: row.tier,
    ownerName: row.ownerName,
    asOf: row.asOf,
    incidents: parseColumn(z.array(incident), row.incidents, 'incidents'),
    hours: row.hours === null ? ALWAYS_OPEN : parseColumn(calendarSchema, row.hours, 'calendars.body'),
    ...parseColumn(storedSettings, row.config, 'queues.config'),
  }));
}

/** A queue as its object is told of it: without what only the settings themselves use. */
export const configOf = ({ slug: _, changed: __, ...config }: Queue): QueueConfig => config;

/**
 * [Q14] Writes the settings as the next revision, with its lines in the log, if `from` is still the one in force; resolves to whether it was. One
 * statement compares and writes, so of two who save at once one is told. `was` is what it was called until now, `detail` what else changed.
 */
export async function saveQueueSettings(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: QueueId,
  { name, tier, ...settings }: NamedSettings,
  {
    from,
    changed,
    was,
    detail,
  }: { from: number; changed: SettingsChanged; was: { name: string; tier: number }; detail: string },
): Promise<boolean> {
  const next = JSON.stringify({ ...settings, revision: from + 1, changed });
  const line = (of: string, deed: AuditRow['deed'], about: string, words: string) =>
    insertAuditIfChanged(db, workspaceId, {
      id: `queue/${id}/${from + 1}${of}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed,
      about,
      detail: words,
    });
  const isRenamed = was.name !== name;
  const isMoved = was.tier !== tier;
  // Each line is written if the statement before it wrote one row: a chain that begins with the change.
  const [saved] = await db.batch([
    db
      .prepare(
        `update queues set config = ?1, name = ?5, tier = ?6
         where workspace_id = ?2 and id = ?3 and coalesce(json_extract(config, '$.revision'), 0) = ?4`,
      )
      .bind(next, workspaceId, id, from, name, tier),
    ...(isRenamed ? [line('/name', 'queue.renamed', was.name, `${was.name} → ${name}`)] : []),
    ...(isMoved ? [line('/tier', 'queue.tier_changed', name, `tier ${was.tier} → ${tier}`)] : []),
    ...(detail !== '' || !(isRenamed || isMoved) ? [line('', 'queue.settings_changed', name, detail)] : []),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** Adds a queue with the defaults and its line in the log, if neither its id nor its slug is there; resolves to whether it was added. */
export async function insertQueue(
  db: D1Database,
  workspaceId: WorkspaceId,
  { id, slug, name, tier }: Pick<Queue, 'id' | 'slug' | 'name' | 'tier'>,
  line: { at: number; by: { id: AgentId; name: string } },
): Promise<boolean> {
  const [added] = await db.batch([
    db
      .prepare(
        'insert into queues (workspace_id, id, slug, name, tier, config) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
      )
      .bind(workspaceId, id, slug, name, tier, '{}'),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `queue/${id}/created`,
      deed: 'queue.created',
      about: name,
      detail: `tier ${tier}`,
    }),
  ]);
  return (added?.meta.changes ?? 0) > 0;
}
