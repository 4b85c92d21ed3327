import type { Element, ElementContent, Root, RootContent } from 'hast';
import { slugOf } from '#domain/slug.ts';
import { type ArticleContent, type ImportedDocument, MAX_ARTICLE_CHARS, MAX_SLUG_CHARS } from '#protocol/articles.ts';

/** A document as an article, or why it is none. */
export type ReadDocument = { slug: string; content: Omit<ArticleContent, 'aliases'> } | { refused: string };

/**
 * [G29] Reads a Markdown file (with or without front matter: `title`, `area`, `keywords`) or an HTML page (its `main` or `article`, without navigation, scripts and forms) as an
 * article. Pictures become what they are called. The name's last part is the slug, so that the same document is the same article again.
 */
export async function readDocument({ name, type, text }: ImportedDocument): Promise<ReadDocument> {
  const read = type === 'html' ? await readHtml(text).catch(tooDeep) : readMarkdown(text);
  if (read === null) return { refused: 'Its parts are nested too deeply to be read.' };
  const slug = slugOf(fileNameOf(name), MAX_SLUG_CHARS) || slugOf(read.title, MAX_SLUG_CHARS);
  const title = (read.title || wordsOf(slug)).slice(0, 200);
  const body = read.body.trim();
  if (slug === '' || title === '') return { refused: 'It has neither a title nor a name.' };
  if (body === '') return { refused: 'There is no text in it.' };
  if (body.length > MAX_ARTICLE_CHARS)
    return { refused: `It is longer than ${MAX_ARTICLE_CHARS} characters; cut it into articles of one question each.` };
  const area = /^[a-z0-9-]{1,64}$/.test(read.area) ? read.area : '';
  return { slug, content: { title, area, keywords: read.keywords.slice(0, 50), body } };
}

/** The stack ends before the page does. */
function tooDeep(cause: unknown): null {
  if (cause instanceof RangeError) return null;
  throw cause;
}

type Parts = { title: string; area: string; keywords: string[]; body: string };

const FRONT_MATTER = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---\r?\n?/;
const FIRST_HEADING = /^#\s+(.+?)\s*#*\s*$/m;

function readMarkdown(text: string): Parts {
  const head = FRONT_MATTER.exec(text)?.[1] ?? '';
  const body = text.replace(FRONT_MATTER, '').replace(/\r\n/g, '\n');
  const field = (key: string): string =>
    (new RegExp(`^${key}:[ \\t]*(.*)$`, 'mi').exec(head)?.[1] ?? '').trim().replace(/^["'[]|["'\]]$/g, '');
  const heading = FIRST_HEADING.exec(body);
  const title = field('title') || (heading?.[1] ?? '').trim();
  return {
    title,
    area: field('area'),
    keywords: listOf(field('keywords') || field('tags')),
    // The title stands over the article already.
    body: heading !== null && heading[1]?.trim() === title ? body.replace(heading[0], '') : body,
  };
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) =>
      word
        .trim()
        .replace(/^["']|["']$/g, '')
        .slice(0, 80),
    )
    .filter((word) => word !== '');

/** What is on a page beside its text. */
const LEFT_OUT = new Set(
  'script style noscript template iframe object embed svg canvas nav header footer aside form button input select textarea dialog'.split(
    ' ',
  ),
);

async function readHtml(text: string): Promise<Parts> {
  const { htmlTree, toMarkdown } = await import('./html.ts');
  const tree = htmlTree(text);
  const root = find(tree, ({ tagName }) => tagName === 'main') ?? find(tree, ({ tagName }) => tagName === 'article');
  const content = root ?? find(tree, ({ tagName }) => tagName === 'body') ?? tree;
  const heading = find(content, ({ tagName }) => tagName === 'h1');
  const meta = (name: string): string =>
    String(
      find(tree, ({ tagName, properties }) => tagName === 'meta' && properties.name === name)?.properties.content ?? '',
    );
  const titleTag = find(tree, ({ tagName }) => tagName === 'title');
  return {
    title: (heading === null ? (titleTag === null ? '' : textOf(titleTag)) : textOf(heading))
      .replace(/\s+/g, ' ')
      .trim(),
    area: meta('area'),
    keywords: listOf(meta('keywords')),
    body: toMarkdown({ type: 'root', children: cleaned(content.children, heading) }),
  };
}

type Parent = Root | Element;

function find(parent: Parent, matches: (element: Element) => boolean): Element | null {
  for (const child of parent.children) {
    if (child.type !== 'element') continue;
    if (matches(child)) return child;
    const found = find(child, matches);
    if (found !== null) return found;
  }
  return null;
}

const textOf = (parent: Parent): string =>
  parent.children
    .map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? textOf(child) : ''))
    .join('');

function cleaned(children: readonly RootContent[], heading: Element | null): ElementContent[] {
  return children.flatMap((child): ElementContent[] => {
    if (child.type === 'text') return [child];
    if (child.type !== 'element' || child === heading || LEFT_OUT.has(child.tagName)) return [];
    if (child.properties.hidden || child.properties.ariaHidden === 'true') return [];
    if (child.tagName === 'img') {
      const alt = String(child.properties.alt ?? '').trim();
      return alt === '' ? [] : [{ type: 'text', value: alt }];
    }
    const inside = cleaned(child.children, heading);
    if (child.tagName === 'a' && !/^(?:https?:\/\/|\/(?!\/)|#guide:)/i.test(String(child.properties.href ?? '')))
      return inside;
    return [{ ...child, children: inside }];
  });
}

/** "/help/Refund%20policy.html" is "Refund policy". */
function fileNameOf(name: string): string {
  const path = name
    .replace(/[?#].*$/, '')
    .replace(/^[a-z]+:\/\/[^/]+/i, '')
    .replace(/\/+$/, '');
  const last = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .replace(/\.(?:md|markdown|html?|txt)$/i, '');
  return safely(last) ?? last;
}

function safely(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const wordsOf = (slug: string): string => slug.replace(/-/g, ' ').replace(/^./, (first) => first.toUpperCase());
