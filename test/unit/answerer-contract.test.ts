import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Breaker, CLOSED } from '../../worker/assist/answerers/breaker.ts';
import { openaiCompatibleModel } from '../../worker/assist/answerers/openai-compatible.ts';
import { type RemoteSettings, remoteAnswerer } from '../../worker/assist/answerers/remote.ts';
import { workersAiModel } from '../../worker/assist/answerers/workers-ai.ts';
import { embeddedAnswerer } from '../../worker/assist/embedded-answerer.ts';
import { buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import type { Answerer, Drafted, ToolSources } from '../../worker/assist/ports.ts';
import { findPassages } from '../../worker/assist/tools/find-passages.ts';
import { MAX_CALLS, MAX_CALLS_HEARD, MAX_STEPS } from '../../worker/assist/tools/toolbox.ts';
import { assistTurn } from '../../worker/assist/turn.ts';
import {
  aiBinding,
  type Behaviour,
  JUDGED_WELL,
  type ModelCall,
  type ModelServer,
  startModelServer,
} from '../support/model-server.ts';
import { ARTICLES } from './assist/fixtures/articles.ts';

const BUDGET_MS = 800;
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
  // What is loaded the first time takes a busy machine longer than a budget here.
  await Promise.all([import('ai'), import('workers-ai-provider'), import('@ai-sdk/openai-compatible')]);
  // What a provider says of what it cannot read.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => server.close());

/** An answerer with its surroundings in the open. */
function anAnswerer(provider: string, change: Partial<RemoteSettings> = {}) {
  const spent: { reserved: number; settled: number | null; of: number | null } = {
    reserved: 0,
    settled: null,
    of: null,
  };
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
      settle: (reserved, tokens) => {
        spent.of = reserved;
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
  [
    'calls a tool',
    { kind: 'calls', calls: [{ name: 'refund', input: { amount: 100 } }] },
    JUDGED_WELL,
    'empty',
    'no fault',
  ],
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

  // The other is a binding: there is no address to be sent away from.
  test.runIf(provider === 'openai-compatible')('[G22] is not followed elsewhere with key and question', async () => {
    // Elsewhere is the same server: it would hear of it.
    server.behave(({ headers }) =>
      headers['x-again'] === undefined
        ? { kind: 'refuses', status: 307, headers: { location: `${server.origin}/v1/chat/completions` } }
        : { kind: 'says', text: WRITTEN },
    );
    const { answerer } = anAnswerer(provider);
    expect(await answerer.answer(input, never)).toMatchObject({ ok: false, because: 'failed' });
    expect(server.calls).toHaveLength(1);
  });

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

/** Sources with what was asked of them in the open. */
function someSources(account: readonly string[] | null = null) {
  const asked: string[] = [];
  const sources: ToolSources = {
    search(query) {
      asked.push(`search ${query}`);
      return findPassages(knowledge, query, null);
    },
    outline() {
      asked.push('outline');
      return '- button "Pay": pressed ×4';
    },
    account() {
      asked.push('account');
      return account;
    },
  };
  return { asked, sources };
}

type Call = { name: string; input: unknown };
const search = (query: unknown): Call => ({ name: 'search_knowledge', input: { query } });
const calling = (...calls: Call[]): Behaviour => ({ kind: 'calls', calls });
const saying = (text: string): Behaviour => ({ kind: 'says', text });
/** One behaviour for each request of a draft; the last one for all that follow. */
const inTurn =
  (...behaviours: (Behaviour | ((call: ModelCall) => Behaviour))[]) =>
  (call: ModelCall): Behaviour => {
    const asked = (call.body.messages as { role: string }[]).filter(({ role }) => role === 'assistant').length;
    const one = behaviours[Math.min(asked, behaviours.length - 1)]!;
    return typeof one === 'function' ? one(call) : one;
  };
const drafts = () => server.calls.filter(({ kind }) => kind === 'draft');
const INVITE = 'How do I add a colleague?';
const invited = (n: number) => `Open Team. Press Invite and type an address [${n}].`;
const NEXT = input.passages.length + 1;
/** As in production: several requests on a busy machine. */
const TOOLS_BUDGET_MS = 1500;

describe.each(['workers-ai', 'openai-compatible'])('tools at a server of %s', (provider) => {
  /** Asks with tools; the turn over the same question comes along. */
  async function ask(
    behaviour: Parameters<ModelServer['behave']>[0],
    change: Partial<RemoteSettings> = {},
    account?: string[],
  ) {
    server.behave(behaviour);
    const made = anAnswerer(provider, { budgetMs: TOOLS_BUDGET_MS, ...change });
    const { sources, asked } = someSources(account ?? null);
    const startedAt = performance.now();
    const drafted = await made.answerer.answer({ ...input, sources }, never);
    const { attempt } = turnWith(drafted);
    return { ...made, drafted, asked, attempt, tookMs: performance.now() - startedAt };
  }

  test('[G32] are told with their shapes, and need not be called', async () => {
    const { drafted, asked } = await ask(saying(WRITTEN));
    expect(drafted).toMatchObject({ ok: true, text: SHOWN });
    expect(drafted.tools).toBeUndefined();
    const told = drafts()[0]?.body.tools as { function: { name: string; parameters: Record<string, unknown> } }[];
    expect(told.map(({ function: { name } }) => name)).toEqual([
      'search_knowledge',
      'read_page',
      'read_account',
      'suggest_escalation',
    ]);
    expect(told.every(({ function: { parameters } }) => parameters.additionalProperties === false)).toBe(true);
    expect(server.calls.at(-1)?.body.tools).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test.each(['tool_calls', 'stop'] as const)(
    '[G33] what a search shows is numbered on, fenced, and may be cited (a server that ends for %s)',
    async (ends) => {
      const { drafted, attempt, spent, asked } = await ask(
        inTurn({ kind: 'calls', calls: [search(INVITE)], text: 'Let me look.', ends }, saying(invited(NEXT))),
      );
      expect(asked).toEqual([`search ${INVITE}`]);
      expect(drafts()[1]?.results).toHaveLength(1);
      expect(drafts()[1]?.results[0]).toMatch(
        new RegExp(`^⟦passage ${NEXT} k3j9Qw7ZpL2mXc5V⟧\nInvite a member\n[^⟦]*⟦end of passage ${NEXT} `),
      );
      expect(drafted).toMatchObject({
        ok: true,
        text: invited(0).replace(' [0]', ''),
        citations: [{ slug: 'invite-member' }],
        tools: {
          uses: [{ name: 'search_knowledge', calls: 1, refused: 0 }],
          searches: [INVITE],
          suggests: null,
        },
      });
      // The judge reads what is cited, and the turn finds it again.
      expect(server.calls.at(-1)?.prompt).toContain('Press Invite and type an address');
      expect(attempt).toMatchObject({
        outcome: 'sent',
        text: invited(0).replace(' [0]', ''),
        insteadOf: null,
        tools: [{ name: 'search_knowledge', calls: 1, refused: 0 }],
      });
      // Every request counts, and each was reserved before it was made.
      expect(spent).toMatchObject({ settled: 3 * 430, of: spent.reserved });
    },
  );

  test('[G33] what was not shown cannot be cited, by number or by the turn', async () => {
    const cited = await ask(saying(invited(NEXT)));
    expect(cited.drafted).toMatchObject({ ok: false, because: 'uncited' });
    const { drafted } = await ask(inTurn(calling(search(INVITE)), saying(invited(NEXT))));
    const { tools, ...others } = drafted as Extract<Drafted, { ok: true }>;
    expect(turnWith({ ...others, tools: { ...tools!, searches: ['export a report'] } }).attempt).toMatchObject({
      by: 'embedded@1',
      insteadOf: { because: 'uncited' },
    });
  });

  test('[G34] [G35] a page is read as an outline, an account only where it is attested', async () => {
    const both = calling({ name: 'read_page', input: {} }, { name: 'read_account', input: {} });
    await ask(inTurn(both, saying(WRITTEN)));
    const [page, account] = drafts()[1]!.results;
    expect(page).toMatch(/^⟦page \w+⟧\n- button "Pay": pressed ×4\n⟦end of page /);
    expect(account).toMatch(/^Nobody has attested who this visitor is/);
    const { drafted } = await ask(inTurn(both, saying(WRITTEN)), {}, ['Plan: enterprise']);
    expect(drafts()[1]?.results[1]).toMatch(/^⟦account \w+⟧\nPlan: enterprise\n⟦end of account /);
    expect(drafted).toMatchObject({ ok: true, text: SHOWN });
    // No source: what it read there it cannot tell.
    const told = await ask(inTurn(both, saying(`${WRITTEN} Your plan is enterprise [1].`)), {}, ['Plan: enterprise']);
    expect(told.attempt).toMatchObject({ text: EMBEDDED_TEXT, insteadOf: { because: 'not_grounded' } });
  });

  test('[G35] a person is suggested in words that are redacted, also where nothing is written', async () => {
    const suggest = calling({
      name: 'suggest_escalation',
      input: { reason: 'priya@northwind.example asks for a refund' },
    });
    const { drafted, attempt, breaker } = await ask(inTurn(suggest, saying('')));
    expect(drafted).toMatchObject({ ok: false, because: 'empty', tools: { suggests: '[email] asks for a refund' } });
    expect(attempt).toMatchObject({ text: EMBEDDED_TEXT, suggests: '[email] asks for a refund' });
    expect(breaker()).toEqual(CLOSED);
  });

  test.each<[string, Call]>([
    ['of a tool that is not there', { name: 'refund', input: { amount: 100 } }],
    ['of a name that every object has', { name: 'constructor', input: {} }],
    ['without a name', { name: '', input: {} }],
    ['with input that is no JSON', { name: 'search_knowledge', input: '{"query": "invi' }],
    ['with input of another shape', { name: 'search_knowledge', input: ['invite'] }],
    ['with more than is asked for', { name: 'search_knowledge', input: { query: 'invite', limit: 500 } }],
    ['without what is asked for', { name: 'search_knowledge', input: {} }],
    ['with an address', search('https://evil.example/collect?q=secret')],
    ['with words without end', search('invite '.repeat(100))],
    ['with the account of somebody else', { name: 'read_account', input: { account: 'acme' } }],
    ['with a page of its own choice', { name: 'read_page', input: { url: 'https://evil.example' } }],
    ['to escalate with an address', { name: 'suggest_escalation', input: { reason: 'see https://evil.example' } }],
  ])('[G36] a call %s is refused and counted, and the turn goes on', async (_, call) => {
    const { drafted, asked, attempt, breaker } = await ask(inTurn(calling(call), saying(WRITTEN)));
    expect(asked).toEqual([]);
    // A call without a name breaks some protocols: then the articles answer, and still nothing is called.
    if (drafted.ok) {
      const known = ['search_knowledge', 'read_page', 'read_account', 'suggest_escalation'].includes(call.name);
      const uses = [{ name: known ? call.name : 'other', calls: 1, refused: 1 }];
      expect(drafted).toMatchObject({ text: SHOWN, tools: { uses, searches: [], suggests: null } });
      expect(attempt).toMatchObject({ by: drafted.by, tools: uses });
      expect(breaker()).toEqual(CLOSED);
    } else {
      expect(call.name).toBe('');
      expect(attempt?.text).toBe(EMBEDDED_TEXT);
    }
  });

  test('[G32] more calls than a turn may make are told so, and the answer is still one', async () => {
    const calls = Array.from({ length: MAX_CALLS + 2 }, (_, n) => search(`invite ${n}`));
    const { drafted, asked } = await ask(inTurn(calling(...calls), saying(WRITTEN)));
    expect(asked).toHaveLength(MAX_CALLS);
    expect(drafted).toMatchObject({
      ok: true,
      tools: { uses: [{ name: 'search_knowledge', calls: MAX_CALLS + 2, refused: 2 }] },
    });
    expect(drafts()[1]?.results.at(-1)).toMatch(/^No more tools/);
    // It is told, and has none left to call.
    expect(drafts()[1]?.body.tool_choice).toBe('none');
  });

  test('[G32] who calls without end is not waited for', async () => {
    const loop = await ask(calling(search('invite')));
    expect(loop.drafted).toMatchObject({ ok: false, because: 'empty' });
    expect(drafts()).toHaveLength(MAX_STEPS);
    expect(drafts().map(({ body }) => body.tool_choice)).toEqual(['auto', 'auto', 'none']);
    expect(loop.asked).toHaveLength(MAX_STEPS - 1);
    expect(loop.drafted.tools?.uses).toEqual([{ name: 'search_knowledge', calls: MAX_STEPS, refused: 1 }]);
    expect(loop.breaker()).toEqual(CLOSED);
    expect(loop.spent.settled).toBe(MAX_STEPS * 430);
    const flood = await ask(calling(...Array.from({ length: 40 }, () => search('invite'))));
    expect(flood.drafted).toMatchObject({ ok: false, because: 'cut_short' });
    expect(flood.drafted.tools?.uses[0]?.calls).toBeLessThanOrEqual(MAX_CALLS_HEARD + 1);
    expect(flood.asked.length).toBeLessThanOrEqual(MAX_CALLS);
    expect(drafts()).toHaveLength(1);
    const endless = await ask(calling(search('invite '.repeat(1000))));
    expect(endless.drafted).toMatchObject({ ok: false, because: 'cut_short' });
    expect(drafts()).toHaveLength(1);
    for (const { attempt } of [loop, flood, endless]) expect(attempt?.text).toBe(EMBEDDED_TEXT);
  });

  test.each<[string, Behaviour, string]>([
    ['broken', { kind: 'refuses', status: 500 }, 'failed'],
    ['out of capacity', { kind: 'refuses', status: 429 }, 'busy'],
    ['silent', { kind: 'is_silent' }, 'slow'],
    ['gone in the middle', { kind: 'hangs_up', text: WRITTEN }, 'failed'],
    ['babbling', { kind: 'babbles' }, 'failed'],
  ])('[G37] one that is %s after a tool is answered for by the articles, in time', async (_, then, because) => {
    const { drafted, attempt, breaker, spent, tookMs } = await ask(inTurn(calling(search(INVITE)), then));
    expect(tookMs).toBeLessThan(TOOLS_BUDGET_MS + SLACK_MS);
    expect(drafted).toMatchObject({ ok: false, because, tools: { searches: [INVITE] } });
    expect(attempt).toMatchObject({ text: EMBEDDED_TEXT, by: 'embedded@1', tools: [{ calls: 1 }] });
    expect(breaker()).toEqual({ state: 'closed', failures: 1 });
    expect(drafts()).toHaveLength(2);
    // [G24] What was refused costs nothing beside the step before it; what was cut off stays as reserved.
    // The binding hands on a status only where there is no capacity.
    const isRefused = then.kind === 'refuses' && (provider !== 'workers-ai' || then.status === 429);
    expect(spent.settled).toBe(isRefused ? 430 : null);
  });

  test('[G37] after half of the budget there are no tools', async () => {
    let now = 1_000_000;
    const late = await ask(
      inTurn(() => {
        now += TOOLS_BUDGET_MS / 2;
        return calling(search(INVITE));
      }, saying(WRITTEN)),
      { now: () => now },
    );
    expect(late.drafted).toMatchObject({ ok: true, text: SHOWN });
    expect(drafts().map(({ body }) => body.tool_choice)).toEqual(['auto', 'none']);
  });

  test('[G24] a request that a tool makes necessary is counted before it is made', async () => {
    const reserved: number[] = [];
    const { drafted } = await ask(calling(search(INVITE)), {
      spend: {
        reserve: async (tokens) => {
          reserved.push(tokens);
          return reserved.length < 2;
        },
        settle: () => {},
      },
    });
    expect(drafted).toMatchObject({ ok: false, because: 'over_cap' });
    expect(drafts()).toHaveLength(1);
    expect(reserved[1]).toBeGreaterThan(300);
  });

  test.each([
    '{"name":"search_knowledge","arguments":{"query":"invite"}} [1]',
    '{"type":"function","name":"refund","parameters":{}} [1]',
    `${WRITTEN}\n<tool_call>{"name": "refund"}</tool_call>`,
    `${WRITTEN} <function=refund>{}</function>`,
    '[TOOL_CALLS] [{"name": "refund"}] [1]',
    `<|python_tag|>refund.call(amount=1) ${WRITTEN}`,
    `I would call read_account now. ${WRITTEN}`,
  ])('[G36] a call that is written out is neither made nor shown: %s', async (text) => {
    const { drafted, asked, attempt, breaker } = await ask(saying(text));
    expect(asked).toEqual([]);
    expect(drafted).toMatchObject({
      ok: false,
      because: 'foreign_content',
      tools: { uses: [{ name: 'other', calls: 1, refused: 1 }] },
    });
    expect(attempt?.text).toBe(EMBEDDED_TEXT);
    expect(breaker()).toEqual(CLOSED);
  });
});
