import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Article, buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import { buildCosineIndex, cosines } from '../../worker/assist/retrieval/cosine-index.ts';
import { letterTokens, phraseTokens } from '../../worker/assist/retrieval/tokens.ts';
import { ARTICLES } from './assist/fixtures/articles.ts';

const anArticle = (id: string, title: string, body: string, aliases: string[] = []): Article => ({
  id,
  slug: id,
  title,
  area: null,
  keywords: [],
  aliases,
  body,
  updatedAt: 0,
});

describe('[G11] likeness of names', () => {
  const words = fc.array(fc.constantFrom('pay', 'card', 'bill', 'send', 'open', 'user', 'plan'), {
    minLength: 1,
    maxLength: 8,
  });

  test('is between 0 and 1, and 1 with oneself', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), words, (texts, query) => {
        const index = buildCosineIndex([...texts, query]);
        const found = cosines(index, query);
        expect(found.every((cosine) => cosine >= 0 && cosine <= 1 + 1e-6)).toBe(true);
        expect(found.at(-1)).toBeCloseTo(1, 5);
        expect(Math.max(...found)).toBeCloseTo(1, 5);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('with nothing is nothing', () => {
    expect([...cosines(buildCosineIndex([['a'], []]), [])]).toEqual([0, 0]);
    expect([...cosines(buildCosineIndex([]), ['a'])]).toEqual([]);
  });

  test('an unknown token takes from it', () => {
    const index = buildCosineIndex([['a', 'b'], ['c']]);
    expect(cosines(index, ['a', 'b', 'z'])[0]).toBeLessThan(cosines(index, ['a', 'b'])[0]!);
  });

  test('letters know misspelt words, phrases know the order', () => {
    expect(letterTokens('pay')).toEqual(['^pa', '^pay', '^pay$', 'pay', 'pay$', 'ay$']);
    expect(phraseTokens('cards refused')).toContain('card refus');
    expect(phraseTokens('refused cards')).not.toContain('card refus');
  });
});

describe('[G11] aliases', () => {
  const articles = [
    anArticle('strike', 'Strikethrough with Markdown', 'Use two tildes around the words.'),
    anArticle('bold', 'Bold with Markdown', 'Use two stars around the words.'),
    anArticle('contact', 'Contact another person', 'Open their profile.'),
  ];
  const question = 'make my letters crossed out';

  test('an article is found by what others called it', () => {
    expect(retrieve(buildKnowledge(articles), question)[0]?.articleId).not.toBe('strike');
    const learned = articles.map((one) =>
      one.id === 'strike' ? { ...one, aliases: ['how can I cross out letters', 'text crossed out'] } : one,
    );
    expect(retrieve(buildKnowledge(learned), question)[0]?.articleId).toBe('strike');
    // Its own name still leads there, and the others are found as before.
    expect(retrieve(buildKnowledge(learned), 'strikethrough')[0]?.articleId).toBe('strike');
    expect(retrieve(buildKnowledge(learned), 'bold words')[0]?.articleId).toBe('bold');
  });
});

describe('[G11] ranking', () => {
  test('an article is first for its own title, alone or with words around it', () => {
    const knowledge = buildKnowledge(ARTICLES);
    for (const { id, title } of ARTICLES) {
      expect(retrieve(knowledge, title)[0]?.articleId).toBe(id);
      expect(retrieve(knowledge, `Hello, could you tell me please: ${title}?`)[0]?.articleId).toBe(id);
    }
  });

  test('where one finds a thing is where it is, not how one looks for things', () => {
    const knowledge = buildKnowledge([
      anArticle('invoice', 'Download an invoice', 'Open Billing, then press Download beside the invoice.'),
      anArticle(
        'find',
        'Find and filter customers',
        'To find a customer, type in the filter. You find it in the list.',
      ),
    ]);
    const first = (question: string) => retrieve(knowledge, question)[0]?.articleId;
    expect(['Where do I find my invoices?', 'where can we view an invoice'].map(first)).toEqual(['invoice', 'invoice']);
    expect(first('How do I find somebody?')).toBe('find');
  });

  test('is best first, one passage an article, and within 0 and 1', () => {
    const knowledge = buildKnowledge(ARTICLES);
    const questions = ARTICLES.flatMap(({ title, body }) => [title, body.slice(0, 60)]);
    fc.assert(
      fc.property(fc.constantFrom(...questions), fc.constantFrom(...questions), (a, b) => {
        const passages = retrieve(knowledge, `${a} ${b}`, { limit: 50 });
        const scores = passages.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((x, y) => y - x));
        expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
        expect(new Set(passages.map(({ articleId }) => articleId)).size).toBe(passages.length);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});
