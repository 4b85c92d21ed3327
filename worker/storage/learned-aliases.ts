import type { ArticleId, ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import type { Author } from '#domain/queue/deed.ts';
import { insertAuditIfChanged } from './audit.ts';

/** As many as the wire takes. */
const MAX_ALIASES = 200;

/**
 * [G28] Another name for an article, once; the oldest goes where there are too many. Its text and its date stay as they were. [Y3] From which conversation it is, is kept beside, so that it goes
 * with that, and nothing is learnt of one that has gone; a name that somebody wrote into the article themselves is theirs, whoever said the same.
 */
export async function learnAlias(
  db: D1Database,
  workspaceId: WorkspaceId,
  {
    conversationId,
    articleId,
    alias,
    line,
  }: {
    conversationId: ConversationId;
    articleId: ArticleId;
    alias: string;
    /** [O3] Who said so, in the log: without the words, which go with the visitor. */
    line: { at: EpochMs; by: Author; about: string };
  },
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `insert into learned_aliases (workspace_id, conversation_id, article_id, alias, at)
         select ?1, ?2, a.id, ?4, ?5 from articles a where a.workspace_id = ?1 and a.id = ?3
           and exists (select 1 from conversations where workspace_id = ?1 and id = ?2)
           and (not exists (select 1 from json_each(a.aliases) where value = ?4)
             or exists (select 1 from learned_aliases l where l.workspace_id = ?1 and l.article_id = ?3 and l.alias = ?4))
           and not exists (select 1 from learned_aliases l where l.workspace_id = ?1 and l.conversation_id = ?2 and l.article_id = ?3 and l.alias = ?4)`,
      )
      .bind(workspaceId, conversationId, articleId, alias, line.at),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `article/${articleId}/taught/${line.at}`,
      deed: 'article.taught',
      detail: '',
    }),
    db
      .prepare(
        `update articles set revision = revision + 1, aliases =
           (select json_group_array(value) from (
              select value from (
                select value, key from (select value, key from json_each(aliases) union all select ?3, 1e9) order by key desc limit ${MAX_ALIASES})
              order by key))
         where workspace_id = ?1 and id = ?2 and not exists (select 1 from json_each(aliases) where value = ?3)
           and exists (select 1 from conversations where workspace_id = ?1 and id = ?4)`,
      )
      .bind(workspaceId, articleId, alias, conversationId),
  ]);
}

/** Learnt from this conversation (`?2`) and from no other: what two have said is as much the other's. */
const ITS_OWN = `select l.alias from learned_aliases l where l.workspace_id = ?1 and l.conversation_id = ?2 and l.article_id = articles.id
  and not exists (select 1 from learned_aliases o where o.workspace_id = ?1 and o.article_id = l.article_id and o.alias = l.alias and o.conversation_id <> ?2)`;
const ITS_ARTICLES = `workspace_id = ?1 and id in (select article_id from learned_aliases where workspace_id = ?1 and conversation_id = ?2)`;

/** [Y3] [Y4] Takes out of articles what was learnt from one conversation, written over first. Before its rows go, by which it is known. */
export const unlearnAliases = (db: D1Database, workspaceId: WorkspaceId, id: ConversationId): D1PreparedStatement[] =>
  [
    `update articles set aliases = (select json_group_array(case when value in (${ITS_OWN}) then printf('%*s', length(cast(value as blob)), '') else value end)
       from (select value from json_each(articles.aliases) order by key)) where ${ITS_ARTICLES}`,
    `update articles set revision = revision + 1, aliases = (select json_group_array(value)
       from (select value from json_each(articles.aliases) where trim(value) <> '' order by key)) where ${ITS_ARTICLES}`,
  ].map((sql) => db.prepare(sql).bind(workspaceId, id));
