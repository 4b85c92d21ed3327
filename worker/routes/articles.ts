import type { z } from 'zod';
import { readGuides } from '#domain/guide/read-guide.ts';
import type { ArticleId, ConversationId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { freeSlug, slugOf } from '#domain/slug.ts';
import {
  type ArticleContent,
  articleAnswer,
  articleChange,
  articleLearnt,
  articleLearntAnswer,
  articleRemoval,
  articlesAnswer,
  askAnswer,
  askRequest,
  fetchRequest,
  type ImportAnswer,
  type ImportedDocument,
  importAnswer,
  importRequest,
  MAX_ARTICLE_CHARS,
  MAX_DOCUMENTS,
  MAX_IMPORT_BYTES,
  MAX_SLUG_CHARS,
} from '#protocol/articles.ts';
import { articleId, conversationId } from '#protocol/primitives.ts';
import { conversationStub, trainingStub } from '../../durable-objects/names.ts';
import { fetchDocument } from '../assist/import/fetch-document.ts';
import { readDocument } from '../assist/import/read-document.ts';
import { buildKnowledge } from '../assist/knowledge.ts';
import { assistTurn } from '../assist/turn.ts';
import { wordsToLearn } from '../assist/words-to-learn.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { type Article, articleById, articlesOf, removeArticle, saveArticle } from '../storage/articles.ts';
import { conversationById } from '../storage/conversations.ts';
import { derivedId } from '../storage/ids.ts';
import { learnAlias } from '../storage/learned-aliases.ts';
import { hostsOf, workspaceById } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** Of the text, the keywords and the aliases together; letters outside ASCII take more than a byte. */
const MAX_ARTICLE_BYTES = 5 * MAX_ARTICLE_CHARS;

/** [G28] [G29] What the assistant answers from: read by everybody, changed by supervisors, imported from files and pages. */
export function addArticles(api: Api): void {
  const shared = { access: 'agent', keys: 'articles', least: 'viewer', tag: 'Agent' } as const;
  const one = { ...shared, path: '/v1/articles/:articleId', params: { articleId } } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/articles',
      summary: 'What the assistant answers from',
      answer: articlesAnswer,
    },
    async (c) => {
      const articles = await articlesOf(c.env.DB, c.get('agent').workspaceId);
      return c.json({
        articles: articles
          .map(({ id, slug, title, area, revision, updatedAt, aliases }) => ({
            id,
            slug,
            title,
            area,
            revision,
            updatedAt,
            aliases: aliases.length,
          }))
          .sort((a, b) => a.title.localeCompare(b.title)),
        areas: [...new Set(articles.map(({ area }) => area))].filter((area) => area !== '').sort(),
      } satisfies z.infer<typeof articlesAnswer>);
    },
  );

  api.add({ ...one, method: 'get', summary: 'An article', answer: articleAnswer }, async (c) =>
    c.json(await theirs(c.env, c.get('agent').workspaceId, param<ArticleId>(c, 'articleId'))),
  );

  api.add(
    {
      ...one,
      method: 'put',
      least: 'supervisor',
      deed: 'change what the assistant answers from',
      summary: 'Write an article',
      description:
        'Supervisors, admins and owners. The caller makes the id of a new one, with `revision` null. `revision` is the one that the change was made from; when it is no longer the one there is, the answer is 409 and nothing has changed. Conversations answer from it within seconds.',
      body: articleChange,
      maxBodyBytes: MAX_ARTICLE_BYTES,
      answer: articleAnswer,
    },
    async (c, { body: { revision: from, ...content } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<ArticleId>(c, 'articleId');
      const known = await articleById(c.env.DB, workspaceId, id);
      // [Q14] Sent again because its answer was lost, it is done already.
      if (known !== null && known.revision === (from ?? 0) + 1 && isSame(contentOf(known), content))
        return c.json(known);
      if (known === null && from !== null) throw new ProblemError('not_found', 'There is no such article any more.');
      if ((known?.revision ?? null) !== from) throw outdated();
      const slug = known?.slug ?? (await freeSlugFor(c.env.DB, workspaceId, content.title));
      const article = { ...content, id, slug, updatedAt: Date.now() };
      const detail = known === null ? 'new' : changeWords(known, content);
      if (!(await saveArticle(c.env.DB, workspaceId, article, from, { by: { id: by, name }, detail })))
        throw outdated();
      await tellTraining(c.env, workspaceId);
      return c.json(await theirs(c.env, workspaceId, id));
    },
  );

  api.add(
    {
      ...one,
      method: 'post',
      path: '/v1/articles/:articleId/remove',
      least: 'supervisor',
      deed: 'change what the assistant answers from',
      summary: 'Remove an article',
      description: 'Supervisors, admins and owners. Removing what is gone changes nothing.',
      body: articleRemoval,
    },
    async (c, { body: { revision } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<ArticleId>(c, 'articleId');
      const known = await articleById(c.env.DB, workspaceId, id);
      if (known === null) return c.json({});
      const line = { by: { id: by, name }, at: Date.now() };
      if (!(await removeArticle(c.env.DB, workspaceId, { ...known, revision }, line))) throw outdated();
      await tellTraining(c.env, workspaceId);
      return c.json({});
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/articles/import',
      least: 'supervisor',
      deed: 'change what the assistant answers from',
      summary: 'Import files',
      description: `Supervisors, admins and owners. Up to ${MAX_DOCUMENTS} Markdown files or HTML pages. The last part of its name is the article’s from then on: imported again, the same article is changed and keeps what was learnt. What cannot be read is said beside it, and the others are taken.`,
      body: importRequest,
      maxBodyBytes: MAX_IMPORT_BYTES,
      answer: importAnswer,
    },
    async (c, { body: { documents } }) => {
      const { workspaceId, id, name } = c.get('agent');
      return c.json(await importAll(c.env, workspaceId, documents, { id, name }));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/articles/fetch',
      least: 'supervisor',
      deed: 'change what the assistant answers from',
      summary: 'Import pages by their addresses',
      description: `Supervisors, admins and owners. Pages of the workspace’s own sites (its allowed origins, and https pages of their hosts and below), or sitemaps that list them; up to ${MAX_DOCUMENTS} in one call. Redirects are not followed.`,
      body: fetchRequest,
      answer: importAnswer,
    },
    async (c, { body: { addresses } }) => {
      const { workspaceId, id, name } = c.get('agent');
      const workspace = await workspaceById(c.env.DB, workspaceId);
      const { documents, refused } = await fetchAll(addresses, workspace?.allowedOrigins ?? []);
      const imported =
        documents.length === 0 ? { documents: [] } : await importAll(c.env, workspaceId, documents, { id, name });
      return c.json({ documents: [...imported.documents, ...refused] } satisfies ImportAnswer);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/articles/ask',
      isRead: true,
      summary: 'What would be answered',
      description: 'Asks as a visitor would, alone and without a page. Nothing is kept.',
      body: askRequest,
      answer: askAnswer,
    },
    async (c, { body: { text, area } }) => {
      const { workspaceId } = c.get('agent');
      const [articles, workspace] = await Promise.all([
        articlesOf(c.env.DB, workspaceId),
        workspaceById(c.env.DB, workspaceId),
      ]);
      const { candidate, passages } = assistTurn(
        {
          question: text,
          earlier: [],
          attempts: [],
          area,
          pageSignals: NO_PAGE,
          hosts: workspace === null ? [] : hostsOf(workspace),
          now: Date.now(),
          newId: () => 'asked',
        },
        buildKnowledge(articles),
      );
      return c.json({
        passages: passages.map(({ title, heading, text: said, score }) => ({ title, heading, text: said, score })),
        answer: candidate?.text ?? '',
        send: candidate?.verdict.send ?? false,
        because: candidate?.verdict.because ?? 'empty',
        coverage: candidate?.verdict.coverage ?? 0,
        confidence: candidate?.verdict.confidence ?? 0,
      } satisfies z.infer<typeof askAnswer>);
    },
  );

  api.add(
    {
      ...shared,
      method: 'put',
      least: 'agent',
      path: '/v1/conversations/:conversationId/article',
      params: { conversationId },
      summary: 'Say which article answers it',
      description:
        'Whoever answers. What the visitor wrote is another name of that article from then on, without secrets. Said again it changes nothing.',
      body: articleLearnt,
      answer: articleLearntAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<ConversationId>(c, 'conversationId');
      if ((await conversationById(c.env.DB, workspaceId, id)) === null)
        throw new ProblemError('not_found', 'There is no such conversation.');
      const article = await articleById(c.env.DB, workspaceId, body.articleId);
      if (article === null) throw ProblemError.ofIssues([{ path: 'articleId', message: 'there is no such article.' }]);
      const words = wordsToLearn((await conversationStub(c.env, workspaceId, id).read())?.entries ?? []);
      if (words === null) throw new ProblemError('conflict', 'The visitor has not written anything to learn from.');
      const line = { at: Date.now(), by: { id: by, name }, about: article.title };
      await learnAlias(c.env.DB, workspaceId, { conversationId: id, articleId: article.id, alias: words, line });
      return c.json({ alias: words, title: article.title });
    },
  );
}

const NO_PAGE = {
  failedRequests: 0,
  errors: 0,
  rageClicks: 0,
  repeatedFailures: 0,
  deadClicks: 0,
  formRejections: 0,
  inTrouble: false,
};

const contentOf = ({ title, area, keywords, aliases, body }: Article): ArticleContent => ({
  title,
  area,
  keywords,
  aliases,
  body,
});

async function theirs(env: Env, workspaceId: WorkspaceId, id: ArticleId): Promise<Article> {
  const article = await articleById(env.DB, workspaceId, id);
  if (article === null) throw new ProblemError('not_found', 'There is no such article.');
  return article;
}

/** A model may have learnt from its title. Who cannot be told now is found by the watchdog. */
async function tellTraining(env: Env, workspaceId: WorkspaceId): Promise<void> {
  await trainingStub(env, workspaceId)
    .learn(workspaceId)
    .catch((cause) => console.warn(JSON.stringify({ at: 'articles', message: faultText(cause) })));
}

/** [G29] One after the other: two documents of one name are one article. */
async function importAll(
  env: Env,
  workspaceId: WorkspaceId,
  documents: readonly ImportedDocument[],
  by: Doer,
): Promise<ImportAnswer> {
  const bySlug = new Map((await articlesOf(env.DB, workspaceId)).map((article) => [article.slug, article]));
  const answers: ImportAnswer['documents'] = [];
  for (const document of documents) {
    const { name } = document;
    const read = await readDocument(document);
    if ('refused' in read) {
      answers.push({ name, outcome: 'refused', title: null, because: read.refused });
      continue;
    }
    const known = bySlug.get(read.slug);
    const content = { ...read.content, aliases: known?.aliases ?? [] };
    const { title } = content;
    if (known !== undefined && isSame(contentOf(known), content)) {
      answers.push({ name, outcome: 'same', title, because: guideProblem(content.body) });
      continue;
    }
    const id = known?.id ?? (await derivedId('article', workspaceId, read.slug));
    const article = { ...content, id, slug: read.slug, updatedAt: Date.now() };
    const from = known?.revision ?? null;
    if (
      !(await saveArticle(env.DB, workspaceId, article, from, { by, detail: `imported from ${name.slice(0, 200)}` }))
    ) {
      answers.push({
        name,
        outcome: 'refused',
        title,
        because: 'Somebody changed it at this moment; import it again.',
      });
      continue;
    }
    bySlug.set(read.slug, { ...article, revision: (from ?? 0) + 1 });
    answers.push({
      name,
      outcome: known === undefined ? 'added' : 'changed',
      title,
      because: guideProblem(content.body),
    });
  }
  await tellTraining(env, workspaceId);
  return { documents: answers };
}

/** [G30] The article is taken, and its answers are without a guide. */
function guideProblem(body: string): string | null {
  const [first, ...more] = readGuides(body).flatMap(({ problems }) => problems);
  if (first === undefined) return null;
  return `Nothing is shown on the page: ${first}${more.length === 0 ? '' : ` And ${more.length} more.`}`;
}

/** Pages at once. */
const AT_ONCE = 6;

/** A sitemap stands for the pages in it; one that is in a sitemap does not. */
async function fetchAll(
  addresses: readonly string[],
  origins: readonly string[],
): Promise<{ documents: ImportedDocument[]; refused: ImportAnswer['documents'] }> {
  const documents: ImportedDocument[] = [];
  const refused: ImportAnswer['documents'] = [];
  const refuse = (name: string, because: string) => refused.push({ name, outcome: 'refused', title: null, because });
  let open = [...new Set(addresses)];
  for (const isListed of [false, true]) {
    const found: string[] = [];
    for (let from = 0; from < open.length; from += AT_ONCE) {
      const some = open.slice(from, from + AT_ONCE);
      const fetched = await Promise.all(some.map((address) => fetchDocument(address, origins)));
      fetched.forEach((one, i) => {
        if ('document' in one) documents.push(one.document);
        else if ('refused' in one) refuse(some[i] as string, one.refused);
        else if (isListed) refuse(some[i] as string, 'It is a list in a list; name it by itself.');
        else found.push(...one.addresses);
      });
    }
    const room = MAX_DOCUMENTS - documents.length;
    open = [...new Set(found)].filter((address) => !addresses.includes(address));
    if (open.length > room) refuse(`${open.length - room} more pages`, `At most ${MAX_DOCUMENTS} in one call.`);
    open = open.slice(0, Math.max(0, room));
  }
  return { documents, refused };
}

const freeSlugFor = async (db: D1Database, workspaceId: WorkspaceId, title: string): Promise<string> =>
  freeSlug(
    slugOf(title, MAX_SLUG_CHARS) || 'article',
    (await articlesOf(db, workspaceId)).map(({ slug }) => slug),
  );

/** What changed, for the log. */
const changeWords = (was: Article, is: ArticleContent): string =>
  (['title', 'area', 'keywords', 'aliases', 'body'] as const)
    .filter((part) => !isSame(was[part], is[part]))
    .map((part) =>
      part === 'title' ? `title ${was.title} → ${is.title}` : part === 'area' ? `area ${was.area} → ${is.area}` : part,
    )
    .join('; ');

/** [Q14] */
const outdated = (): ProblemError =>
  new ProblemError(
    'conflict',
    'Somebody else changed this article after you opened it. Nothing of yours was saved; look at the newer one first.',
  );
