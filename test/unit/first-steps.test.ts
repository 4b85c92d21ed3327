import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TurnOutcome } from '#domain/conversation/command.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { DEMO_KNOWLEDGE, readArticles } from '../../tools/seed/read-articles.ts';
import { refusedPayments, Talk } from '../support/talk.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

/** Every “sentence” a newcomer is told to write, with what is said about it until the next one. */
function sentencesIn(text: string): { sentence: string; promise: string }[] {
  const found = [...text.matchAll(/(?:<em>|\*)“([^”]+)”(?:<\/em>|\*)/g)];
  return found.map(({ 0: whole, 1: sentence = '', index }, i) => ({
    sentence,
    promise: text.slice(index + whole.length, found[i + 1]?.index ?? text.length),
  }));
}

const startPage = read('worker/pages/start.ts');
const tryIt = /## Try it\n([\s\S]*?)\n## /.exec(read('README.md'))?.[1] ?? '';
const expectPromised = (promise: string, { next, say }: TurnOutcome) => {
  if (/the assistant answers/.test(promise)) {
    expect(next.kind).not.toBe('escalate');
    expect(say?.citations).toHaveLength(1);
  } else {
    expect(promise).toMatch(/handed over|Talk to a person/);
    expect(next.kind).toBe('escalate');
  }
};

describe.each([
  ['the start page', sentencesIn(startPage)],
  ['the README', sentencesIn(tryIt)],
])('[G6] what %s tells a newcomer to write', (_, sentences) => {
  test('is there', () => {
    expect(sentences.map(({ promise }) => /the assistant answers|handed over|Talk to a person/.test(promise))).toEqual([
      true,
      true,
    ]);
  });

  test('comes to what it promises, one after the other, on the page where the card is refused', () => {
    const talk = new Talk({ trail: refusedPayments(5, 900) });
    for (const { sentence, promise } of sentences) expectPromised(promise, talk.says(sentence));
  });

  test.each(sentences)('comes to what it promises alone: $sentence', ({ sentence, promise }) => {
    expectPromised(promise, new Talk({ trail: refusedPayments(5, 900) }).says(sentence));
  });

  test('comes to what it promises when the refusals are long ago', () => {
    const talk = new Talk({ trail: refusedPayments(5, 900) });
    talk.now += 10 * 60_000;
    for (const { sentence, promise } of sentences) expectPromised(promise, talk.says(sentence));
  });
});

test('[G8] what the demo suggests to ask is answered, with its source', async () => {
  const { settings } = await demoWorkspace(readArticles(DEMO_KNOWLEDGE));
  expect(settings.suggestions.length).toBeGreaterThan(0);
  for (const suggestion of settings.suggestions) {
    const { next, say } = new Talk({ area: null }).says(suggestion);
    expect([suggestion, next.kind, say?.citations.length]).toEqual([suggestion, 'nothing', 1]);
  }
});

test('[G6] [T9] whoever asks what the assistant knows gets the answer, also where the card is refused', () => {
  for (const question of [
    'Why was my card declined?',
    'my card keeps getting refused and i dont know why',
    'Payment says declined. Did you still take the money?',
  ]) {
    const { next, say } = new Talk({ trail: refusedPayments(5, 900) }).says(question);
    expect([question, next.kind === 'escalate', say?.citations.map(({ slug }) => slug)]).toEqual([
      question,
      false,
      ['card-declined'],
    ]);
  }
});
