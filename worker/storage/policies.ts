import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { OPERATORS, POLICY_STATUSES, type Policy, TRIGGER_LAYERS, type When } from '#domain/triggers/policy.ts';
import { parseColumn } from './json.ts';

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
  z.object({ do: z.literal('set_class'), class: z.union([z.literal(0), z.literal(1)]) }),
  z.object({ do: z.literal('block_auto_answer') }),
]);

/** A policy as it is stored. */
export const policySchema = z.object({
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

/** The policy in force; the one every workspace starts with when none was published. */
export async function activePolicy(db: D1Database, workspaceId: WorkspaceId): Promise<Policy> {
  const row = await db
    .prepare(`select body from policies where workspace_id = ? and status = 'active'`)
    .bind(workspaceId)
    .first<{ body: string }>();
  return row === null ? DEFAULT_POLICY : parseColumn(policySchema, row.body, 'policies.body');
}
