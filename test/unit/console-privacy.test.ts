import { describe, expect, test } from 'vitest';
import { DATABASE, ERASURE_STEPS } from '#domain/privacy/data-map.ts';
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
