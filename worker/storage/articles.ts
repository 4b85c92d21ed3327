import { z } from 'zod';
import type { ArticleId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { type AuditRow, insertAuditIfChanged } from './audit.ts';
import { parseColumn } from './json.ts';

export type Article = {
  id: ArticleId;
  slug: string;
  title: string;
  area: string;
  keywords: string[];
  /** What people wrote whom it helped. */
  aliases: string[];
  body: string;
  updatedAt: EpochMs;
  /** Counts its changes. */
  revision: number;
};

type Row = {
  id: string;
  slug: string;
  title: string;
  area: string;
  keywords: string;
  aliases: string;
  body: string;
  updated_at: number;
  revision: number;
};

const toArticle = (row: Row): Article => ({
  id: row.id as ArticleId,
  slug: row.slug,
  title: row.title,
  area: row.area,
  keywords: parseColumn(z.array(z.string()), row.keywords, 'articles.keywords'),
  aliases: parseColumn(z.array(z.string()), row.aliases, 'articles.aliases'),
  body: row.body,
  updatedAt: row.updated_at,
  revision: row.revision,
});

const COLUMNS = 'id, slug, title, area, keywords, aliases, body, updated_at, revision';

export async function articlesOf(db: D1Database, workspaceId: WorkspaceId): Promise<Article[]> {
  const { results } = await db
    .prepare(`select ${COLUMNS} from articles where workspace_id = ? order by slug`)
    .bind(workspaceId)
    .all<Row>();
  return results.map(toArticle);
}

export async function articleBySlug(db: D1Database, workspaceId: WorkspaceId, slug: string): Promise<Article | null> {
  const row = await db
    .prepare(`select ${COLUMNS} from articles where workspace_id = ? and slug = ?`)
    .bind(workspaceId, slug)
    .first<Row>();
  return row === null ? null : toArticle(row);
}

export async function articleById(db: D1Database, workspaceId: WorkspaceId, id: ArticleId): Promise<Article | null> {
  const row = await db
    .prepare(`select ${COLUMNS} from articles where workspace_id = ? and id = ?`)
    .bind(workspaceId, id)
    .first<Row>();
  return row === null ? null : toArticle(row);
}

/** Changes when any article of the workspace does. */
export async function articlesVersion(db: D1Database, workspaceId: WorkspaceId): Promise<string> {
  const row = await db
    .prepare(
      `select count(*) as n, coalesce(max(updated_at), 0) as at, coalesce(sum(revision), 0) as changes
       from articles where workspace_id = ?`,
    )
    .bind(workspaceId)
    .first<{ n: number; at: number; changes: number }>();
  return `${row?.n ?? 0}/${row?.at ?? 0}/${row?.changes ?? 0}`;
}

/**
 * [Q14] Writes an article, with its line in the log, if it is still at revision `from` (null: not there yet); resolves to whether it was. Fails when another
 * article has its slug.
 */
export async function saveArticle(
  db: D1Database,
  workspaceId: WorkspaceId,
  article: Omit<Article, 'revision'>,
  from: number | null,
  line: Pick<AuditRow, 'by' | 'detail'>,
): Promise<boolean> {
  const values = [
    workspaceId,
    article.id,
    article.slug,
    article.title,
    article.area,
    JSON.stringify(article.keywords),
    JSON.stringify(article.aliases),
    article.body,
    article.updatedAt,
  ];
  const write =
    from === null
      ? db
          .prepare(
            `insert into articles (workspace_id, id, slug, title, area, keywords, aliases, body, updated_at, revision)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1) on conflict (workspace_id, id) do nothing`,
          )
          .bind(...values)
      : db
          .prepare(
            `update articles set slug = ?3, title = ?4, area = ?5, keywords = ?6, aliases = ?7, body = ?8, updated_at = ?9, revision = revision + 1
             where workspace_id = ?1 and id = ?2 and revision = ?10`,
          )
          .bind(...values, from);
  const [saved] = await db.batch([
    write,
    insertAuditIfChanged(db, workspaceId, {
      id: `article/${article.id}/${(from ?? 0) + 1}`,
      at: article.updatedAt,
      deed: 'article.changed',
      about: article.title,
      ...line,
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** [Q14] Removes an article, with its line in the log, if it is still at this revision; resolves to whether it was. */
export async function removeArticle(
  db: D1Database,
  workspaceId: WorkspaceId,
  { id, title, revision }: Pick<Article, 'id' | 'title' | 'revision'>,
  line: Pick<AuditRow, 'by' | 'at'>,
): Promise<boolean> {
  const [removed] = await db.batch([
    db
      .prepare('delete from articles where workspace_id = ? and id = ? and revision = ?')
      .bind(workspaceId, id, revision),
    insertAuditIfChanged(db, workspaceId, {
      id: `article/${id}/removed/${revision}`,
      deed: 'article.removed',
      about: title,
      detail: '',
      ...line,
    }),
  ]);
  return (removed?.meta.changes ?? 0) > 0;
}
