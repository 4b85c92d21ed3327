import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Breaker, CLOSED } from '../../worker/assist/answerers/breaker.ts';
import { openaiCompatibleModel } from '../../worker/assist/answerers/openai-compatible.ts';
import { type RemoteSettings, remoteAnswerer } from '../../worker/assist/answerers/remote.ts';
import { workersAiModel } from '../../worker/assist/answerers/workers-ai.ts';
import { embeddedAnswerer } from '../../worker/assist/embedded-answerer.ts';
import { buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import type { Answerer, Drafted } from '../../worker/assist/ports.ts';
import { assistTurn } from '../../worker/assist/turn.ts';
import { aiBinding, type Behaviour, JUDGED_WELL, type ModelServer, startModelServer } from '../support/model-server.ts';
import { ARTICLES } from './assist/fixtures/articles.ts';

const BUDGET_MS = 400;
/** What a busy machine adds to a budget. */
const SLACK_MS = 400;
const QUESTION = 'How do I reset my password?';
const knowledge = buildKnowledge(ARTICLES);
const input = { question: QUESTION, passages: retrieve(knowledge, QUESTION) };
const WRITTEN = 'On the sign-in page choose Forgot password [1]. Type your address, and open the link in the mail [1].';
const SHOWN = 'On the sign-in page choose Forgot password. Type your address, and open the link in the mail.';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
  // What a provider says of what it cannot read.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => server.close());

/** An answerer with its surroundings in the open. */
function anAnswerer(provider: string, change: Partial<RemoteSettings> = {}) {
  const spent: { reserved: number; settled: number | null } = { reserved: 0, settled: null };
  let breaker: Breaker = CLOSED;
  const answerer = remoteAnswerer({
    provider: `${provider}:local`,
    model: () =>
      provider === 'workers-ai'
        ? workersAiModel({ binding: aiBinding(server.origin), model: '@cf/local', gateway: null })
        : openaiCompatibleModel({ baseUrl: `${server.origin}/v1`, apiKey: 'key', model: 'local' }),
    budgetMs: BUDGET_MS,
    breaker: {
      get: () => breaker,
      set: (next) => {
        breaker = next;
      },
    },
    spend: {
      reserve: async (tokens) => {
        spent.reserved += tokens;
        return true;
      },
      settle: (_, tokens) => {
        spent.settled = tokens;
      },
    },
    newToken: () => 'k3j9Qw7ZpL2mXc5V',
    now: Date.now,
    ...change,
  });
  return { answerer, spent, breaker: () => breaker };
}

/** The turn over the same question, with what came of asking. */
const turnWith = (drafted: Drafted | null) =>
  assistTurn(
    {
      question: QUESTION,
      earlier: [],
      attempts: [],
      area: null,
      pageSignals: {
        failedRequests: 0,
        errors: 0,
        rageClicks: 0,
        deadClicks: 0,
        formRejections: 0,
        repeatedFailures: 0,
        inTrouble: false,
      },
      hosts: ['acme.example'],
      drafted,
      now: 5,
      newId: () => 'att_1',
    },
    knowledge,
  );
const EMBEDDED_TEXT = turnWith(null).attempt?.text;
const never = new AbortController().signal;

describe.each(['embedded', 'workers-ai', 'openai-compatible'])('an answerer: %s', (provider) => {
  const make = (): Answerer => (provider === 'embedded' ? embeddedAnswerer : anAnswerer(provider).answerer);

  test('[G20] says who it is, with a version, and writes what the gate lets through, cited', async () => {
    server.behave({ kind: 'says', text: WRITTEN });
    const answerer = make();
    expect(answerer.by).toMatch(/^[a-z-]+(?::.+)?@[\w-]+$/);
    const drafted = await answerer.answer(input, never);
    expect(drafted).toMatchObject({ ok: true, by: answerer.by, citations: [{ slug: 'reset-password' }] });
    // A turn has the articles' own words without asking for them.
    const { attempt } = turnWith(provider === 'embedded' ? null : drafted);
    expect(attempt).toMatchObject({ outcome: 'sent', by: answerer.by, insteadOf: null });
    expect(drafted).toMatchObject({ text: attempt?.text });
  });

  test('[G20] with nothing to write from it has nothing, and does not throw', async () => {
    server.behave({ kind: 'says', text: WRITTEN });
    expect(await make().answer({ question: 'x', passages: [] }, never)).toMatchObject({ ok: false });
  });
});

const link = `${WRITTEN}\nMore at https://evil.example/collect?q=secret [1]`;
type Case = [what: string, draft: Behaviour, judge: Behaviour, because: string, ends: 'counts' | 'opens' | 'no fault'];
const CASES: Case[] = [
  [
    'has no capacity and says until when',
    { kind: 'refuses', status: 429, headers: { 'retry-after': '7' } },
    JUDGED_WELL,
    'busy',
    'opens',
  ],
  ['has no capacity', { kind: 'refuses', status: 429 }, JUDGED_WELL, 'busy', 'counts'],
  ['is broken', { kind: 'refuses', status: 500 }, JUDGED_WELL, 'failed', 'counts'],
  ['hangs up in the middle', { kind: 'hangs_up', text: WRITTEN }, JUDGED_WELL, 'failed', 'counts'],
  ['ends without an end', { kind: 'trails_off', text: WRITTEN }, JUDGED_WELL, 'cut_short|failed', 'counts'],
  ['sends events that are no JSON', { kind: 'babbles' }, JUDGED_WELL, 'failed', 'counts'],
  ['says nothing at all', { kind: 'is_silent' }, JUDGED_WELL, 'slow', 'counts'],
  ['drips', { kind: 'says', text: WRITTEN, everyMs: 120 }, JUDGED_WELL, 'slow', 'counts'],
  ['answers with no words', { kind: 'says', text: '' }, JUDGED_WELL, 'empty', 'no fault'],
  ['calls a tool', { kind: 'calls', calls: [{ name: 'refund', input: { amount: 100 } }] }, JUDGED_WELL, 'empty', 'no fault'],
  ['never ends', { kind: 'says', text: `${WRITTEN} `.repeat(40) }, JUDGED_WELL, 'cut_short', 'counts'],
  ['cites nothing', { kind: 'says', text: SHOWN }, JUDGED_WELL, 'uncited', 'no fault'],
  ['cites what is not there', { kind: 'says', text: `${WRITTEN} Done [9].` }, JUDGED_WELL, 'uncited', 'no fault'],
  ['cites a passage zero', { kind: 'says', text: WRITTEN.replaceAll('1', '0') }, JUDGED_WELL, 'uncited', 'no fault'],
  [
    'writes a call of a tool as text',
    { kind: 'says', text: '{"name":"refund","arguments":{"amount":100}} [1]' },
    JUDGED_WELL,
    'foreign_content',
    'no fault',
  ],
  ['does as an attacker says', { kind: 'says', text: link }, JUDGED_WELL, 'foreign_content', 'no fault'],
  [
    'makes something up',
    { kind: 'says', text: `${WRITTEN} Managers approve refunds every Friday afternoon [1].` },
    JUDGED_WELL,
    'not_grounded',
    'no fault',
  ],
  [
    'is judged badly',
    { kind: 'says', text: WRITTEN },
    { kind: 'says', text: '{"grounded":false,"answered":"all"}' },
    'not_grounded',
    'no fault',
  ],
  [
    'answers too little',
    { kind: 'says', text: WRITTEN },
    { kind: 'says', text: '{"grounded":true,"answered":"little"}' },
    'low_coverage',
    'no fault',
  ],
  [
    'is judged in another shape',
    { kind: 'says', text: WRITTEN },
    { kind: 'says', text: '{"grounded":"yes"}' },
    'not_judged',
    'counts',
  ],
  [
    'is judged in words',
    { kind: 'says', text: WRITTEN },
    { kind: 'says', text: 'Looks fine to me.' },
    'not_judged',
    'counts',
  ],
  ['is judged with no JSON at all', { kind: 'says', text: WRITTEN }, { kind: 'babbles' }, 'failed', 'counts'],
  ['is judged too late', { kind: 'says', text: WRITTEN }, { kind: 'is_silent' }, 'slow', 'counts'],
  ['has no capacity to judge', { kind: 'says', text: WRITTEN }, { kind: 'refuses', status: 429 }, 'busy', 'counts'],
];

describe.each(['workers-ai', 'openai-compatible'])('a server of %s', (provider) => {
  test('[G20] [G21] drafts in a stream and judges in a call of its own', async () => {
    server.behave({ kind: 'says', text: WRITTEN });
    const { answerer, spent, breaker } = anAnswerer(provider);
    const drafted = await answerer.answer(input, never);
    expect(drafted).toMatchObject({ ok: true, text: SHOWN, verdict: { grounded: true, coverage: 1 } });
    expect(server.calls.map(({ kind, body }) => [kind, body.stream ?? false])).toEqual([
      ['draft', true],
      ['judge', false],
    ]);
    expect(server.calls[1]?.body.response_format).toMatchObject({ type: 'json_schema' });
    expect(server.calls.every(({ body }) => body.tools === undefined)).toBe(true);
    // Whoever wrote it is not told so: the judge reads it between fences like the rest.
    expect(server.calls[1]?.prompt).toContain(SHOWN);
    expect(spent.settled).toBe(2 * 430);
    expect(spent.reserved).toBeGreaterThan(0);
    expect(breaker()).toEqual(CLOSED);
  });

  test.each(CASES)(
    '[G19] [G20] that %s is answered for by the articles, in time',
    async (_, draft, judge, because, ends) => {
      server.behave(draft, judge);
      const { answerer, breaker } = anAnswerer(provider);
      const startedAt = performance.now();
      const drafted = await answerer.answer(input, never);
      expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + SLACK_MS);
      const { attempt } = turnWith(drafted);
      expect(attempt).toMatchObject({
        outcome: 'sent',
        text: EMBEDDED_TEXT,
        by: 'embedded@1',
        insteadOf: { by: answerer.by, because: expect.stringMatching(`^(?:${because})$`) },
      });
      // The binding hands on no headers.
      const opens = ends === 'opens' && provider !== 'workers-ai';
      expect(breaker()).toMatchObject(
        ends === 'no fault' ? CLOSED : opens ? { state: 'open' } : { state: 'closed', failures: 1 },
      );
      expect(server.calls.filter(({ kind }) => kind === 'draft')).toHaveLength(1);
    },
  );

  test('[G20] nothing waits for a provider that hears of no end', async () => {
    const { answerer } = anAnswerer(provider, { model: () => new Promise(() => {}) });
    const startedAt = performance.now();
    expect(await answerer.answer(input, never)).toMatchObject({ ok: false, because: 'slow' });
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + SLACK_MS);
  });

  test('[G23] is left alone after two failures, and asked no more', async () => {
    let now = 1_000_000;
    server.behave({ kind: 'refuses', status: 500 });
    const { answerer } = anAnswerer(provider, { now: () => now });
    for (let n = 0; n < 4; n += 1) await answerer.answer(input, never);
    expect(server.calls).toHaveLength(2);
    expect(await answerer.answer(input, never)).toMatchObject({ ok: false, because: 'resting' });
    now += 30_000;
    server.behave({ kind: 'says', text: WRITTEN });
    expect(await answerer.answer(input, never)).toMatchObject({ ok: true });
  });

  test('[C5] a question that was taken back ends at once and is no fault of anybody', async () => {
    server.behave({ kind: 'is_silent' });
    const { answerer, breaker } = anAnswerer(provider);
    const taken = new AbortController();
    const asked = answerer.answer(input, taken.signal);
    setTimeout(() => taken.abort(), 30);
    const startedAt = performance.now();
    expect(await asked).toMatchObject({ ok: false, because: 'abandoned' });
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS);
    expect(breaker()).toEqual(CLOSED);
  });

  test('[G24] over the cap, or where nobody can count, no server hears of it', async () => {
    server.behave({ kind: 'says', text: WRITTEN });
    const spend = { settle: () => {} };
    const over = anAnswerer(provider, { spend: { ...spend, reserve: async () => false } });
    expect(await over.answerer.answer(input, never)).toMatchObject({ ok: false, because: 'over_cap' });
    const broken = anAnswerer(provider, { spend: { ...spend, reserve: () => Promise.reject(new Error('D1')) } });
    expect(await broken.answerer.answer(input, never)).toMatchObject({ ok: false, because: 'uncounted' });
    expect(server.calls).toEqual([]);
    expect(over.breaker()).toEqual(CLOSED);
  });

  test('[G24] what was cut off stays counted as reserved, what was refused costs nothing, who tells no usage is not for free', async () => {
    const settledAfter = async (draft: Behaviour) => {
      server.behave(draft);
      const { answerer, spent } = anAnswerer(provider);
      await answerer.answer(input, never);
      // What is settled is settled after the answer.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return spent.settled;
    };
    expect(await settledAfter({ kind: 'is_silent' })).toBeNull();
    expect(await settledAfter({ kind: 'refuses', status: 429 })).toBe(0);
    expect(await settledAfter({ kind: 'says', text: WRITTEN, usage: false })).toBeGreaterThan(430 + 100);
  });

  test('[G22] its own instructions are never an answer', async () => {
    server.behave(({ instructions }) => ({ kind: 'says', text: `${WRITTEN} ${instructions} [1]` }));
    const { answerer } = anAnswerer(provider);
    const drafted = await answerer.answer(input, never);
    expect(drafted).toMatchObject({ ok: false, because: 'foreign_content' });
  });

  test('[G22] nothing of the visitor but the redacted question leaves', async () => {
    server.behave({ kind: 'says', text: WRITTEN });
    const { answerer } = anAnswerer(provider);
    await answerer.answer(
      { ...input, question: `${QUESTION} I am priya@northwind.example, 4111 1111 1111 1111` },
      never,
    );
    const sent = JSON.stringify(server.calls);
    expect(server.calls).toHaveLength(2);
    expect(sent).not.toContain('priya@');
    expect(sent).not.toContain('4111');
    expect(sent).toContain('[email]');
  });
});

test('[G19] a gateway is named to the binding', async () => {
  server.behave({ kind: 'says', text: WRITTEN });
  const options: unknown[] = [];
  const { answerer } = anAnswerer('workers-ai', {
    model: () => workersAiModel({ binding: aiBinding(server.origin, options), model: '@cf/local', gateway: 'baton' }),
  });
  expect(await answerer.answer(input, never)).toMatchObject({ ok: true });
  expect(options).toEqual([{ gateway: { id: 'baton' } }, { gateway: { id: 'baton' } }]);
});
