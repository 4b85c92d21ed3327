import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { demoIntents } from '../../tools/seed/demo-intents.ts';
import { DEMO_KNOWLEDGE, readArticles } from '../../tools/seed/read-articles.ts';
import { answerabilityOf } from '../../worker/assist/answerability.ts';
import { embeddedTriage } from '../../worker/assist/embedded-triage.ts';
import { retrieve } from '../../worker/assist/knowledge.ts';
import type { TriageModel } from '../../worker/assist/ports.ts';
import { trainedTriage, triageOf } from '../../worker/assist/trained-triage.ts';
import { intentProblems } from '../../worker/assist/triage/intent-problems.ts';
import { frozenRows, type Intent, type IntentLabel, trainingRows } from '../../worker/assist/triage/intent-rows.ts';
import { readModel } from '../../worker/assist/triage/model.ts';
import { whole } from '../../worker/assist/triage/pieces.ts';
import { judgeModel } from '../../worker/assist/triage/promotion.ts';
import { trainIntents } from '../../worker/assist/triage/train.ts';
import { demoKnowledge } from '../support/talk.ts';

const articles = readArticles(DEMO_KNOWLEDGE);
const rowsOf = (given: readonly Intent[], labels: readonly IntentLabel[] = []) =>
  whole(trainingRows(given, articles, labels));
const intents: Intent[] = demoIntents(articles);
const rows = rowsOf(intents);
const model = await readModel(trainIntents(rows));
const knowledge = demoKnowledge();
const NOTHING_ON_PAGE = {
  errors: 0,
  failedRequests: 0,
  rageClicks: 0,
  deadClicks: 0,
  formRejections: 0,
  repeatedFailures: 0,
  inTrouble: false,
} as never;

const ask = (triage: TriageModel, question: string) => {
  const passages = retrieve(knowledge, question);
  const answerability = answerabilityOf(knowledge, question, passages);
  return triage.triage({ question, earlier: [], pageSignals: NOTHING_ON_PAGE, passages, answerability });
};

describe('[G26] what a workspace’s model learns from', () => {
  test('its examples, what its articles are called, and rows of no intent; the same rows make the same model', async () => {
    expect(rows).toContainEqual({ text: 'our secret key leaked', label: 'api-keys' });
    expect(rows).toContainEqual({ text: 'Rotate an API key without an interruption', label: 'api-keys', weight: 0.5 });
    expect(rows.filter(({ label }) => label === null).length).toBeGreaterThan(500);
    expect((await readModel(trainIntents(rowsOf(intents)))).hash).toBe(model.hash);
  });

  test('labels of agents, but not of intents that are gone, nor those that models are judged by', () => {
    const said: IntentLabel[] = Array.from({ length: 60 }, (_, n) => ({
      text: `word${n} is missing on line ${String.fromCharCode(97 + (n % 26))}${n % 7 === 0 ? ' again' : ''}`,
      intent: n % 3 === 0 ? 'gone' : 'reports',
    }));
    const frozen = new Set(frozenRows(said).map(({ text }) => text));
    expect(frozen.size).toBeGreaterThan(3);
    expect(frozen.size).toBeLessThan(25);
    const learnt = rowsOf(intents, said).filter(({ weight }) => weight === 2);
    expect(learnt.length).toBeGreaterThan(10);
    for (const { text, label } of learnt) {
      expect(label).toBe('reports');
      expect(frozen.has(text)).toBe(false);
    }
  });

  test('a label stays on its side, however it is written', () => {
    for (const text of ['My card was refused!', 'the report is empty', 'i cannot log in', 'where is my token']) {
      const side = frozenRows([{ text, intent: 'billing' }]).length;
      expect(frozenRows([{ text: ` ${text.toUpperCase()} `, intent: null }]).length).toBe(side);
    }
  });
});

describe('[G26] triage with a workspace’s intents', () => {
  const questions = readFileSync(join(DEMO_KNOWLEDGE, 'questions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { question: string; slug: string | null })
    .flatMap(({ question, slug }) => {
      const area = articles.find((article) => article.slug === slug)?.area;
      return area === undefined || area === 'dashboard' ? [] : [{ question, area }];
    });
  const rightOf = (triage: TriageModel) =>
    questions.filter(({ question, area }) => ask(triage, question).intent?.name === area).length / questions.length;

  test('tells the topic more often than the nearest article does, and by words that it names', () => {
    const [before, after] = [rightOf(embeddedTriage), rightOf(trainedTriage(model))];
    console.info(
      `topic right: nearest articles ${before.toFixed(3)}, trained ${after.toFixed(3)} of ${questions.length}`,
    );
    expect(after).toBeGreaterThan(before);
    const { intent, model: by } = ask(trainedTriage(model), 'someone leaked our secret api key');
    expect(intent).toMatchObject({ name: 'api-keys' });
    expect(intent?.because).toContain('key');
    expect(by).toContain(`intents@${model.hash.slice(0, 12)}`);
  });

  test('what it does not know is left to the articles, and a wish for a person is no topic', () => {
    const foreign = 'what is the capital of mongolia';
    expect(ask(trainedTriage(model), foreign)).toMatchObject({
      intent: ask(embeddedTriage, foreign).intent,
      inScope: ask(embeddedTriage, foreign).inScope,
    });
    const wish = ask(trainedTriage(model), 'let me talk to a human');
    expect(wish.wantsPerson.value).toBe(true);
  });

  test('without a model it is the triage by articles', () => {
    expect(triageOf(null)).toBe(embeddedTriage);
    expect(triageOf(model)).not.toBe(embeddedTriage);
  });
});

describe('[G27] a new model is in use when it is not worse', () => {
  const frozen: IntentLabel[] = [
    { text: 'my card was refused', intent: 'billing' },
    { text: 'the api says unauthorized since today', intent: 'api-keys' },
    { text: 'run report does nothing', intent: 'reports' },
    { text: 'what is the capital of mongolia', intent: null },
  ];
  const swap = (name: string) => (name === 'billing' ? 'reports' : name === 'reports' ? 'billing' : name);
  const wrong = () =>
    readModel(trainIntents(rowsOf(intents.map((intent) => ({ ...intent, name: swap(intent.name) })))));

  test('the first one always is, and one that is as good', () => {
    expect(judgeModel(model, null, frozen)).toEqual({ rows: 4, right: 4, before: null, isPromoted: true });
    expect(judgeModel(model, model, frozen)).toMatchObject({ right: 4, before: { right: 4 }, isPromoted: true });
    expect(judgeModel(model, model, [])).toMatchObject({ rows: 0, isPromoted: true });
  });

  test('one that is wrong where the one before was right is not; the other way round it is', async () => {
    const worse = await wrong();
    expect(judgeModel(worse, model, frozen)).toMatchObject({
      rows: 4,
      right: 2,
      before: { right: 4 },
      isPromoted: false,
    });
    expect(judgeModel(model, worse, frozen)).toMatchObject({ right: 4, before: { right: 2 }, isPromoted: true });
  });

  test('rows of an intent that was removed say nothing about who removed it', async () => {
    const fewer = await readModel(trainIntents(rowsOf(intents.filter(({ name }) => name !== 'reports'))));
    expect(judgeModel(fewer, model, frozen)).toMatchObject({
      rows: 3,
      right: 3,
      before: { right: 3 },
      isPromoted: true,
    });
  });
});

describe('[G26] intents that are wrong', () => {
  const good: Intent = { name: 'billing', examples: ['a b', 'c d', 'e f'], articles: [] };
  const other: Intent = { name: 'reports', examples: [], articles: ['run-a-report'] };
  const slugs = new Set(['run-a-report']);
  const pathsOf = (...given: Intent[]) => intentProblems(given, slugs).map(({ path }) => path);

  test('are said with their place', () => {
    expect(pathsOf(good, other)).toEqual([]);
    expect(pathsOf()).toEqual([]);
    expect(pathsOf(good)).toEqual(['0.name']);
    expect(pathsOf(good, { ...other, name: ' Billing' })).toEqual(['1.name']);
    expect(pathsOf(good, { ...other, examples: ['A  b'] })).toEqual(['1.examples.0']);
    expect(pathsOf({ ...good, examples: ['a', 'a', 'b', 'c'] }, other)).toEqual(['0.examples.1']);
    expect(pathsOf(good, { ...other, articles: ['nowhere'] })).toEqual(['1.articles.0']);
    expect(pathsOf({ ...good, examples: ['a', 'b'] }, other)).toEqual(['0.examples']);
  });
});
