import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGuides } from '#domain/guide/read-guide.ts';

const root = join(import.meta.dirname, '../../widget/demo');
const areas = ['dashboard', 'customers', 'billing', 'api-keys', 'settings', 'reports', 'account'];
const pages = ['/', ...areas.map((area) => `/${area}`).filter((page) => page !== '/dashboard')];
const site = ['app.js', ...readdirSync(join(root, 'site/pages')).map((name) => `pages/${name}`)]
  .map((name) => readFileSync(join(root, 'site', name), 'utf8'))
  .join('\n');

const articles = readdirSync(join(root, 'knowledge'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(join(root, 'knowledge', name), 'utf8');
    const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n\n([\s\S]*)$/.exec(text) ?? [];
    const fields = Object.fromEntries(
      head
        .trim()
        .split('\n')
        .map((line) => line.split(/: (.*)/, 2)),
    );
    return { slug: name.slice(0, -3), fields, body };
  });
const questions: { question: string; slug: string | null }[] = readFileSync(
  join(root, 'knowledge/questions.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('the demo knowledge base', () => {
  it('has enough articles with different titles', () => {
    expect(articles.length).toBeGreaterThanOrEqual(44);
    expect(new Set(articles.map(({ fields }) => fields.title)).size).toBe(articles.length);
  });

  it.each(articles)('$slug is complete and of a readable size', ({ fields, body }) => {
    expect(fields).toEqual({
      title: expect.stringMatching(/\S/),
      area: expect.toBeOneOf(areas),
      keywords: expect.stringMatching(/^[^,]+(, [^,]+)+$/),
      updated: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
    const words = body.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(120);
    expect(words).toBeLessThanOrEqual(300);
    expect(body).toMatch(/^## /m);
  });

  it.each(articles)('$slug names only pages and controls that the site has', ({ body }) => {
    for (const [, page] of body.matchAll(/\]\((?!#guide:)(.+?)\)/g)) expect(pages).toContain(page);
    for (const { steps, problems } of readGuides(body)) {
      expect(problems).toEqual([]);
      for (const { name, path } of steps) {
        expect(site.includes(`'${name}'`), `“${name}” is on no page`).toBe(true);
        if (path !== null) expect(pages).toContain(path);
      }
    }
    for (const [, control] of body.matchAll(/\*\*(.+?)\*\*/g))
      expect(site.includes(`'${control}'`), `“${control}” is on no page`).toBe(true);
  });

  it('[G30] has an article whose steps point at the page', () => {
    const guides = articles.flatMap(({ slug, body }) => readGuides(body).map(({ steps }) => [slug, steps.length]));
    expect(guides).toEqual([['create-api-key', 4]]);
  });

  it('has questions for every article, and some that it cannot answer', () => {
    const slugs = articles.map(({ slug }) => slug);
    const answerable = questions.filter(({ slug }) => slug !== null);
    expect([questions.length, answerable.length]).toEqual([128, 90]);
    expect(new Set(questions.map(({ question }) => question)).size).toBe(128);
    expect([...new Set(answerable.map(({ slug }) => slug))].sort()).toEqual([...slugs].sort());
  });
});
