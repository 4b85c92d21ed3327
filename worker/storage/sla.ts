import { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { type Calendar, calendarProblems, WEEKDAYS } from '#domain/sla/calendar.ts';
import { DEFAULT_SLA_POLICY, SLA_METRICS, type SlaPolicy, type SlaSettings } from '#domain/sla/policy.ts';
import type { Sla } from '#domain/sla/targets.ts';
import { epochMs, escalationId } from '#protocol/primitives.ts';
import { parseColumn } from './json.ts';

const windows = z.array(z.object({ from: z.string(), to: z.string() })).max(24);

/** A calendar as it is stored or sent in. What it says is checked too, so that whoever gets one may count with it. */
export const calendarSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('always') }),
    z.object({
      kind: z.literal('weekly'),
      zone: z.string().max(64),
      week: z.partialRecord(z.enum(WEEKDAYS), windows),
      exceptions: z.array(z.object({ date: z.string(), name: z.string().max(200), windows })).max(1000),
    }),
  ])
  .superRefine((calendar, context) => {
    for (const { where, problem } of calendarProblems(calendar))
      context.addIssue({ code: 'custom', path: [where], message: problem });
  }) satisfies z.ZodType<Calendar>;

/** Half a minute to a year. */
const target = z.number().min(0.5).max(527_040).nullable();
const severities = z.object({ low: target, normal: target, high: target, critical: target });
const plans = z.object({ enterprise: severities, pro: severities, free: severities, unknown: severities });
const calendarId = z.string().max(64).nullable();

/** A policy without its version, which is the row's. */
export const slaPolicySchema = z.object({
  targetMinutes: z.object({ first_response: plans, next_response: plans, resolution: plans }),
  calendars: z.object({ enterprise: calendarId, pro: calendarId, free: calendarId, unknown: calendarId }),
  warnAtShare: z.number().gt(0).lt(1).nullable(),
  pausesForVisitor: z.boolean(),
  onBreach: z.object({ notify: z.boolean(), rerank: z.boolean() }),
}) satisfies z.ZodType<Omit<SlaPolicy, 'version'>>;

const clock = z.object({
  segments: z.array(z.object({ state: z.enum(['running', 'paused']), from: epochMs })).min(1),
  stoppedAt: epochMs.nullable(),
});
const kept = { metric: z.enum(SLA_METRICS), ordinal: z.number().int().min(1), clock, warnedAt: epochMs.nullable() };

/** Promises as a conversation keeps them. */
const slaSchema = z.object({
  escalationId,
  terms: z.object({
    policyVersion: z.number().int(),
    targetMinutes: z.object({ first_response: target, next_response: target, resolution: target }),
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

/** The policy in force (what every workspace starts with when none was written) and every calendar. */
export async function slaSettingsOf(db: D1Database, workspaceId: WorkspaceId): Promise<SlaSettings> {
  const [policies, calendars] = await db.batch<{ version: number; id: string; body: string }>([
    db.prepare(`select version, body from sla_policies where workspace_id = ? and status = 'active'`).bind(workspaceId),
    db.prepare('select id, body from calendars where workspace_id = ?').bind(workspaceId),
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
  };
}

/** The calendars of a workspace by name. */
export async function calendarsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<{ id: string; name: string; calendar: Calendar }[]> {
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

/** A new version that takes over from the one in force; both in one transaction, by `db.batch`. */
export const publishSlaPolicy = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { policy: Omit<SlaPolicy, 'version'>; author: string; reason: string; at: number },
): D1PreparedStatement[] => [
  db
    .prepare(`update sla_policies set status = 'retired' where workspace_id = ? and status = 'active'`)
    .bind(workspaceId),
  db
    .prepare(
      `insert into sla_policies (workspace_id, version, parent, author, reason, status, body, created_at)
       select ?1, coalesce(max(version), 0) + 1, max(version), ?2, ?3, 'active', ?4, ?5 from sla_policies where workspace_id = ?1`,
    )
    .bind(workspaceId, row.author, row.reason, JSON.stringify(slaPolicySchema.parse(row.policy)), row.at),
];
