import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DATABASE, ERASURE_STEPS, FILES } from '#domain/privacy/data-map.ts';
import { isShorter, KEPT_DAYS } from '#domain/privacy/kept.ts';
import { daysTyped, doomedWords, goesAlong, keptRows } from '../../widget/console/settings/kept-words.ts';
import { progressWords, storeWords, wantedOf } from '../../widget/console/settings/privacy-words.ts';

describe('[Y9] whom somebody wants', () => {
  test.each([
    ['subject', ' usr_priya ', { subject: 'usr_priya' }],
    ['subject', '1042', { subject: '1042' }],
    ['subject', 'vis_AAAAAAAAAAAA', { visitorId: 'vis_AAAAAAAAAAAA' }],
    ['conversation', 'BTN-1042', { number: 1042 }],
    ['conversation', ' btn-1042.2 ', { number: 1042 }],
    ['conversation', '#7', { number: 7 }],
    ['conversation', '7', { number: 7 }],
    ['conversation', 'cnv_AAAAAAAAAAAA', { conversationId: 'cnv_AAAAAAAAAAAA' }],
    ['conversation', 'https://b.test/console/#/c/cnv_AAAAAAAAAAAA', { conversationId: 'cnv_AAAAAAAAAAAA' }],
  ] as const)('by %s, %j is %j', (by, typed, wanted) => {
    expect(wantedOf(by, typed)).toEqual(wanted);
  });

  test.each([
    ['subject', '  '],
    ['subject', 'x'.repeat(201)],
    ['conversation', ''],
    ['conversation', 'BTN-0'],
    ['conversation', 'usr_priya'],
    ['conversation', '1042 or so'],
    ['conversation', '1'.repeat(20)],
  ] as const)('by %s, %j is nobody, with a sentence', (by, typed) => {
    expect(wantedOf(by, typed)).toEqual(expect.stringMatching(/\.$/));
  });
});

test('[Y9] every step and every store that holds something of a visitor has words', () => {
  const job = (step: string, n: number, of: number) => ({ progress: { step, n, of } }) as never;
  const said = ERASURE_STEPS.map((step, n) => progressWords(job(step, n, ERASURE_STEPS.length)));
  expect(said[2]).toBe('Step 3 of 8: taking work out of queues');
  expect(said.filter((words) => ERASURE_STEPS.some((step) => words.endsWith(`: ${step}`)))).toEqual([]);
  expect(progressWords(job('write', 0, 1))).toBe('Writing down what there is');
  const stores = Object.entries(DATABASE).flatMap(([name, { of }]) => (of === 'visitor' ? [name] : []));
  expect(stores.filter((store) => storeWords(store) === store)).toEqual([]);
});

describe('[Y11] how long things are kept', () => {
  test.each([
    ['', null],
    ['  ', null],
    ['1', 1],
    [' 3650 ', 3650],
    ['0', undefined],
    ['3651', undefined],
    ['1.5', undefined],
    ['-7', undefined],
    ['1e3', undefined],
    ['seven', undefined],
  ])('%j is %j days', (typed, days) => {
    expect(daysTyped(typed)).toBe(days);
  });

  test.each([
    [null, null, false],
    [null, 1, true],
    [30, null, false],
    [30, 30, false],
    [30, 31, false],
    [30, 29, true],
  ])('from %j to %j days is less: %j', (was, next, less) => {
    expect(isShorter(was, next)).toBe(less);
  });

  test('a recording never outlives its conversation, and that is said', () => {
    const kept = (recordingDays: number | null, conversationDays: number | null) => ({
      recordingDays,
      conversationDays,
    });
    const recordings = (of: ReturnType<typeof kept>) => keptRows(of).find(({ what }) => what === 'Recordings')?.kept;
    expect([recordings(kept(30, null)), goesAlong(kept(30, null))]).toEqual(['30 days after their last second', null]);
    expect([recordings(kept(30, 30)), goesAlong(kept(30, 30))]).toEqual(['30 days after their last second', null]);
    expect([recordings(kept(null, null)), goesAlong(kept(null, null))]).toEqual(['until somebody deletes them', null]);
    for (const longer of [kept(31, 30), kept(null, 30)]) {
      expect(recordings(longer)).toBe('as long as their conversation');
      expect(goesAlong(longer)).toContain('none is kept longer than 30 days');
    }
  });

  test('the page says the days by which it is deleted, and the map says them too', () => {
    const said = keptRows({ recordingDays: 5, conversationDays: 1 }).map(({ kept }) => kept);
    for (const [name, file] of [
      ['evaluations', 'worker/storage/evaluations.ts'],
      ['exports', 'worker/privacy/files.ts'],
      ['deliveries', 'worker/webhooks.ts'],
      ['notices', 'durable-objects/notices.ts'],
    ])
      expect(readFileSync(join(import.meta.dirname, '../..', file as string), 'utf8')).toContain(
        `_MS = KEPT_DAYS.${name} * DAY_MS;`,
      );
    for (const days of Object.values(KEPT_DAYS))
      expect(
        said.some((kept) => kept.startsWith(`${days} days`)),
        `${days}`,
      ).toBe(true);
    expect(said).toContain('1 day after the last word');
    expect(DATABASE.evaluations).toMatchObject({ kept: `${KEPT_DAYS.evaluations} days` });
    expect(FILES.exports).toMatchObject({ kept: `${KEPT_DAYS.exports} days` });
  });

  test('what would go is said in numbers, and nothing of what stays', () => {
    const kept = { recordingDays: 7, conversationDays: 90 };
    expect(doomedWords({ conversations: 0, people: 0, recordings: 0 }, kept)).toEqual([]);
    expect(doomedWords({ conversations: 1, people: 0, recordings: 0 }, kept)).toEqual([
      '1 conversation is older than 90 days and will be deleted, with everything that was said, noted and handed over.',
    ]);
    expect(doomedWords({ conversations: 0, people: 0, recordings: 2 }, kept)).toEqual([
      '2 recordings will be deleted, older than 7 days.',
    ]);
    expect(doomedWords({ conversations: 12, people: 3, recordings: 2 }, kept)).toHaveLength(3);
  });
});
