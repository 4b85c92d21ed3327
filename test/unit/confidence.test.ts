import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnswerCosts,
  type Asker,
  DEFAULT_ANSWER_COSTS,
  MAX_WAIT_MINUTES,
  neededConfidence,
  type Outlook,
} from '#domain/confidence/answer-costs.ts';
import { outcomeBins } from '#domain/confidence/outcome-bins.ts';
import { type AnswerOutcome, IDENTITY, mapped, NO_OUTCOMES, outcomeMaps } from '#domain/confidence/outcome-map.ts';
import { SETTLED_AFTER_MS, settledAnswers } from '#domain/confidence/settled-answers.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { ConversationId } from '#domain/ids.ts';
import type { TurnDesk } from '../../worker/assist/plan-turn.ts';
import { NOW } from '../support/builders.ts';
import { aDemoDesk, Talk } from '../support/talk.ts';

const calm: Asker = { plan: 'pro', frustration: 0, waitMinutes: 0 };
const needed = (asker: Partial<Asker> = {}, costs: Partial<AnswerCosts> = {}) =>
  neededConfidence({ ...DEFAULT_ANSWER_COSTS, ...costs }, { ...calm, ...asker });

describe('[G38] how sure the assistant must be', () => {
  test('is .6 for somebody calm whom a person could take at once', () => {
    expect(needed().confidence).toBeCloseTo(0.6, 10);
    expect(needed().because).toEqual([]);
    // Nobody could say how long it takes: it is as if nobody waited.
    expect(needed({ waitMinutes: null })).toEqual(needed());
  });

  test('is more for the frustrated and less where a person would take long, and says so', () => {
    expect(needed({ frustration: 1 })).toEqual({ confidence: 24 / 32, because: ['the visitor is frustrated'] });
    expect(needed({ waitMinutes: 10 })).toEqual({
      confidence: 12 / 22,
      because: ['a person would take about 10 min'],
    });
  });

  test('is the least of the plan, whatever it costs', () => {
    const least = { ...DEFAULT_ANSWER_COSTS.least, enterprise: 0.9, unknown: 0.7 };
    expect(needed({ plan: 'enterprise', waitMinutes: 60 }, { least })).toEqual({
      confidence: 0.9,
      because: ['the least for enterprise'],
    });
    expect(needed({ plan: 'unknown' }, { least }).because).toEqual(['the least for visitors without a plan']);
    expect(needed({ plan: 'free', waitMinutes: 60 }, { least }).confidence).toBe(0.5);
  });

  test('counts an hour of waiting at most', () => {
    const least = { free: 0, pro: 0, enterprise: 0, unknown: 0 };
    expect(needed({ waitMinutes: 600 }, { least })).toEqual(needed({ waitMinutes: 60 }, { least }));
    expect(needed({ waitMinutes: 600 }, { least }).confidence).toBeLessThan(
      needed({ waitMinutes: 59 }, { least }).confidence,
    );
  });

  const costs = fc.record({
    wrongMinutes: fc.double({ min: 0.1, max: 1440, noNaN: true }),
    handoverMinutes: fc.double({ min: 0.1, max: 1440, noNaN: true }),
    waitWeight: fc.double({ min: 0, max: 10, noNaN: true }),
    least: fc.constant({ free: 0, pro: 0, enterprise: 0, unknown: 0 }),
  });
  const asker = fc.record({
    plan: fc.constantFrom('free', 'pro', 'enterprise', 'unknown'),
    frustration: fc.double({ min: 0, max: 1, noNaN: true }),
    waitMinutes: fc.double({ min: 0, max: 500, noNaN: true }),
  }) as fc.Arbitrary<Asker>;

  test('answers exactly where that is the cheaper of the two, on the average', () => {
    fc.assert(
      fc.property(costs, asker, fc.double({ min: 0, max: 1, noNaN: true }), (cost, who, p) => {
        const wait = Math.min(MAX_WAIT_MINUTES, who.waitMinutes ?? 0);
        const handOver = cost.handoverMinutes + cost.waitWeight * wait;
        const answer = (1 - p) * (cost.wrongMinutes * (1 + who.frustration) + handOver);
        // At the very edge both are as good.
        fc.pre(Math.abs(answer - handOver) > 1e-6);
        expect(p >= neededConfidence(cost, who).confidence).toBe(answer < handOver);
      }),
    );
  });

  test('never falls with frustration, never rises with the line, and is a share whatever it is given', () => {
    fc.assert(
      fc.property(costs, asker, fc.double(), fc.double(), (cost, who, a, b) => {
        const at = (more: Partial<Asker>) => neededConfidence(cost, { ...who, ...more }).confidence;
        expect(at({ frustration: 1 })).toBeGreaterThanOrEqual(at({ frustration: 0 }));
        expect(at({ waitMinutes: 30 })).toBeLessThanOrEqual(at({ waitMinutes: 0 }));
        const any = at({ frustration: a, waitMinutes: b });
        expect(any >= 0 && any <= 1).toBe(true);
      }),
    );
  });
});

/** A stream of answers whose true chance is `truth` of what the assistant states. Deterministic. */
function answersOf(count: number, group: string | null, truth: (stated: number) => number, seed = 1): AnswerOutcome[] {
  // mulberry32
  let state = seed * 7919;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const confidence = 0.5 + random() * 0.49;
    return { group, confidence, helped: random() < truth(confidence) };
  });
}
const asStated = (stated: number) => stated;
const overstated = (stated: number) => Math.max(0, stated - 0.3);

/** Mean distance between what is said and what is so. */
const off = (maps: ReturnType<typeof outcomeMaps>, group: string | null, truth: (stated: number) => number): number => {
  const at = Array.from({ length: 45 }, (_, i) => 0.52 + i / 100);
  return at.reduce((sum, p) => sum + Math.abs(mapped(maps, group, p) - truth(p)), 0) / at.length;
};

describe('[G39] what became of answers', () => {
  test('moves nothing with fewer than thirty, nor where they say what was said', () => {
    expect(outcomeMaps(answersOf(29, 'billing', overstated))).toEqual({ ...NO_OUTCOMES, outcomes: 29 });
    expect(off(outcomeMaps(answersOf(2000, 'billing', asStated)), 'billing', asStated)).toBeLessThan(0.02);
  });

  test('mends what is overstated, more with more of them', () => {
    const few = off(outcomeMaps(answersOf(40, null, overstated)), null, overstated);
    const many = off(outcomeMaps(answersOf(2000, null, overstated)), null, overstated);
    expect(off(NO_OUTCOMES, null, overstated)).toBeGreaterThan(0.29);
    expect(few).toBeLessThan(0.2);
    expect(many).toBeLessThan(0.04);
    expect(many).toBeLessThan(few);
  });

  test('a topic has a map of its own where it differs and there are enough; another is not moved by it', () => {
    const maps = outcomeMaps([...answersOf(600, 'billing', overstated), ...answersOf(600, 'exports', asStated, 7)]);
    expect(Object.keys(maps.groups).sort()).toEqual(['billing', 'exports']);
    expect(off(maps, 'billing', overstated)).toBeLessThan(0.05);
    expect(off(maps, 'exports', asStated)).toBeLessThan(0.05);
    // Of a topic that is new nothing is known but what is so of all.
    expect(mapped(maps, 'new', 0.8)).toBe(mapped(maps, null, 0.8));
    // A few of a kind stay near the workspace's map.
    const nine = outcomeMaps([...answersOf(600, 'billing', asStated), ...answersOf(9, 'exports', overstated, 7)]);
    expect(Object.keys(nine.groups)).not.toContain('exports');
  });

  test('what is true only of the rows that it was made of is not taken: many topics of a dozen, none apart', () => {
    const chance = Array.from({ length: 20 }, (_, i) => answersOf(12, `topic ${i}`, asStated, i + 1)).flat();
    expect(outcomeMaps(chance).groups).toEqual({});
  });

  test('where the surest helped least, none is less sure for having been surer', () => {
    const maps = outcomeMaps(answersOf(3000, null, (stated) => 1.2 - stated));
    expect(mapped(maps, null, 0.95)).toBeGreaterThan(mapped(maps, null, 0.55));
    // And what is learnt of them all is learnt.
    expect(Math.abs(mapped(maps, null, 0.75) - 0.45)).toBeLessThan(0.08);
  });

  test('a name that objects have anyway is a topic like any other', () => {
    const maps = outcomeMaps(answersOf(200, '__proto__', overstated));
    expect(mapped(JSON.parse(JSON.stringify(maps)), 'constructor', 0.7)).toBe(mapped(maps, null, 0.7));
  });

  test('surer is never worse, any number is a share, and the same outcomes give the same maps', () => {
    const outcome = fc.record({
      group: fc.constantFrom('a', 'b', null),
      confidence: fc.oneof(fc.double(), fc.double({ min: 0, max: 1, noNaN: true })),
      helped: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 120 }), fc.constantFrom('a', 'b', null), (outcomes, group) => {
        const maps = outcomeMaps(outcomes);
        expect(outcomeMaps(outcomes)).toEqual(maps);
        const said = [Number.NaN, 0, 0.2, 0.5, 0.7, 0.9, 1].map((p) => mapped(maps, group, p));
        expect(said.every((p) => p > 0 && p < 1)).toBe(true);
        expect(said.slice(1)).toEqual(said.slice(1).sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  test('is shown in tenths, those that have answers', () => {
    const outcomes = [0.61, 0.69, 1].map((confidence, i) => ({ group: null, confidence, helped: i !== 1 }));
    expect(outcomeBins(outcomes)).toEqual([
      { from: 0.6, to: 0.7, answers: 2, stated: expect.closeTo(0.65, 10), helped: 0.5 },
      { from: 0.9, to: 1, answers: 1, stated: 1, helped: 1 },
    ]);
    expect(mapped({ all: IDENTITY, groups: {} }, null, 0.7)).toBeCloseTo(0.7, 10);
  });
});

describe('[G39] an answer', () => {
  const told = (minute: number, event: unknown, talk = 'cnv_1') => ({
    conversationId: talk as ConversationId,
    at: NOW + minute * 60_000,
    event: event as OutcomeEvent,
  });
  const sent = (minute: number, id: string, talk?: string) =>
    told(minute, { type: 'answer.sent', attemptId: id, topic: 'billing', confidence: 0.8 }, talk);
  const handedOver = (minute: number) => told(minute, { type: 'escalation.created' });
  const later = NOW + SETTLED_AFTER_MS + 10 * 60_000;
  const helped = (events: ReturnType<typeof told>[], now = later) =>
    settledAnswers(events, now).map((one) => one.helped);

  test('helped, where nobody said otherwise within the hour', () => {
    expect(settledAnswers([sent(0, 'a')], later)).toEqual([{ group: 'billing', confidence: 0.8, helped: true }]);
    expect(helped([sent(0, 'a')], NOW + SETTLED_AFTER_MS - 1)).toEqual([]);
  });

  test('did not help, where the visitor said so or a person was fetched next', () => {
    expect(helped([sent(0, 'a'), told(1, { type: 'answer.failed', attemptId: 'a' })])).toEqual([false]);
    expect(helped([sent(0, 'a'), handedOver(3)])).toEqual([false]);
    expect(helped([handedOver(3), sent(0, 'a')])).toEqual([false]);
  });

  test('is not blamed for what came after another one, nor for another conversation', () => {
    expect(helped([sent(0, 'a'), sent(2, 'b'), handedOver(3)])).toEqual([true, false]);
    const withheld = told(2, { type: 'answer.withheld', attemptId: 'b', topic: null, confidence: 0.2 });
    expect(helped([sent(0, 'a'), withheld, handedOver(3)])).toEqual([true]);
    // In one turn, whatever the order of the rows.
    expect(helped([handedOver(2), withheld, sent(0, 'a')])).toEqual([true]);
    expect(helped([sent(0, 'a', 'cnv_2'), sent(0, 'a'), handedOver(1)])).toEqual([true, false]);
    expect(helped([handedOver(0), sent(1, 'a')])).toEqual([true]);
  });
});

describe('[G38] [G39] in a turn', () => {
  const QUESTION = 'Where do I find my invoices?';
  const attemptOf = (desk: Partial<TurnDesk>, more: { outlook?: Outlook; text?: string } = {}) => {
    const talk = new Talk({ desk: aDemoDesk(desk), outlook: more.outlook ?? null });
    return { attempt: talk.says(more.text ?? QUESTION).attempt!, events: talk.told };
  };
  const costs = (least: number): AnswerCosts => ({
    ...DEFAULT_ANSWER_COSTS,
    least: { free: least, pro: least, enterprise: least, unknown: least },
  });

  test('an answer is said that is sure enough; the attempt keeps how sure it had to be', () => {
    const { attempt, events } = attemptOf({});
    expect(attempt).toMatchObject({ outcome: 'sent', verdict: { because: 'ok' } });
    const { confidence, stated, needed } = attempt.verdict;
    expect(stated).toBe(confidence);
    expect(needed).toEqual({ confidence: expect.closeTo(0.6, 2), because: [] });
    expect(events.filter(({ type }) => type.startsWith('answer.'))).toMatchObject([
      { type: 'answer.sent', attemptId: attempt.id, confidence },
    ]);
  });

  test('it is held back where this workspace must be surer, or where answers like it did not help', () => {
    const surer = attemptOf({ answerCosts: costs(0.999) });
    expect(surer.attempt.verdict).toMatchObject({ send: false, because: 'low_confidence' });
    expect(surer.attempt.verdict.needed?.because).toEqual(['the least for visitors without a plan']);
    expect(surer.events.map(({ type }) => type)).toContain('answer.withheld');
    const { attempt, events } = attemptOf({ outcomes: { all: { slope: 1, offset: -6 }, groups: {}, outcomes: 99 } });
    expect(attempt.verdict).toMatchObject({ send: false, because: 'low_confidence' });
    // What is learnt from is what was stated: a map is not made of a map.
    expect(attempt.verdict.stated).toBeGreaterThan(0.6);
    expect(events.find(({ type }) => type === 'answer.withheld')).toMatchObject({ confidence: attempt.verdict.stated });
  });

  test('a line lets it answer what it is less sure of; the visitor’s trouble asks for more', () => {
    const { needed } = attemptOf({}, { outlook: { waiting: 9, waitMinutes: 10 } }).attempt.verdict;
    expect(needed).toEqual({ confidence: expect.closeTo(12 / 22, 2), because: ['a person would take about 10 min'] });
    const angry = attemptOf({}, { text: 'This is ridiculous, I am furious!!! Where do I find my invoices?' });
    expect(angry.attempt.verdict.needed?.confidence).toBeGreaterThan(0.62);
  });

  test('one that did not help is told by its id', () => {
    const talk = new Talk();
    const { attempt } = talk.says(QUESTION);
    talk.says('That did not help.');
    expect(talk.told).toContainEqual({ type: 'answer.failed', attemptId: attempt!.id });
  });
});
