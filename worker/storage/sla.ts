import { z } from 'zod';
import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import type { Calendar } from '#domain/sla/calendar.ts';
import { DEFAULT_SLA_POLICY, SLA_CLOCKS, type SlaPolicy, type SlaSettings } from '#domain/sla/policy.ts';
import type { Sla } from '#domain/sla/targets.ts';
import { epochMs, escalationId, queueId } from '#protocol/primitives.ts';
import {
  calendarSchema,
  type NamedCalendar,
  type SlaPolicyBody,
  slaPolicySchema,
  slaTarget as target,
} from '#protocol/sla.ts';
import { parseColumn } from './json.ts';

const clock = z.object({
  carriedMs: z.number().default(0),
  segments: z.array(z.object({ state: z.enum(['running', 'paused']), from: epochMs })).min(1),
  stoppedAt: epochMs.nullable(),
});
const kept = {
  metric: z.enum(SLA_CLOCKS),
  ordinal: z.number().int().min(1),
  queueId: queueId.nullable().default(null),
  clock,
  warnedAt: epochMs.nullable(),
};

/** Promises as a conversation keeps them. */
const slaSchema = z.object({
  escalationId,
  terms: z.object({
    policyVersion: z.number().int(),
    publishedAt: epochMs.nullable().default(null),
    targetMinutes: z.object({ first_response: target, next_response: target, resolution: target }),
    tierMinutes: z.record(queueId, z.number()).default({}),
    calendar: calendarSchema,
    warnAtShare: slaPolicySchema.shape.warnAtShare,
    pausesForVisitor: z.boolean(),
    onBreach: slaPolicySchema.shape.onBreach,
  }),
  targets: z.array(
    z.discriminatedUnion('state', [
      z.object({ ...kept, state: z.literal('pending') }),
      z.object({ ...kept, state: z.literal('met') }),
      z.object({ ...kept, state: z.literal('breached'), breachedAt: epochMs, dueAt: epochMs }),
    ]),
  ),
}) satisfies z.ZodType<Sla, unknown>;

/**
 * The promises in a stored state; null when there are none or they cannot be read, such as when a zone is not there any more. A clock that
 * nobody can read must not keep a conversation from being opened.
 */
export function readSla(stored: unknown): Sla | null {
  const result = slaSchema.nullable().safeParse(stored);
  if (result.success) return result.data;
  console.warn(JSON.stringify({ at: 'sla.read', message: result.error.issues[0]?.path.join('.') }));
  return null;
}

/** The policy in force (what every workspace starts with when none was written), every calendar, and the queues' own clocks. */
export async function slaSettingsOf(db: D1Database, workspaceId: WorkspaceId): Promise<SlaSettings> {
  const [policies, calendars, queues] = await db.batch<{
    version: number;
    id: string;
    body: string;
    at: number;
    minutes: number;
  }>([
    db
      .prepare(`select version, body, created_at as at from sla_policies where workspace_id = ? and status = 'active'`)
      .bind(workspaceId),
    db.prepare('select id, body from calendars where workspace_id = ?').bind(workspaceId),
    db
      .prepare(
        `select id, config ->> 'tierMinutes' as minutes from queues
         where workspace_id = ? and config ->> 'tierMinutes' is not null order by id`,
      )
      .bind(workspaceId),
  ]);
  const active = policies?.results[0];
  return {
    policy:
      active === undefined
        ? DEFAULT_SLA_POLICY
        : { version: active.version, ...parseColumn(slaPolicySchema, active.body, 'sla_policies.body') },
    calendars: new Map(
      (calendars?.results ?? []).map(({ id, body }) => [id, parseColumn(calendarSchema, body, 'calendars.body')]),
    ),
    tierMinutes: new Map((queues?.results ?? []).map(({ id, minutes }) => [id as QueueId, minutes])),
    publishedAt: active?.at ?? null,
  };
}

/** The calendars of a workspace by name. */
export async function calendarsOf(db: D1Database, workspaceId: WorkspaceId): Promise<NamedCalendar[]> {
  const { results } = await db
    .prepare('select id, name, body from calendars where workspace_id = ? order by name, id')
    .bind(workspaceId)
    .all<{ id: string; name: string; body: string }>();
  return results.map(({ id, name, body }) => ({
    id,
    name,
    calendar: parseColumn(calendarSchema, body, 'calendars.body'),
  }));
}

/** Adds a calendar or writes it anew. */
export const putCalendar = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { id: string; name: string; calendar: Calendar; at: number },
): D1PreparedStatement =>
  db
    .prepare(
      `insert into calendars (workspace_id, id, name, body, updated_at) values (?1, ?2, ?3, ?4, ?5)
       on conflict (workspace_id, id) do update set name = ?3, body = ?4, updated_at = ?5`,
    )
    .bind(workspaceId, row.id, row.name, JSON.stringify(calendarSchema.parse(row.calendar)), row.at);

/**
 * A new version that takes over from the one in force; both in one transaction, by `db.batch`. With `version` it is that one or nothing: the
 * transaction fails when it is there already.
 */
export const publishSlaPolicy = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { policy: Omit<SlaPolicy, 'version'>; author: string; reason: string; at: number; version?: number },
): D1PreparedStatement[] => [
  db
    .prepare(`update sla_policies set status = 'retired' where workspace_id = ? and status = 'active'`)
    .bind(workspaceId),
  db
    .prepare(
      `insert into sla_policies (workspace_id, version, parent, author, reason, status, body, created_at)
       select ?1, coalesce(?6, max(version) + 1, 1), max(version), ?2, ?3, 'active', ?4, ?5 from sla_policies where workspace_id = ?1`,
    )
    .bind(
      workspaceId,
      row.author,
      row.reason,
      JSON.stringify(slaPolicySchema.parse(row.policy)),
      row.at,
      row.version ?? null,
    ),
];

export type SlaInForce = {
  version: number;
  /** Who published it, when that is somebody who is known. */
  changed: { by: string; name: string; at: number } | null;
  policy: SlaPolicyBody;
  calendars: NamedCalendar[];
};

/** What is promised, who said so, and every calendar by name: what the settings show. */
export async function slaInForce(db: D1Database, workspaceId: WorkspaceId): Promise<SlaInForce> {
  const [active, calendars] = await Promise.all([
    db
      .prepare(
        `select p.version, p.body, p.created_at as at, p.author as by, u.name from sla_policies p left join user u on u.id = p.author
         where p.workspace_id = ? and p.status = 'active'`,
      )
      .bind(workspaceId)
      .first<{ version: number; body: string; at: number; by: string; name: string | null }>(),
    calendarsOf(db, workspaceId),
  ]);
  const { version: _, ...defaults } = DEFAULT_SLA_POLICY;
  return {
    version: active?.version ?? 0,
    changed: active === null || active.name === null ? null : { by: active.by, name: active.name, at: active.at },
    policy: active === null ? defaults : parseColumn(slaPolicySchema, active.body, 'sla_policies.body'),
    calendars,
  };
}

/**
 * [K11] Publishes promises and calendars together, if `from` is still the version in force; resolves to whether it was. The next version has one
 * number, so of two who publish at once the second one's transaction fails as a whole.
 */
export async function replaceSla(
  db: D1Database,
  workspaceId: WorkspaceId,
  { policy, calendars }: Pick<SlaInForce, 'policy' | 'calendars'>,
  { from, author, at }: { from: number; author: string; at: number },
): Promise<boolean> {
  const known = await db
    .prepare(
      `select coalesce(max(version), 0) as last, coalesce(max(case when status = 'active' then version end), 0) as active
       from sla_policies where workspace_id = ?`,
    )
    .bind(workspaceId)
    .first<{ last: number; active: number }>();
  if (known === null || known.active !== from) return false;
  try {
    await db.batch([
      ...publishSlaPolicy(db, workspaceId, {
        policy,
        author,
        reason: 'changed in the settings',
        at,
        version: known.last + 1,
      }),
      db
        .prepare('delete from calendars where workspace_id = ?1 and id not in (select value from json_each(?2))')
        .bind(workspaceId, JSON.stringify(calendars.map(({ id }) => id))),
      ...calendars.map((row) => putCalendar(db, workspaceId, { ...row, at })),
    ]);
    return true;
  } catch (cause) {
    if (/UNIQUE constraint failed: sla_policies/.test(String(cause))) return false;
    throw cause;
  }
}
