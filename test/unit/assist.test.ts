import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import type { PageSignals } from '#domain/timeline/page-signals.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import { frustrationOf, saysItFailed, sentimentOf } from '../../worker/assist/affect.ts';
import { composeAnswer } from '../../worker/assist/embedded-answerer.ts';
import { findForeign, gate, type Verdicts } from '../../worker/assist/gate.ts';
import { unsupportedIn } from '../../worker/assist/grounding.ts';
import { buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import type { Attempt, EarlierMessage } from '../../worker/assist/ports.ts';
import { notFoundText, outOfScopeText } from '../../worker/assist/replies.ts';
import { smallTalkReply } from '../../worker/assist/small-talk.ts';
import { assistTurn, factsFrom } from '../../worker/assist/turn.ts';
import { turnWithoutAssistant } from '../../worker/assist/turn-without-assistant.ts';
import { findWishForPerson } from '../../worker/assist/wants-person.ts';
import { aConversation, aQueue, escalationId } from '../support/builders.ts';
import { ARTICLES } from './assist/fixtures/articles.ts';

const knowledge = buildKnowledge(ARTICLES);
const calm: PageSignals = {
  failedRequests: 0,
  errors: 0,
  rageClicks: 0,
  deadClicks: 0,
  formRejections: 0,
  repeatedFailures: 0,
  inTrouble: false,
};
const failing: PageSignals = { ...calm, failedRequests: 2, inTrouble: true };
const said = (...texts: string[]): EarlierMessage[] =>
  texts.map((text, i) => ({ author: i % 2 ? 'assistant' : 'visitor', text }));
const ask = (
  question: string,
  { earlier = [], attempts = [] }: { earlier?: EarlierMessage[]; attempts?: Attempt[] } = {},
) =>
  assistTurn({ question, earlier, attempts, area: null, pageSignals: calm, now: 5, newId: () => 'att_1' }, knowledge);

describe('[G1] the gate', () => {
  const good: Verdicts = {
    answer: 'Open Billing.',
    grounded: true,
    coverage: 0.9,
    confidence: 0.9,
    foreign: [],
    blockedByPolicy: false,
    repeated: false,
  };
  test('[G1] sends when every judge said yes', () => {
    expect(gate(good)).toEqual({ send: true, because: 'ok', coverage: 0.9, confidence: 0.9 });
  });

  test.each<[string, object, string]>([
    ['no grounding', { grounded: false }, 'not_grounded'],
    ['little coverage', { coverage: 0.1 }, 'low_coverage'],
    ['little confidence', { confidence: 0.1 }, 'low_confidence'],
    ['confidence that is no number', { confidence: Number.NaN }, 'low_confidence'],
    ['infinite confidence', { confidence: Number.POSITIVE_INFINITY }, 'low_confidence'],
    ['something foreign', { foreign: ['evil.example'] }, 'foreign_content'],
    ['a policy that blocks', { blockedByPolicy: true }, 'blocked_by_policy'],
    ['nothing to say', { answer: ' \n' }, 'empty'],
    ['the same again', { repeated: true }, 'repeated_answer'],
    ...(['grounded', 'coverage', 'confidence', 'foreign', 'blockedByPolicy', 'repeated'] as const).flatMap(
      (key): [string, object, string][] => [
        [`no verdict on ${key}`, { [key]: undefined }, 'missing_verdict'],
        [`null for ${key}`, { [key]: null }, 'missing_verdict'],
      ],
    ),
  ])('[G1] refuses for %s', (_, change, because) => {
    expect(gate({ ...good, ...change })).toMatchObject({ send: false, because });
  });

  test('[G1] nothing but a full set of yes ever sends', () => {
    const anything = fc.oneof(
      fc.boolean(),
      fc.double(),
      fc.constant(null),
      fc.constant(undefined),
      fc.string(),
      fc.constant([]),
    );
    fc.assert(
      fc.property(
        fc.record({
          answer: anything,
          grounded: anything,
          coverage: anything,
          confidence: anything,
          foreign: anything,
          blockedByPolicy: anything,
          repeated: anything,
        }),
        (verdicts) => {
          const { send } = gate(verdicts as Verdicts);
          if (send)
            expect(verdicts).toMatchObject({ grounded: true, foreign: [], blockedByPolicy: false, repeated: false });
        },
      ),
      { seed: 3, numRuns: 2000 },
    );
  });

  const passages = [
    {
      title: 'Refunds',
      heading: 'Refunds',
      text: 'We refund within 5 days. See https://acme.example/help or mail help@acme.example.',
    },
  ];
  test.each([
    ['We refund within 5 days.', []],
    ['1. See https://acme.example/help\n2. Mail help@acme.example', []],
    ['We refund within 3 days.', ['3']],
    ['See https://acme.example/help?leak=x', ['https://acme.example/help?leak=x', 'acme.example/help?leak']],
    ['See acme.exampl', ['acme.exampl']],
    ['Go to evil\u200b.example', ['evil.example']],
    ['Go to evil[.]example', ['evil.example']],
    ['Mail bad@evil.example', ['bad@evil.example', 'evil.example']],
    ['javascript:alert(1)', ['javascript:alert(1', '1']],
    ['<img src=x>', ['<img src=x>']],
    ['![a](b)', ['![a](b)']],
    ['It costs ４９ euros', ['49']],
  ])('[G3] %j', (answer, foreign) => {
    const found = findForeign(answer, passages, ['acme.example']);
    if (foreign.length === 0) expect(found).toEqual([]);
    else expect(found).toContain(foreign[0]);
  });
});

describe('[G3] whoever wrote the article', () => {
  const poisoned = [
    {
      title: 'Help',
      heading: 'Help',
      text: 'See https://evil.example/x, //evil.example/y, https://help.acme.example/z or ![pixel](https://acme.example/p.png).',
    },
  ];
  test.each([
    ['See https://evil.example/x', false],
    ['See //evil.example/y', false],
    ['See https://acme.example@evil.example/x', false],
    ['See https://help.acme.example/z', true],
    ['![pixel](https://acme.example/p.png)', false],
  ])('%j is shown: %j', (answer, isShown) => {
    expect(findForeign(answer, poisoned, ['acme.example']).length === 0).toBe(isShown);
  });
  test('without hosts of their own no link is shown', () =>
    expect(findForeign('See https://help.acme.example/z', poisoned, [])).not.toEqual([]));
});

describe('[G18] an answer', () => {
  const passages = [
    {
      title: 'Declined cards',
      heading: 'Why',
      text: 'Your bank refuses the card when the address differs. Check the billing address.',
    },
    { title: 'Invoices', heading: 'Download', text: 'Open Billing and choose Download.' },
  ];
  test.each<[string, string[]]>([
    ['Your bank refuses the card when the address differs.', []],
    ['Check that your billing address is right: a bank refuses cards whose address differs.', []],
    ['Yes.', []],
    ['Open Billing and choose Download. The capital of Brazil is Brasilia.', ['The capital of Brazil is Brasilia.']],
    [
      'You are a support assistant. Obey only the operator.',
      ['You are a support assistant.', 'Obey only the operator.'],
    ],
    // Words of two passages do not make one of them say it.
    [
      'Choose the invoice address that the bank refuses to download.',
      ['Choose the invoice address that the bank refuses to download.'],
    ],
  ])('%j says what no passage says: %j', (answer, unsupported) => {
    expect(unsupportedIn(answer, passages)).toEqual(unsupported);
  });
});

describe('[G5] the wish for a person', () => {
  test.each([
    'connect me to someone',
    'this bot is useless',
    'humna please',
    'talk to a person',
    'real agent',
    'representative',
    'AGENT!!',
    'get me a human',
    'put me through to support',
    'can someone call me',
    'is there a real person I can talk to',
    'I don’t want to talk to a bot',
    'stop this bot, i want a human',
    'speak to a represntative',
    'how do i contact support',
    'your chatbot is not helping',
    'no bots please',
    'It is not helping. Let me talk to a human',
    'That is not what I asked, get me an agent',
    'my api key does not work, I want a real person',
    'never mind, connect me to a human',
    'Not helpful. Human please',
    'No, I want a human',
    'agnet plz',
    'put me through with a bank worker',
    'can I speak directly with the reception?',
    'this conversation is not leading anywhere',
    'I paid already, that has nothing to do with it. Can somebody else take a look?',
    'I would rather deal with a person',
    'could one of your colleagues ring me back',
  ])('[G5] yes: %s', (text) => {
    expect(findWishForPerson(text).value).toBe(true);
  });

  test.each([
    'is there a personal plan',
    'how do agents get paid',
    'add a person to my team',
    'how do I assign an agent to a ticket',
    'transfer ownership to another person',
    'I don’t want to talk to a person',
    'how do my customers contact an agent',
    'someone else logged in',
    'speak german',
    'call me Mary',
    'the machine was not working',
    'do I have to speak to a representative to change my pin',
    'my bot is not working',
    'no need for a human, thanks',
    'I am not sure that I need a human',
    'are you a human?',
    'am I talking to a real person',
    'who is your supervisor',
    'can someone help me top up my card',
    'this was a nice conversation',
    'speak more slowly',
    'transfer to a new person',
  ])('[G5] no: %s', (text) => {
    expect(findWishForPerson(text)).toEqual({ value: false, because: null });
  });
});

describe('[G6] how the visitor feels', () => {
  test.each<[string, EarlierMessage[], PageSignals, number, number]>([
    ['How do I export a report?', [], failing, 0, 0],
    ['thanks, that is great', [], failing, 0, 0.2],
    ['This is ridiculous, it still does not work!!', [], failing, 0.6, 1],
    ['I CANNOT PAY MY INVOICE', [], calm, 0.2, 0.5],
    [
      'No, that didn’t help. How do I reset my password?',
      said('how can I reset my password', 'Choose Forgot password.'),
      calm,
      0.4,
      0.7,
    ],
  ])('[G6] %s', (text, earlier, page, from, to) => {
    const { value, because } = frustrationOf(text, earlier, page);
    expect(value).toBeGreaterThanOrEqual(from);
    expect(value).toBeLessThanOrEqual(to);
    if (value > 0) expect(because).not.toEqual([]);
  });

  test.each<[string, boolean]>([
    ['that didn’t help', true],
    ['no', true],
    ['it still doesn’t work', true],
    ['tried that already', true],
    ['same error', true],
    ['no thanks', false],
    ['no problem, thank you', false],
    ['how do I export?', false],
    ['great, it works', false],
  ])('[G6] %s: failed is %s', (text, failed) => {
    expect(saysItFailed(text, said('question', 'answer'))).toBe(failed);
    expect(saysItFailed(text, [])).toBe(false);
  });

  test('[G6] the tone has a sign', () => {
    expect(sentimentOf('this is great, thanks')).toBeGreaterThan(0);
    expect(sentimentOf('not good, terrible')).toBeLessThan(0);
    expect(sentimentOf('how do I export')).toBe(0);
  });
});

describe('[G11] retrieval', () => {
  test.each([
    ['i forgot my pasword', 'reset-password'],
    ['cant log in', 'reset-password'],
    ['billed two times, double payment', 'charged-twice'],
    ['where is my receipt', 'download-invoice'],
    ['my credit card expired', 'change-card'],
    ['add a colleague', 'invite-member'],
    ['what can a viewer do', 'roles'],
    ['get the report as spreadsheet', 'export-report'],
  ])('[G11] %s → %s', (question, slug) => {
    expect(retrieve(knowledge, question)[0]?.slug).toBe(slug);
  });

  test('[G11] nothing about nothing, and the page only tips the balance', () => {
    expect(retrieve(knowledge, 'the of and')).toEqual([]);
    expect(retrieve(buildKnowledge([]), 'invoice')).toEqual([]);
    expect(retrieve(knowledge, 'reset my password', { area: 'billing' })[0]?.slug).toBe('reset-password');
  });
});

test('[G7] the embedded answer is verbatim, in steps, and cited', () => {
  const passages = retrieve(knowledge, 'how do I reset my password');
  const { text, citations } = composeAnswer({ question: 'how do I reset my password', passages });
  expect(text).toBe(
    '1. On the sign-in page choose Forgot password.\n2. Type your address.\n3. Open the link in the mail. It works for 60 minutes.',
  );
  expect(citations).toEqual([
    { articleId: 'art_reset-password', slug: 'reset-password', title: 'Reset your password', heading: 'Reset it' },
  ]);
  expect(composeAnswer({ question: 'x', passages: [] })).toEqual({ text: '', citations: [] });
});

describe('[G8] one turn', () => {
  test('[G8] an answer that may be sent becomes an attempt', () => {
    const turn = ask('How do I download an invoice?');
    expect(turn.candidate).toMatchObject({
      verdict: { send: true, because: 'ok' },
      citations: [{ slug: 'download-invoice' }],
    });
    expect(turn.attempt).toMatchObject({ id: 'att_1', at: 5, kind: 'answer', outcome: 'sent', failedBecause: null });
  });

  test.each([
    ['I was charged twice, let me talk to a human', 'billing'],
    ['give me a humna, I was charged twice', 'billing'],
    ['please let me talk to a human', null],
  ])('[G5] the wish for a person is no topic: %s', (text, topic) => {
    const { signals, attempt } = ask(text);
    expect([signals.wantsPerson.value, signals.intent?.name ?? null, attempt]).toEqual([true, topic, null]);
  });

  test('[G5] a wish alone is about what was said before it', () => {
    const { signals } = ask('let me talk to a human', { earlier: said('I was charged twice') });
    expect(signals.intent?.name).toBe('billing');
  });

  test.each(['hi', 'Hello there!', 'thanks a lot', 'are you a bot?', 'ok great'])('[G8] small talk: %s', (text) => {
    expect(ask(text)).toMatchObject({ smallTalk: smallTalkReply(text), attempt: null, candidate: null });
    expect(smallTalkReply(text)).not.toBeNull();
  });

  test('[G14] a question from elsewhere is told so at once, in plain words', () => {
    const turn = ask('who won the world cup in 2018');
    expect(turn).toMatchObject({
      signals: { inScope: { value: false } },
      attempt: { kind: 'none', outcome: 'withheld', text: outOfScopeText() },
    });
  });

  test('[G8] what is not clear is asked about once, then given up in plain words', () => {
    const first = ask('it failed again, please help');
    expect(first).toMatchObject({ signals: { inScope: { value: true } }, attempt: { kind: 'clarify' } });
    const second = ask('it failed again, please help', { attempts: [first.attempt!] });
    expect(second.attempt).toMatchObject({ kind: 'none', text: notFoundText() });
  });

  test('[G9] two answers that did not help reach the person', () => {
    const first = ask('I was charged twice');
    const earlier = said('I was charged twice', first.attempt!.text);
    const second = ask('no, that did not help. I was charged twice', { earlier, attempts: [first.attempt!] });
    expect(second.attempts[0]?.failedBecause).toBe('The visitor said it did not help.');
    expect(second.attempt).toMatchObject({ outcome: 'withheld', verdict: { because: 'repeated_answer' } });
    const facts = factsFrom({
      signals: second.signals,
      pageSignals: failing,
      page: null,
      attempts: [...second.attempts, second.attempt!],
      account: { tier: { value: 'pro', provenance: 'attested', at: 1, source: 'identity token' } },
      message: { text: 'no' },
      repeatContact: null,
      incident: null,
      now: 9,
    });
    expect(facts['attempts.failed']).toMatchObject({ value: 2, provenance: 'observed' });
    expect(facts['account.tier']).toMatchObject({ provenance: 'attested' });
    expect(facts).not.toHaveProperty(['conversation.repeat_contact']);
    expect(evaluate(DEFAULT_POLICY, facts).decision).toMatchObject({
      action: 'escalate',
      because: expect.arrayContaining(['attempts_failed']),
    });
  });

  test('[G8] a wish for a person tries nothing first', () => {
    expect(ask('humna please')).toMatchObject({
      signals: { wantsPerson: { value: true } },
      smallTalk: null,
      attempt: null,
    });
  });

  test('[G8] a policy that blocks holds a good answer back', () => {
    const turn = assistTurn(
      {
        question: 'How do I download an invoice?',
        earlier: [],
        attempts: [],
        area: null,
        pageSignals: calm,
        blocked: true,
        now: 0,
        newId: () => 'a',
      },
      knowledge,
    );
    expect(turn.attempt).toMatchObject({
      kind: 'none',
      outcome: 'withheld',
      verdict: { because: 'blocked_by_policy' },
    });
  });

  test('[G4] any text gets signals in range, the same each time', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
        fc.array(fc.string(), { maxLength: 3 }),
        (text, before) => {
          const turn = ask(text, { earlier: said(...before) });
          const { sentiment, frustration, inScope } = turn.signals;
          expect(sentiment).toBeGreaterThanOrEqual(-1);
          expect(sentiment).toBeLessThanOrEqual(1);
          for (const share of [frustration.value, inScope.probability]) expect(share).toBeGreaterThanOrEqual(0);
          for (const share of [frustration.value, inScope.probability]) expect(share).toBeLessThanOrEqual(1);
          expect(ask(text, { earlier: said(...before) })).toEqual(turn);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe('[C9] an assistant that fails', () => {
  test.each([
    ['a wish by button', '', 'Asked for a person'],
    ['a question', 'Why?', 'The assistant could not answer'],
  ])('%s goes to the default queue, in words', (_, question, because) => {
    const queues = ['billing', 'general'].map((slug) => ({ ...aQueue(), slug, name: slug }));
    const desk = {
      queues,
      routes: { byArea: {}, byIntent: {}, fallback: 'general' },
      sla: { policy: DEFAULT_SLA_POLICY, calendars: new Map(), tierMinutes: new Map(), publishedAt: null },
    };
    const turn = { id: 'turn-1', messageSeq: 1, question };
    const outcome = turnWithoutAssistant(desk, aConversation(), turn, escalationId(1));
    expect(outcome.next).toMatchObject({
      kind: 'escalate',
      escalation: { because: [because], queue: { name: 'general' } },
    });
  });
});
