import { z } from 'zod';
import type { AgentId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { parseColumn } from './json.ts';

export type AgentProfile = {
  id: AgentId;
  name: string;
  email: string;
  role: string;
  skills: string[];
  capacity: number;
  queueIds: QueueId[];
};

const list = z.array(z.string());

/** The profile of a member of this workspace; null for anybody else, whoever they are elsewhere. */
export async function agentProfile(
  db: D1Database,
  workspaceId: WorkspaceId,
  agentId: string,
): Promise<AgentProfile | null> {
  const row = await db
    .prepare(
      `select u.id, u.name, u.email, m.role, p.skills, p.capacity, p.queue_ids
       from agent_profiles p join user u on u.id = p.agent_id
       join member m on m.userId = u.id and m.organizationId = p.workspace_id
       where p.workspace_id = ? and p.agent_id = ?`,
    )
    .bind(workspaceId, agentId)
    .first<{
      id: string;
      name: string;
      email: string;
      role: string;
      skills: string;
      capacity: number;
      queue_ids: string;
    }>();
  if (row === null) return null;
  return {
    id: row.id as AgentId,
    name: row.name,
    email: row.email,
    role: row.role,
    skills: parseColumn(list, row.skills, 'agent_profiles.skills'),
    capacity: row.capacity,
    queueIds: parseColumn(list, row.queue_ids, 'agent_profiles.queue_ids') as QueueId[],
  };
}

/** Everybody who answers in this workspace, by name. */
export async function agentsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<Pick<AgentProfile, 'id' | 'name' | 'queueIds'>[]> {
  const { results } = await db
    .prepare(
      `select u.id, u.name, p.queue_ids as queueIds from agent_profiles p
       join member m on m.userId = p.agent_id and m.organizationId = p.workspace_id
       join user u on u.id = p.agent_id
       where p.workspace_id = ? order by u.name, u.id`,
    )
    .bind(workspaceId)
    .all<{ id: string; name: string; queueIds: string }>();
  return results.map(({ id, name, queueIds }) => ({
    id: id as AgentId,
    name,
    queueIds: parseColumn(list, queueIds, 'agent_profiles.queue_ids') as QueueId[],
  }));
}

/** The workspace that this user is a member of: the one asked for, or the first joined. */
export async function membershipOf(
  db: D1Database,
  userId: string,
  wanted: string | null,
): Promise<{ workspaceId: WorkspaceId; role: string } | null> {
  const row = await db
    .prepare(
      'select organizationId as id, role from member where userId = ? order by organizationId = ? desc, createdAt limit 1',
    )
    .bind(userId, wanted ?? '')
    .first<{ id: string; role: string }>();
  return row === null ? null : { workspaceId: row.id as WorkspaceId, role: row.role };
}
