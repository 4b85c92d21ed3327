import { z } from 'zod';
import type { AgentId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import { insertAuditIfChanged } from './audit.ts';
import { parseColumn } from './json.ts';
import type { SettingsChanged } from './workspaces.ts';

export type AgentProfile = {
  id: AgentId;
  name: string;
  email: string;
  role: string;
  skills: string[];
  capacity: number;
  queueIds: QueueId[];
  /** Counts the changes of skills, capacity and queues; 0 was never changed. */
  revision: number;
};
export type Agent = AgentProfile & { changed: SettingsChanged | null };

const list = z.array(z.string());

type Row = {
  id: string;
  name: string;
  email: string;
  role: string;
  skills: string;
  capacity: number;
  queue_ids: string;
  revision: number;
  changed: string | null;
};

const MEMBERS = `select u.id, u.name, u.email, m.role, p.skills, p.capacity, p.queue_ids, p.revision, p.changed
  from agent_profiles p join user u on u.id = p.agent_id
  join member m on m.userId = u.id and m.organizationId = p.workspace_id`;

const toAgent = (row: Row): Agent => ({
  id: row.id as AgentId,
  name: row.name,
  email: row.email,
  role: row.role,
  skills: parseColumn(list, row.skills, 'agent_profiles.skills'),
  capacity: row.capacity,
  queueIds: parseColumn(list, row.queue_ids, 'agent_profiles.queue_ids') as QueueId[],
  revision: row.revision,
  changed: row.changed === null ? null : parseColumn(settingsChanged, row.changed, 'agent_profiles.changed'),
});

/** The profile of a member of this workspace; null for anybody else, whoever they are elsewhere. */
export async function agentProfile(
  db: D1Database,
  workspaceId: WorkspaceId,
  agentId: string,
): Promise<AgentProfile | null> {
  const row = await db
    .prepare(`${MEMBERS} where p.workspace_id = ? and p.agent_id = ?`)
    .bind(workspaceId, agentId)
    .first<Row>();
  if (row === null) return null;
  const { changed: _, ...profile } = toAgent(row);
  return profile;
}

/** Everybody who answers in this workspace, by name. */
export async function agentsOf(db: D1Database, workspaceId: WorkspaceId): Promise<Agent[]> {
  const { results } = await db
    .prepare(`${MEMBERS} where p.workspace_id = ? order by u.name, u.id`)
    .bind(workspaceId)
    .all<Row>();
  return results.map(toAgent);
}

/**
 * [Q14] [A7] Writes skills, capacity and queues as the next revision, with its line in the log, if `from` is still the one in force; resolves
 * to whether it was. Both or neither.
 */
export async function saveAgentSettings(
  db: D1Database,
  workspaceId: WorkspaceId,
  agent: Pick<AgentProfile, 'id' | 'name' | 'skills' | 'capacity' | 'queueIds'>,
  { from, changed, detail }: { from: number; changed: SettingsChanged; detail: string },
): Promise<boolean> {
  const now = JSON.stringify(changed);
  const [saved] = await db.batch([
    db
      .prepare(
        `update agent_profiles set skills = ?1, capacity = ?2, queue_ids = ?3, revision = ?4 + 1, changed = ?5
         where workspace_id = ?6 and agent_id = ?7 and revision = ?4`,
      )
      .bind(
        JSON.stringify(agent.skills),
        agent.capacity,
        JSON.stringify(agent.queueIds),
        from,
        now,
        workspaceId,
        agent.id,
      ),
    insertAuditIfChanged(db, workspaceId, {
      id: `agent/${agent.id}/${from + 1}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed: 'agent.settings_changed',
      about: agent.name,
      detail,
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** Everybody of a workspace, with what they may do. */
export async function membersOf(db: D1Database, workspaceId: WorkspaceId): Promise<{ id: AgentId; role: string }[]> {
  const { results } = await db
    .prepare('select userId as id, role from member where organizationId = ? order by userId')
    .bind(workspaceId)
    .all<{ id: AgentId; role: string }>();
  return results;
}

/** The workspace that this user is a member of: the one that is `named`, and no other; otherwise the `last` they were in, or the first joined. */
export async function membershipOf(
  db: D1Database,
  userId: string,
  { named, last }: { named: string | null; last: string | null },
): Promise<{ workspaceId: WorkspaceId; role: string } | null> {
  const row = await db
    .prepare(
      `select organizationId as id, role from member where userId = ?1 and (?2 is null or organizationId = ?2)
       order by organizationId = ?3 desc, createdAt limit 1`,
    )
    .bind(userId, named, last ?? '')
    .first<{ id: string; role: string }>();
  return row === null ? null : { workspaceId: row.id as WorkspaceId, role: row.role };
}

/** [S37] Every workspace in which this user may work, by name. */
export async function workspacesOf(db: D1Database, userId: AgentId): Promise<{ id: WorkspaceId; name: string }[]> {
  const { results } = await db
    .prepare(
      `select w.id, w.name from member m join workspaces w on w.id = m.organizationId
       join agent_profiles p on p.workspace_id = w.id and p.agent_id = m.userId where m.userId = ? order by w.name, w.id`,
    )
    .bind(userId)
    .all<{ id: WorkspaceId; name: string }>();
  return results;
}

/** The account with this address of mail, whatever its letters' case; null where there is none. */
export async function userByEmail(db: D1Database, email: string): Promise<AgentId | null> {
  const row = await db.prepare('select id from user where email = lower(?)').bind(email).first<{ id: AgentId }>();
  return row?.id ?? null;
}
