import type { AgentId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { agentStub, queueStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import { workspacesOf } from './storage/agents.ts';
import { queuesOf } from './storage/workspaces.ts';

/**
 * [S12] Somebody's role has changed, or they are out: their own object and every queue look now. Whoever does not hear of it, and every conversation, looks by itself within a minute
 * (`durable-objects/seats.ts`), so nothing that goes wrong here is the caller's.
 */
export async function tellMembershipChanged(env: Env, workspaceId: WorkspaceId, agentId: AgentId): Promise<void> {
  const queues = await queuesOf(env.DB, workspaceId);
  const told = await Promise.allSettled([
    agentStub(env, workspaceId, agentId).recheckMembers(),
    ...queues.map(({ id }) => queueStub(env, workspaceId, id).recheckMembers()),
  ]);
  for (const one of told)
    if (one.status === 'rejected') console.warn(JSON.stringify({ at: 'membership', message: faultText(one.reason) }));
}

/** [S31] Sessions of theirs have ended: as above, in each workspace that they are in. Sockets of other sessions stay. */
export async function tellSessionsEnded(env: Env, agentId: AgentId): Promise<void> {
  for (const { id } of await workspacesOf(env.DB, agentId)) await tellMembershipChanged(env, id, agentId);
}
