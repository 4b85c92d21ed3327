import { describe, expect, test } from 'vitest';
import { attemptWords, factValue, sentimentWord, writerWords } from '../../widget/console/context/describe.ts';
import {
  continues,
  type Entry,
  type MessageEntry,
  shownEntries,
  verdictFor,
} from '../../widget/console/conversation/entries.ts';
import {
  bugReportProblems,
  draftBugReport,
  environmentText,
  readEnvironment,
} from '../../widget/console/dialogs/bug-report-draft.ts';
import { createShortcutReader } from '../../widget/console/shortcuts.ts';
import {
  clockTime,
  due,
  duration,
  isLate,
  minutes,
  owedPromises,
  ranked,
  rankTotal,
  sentenceOf,
  withoutEnd,
  withoutMarks,
} from '../../widget/console/wording.ts';
import type { ContextBundle } from '../../worker/domain/bundle/bundle.ts';
import type { Page } from '../../worker/domain/page/page.ts';
import type { Breadcrumb, BreadcrumbBody } from '../../worker/domain/timeline/breadcrumb.ts';

const aTrail = (...bodies: BreadcrumbBody[]): Breadcrumb[] =>
  bodies.map((body, i) => ({ tab: 'tab001', n: i, at: 1000 * (i + 1), ...body }));
const refused: BreadcrumbBody = {
  kind: 'request_failed',
  method: 'POST',
  path: '/api/pay',
  status: 402,
  durationMs: 90,
};
const aPage: Page = {
  path: '/customers',
  title: 'Customers',
  area: 'customers',
  entries: [
    { key: 'plan', label: 'Plan', type: 'status', value: 'enterprise' },
    { key: 'rows', label: 'Rows', type: 'metric', value: 2000 },
  ],
  viewport: { width: 1200, height: 760 },
  browser: 'Chrome 147',
  language: 'en-US',
  at: 9000,
};
const gone = { status: 'missing', reason: 'not in this test' } as const;
const aBundle = {
  ticketNumber: 'BTN-7',
  severity: 'high',
  subject: 'I was charged twice',
  account: {
    status: 'present',
    value: [
      { label: 'Contract value', value: '84000', provenance: 'attested', source: 'identity token', at: 1 },
      { label: 'Favourite colour', value: 'green', provenance: 'attested', source: 'identity token', at: 1 },
    ],
  },
  signals: gone,
  recording: { status: 'present', value: { id: 'rec_1', momentOfTrouble: { at: 3000, because: 'it' } } },
} as unknown as ContextBundle;

describe('bug report draft', () => {
  const nothing = { recordingId: null, firstMessageAt: null, startedAt: null };
  const trail = aTrail(
    { kind: 'navigation', path: '/billing', title: 'Billing', cause: 'load' },
    { kind: 'click', role: 'button', name: 'Pay' },
    refused,
    refused,
    { kind: 'navigation', path: '/customers', title: 'Customers', cause: 'route' },
  );

  test('says what failed, where and how often, and leaves a person’s part empty', () => {
    expect(draftBugReport(aBundle, aPage, trail, 99_000, nothing)).toEqual({
      title: 'POST /api/pay answers 402 on /billing',
      expected: '',
      actual: '',
      hypothesis: '',
      environment: [
        { label: 'Page', value: '/billing' },
        { label: 'Page now', value: '/customers' },
        { label: 'Browser', value: 'Chrome 147' },
        { label: 'Viewport', value: '1200 × 760' },
        { label: 'Language', value: 'en-US' },
        { label: 'Plan', value: 'enterprise' },
        { label: 'Ticket', value: 'BTN-7' },
      ],
      steps: ['Opened /billing', 'Clicked “Pay”', 'POST /api/pay → 402 ×2'],
      failedRequests: [{ method: 'POST', path: '/api/pay', status: 402, count: 2 }],
      businessImpact: '$84,000 a year. Severity high.',
      replay: { recordingId: 'rec_1', at: 3000 },
    });
  });

  test('with nothing known it is still a report', () => {
    expect(draftBugReport(null, null, [], 0, nothing)).toMatchObject({
      title: 'Reported from a conversation',
      environment: [],
      steps: [],
      failedRequests: [],
      businessImpact: '',
      replay: null,
    });
  });

  const calm = {
    ...aBundle,
    recording: { status: 'present', value: { id: 'rec_1', momentOfTrouble: null } },
  } as ContextBundle;
  test.each<[string, ContextBundle | null, Parameters<typeof draftBugReport>[4], unknown]>([
    [
      'the first message',
      calm,
      { ...nothing, firstMessageAt: 5000, startedAt: 1000 },
      { recordingId: 'rec_1', at: 5000 },
    ],
    ['its start', calm, { ...nothing, startedAt: 1000 }, { recordingId: 'rec_1', at: 1000 }],
    [
      'the first message of a recording that came after the bundle',
      null,
      { recordingId: 'rec_2', firstMessageAt: 5000, startedAt: null },
      { recordingId: 'rec_2', at: 5000 },
    ],
    ['nothing where nothing was recorded', null, { ...nothing, firstMessageAt: 5000 }, null],
  ])('without a moment of trouble the replay opens at %s', (_, bundle, recorded, replay) => {
    expect(draftBugReport(bundle, aPage, [], 99_000, recorded).replay).toEqual(replay);
  });

  test('what only a person can say is asked for in words', () => {
    const report = { title: 'T', expected: ' ', actual: 'x', hypothesis: ' ', steps: [''], environment: [] };
    const nothingElse = { title: null, queueId: null, expected: 'Say what should have happened.', actual: null };
    expect(bugReportProblems(report, 'que_1', [])).toEqual({
      ...nothingElse,
      hypothesis: null,
      steps: null,
      environment: null,
    });
    expect(bugReportProblems(report, 'que_1', ['reproduction', 'environment', 'hypothesis'])).toEqual({
      ...nothingElse,
      hypothesis: 'This tier asks for a guess at the cause.',
      steps: 'This tier asks for the steps that lead to it.',
      environment: 'This tier asks where it happened: browser, plan, version.',
    });
  });

  test('the environment is lines that one can edit', () => {
    const environment = [
      { label: 'Browser', value: 'Chrome 147' },
      { label: 'Page', value: '/billing' },
    ];
    expect(readEnvironment(environmentText(environment))).toEqual(environment);
    expect(readEnvironment(' staging \n\nURL: https://a.example:8080/x')).toEqual([
      { label: 'Note', value: 'staging' },
      { label: 'URL', value: 'https://a.example:8080/x' },
    ]);
    expect(readEnvironment('x\n'.repeat(99))).toHaveLength(30);
  });

  test('the same facts give the same draft', () => {
    expect(draftBugReport(aBundle, aPage, trail, 5, nothing)).toEqual(
      draftBugReport(aBundle, aPage, trail, 5, nothing),
    );
  });
});

describe('entries', () => {
  const said = (seq: number, text: string, at = seq): Entry => ({
    seq,
    at,
    type: 'message',
    clientId: `c${seq}`,
    author: { kind: 'assistant' },
    text,
    citations: [],
  });
  const tried = (seq: number, outcome: 'sent' | 'withheld', text: string, verdict: string): Entry => ({
    seq,
    at: seq,
    type: 'attempt',
    outcome,
    verdict,
    question: '',
    text,
  });

  test('what was said stands once, as its message; what the visitor never got is an entry of its own', () => {
    const entries = [
      tried(1, 'sent', 'Do this', 'ok'),
      said(2, 'Do this'),
      tried(3, 'withheld', 'Is it this?', 'low_confidence'),
      said(4, 'Is it this?'),
      tried(5, 'withheld', 'Perhaps', 'not_grounded'),
    ];
    expect(shownEntries(entries).map(({ seq }) => seq)).toEqual([2, 4, 5]);
  });

  test.each<['sent' | 'withheld', string, string, string | null]>([
    ['sent', 'Do this', 'ok', null],
    ['sent', 'Do this', 'low_confidence', 'Low confidence'],
    ['withheld', 'Is it this?', 'low_confidence', 'Asked back instead: low confidence'],
    ['withheld', 'I have found nothing.', 'not_grounded', 'Said so instead: not grounded'],
  ])('a message that was %s as “%s” with the verdict %s is remarked on as %s', (outcome, text, verdict, shown) => {
    const message = said(2, text) as MessageEntry;
    expect(verdictFor([tried(1, outcome, text, verdict), message], message)).toBe(shown);
  });

  test.each<[Parameters<typeof attemptWords>[0], boolean, string]>([
    [{ kind: 'answer', outcome: 'sent' }, true, 'Answered'],
    [{ kind: 'clarify', outcome: 'withheld' }, true, 'Asked back instead'],
    [{ kind: 'clarify', outcome: 'withheld' }, false, 'Would have asked back; a person was asked instead'],
    [{ kind: 'none', outcome: 'withheld' }, true, 'Said that it had no answer'],
    [{ kind: 'none', outcome: 'withheld' }, false, 'Had no answer; a person was asked instead'],
  ])('an attempt %j, said: %s, is called “%s”', (attempt, isSaid, words) =>
    expect(attemptWords(attempt, isSaid)).toBe(words),
  );

  test.each<[Parameters<typeof writerWords>[0], string | null]>([
    [{}, null],
    [{ by: 'embedded@1', insteadOf: null }, null],
    [
      { by: 'workers-ai:@cf/meta/llama@answer-1', insteadOf: null },
      'Written by @cf/meta/llama (workers-ai, answer-1) from what it cites.',
    ],
    [
      { by: 'embedded@1', insteadOf: { by: 'openai-compatible:local@answer-1', because: 'slow' } },
      'In the article’s own words, not those of local (openai-compatible, answer-1): it did not answer in time.',
    ],
    [
      { by: 'embedded@1', insteadOf: { by: 'someone', because: 'of_later' } },
      'In the article’s own words, not those of someone: of later.',
    ],
    [
      {
        by: 'workers-ai:@cf/meta/llama@answer-2',
        insteadOf: null,
        tools: [
          { name: 'search_knowledge', calls: 2, refused: 0 },
          { name: 'other', calls: 1, refused: 1 },
        ],
        suggests: 'They were charged twice.',
      },
      'Written by @cf/meta/llama (workers-ai, answer-2) from what it cites. It called: search knowledge ×2, other ×1 (1 refused). It suggested a person: “They were charged twice.”',
    ],
  ])('[G19] who wrote %j is told as “%s”', (attempt, words) => expect(writerWords(attempt)).toBe(words));

  test('one author’s messages read as one for five minutes', () => {
    expect(continues(said(1, 'a', 0), said(2, 'b', 299_999))).toBe(true);
    expect(continues(said(1, 'a', 0), said(2, 'b', 300_000))).toBe(false);
    expect(continues(undefined, said(1, 'a'))).toBe(false);
  });
});

describe('shortcuts', () => {
  const press = (key: string, at = 0, change: Partial<{ modified: boolean; taken: boolean }> = {}) => ({
    key,
    at,
    modified: false,
    taken: false,
    ...change,
  });

  test.each([
    ['a', 'accept'],
    ['m', 'trouble'],
    [' ', 'play'],
    ['?', 'help'],
    ['x', null],
  ])('%s', (key, does) => expect(createShortcutReader()(press(key))).toBe(does));

  test('g then m is the metrics, not the moment of trouble', () => {
    const read = createShortcutReader();
    expect(read(press('g'))).toBeNull();
    expect(read(press('m', 300))).toBe('metrics');
    expect(read(press('m', 400))).toBe('trouble');
  });

  test('a first key is forgotten after a while, and by any other', () => {
    const read = createShortcutReader();
    read(press('g'));
    expect(read(press('m', 5000))).toBe('trouble');
    read(press('g', 6000));
    expect(read(press('x', 6100))).toBeNull();
    expect(read(press('m', 6200))).toBe('trouble');
  });

  test('never while typing, never with the system’s keys', () => {
    const read = createShortcutReader();
    expect(read(press('a', 0, { taken: true }))).toBeNull();
    expect(read(press('a', 0, { modified: true }))).toBeNull();
  });
});

/** A number and its unit stand on one line. */
const unbroken = (words: string): string =>
  words.replace(/\b(\d+) (s|min|h|d)\b/g, '$1\u00a0$2').replace(/\b(h|d) (?=\d)/g, '$1\u00a0');

describe('[K9] what is owed', () => {
  const MIN = 60_000;
  const promise = (changed: Partial<Parameters<typeof owedPromises>[0][number]>) => ({
    metric: 'first_response' as const,
    state: 'pending' as const,
    dueAt: 10 * MIN,
    pausedLeftMs: null,
    endedAt: null,
    warned: false,
    targetMinutes: 10,
    ...changed,
  });
  test.each<[string, Parameters<typeof promise>[0], number, [string, string] | null]>([
    ['calm', {}, 6 * MIN, ['first reply due in 4 min', 'calm']],
    ['after the warning', { warned: true }, 9 * MIN, ['first reply due in 1 min', 'soon']],
    ['late', { state: 'breached' }, 12 * MIN, ['first reply 2 min late', 'late']],
    ['late before the server said so', {}, 10 * MIN, ['first reply 0 s late', 'late']],
    ['the next one', { metric: 'next_response' }, 6 * MIN, ['next reply due in 4 min', 'calm']],
    [
      'standing still',
      { metric: 'resolution', dueAt: null, pausedLeftMs: 470 * MIN },
      6 * MIN,
      ['resolution waits for the visitor, 7 h 50 min left', 'calm'],
    ],
    ['given', { endedAt: 5 * MIN }, 6 * MIN, null],
    ['never due', { dueAt: null }, 6 * MIN, null],
  ])('%s', (_, changed, now, said) => {
    expect(owedPromises([promise(changed)], now).map(({ words, tone }) => [words, tone])).toEqual(
      said === null ? [] : [[unbroken(said[0]), said[1]]],
    );
  });
});

describe('words', () => {
  test.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('%i ms is %s', (ms, words) => expect(duration(ms)).toBe(unbroken(words)));

  test('a deadline needs no sign', () => {
    expect(due(120_000, 0)).toBe(unbroken('due in 2 min'));
    expect(due(0, 120_000)).toBe(unbroken('overdue by 2 min'));
  });

  test.each([
    [1, 'due at once', false],
    [0, 'due at once', false],
    [-4000, 'due at once', false],
    [-59_999, 'due at once', false],
    [-60_000, 'overdue by 1 min', true],
  ])('%i ms from now is %s: a minute is not late', (at, words, late) => {
    expect([due(at, 0), isLate(at, 0)]).toEqual([unbroken(words), late]);
  });

  test.each([
    [0, '0:00'],
    [65_900, '1:05'],
    [3_729_000, '1:02:09'],
  ])('%i on the clock is %s', (ms, words) => expect(clockTime(ms)).toBe(words));

  test('the rank says its sum', () => {
    const terms = [
      { label: 'enterprise target', minutes: 15 },
      { label: 'account at risk', minutes: -5 },
      { label: 'never due before it was queued', minutes: 2 },
    ];
    expect(terms.map((term, i) => minutes(term, i === 0))).toEqual(['15 min', '−5 min', '+2 min'].map(unbroken));
    expect(rankTotal(terms)).toBe(unbroken('12 min'));
    expect(rankTotal([{ label: 'target', minutes: 119 }])).toBe(unbroken('1 h 59 min'));
  });

  test('a rank is not taken for a promise', () => {
    const terms = [{ label: 'target', minutes: 119 }];
    expect(ranked(terms, 118 * 60_000, 0, false)).toBe(unbroken('In line as if due in 1 h 58 min'));
    expect(ranked(terms, 0, 120_000, false)).toBe(unbroken('In line as if overdue by 2 min'));
    expect(ranked(terms, 0, 120_000, true)).toBe(unbroken('Was in line as if due 1 h 59 min after they asked'));
    const none = [...terms, { label: 'moved', minutes: -119 }];
    expect(ranked(none, 0, 120_000, true)).toBe('Was in line as if due at once');
  });

  test.each([
    [sentenceOf('workaround_given'), 'Workaround given'],
    [withoutMarks('Clicked *Pay* twice'), 'Clicked “Pay” twice'],
    [withoutEnd('It did not help.'), 'It did not help'],
    [withoutEnd('no end'), 'no end'],
    [factValue('at_risk'), 'at risk'],
    [factValue('2026-12-18'), '18 December 2026'],
    [sentimentWord(-0.6), 'negative (−0.60)'],
    [sentimentWord(0), 'neutral (0.00)'],
  ])('%s', (said, expected) => expect(said).toBe(expected));
});
