import type { ArticleAnswer, ArticleContent } from '#protocol/articles.ts';
import type { Catalogue, Values } from './catalogue.ts';
import type { Issue } from './draft.ts';
import type { ReadResult } from './settings-form.ts';

/** An article as it stands in the fields: keywords between commas, other names one on a line. */
export type ArticleDraft = { values: Values } & Record<ArticlePart, string>;
export const ARTICLE_PARTS = ['title', 'area', 'keywords', 'aliases', 'body'] as const;
export type ArticlePart = (typeof ARTICLE_PARTS)[number];

/** One that is there, or one that will be: its `revision` is null. */
export type ArticleBase = Omit<ArticleAnswer, 'revision' | 'updatedAt' | 'slug'> & {
  revision: number | null;
  slug: string | null;
};

const LABELS: Record<ArticlePart, string> = {
  title: 'Title',
  area: 'Product area',
  keywords: 'Keywords',
  aliases: 'Other names',
  body: 'Text',
};
/** The wire's limits; its schemas are not in a page. */
const MAX_BODY_CHARS = 50_000;

export const EMPTY_ARTICLE: ArticleDraft = { values: {}, title: '', area: '', keywords: '', aliases: '', body: '' };

export const newArticle = (id: ArticleAnswer['id']): ArticleBase => ({
  id,
  slug: null,
  revision: null,
  title: '',
  area: '',
  keywords: [],
  aliases: [],
  body: '',
});

export const articleDraftOf = ({ title, area, keywords, aliases, body }: ArticleContent): ArticleDraft => ({
  values: {},
  title,
  area,
  keywords: keywords.join(', '),
  aliases: aliases.join('\n'),
  body,
});

const listOf = (text: string, between: string): string[] => [
  ...new Set(
    text
      .split(between)
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  ),
];

/** The fields as an article, or everything that is wrong with them. */
export function readArticle({ title, area, keywords, aliases, body }: ArticleDraft): ReadResult<ArticleContent> {
  const issues: Issue[] = [];
  const content: ArticleContent = {
    title: title.trim(),
    area: area.trim(),
    keywords: listOf(keywords, ','),
    aliases: listOf(aliases, '\n'),
    body: body.trim(),
  };
  if (content.title === '') issues.push({ path: 'title', message: 'Name the article as somebody would look for it.' });
  if (!/^[a-z0-9-]*$/.test(content.area))
    issues.push({ path: 'area', message: 'The first part of a page’s address: small letters, digits and dashes.' });
  if (content.body === '') issues.push({ path: 'body', message: 'Write what the assistant may say.' });
  if (content.body.length > MAX_BODY_CHARS)
    issues.push({
      path: 'body',
      message: `It is ${(content.body.length - MAX_BODY_CHARS).toLocaleString('en')} characters too long; cut it into articles of one question each.`,
    });
  return issues.length === 0 ? { ok: true, settings: content } : { ok: false, issues };
}

export const articleCatalogue: Catalogue<ArticleDraft> = {
  fields: [],
  rows: ARTICLE_PARTS.map((part) => ({
    path: part,
    label: LABELS[part],
    words: (draft) => draft[part].trim(),
    copy: (draft, from) => ({ ...draft, [part]: from[part] }),
  })),
  labelOf: (path) => LABELS[path.split('.')[0] as ArticlePart] ?? 'Article',
};
