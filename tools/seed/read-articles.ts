import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeedArticle } from './seed.ts';

export const DEMO_KNOWLEDGE = join(import.meta.dirname, '../../widget/demo/knowledge');

/** `*.md` of a folder: front matter with one-line values (`title`, `area`, `keywords`, `updated`), then Markdown. */
export function readArticles(root: string): SeedArticle[] {
  return readdirSync(root)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => {
      const [, head = '', body = ''] =
        /^---\n([\s\S]*?)\n---\n\n?([\s\S]*)$/.exec(readFileSync(join(root, name), 'utf8')) ?? [];
      const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(head)?.[1]?.trim() ?? '';
      return {
        slug: name.slice(0, -'.md'.length),
        title: field('title'),
        area: field('area'),
        keywords: field('keywords').split(', '),
        body,
        updatedAt: Date.parse(field('updated')),
      };
    });
}
