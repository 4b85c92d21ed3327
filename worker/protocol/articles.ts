import { z } from 'zod';
import { articleId, epochMs } from './primitives.ts';

export const MAX_ARTICLE_CHARS = 50_000;
/** Of a name in an address. */
export const MAX_SLUG_CHARS = 80;
export const MAX_DOCUMENT_CHARS = 400_000;
export const MAX_DOCUMENTS = 50;
/** Of a call with documents in it, bytes. */
export const MAX_IMPORT_BYTES = 2 * 1024 * 1024;

const line = (most: number) => z.string().trim().max(most);
const area = z
  .string()
  .trim()
  .max(64)
  .regex(/^[a-z0-9-]*$/, 'an area is the first part of a page’s address: small letters, digits and dashes');

/** What is in an article, as whoever writes it sees it. */
export const articleContent = z.object({
  title: line(200).min(1),
  /** The part of the product that it is about; empty is none. */
  area,
  keywords: z.array(line(80).min(1)).max(50),
  /** What people wrote whom it helped. */
  aliases: z.array(line(300).min(1)).max(200),
  /** Markdown. */
  body: z.string().trim().min(1).max(MAX_ARTICLE_CHARS),
});
export type ArticleContent = z.infer<typeof articleContent>;

/** `PUT /v1/articles/:articleId`: the caller makes the id of a new one. `revision` is the one that the change was made from; null is none yet. */
export const articleChange = articleContent.extend({ revision: z.number().int().min(0).nullable() });

export const articleAnswer = articleContent.extend({
  id: articleId,
  slug: z.string(),
  revision: z.number().int(),
  updatedAt: epochMs,
});
export type ArticleAnswer = z.infer<typeof articleAnswer>;

/** `GET /v1/articles`: all of them by title, without their text. */
export const articlesAnswer = z.object({
  articles: z.array(
    articleAnswer.omit({ body: true, keywords: true, aliases: true }).extend({ aliases: z.number().int() }),
  ),
  areas: z.array(z.string()),
});
export type ArticlesAnswer = z.infer<typeof articlesAnswer>;

/** `POST /v1/articles/:articleId/remove` */
export const articleRemoval = z.object({ revision: z.number().int().min(0) });

const document = z.object({
  /** Of the file, or the address: its last part names the article from then on. */
  name: z.string().min(1).max(500),
  type: z.enum(['markdown', 'html']),
  text: z.string().max(MAX_DOCUMENT_CHARS),
});
export type ImportedDocument = z.infer<typeof document>;

/** `POST /v1/articles/import` */
export const importRequest = z.object({ documents: z.array(document).min(1).max(MAX_DOCUMENTS) });

/** `POST /v1/articles/fetch`: pages of the workspace's own sites. */
export const fetchRequest = z.object({ addresses: z.array(z.url().max(2000)).min(1).max(MAX_DOCUMENTS) });

/** What became of each document. A document of the same name is the same article: it is changed, and keeps what was learnt. */
export const importAnswer = z.object({
  documents: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(['added', 'changed', 'same', 'refused']),
      title: z.string().nullable(),
      because: z.string().nullable(),
    }),
  ),
});
export type ImportAnswer = z.infer<typeof importAnswer>;

/** `POST /v1/articles/ask`: what would be answered, and why. */
export const askRequest = z.object({ text: line(2000).min(1), area: area.nullable().default(null) });
export const askAnswer = z.object({
  passages: z.array(z.object({ title: z.string(), heading: z.string(), text: z.string(), score: z.number() })),
  answer: z.string(),
  send: z.boolean(),
  because: z.string(),
  coverage: z.number(),
  confidence: z.number(),
});
export type AskAnswer = z.infer<typeof askAnswer>;

/** `PUT /v1/conversations/:conversationId/article`: the article that answers what the visitor asked. */
export const articleLearnt = z.object({ articleId });
export const articleLearntAnswer = z.object({ alias: z.string(), title: z.string() });
