import { hashPassword } from 'better-auth/crypto';
import type { WorkspaceId } from '#domain/ids.ts';
import { type MasterKeys, seal } from '../../worker/storage/sealed.ts';

/** What is needed of D1; the local proxy and a test's binding both have it. */
export type Statement = { bind(...values: unknown[]): Statement; first(): Promise<unknown> };
export type Database = { prepare(sql: string): Statement; batch(statements: Statement[]): Promise<unknown> };

/** A workspace as data: what a company has before anybody writes. */
export type WorkspaceSeed = {
  id: string;
  publicKey: string;
  name: string;
  slug: string;
  signingKey: { kid: string; secret: string };
  settings: object;
  queueConfig: object;
  /** When people are there, and what is promised; without a policy the workspace promises what every one starts with. */
  calendars: readonly { id: string; name: string; calendar: object }[];
  slaPolicy: object | null;
  /** What visitors want; a workspace that names none has its articles' areas. */
  intents: readonly object[];
  /** `settings` are added to `queueConfig`. */
  queues: readonly { id: string; slug: string; name: string; tier: number; settings?: object }[];
  agents: readonly {
    id: string;
    name: string;
    email: string;
    role: string;
    skills: readonly string[];
    capacity: number;
    queueIds: readonly string[];
  }[];
  /** The first password of every agent above. */
  password: string;
  articles: readonly (SeedArticle & { id: string })[];
};
export type SeedArticle = {
  slug: string;
  title: string;
  area: string;
  keywords: string[];
  body: string;
  updatedAt: number;
};

/**
 * Makes a workspace. Idempotent: a second run changes nothing but the allowed origins and the text of articles, where nobody has touched them. Resolves to whether the
 * workspace was new.
 */
export async function seedWorkspace(
  db: Database,
  workspace: WorkspaceSeed,
  { allowedOrigins, now, masterKeys }: { allowedOrigins: readonly string[]; now: number; masterKeys: MasterKeys },
): Promise<{ isNew: boolean }> {
  const { id, signingKey } = workspace;
  const place = { workspaceId: id as WorkspaceId, kind: 'signing_key', id: signingKey.kid } as const;
  const sealed = await seal(masterKeys, place, signingKey.secret);
  const known = await db.prepare('select id from workspaces where id = ?').bind(workspace.id).first();
  await db.batch([
    ...workspaceRows(db, { ...workspace, signingKey: { ...signingKey, secret: sealed } }, allowedOrigins, now),
    ...(await agentRows(db, workspace, now)),
    ...articleRows(db, workspace, known === null),
  ]);
  return { isNew: known === null };
}

function workspaceRows(
  db: Database,
  workspace: WorkspaceSeed,
  allowedOrigins: readonly string[],
  now: number,
): Statement[] {
  const { id, publicKey, name, slug, signingKey, settings, queues, queueConfig, calendars, slaPolicy, intents } =
    workspace;
  return [
    db
      .prepare('insert into organization (id, name, slug, createdAt) values (?, ?, ?, ?) on conflict do nothing')
      .bind(id, name, slug, new Date(now).toISOString()),
    db
      .prepare(
        `insert into workspaces (id, public_key, name, allowed_origins, settings) values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update set allowed_origins = ?4
           where coalesce(json_extract(workspaces.settings, '$.workspaceRevision'), 0) = 0`,
      )
      .bind(id, publicKey, name, JSON.stringify(allowedOrigins), JSON.stringify(settings)),
    db
      .prepare(
        'insert into signing_keys (workspace_id, kid, secret, created_at) values (?, ?, ?, ?) on conflict do nothing',
      )
      .bind(id, signingKey.kid, signingKey.secret, now),
    ...queues.map((queue) =>
      db
        .prepare(
          'insert into queues (workspace_id, id, slug, name, tier, config) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
        )
        .bind(id, queue.id, queue.slug, queue.name, queue.tier, JSON.stringify({ ...queueConfig, ...queue.settings })),
    ),
    ...calendars.map(({ id: calendarId, name: called, calendar }) =>
      db
        .prepare(
          'insert into calendars (workspace_id, id, name, body, updated_at) values (?, ?, ?, ?, ?) on conflict do nothing',
        )
        .bind(id, calendarId, called, JSON.stringify(calendar), now),
    ),
    ...(intents.length === 0
      ? []
      : [
          db
            .prepare('insert into intents (workspace_id, revision, body) values (?, 1, ?) on conflict do nothing')
            .bind(id, JSON.stringify(intents)),
        ]),
    ...(slaPolicy === null
      ? []
      : [
          db
            .prepare(
              `insert into sla_policies (workspace_id, version, parent, author, reason, status, body, created_at)
               values (?, 1, null, 'seed', 'what the workspace starts with', 'active', ?, ?) on conflict do nothing`,
            )
            .bind(id, JSON.stringify(slaPolicy), now),
        ]),
  ];
}

/**
 * Users, passwords and memberships as the accounts library stores them (migrations/0001_accounts.sql). An address that has an account already keeps its name and password, and
 * is in this workspace too [S37].
 */
async function agentRows(db: Database, workspace: WorkspaceSeed, now: number): Promise<Statement[]> {
  const at = new Date(now).toISOString();
  const password = await hashPassword(workspace.password);
  return workspace.agents.flatMap((agent) => [
    db
      .prepare(
        'insert into user (id, name, email, emailVerified, createdAt, updatedAt) values (?, ?, ?, 1, ?, ?) on conflict do nothing',
      )
      .bind(agent.id, agent.name, agent.email, at, at),
    db
      .prepare(
        `insert into account (id, accountId, providerId, userId, password, createdAt, updatedAt)
         select ?1, id, 'credential', id, ?2, ?3, ?3 from user u
         where email = ?4 and not exists (select 1 from account where userId = u.id and providerId = 'credential')
         on conflict do nothing`,
      )
      .bind(`acc_${agent.id}`, password, at, agent.email),
    db
      .prepare(
        // Whoever was taken out stays out.
        `insert into member (id, organizationId, userId, role, createdAt) select ?1, ?2, id, ?3, ?4 from user u
         where email = ?5 and not exists (select 1 from member where organizationId = ?2 and userId = u.id)
           and not exists (select 1 from audit where workspace_id = ?2 and deed = 'member.removed'
             and id >= 'member/' || u.id || '/' and id < 'member/' || u.id || '0')
         on conflict do nothing`,
      )
      .bind(`mem_${workspace.id}_${agent.id}`, workspace.id, agent.role, at, agent.email),
    db
      .prepare(
        `insert into agent_profiles (workspace_id, agent_id, skills, capacity, queue_ids)
         select ?1, id, ?2, ?3, ?4 from user where email = ?5 on conflict do nothing`,
      )
      .bind(workspace.id, JSON.stringify(agent.skills), agent.capacity, JSON.stringify(agent.queueIds), agent.email),
  ]);
}

/** Articles that somebody has changed or removed since stay as they are. */
function articleRows(db: Database, workspace: WorkspaceSeed, isNew: boolean): Statement[] {
  return workspace.articles.map((article) =>
    db
      .prepare(
        isNew
          ? `insert into articles (workspace_id, id, slug, title, area, keywords, body, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             on conflict do nothing`
          : `update articles set slug = ?3, title = ?4, area = ?5, keywords = ?6, body = ?7, updated_at = ?8
             where workspace_id = ?1 and id = ?2 and revision = 0`,
      )
      .bind(
        workspace.id,
        article.id,
        article.slug,
        article.title,
        article.area,
        JSON.stringify(article.keywords),
        article.body,
        article.updatedAt,
      ),
  );
}
