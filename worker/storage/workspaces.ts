import { z } from 'zod';
import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_RANK_POLICY, RANK_ORDERS, type RankPolicy } from '#domain/priority/rank.ts';
import { DEFAULT_QUEUE_BEHAVIOUR, type QueueConfig } from '#domain/queue/queue.ts';
import { CHOICES } from '#domain/routing/choose-agent.ts';
import { DEFAULT_ROUTES, type Routes } from '#domain/routing/choose-queue.ts';
import { queueId } from '#protocol/primitives.ts';
import { parseColumn } from './json.ts';

const settings = z.object({
  greeting: z.string(),
  suggestions: z.array(z.string()),
  capture: z.enum(['on_escalation', 'always', 'off']),
  routes: z
    .object({
      byArea: z.record(z.string(), z.string()),
      byIntent: z.record(z.string(), z.string()),
      fallback: z.string(),
    })
    .default(DEFAULT_ROUTES),
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

/** Signing secrets by key id; a host rotates by having two. */
export async function signingKey(db: D1Database, workspaceId: WorkspaceId, kid: string): Promise<Uint8Array | null> {
  const row = await db
    .prepare('select secret from signing_keys where workspace_id = ? and kid = ?')
    .bind(workspaceId, kid)
    .first<{ secret: string }>();
  return row === null ? null : new TextEncoder().encode(row.secret);
}

const severities = z.object({ low: z.number(), normal: z.number(), high: z.number(), critical: z.number() });
const rankPolicy = z.object({
  targetMinutes: z.object({ enterprise: severities, pro: severities, free: severities, unknown: severities }),
  contractValueOver: z.object({ usdPerYear: z.number(), minutes: z.number() }),
  atRiskMinutes: z.number(),
  frustrated: z.object({ over: z.number(), minutes: z.number() }),
  repeatContact: z.object({ minutesEach: z.number(), atMost: z.number() }),
  areaMinutes: z.record(z.string(), z.number()),
  renewalWithin: z.object({ days: z.number(), minutes: z.number() }),
  openDisputeMinutes: z.number(),
  failedRequestMinutes: z.number(),
}) satisfies z.ZodType<RankPolicy>;

const ms = z.number().int().min(0);
const step = z.intersection(
  z.object({ afterMs: ms, skipWhenNobody: z.boolean().optional() }),
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('raise'), minutes: z.number() }),
    z.object({ do: z.literal('also_allow'), skills: z.array(z.string()) }),
    z.object({ do: z.literal('overflow'), to: queueId }),
  ]),
);
const { path: _path, relaxAfterMs: _relax, ...behaviour } = DEFAULT_QUEUE_BEHAVIOUR;
/** What a queue row says of its behaviour; what it does not say is the default, so that older rows stay right. */
export const queueBehaviour = z.object({
  order: z.enum(RANK_ORDERS).default(behaviour.order),
  rank: rankPolicy.default(DEFAULT_RANK_POLICY),
  choice: z.enum(CHOICES).default(behaviour.choice),
  offerMs: ms.min(1000).default(behaviour.offerMs),
  cooldownMs: ms.default(behaviour.cooldownMs),
  cost: z.number().int().min(1).default(behaviour.cost),
  perAgentLimit: z.number().int().min(1).nullable().default(behaviour.perAgentLimit),
  fairness: z
    .object({ count: z.number().int().min(1), windowMs: ms.min(1000) })
    .nullable()
    .default(behaviour.fairness),
  relaxAfterMs: z.tuple([ms.nullable(), ms.nullable(), ms.nullable()]).default([null, null, null]),
  path: z.array(step).max(20).default([]),
  advanceOnLapse: z.boolean().default(behaviour.advanceOnLapse),
  maxWaiting: z.number().int().min(1).nullable().default(behaviour.maxWaiting),
  silentMs: ms.min(1000).nullable().default(behaviour.silentMs),
  vanishedMs: ms.min(1000).nullable().default(behaviour.vanishedMs),
  wrapUpMs: ms.default(behaviour.wrapUpMs),
  unansweredLimit: z.number().int().min(1).default(behaviour.unansweredLimit),
}) satisfies z.ZodType<Omit<QueueConfig, 'id' | 'name' | 'tier'>>;

export type Queue = QueueConfig & { slug: string };

/** All queues of a workspace, first tier first. */
export async function queuesOf(db: D1Database, workspaceId: WorkspaceId): Promise<Queue[]> {
  const { results } = await db
    .prepare('select id, slug, name, tier, config from queues where workspace_id = ? order by tier, name')
    .bind(workspaceId)
    .all<{ id: string; slug: string; name: string; tier: number; config: string }>();
  return results.map((row) => ({
    id: row.id as QueueId,
    slug: row.slug,
    name: row.name,
    tier: row.tier,
    ...parseColumn(queueBehaviour, row.config, 'queues.config'),
  }));
}
