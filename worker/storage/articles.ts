import { z } from 'zod';
import type { ArticleId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { parseColumn } from './json.ts';

export type Article = {
  id: ArticleId;
  slug: string;
  title: string;
  area: string;
  keywords: string[];
  body: string;
  updatedAt: EpochMs;
};

type Row = {
  id: string;
  slug: string;
  title: string;
  area: string;
  keywords: string;
  body: string;
  updated_at: number;
};

const toArticle = (row: Row): Article => ({
  id: row.id as ArticleId,
  slug: row.slug,
  title: row.title,
  area: row.area,
  keywords: parseColumn(z.array(z.string()), row.keywords, 'articles.keywords'),
  body: row.body,
  updatedAt: row.updated_at,
});

const COLUMNS = 'id, slug, title, area, keywords, body, updated_at';

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

/** Changes when any article of the workspace does. */
export async function articlesVersion(db: D1Database, workspaceId: WorkspaceId): Promise<string> {
  const row = await db
    .prepare('select count(*) as n, coalesce(max(updated_at), 0) as at from articles where workspace_id = ?')
    .bind(workspaceId)
    .first<{ n: number; at: number }>();
  return `${row?.n ?? 0}/${row?.at ?? 0}`;
}
