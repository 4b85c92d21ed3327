import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { EpochMs, WorkspaceId } from '#domain/ids.ts';
import type { AuditDeed, Doer } from '#domain/queue/deed.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import {
  OPERATORS,
  POLICY_STATUSES,
  type Policy,
  type PolicyStatus,
  TRIGGER_LAYERS,
  type Trigger,
  type When,
} from '#domain/triggers/policy.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import { insertAuditIfChanged } from './audit.ts';
import { columnOrNull, parseColumn } from './json.ts';
import type { SettingsChanged } from './workspaces.ts';

const factValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
const when: z.ZodType<When> = z.lazy(() =>
  z.union([
    z.object({ kind: z.literal('condition'), fact: z.string(), op: z.enum(OPERATORS), value: factValue }),
    z.object({ kind: z.enum(['all', 'any']), of: z.array(when) }),
    z.object({ kind: z.literal('not'), of: when }),
  ]),
);
const action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('escalate') }),
  z.object({ do: z.literal('offer_human') }),
  z.object({ do: z.literal('ask_clarifying') }),
  z.object({ do: z.literal('set_queue'), queue: z.string() }),
  z.object({ do: z.literal('set_severity'), severity: z.enum(SEVERITIES) }),
  z.object({ do: z.literal('add_skill'), skill: z.string() }),
  z.object({ do: z.literal('set_class'), class: z.literal([0, 1]) }),
  z.object({ do: z.literal('block_auto_answer') }),
]);

/** A policy as it is stored: less strict than on the wire, or what a newer version wrote would leave a workspace without one. */
const policySchema = z.object({
  id: z.string(),
  version: z.number().int(),
  parent: z.string().nullable(),
  author: z.string(),
  reason: z.string(),
  status: z.enum(POLICY_STATUSES),
  createdAt: z.number(),
  triggers: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      layer: z.enum(TRIGGER_LAYERS),
      when,
      actions: z.array(action),
      enabled: z.boolean(),
    }),
  ),
}) satisfies z.ZodType<Policy>;

/** What of a stored version only its body has; the rest are columns. */
const body = policySchema.pick({ triggers: true });

/** A version with who brought it to its status, if anybody has. */
export type KnownPolicy = Policy & { parentVersion: number | null; changed: SettingsChanged | null };

type PolicyRow = {
  version: number;
  parent: number | null;
  author: string;
  reason: string;
  status: PolicyStatus;
  body: string;
  created_at: number;
  changed: string | null;
};

const idOf = (version: number): string => (version === DEFAULT_POLICY.version ? DEFAULT_POLICY.id : `pol_${version}`);

const THE_DEFAULT: KnownPolicy = { ...DEFAULT_POLICY, parentVersion: null, changed: null };

function policyOf(row: PolicyRow): KnownPolicy {
  const { version, parent, author, reason, status } = row;
  return {
    id: idOf(version),
    version,
    parent: parent === null ? null : idOf(parent),
    parentVersion: parent,
    author,
    reason,
    status,
    createdAt: row.created_at,
    changed: columnOrNull(settingsChanged.nullable(), row.changed ?? 'null', 'policies.changed'),
    triggers: parseColumn(body, row.body, 'policies.body').triggers,
  };
}

/** The policy in force, the one every workspace starts with when none was published; and the one in shadow. One in shadow that cannot be read is as none: it changes nothing anyway. */
export async function policiesInForce(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<{ policy: KnownPolicy; shadow: KnownPolicy | null }> {
  const { results } = await db
    .prepare(`select * from policies where workspace_id = ? and status in ('active', 'shadow') order by version desc`)
    .bind(workspaceId)
    .all<PolicyRow>();
  const active = results.find(({ status }) => status === 'active');
  const shadow = results.find(({ status }) => status === 'shadow');
  return {
    policy: active === undefined ? THE_DEFAULT : policyOf(active),
    shadow: shadow === undefined ? null : readable(shadow),
  };
}

function readable(row: PolicyRow): KnownPolicy | null {
  try {
    return policyOf(row);
  } catch (cause) {
    console.error(JSON.stringify({ at: 'stored', message: faultText(cause) }));
    return null;
  }
}

/** So many versions are listed; older ones can be asked for by their number. */
const LISTED = 200;

/** All versions, the newest first; those that cannot be read are left out. */
export async function policiesOf(db: D1Database, workspaceId: WorkspaceId): Promise<KnownPolicy[]> {
  const { results } = await db
    .prepare('select * from policies where workspace_id = ? order by version desc limit ?')
    .bind(workspaceId, LISTED)
    .all<PolicyRow>();
  return results.length === 0 ? [THE_DEFAULT] : results.flatMap((row) => readable(row) ?? []);
}

export async function policyAt(db: D1Database, workspaceId: WorkspaceId, version: number): Promise<KnownPolicy | null> {
  const [{ results: rows }, { results: any }] = (await db.batch([
    db.prepare('select * from policies where workspace_id = ? and version = ?').bind(workspaceId, version),
    db.prepare('select 1 from policies where workspace_id = ? limit 1').bind(workspaceId),
  ])) as [D1Result<PolicyRow>, D1Result];
  if (rows[0] !== undefined) return policyOf(rows[0]);
  return any.length === 0 && version === DEFAULT_POLICY.version ? THE_DEFAULT : null;
}

/** What a new version is made of. */
export type NewPolicy = { triggers: readonly Trigger[]; parent: number; reason: string; by: Doer; at: EpochMs };

const insertVersion = (
  db: D1Database,
  workspaceId: WorkspaceId,
  version: number,
  { triggers, parent, reason, by, at }: NewPolicy,
  status: PolicyStatus,
  changed: SettingsChanged | null,
  also: string,
): D1PreparedStatement => {
  const whole = { id: idOf(version), version, parent: idOf(parent), author: by.name, reason, status, createdAt: at };
  return db
    .prepare(
      `insert into policies (workspace_id, version, parent, author, reason, status, body, created_at, changed)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
       where (select max(version) from policies where workspace_id = ?1) = ?2 - 1 ${also}`,
    )
    .bind(
      workspaceId,
      version,
      parent,
      by.name,
      reason,
      status,
      JSON.stringify({ ...whole, triggers }),
      at,
      changed === null ? null : JSON.stringify(changed),
    );
};

/** The policy that everybody starts with becomes the first version with the first change: later ones have something to be made from, and go back to. */
const insertDefault = (db: D1Database, workspaceId: WorkspaceId): D1PreparedStatement =>
  db
    .prepare(
      `insert into policies (workspace_id, version, parent, author, reason, status, body, created_at)
       select ?1, ?2, null, ?3, ?4, 'active', ?5, ?6 where not exists (select 1 from policies where workspace_id = ?1)`,
    )
    .bind(
      workspaceId,
      DEFAULT_POLICY.version,
      DEFAULT_POLICY.author,
      DEFAULT_POLICY.reason,
      JSON.stringify(DEFAULT_POLICY),
      DEFAULT_POLICY.createdAt,
    );

const lastVersion = async (db: D1Database, workspaceId: WorkspaceId): Promise<number> => {
  const row = await db
    .prepare('select max(version) as last from policies where workspace_id = ?')
    .bind(workspaceId)
    .first<{ last: number | null }>();
  return row?.last ?? DEFAULT_POLICY.version;
};

/** Of many who save at once each gets a number of their own. */
const TRIES = 8;

/** [T16] A new draft, with its line in the log; resolves to its version. Throws a fault when others were faster every time. */
export async function insertDraft(
  db: D1Database,
  workspaceId: WorkspaceId,
  draft: NewPolicy,
  detail: string,
): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const version = (await lastVersion(db, workspaceId)) + 1;
    const [, saved] = await db.batch([
      insertDefault(db, workspaceId),
      insertVersion(db, workspaceId, version, draft, 'draft', null, ''),
      auditOf(db, workspaceId, version, 'drafted', 'policy.drafted', { ...draft, detail }),
    ]);
    if ((saved?.meta.changes ?? 0) > 0) return version;
  }
  throw new Error('no number for a new policy');
}

type Told = { by: Doer; at: EpochMs; detail: string };

const auditOf = (
  db: D1Database,
  workspaceId: WorkspaceId,
  version: number,
  what: string,
  deed: AuditDeed,
  { by, at, detail }: Told,
): D1PreparedStatement =>
  insertAuditIfChanged(db, workspaceId, {
    id: `policy/${version}/${what}`,
    at,
    by,
    deed,
    about: `version ${version}`,
    detail,
  });

const changedBy = ({ by, at }: Told): string =>
  JSON.stringify({ by: by.id, name: by.name, at } satisfies SettingsChanged);

/** [T13] Runs a draft in shadow, or ends that; resolves to whether it was there to be moved. Another one in shadow is a draft again. */
export async function moveShadow(
  db: D1Database,
  workspaceId: WorkspaceId,
  version: number,
  to: 'shadow' | 'draft',
  told: Told,
): Promise<boolean> {
  const from = to === 'shadow' ? 'draft' : 'shadow';
  const [moved] = await db.batch([
    db
      .prepare('update policies set status = ?3, changed = ?4 where workspace_id = ?1 and version = ?2 and status = ?5')
      .bind(workspaceId, version, to, changedBy(told), from),
    auditOf(
      db,
      workspaceId,
      version,
      `${to}/${told.at}`,
      to === 'shadow' ? 'policy.shadowed' : 'policy.unshadowed',
      told,
    ),
    db
      .prepare(
        `update policies set status = 'draft' where workspace_id = ?1 and status = 'shadow' and version <>
         (select max(version) from policies where workspace_id = ?1 and status = 'shadow' and (version = ?2 or ?3 = 'draft'))`,
      )
      .bind(workspaceId, version, to),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** [T16] Puts a draft, or what runs in shadow, in the place of version `active`, in one transaction; resolves to whether that was still in force. */
export async function publishPolicy(
  db: D1Database,
  workspaceId: WorkspaceId,
  version: number,
  active: number,
  told: Told,
): Promise<boolean> {
  const [, published] = await db.batch([
    db
      .prepare(
        `update policies set status = 'former', changed = ?4 where workspace_id = ?1 and version = ?3 and status = 'active'
         and exists (select 1 from policies where workspace_id = ?1 and version = ?2 and status in ('draft', 'shadow'))`,
      )
      .bind(workspaceId, version, active, changedBy(told)),
    db
      .prepare(
        `update policies set status = 'active', changed = ?3 where workspace_id = ?1 and version = ?2 and status in ('draft', 'shadow')
         and not exists (select 1 from policies where workspace_id = ?1 and status = 'active')`,
      )
      .bind(workspaceId, version, changedBy(told)),
    auditOf(db, workspaceId, version, 'published', 'policy.published', told),
  ]);
  return (published?.meta.changes ?? 0) > 0;
}

/**
 * [T16] Goes back to an earlier version: a new one says the same again, made from the one that is rolled back. Resolves to its number, or to null when `active` is not in
 * force any more.
 */
export async function rollBackTo(
  db: D1Database,
  workspaceId: WorkspaceId,
  earlier: Policy,
  active: number,
  { reason, ...told }: Told & { reason: string },
): Promise<number | null> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const version = (await lastVersion(db, workspaceId)) + 1;
    const [rolledBack, inserted] = await db.batch([
      db
        .prepare(
          `update policies set status = 'rolled_back', changed = ?4 where workspace_id = ?1 and version = ?3 and status = 'active'
           and (select max(version) from policies where workspace_id = ?1) = ?2 - 1`,
        )
        .bind(workspaceId, version, active, changedBy(told)),
      insertVersion(
        db,
        workspaceId,
        version,
        { ...told, triggers: earlier.triggers, parent: active, reason },
        'active',
        { by: told.by.id, name: told.by.name, at: told.at },
        `and not exists (select 1 from policies where workspace_id = ?1 and status = 'active')`,
      ),
      auditOf(db, workspaceId, version, 'rolled-back', 'policy.rolled_back', told),
    ]);
    if ((inserted?.meta.changes ?? 0) > 0) return version;
    const { policy } = await policiesInForce(db, workspaceId);
    if (policy.version !== active) return null;
    if ((rolledBack?.meta.changes ?? 0) > 0) throw new Error('a policy was rolled back and nothing took its place');
  }
  return null;
}
