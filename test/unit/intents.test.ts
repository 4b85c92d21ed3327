import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backgroundFor } from '../../worker/assist/triage/background.ts';
import { BACKGROUND_SOURCES, backgroundRows } from '../../worker/assist/triage/background-rows.ts';
import { calibrate, confidenceOf } from '../../worker/assist/triage/calibrate.ts';
import { featuresOf, normaliseWords } from '../../worker/assist/triage/features.ts';
import {
  classify,
  classifyWithReasons,
  readKeptModel,
  readModel,
  reasonsFor,
} from '../../worker/assist/triage/model.ts';
import { FORMAT, packModel } from '../../worker/assist/triage/pack.ts';
import { NUMBERS_AT_ONCE, someOf, whole } from '../../worker/assist/triage/pieces.ts';
import { energyOf, fitScope, inScopeProbability } from '../../worker/assist/triage/scope.ts';
import { trainSvm, xorshift } from '../../worker/assist/triage/svm.ts';
import { type TrainingRow, trainIntents, training } from '../../worker/assist/triage/train.ts';
import { buildVocabulary, vectorise } from '../../worker/assist/triage/vocabulary.ts';

const EXAMPLES: Record<string, string[]> = {
  refund: [
    'i want my money back',
    'how do i get a refund',
    'please refund this payment',
    'refund the last invoice',
    'can you give the money back',
    'i would like to be refunded',
  ],
  password: [
    'i forgot my password',
    'how do i reset my password',
    'the password does not work any more',
    'change my password please',
    'my login password is wrong',
    'set a new password',
  ],
  export: [
    'export my customers to a spreadsheet',
    'how can i download all invoices',
    'i need a csv of my data',
    'download the report as csv',
    'export everything',
    'get my data out as a file',
  ],
};
const ROWS: TrainingRow[] = Object.entries(EXAMPLES).flatMap(([label, texts]) =>
  texts.map((text) => ({ text, label })),
);
const FOREIGN: TrainingRow[] = backgroundRows('HWU64')
  .slice(0, 60)
  .map((text) => ({ text, label: null }));
const bytes = trainIntents([...ROWS, ...FOREIGN]);
const model = await readModel(bytes);

describe('[G16] features', () => {
  test('are the same for what means the same', () => {
    expect(normaliseWords('I can’t pay £1,200.50!')).toEqual(['i', 'cant', 'pay', '#', '#', '#']);
    expect(featuresOf('ＲＥＦＵＮＤ me')).toEqual(featuresOf('refund me'));
    expect(featuresOf('')).toEqual({ words: [], hashes: [], blocks: [], at: [], and: [] });
  });

  test('of a misspelt word are mostly those of the right one', () => {
    const letters = (text: string) => {
      const { hashes, blocks } = featuresOf(text);
      return new Set(hashes.filter((_, i) => blocks[i] === 1));
    };
    const right = letters('password');
    const shared = [...letters('passwrod')].filter((hash) => right.has(hash)).length;
    expect(shared).toBeGreaterThan(6);
    expect([...letters('spreadsheet')].filter((hash) => right.has(hash)).length).toBeLessThan(2);
  });

  test('end somewhere', () => {
    expect(normaliseWords('word '.repeat(5000)).length).toBe(120);
  });

  test('an unknown word makes a vector shorter, never longer', () => {
    const vocabulary = whole(buildVocabulary(ROWS.map(({ text }) => text)));
    const lengthOf = (text: string) => Math.hypot(...vectorise(vocabulary, featuresOf(text)).values);
    expect(lengthOf('refund quixotic zebra')).toBeLessThan(lengthOf('refund'));
    expect(lengthOf('quixotic zebra')).toBeLessThan(0.9);
  });
});

describe('[G16] the support vector machine', () => {
  test('separates what can be separated, and costs what the margin says', () => {
    // x > 0.5 is positive; the third number is always there and says nothing.
    const points = [0.1, 0.2, 0.3, 0.7, 0.8, 0.9];
    const rows = {
      starts: Int32Array.from([0, 2, 4, 6, 8, 10, 12]),
      columns: Int32Array.from(points.flatMap(() => [0, 1])),
      values: Float32Array.from(points.flatMap((x) => [x, 1])),
      width: 2,
    };
    const weights = new Float64Array(3);
    whole(
      trainSvm(
        rows,
        {
          use: Int32Array.from([0, 1, 2, 3, 4, 5]),
          isPositive: (row) => points[row]! > 0.5,
          costOf: () => 1000,
          epochs: 3000,
          tolerance: 1e-4,
          seed: 1,
        },
        weights,
      ),
    );
    const at = (x: number) => weights[0]! * x + weights[1]! + weights[2]!;
    expect(at(0.3)).toBeCloseTo(-1, 1);
    expect(at(0.7)).toBeCloseTo(1, 1);
  });

  test('chance is the same everywhere', () => {
    const random = xorshift(7);
    expect([random(), random(), random()]).toEqual([1360045822, 4230465337, 2631683705]);
  });
});

describe('[G16] a model', () => {
  test('knows its rows, and what they mean in other words', () => {
    for (const { text, label } of ROWS) expect(classify(model, text).label).toBe(label);
    expect(classify(model, 'refnud my payment pls').label).toBe('refund');
    expect(classify(model, 'where do i reset the passwort').label).toBe('password');
  });

  test('is the same whatever the slices, and whoever trains at the same time', () => {
    const [one, other] = [training([...ROWS, ...FOREIGN]), training([...ROWS, ...FOREIGN])];
    // In turns of one piece and of many.
    for (let turn = 0; ; turn += 1) {
      const next = someOf(other);
      if (turn % 3 === 0) expect(one.next().done).toBe(false);
      if (!next.done) continue;
      expect(next.value).toEqual(bytes);
      break;
    }
    expect(whole(one)).toEqual(bytes);
  });

  test('is made in pieces of which none is long, and which say how much they were', () => {
    const pieces = training([...ROWS, ...FOREIGN]);
    const sizes: number[] = [];
    for (let next = pieces.next(); !next.done; next = pieces.next()) sizes.push(next.value);
    expect(sizes.length).toBeGreaterThan(1000);
    expect(Math.max(...sizes)).toBeLessThan(NUMBERS_AT_ONCE / 4);
  });

  test('is known by its bytes', async () => {
    expect(model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await readModel(bytes.slice())).hash).toBe(model.hash);
    const other = await readModel(trainIntents([...ROWS, ...FOREIGN, { text: 'one more refund', label: 'refund' }]));
    expect(other.hash).not.toBe(model.hash);
  });

  test('needs two intents, and is read only whole', async () => {
    expect(() => trainIntents(ROWS.filter(({ label }) => label === 'refund'))).toThrow(RangeError);
    await expect(readModel(bytes.subarray(0, bytes.length - 40))).rejects.toThrow(RangeError);
    await expect(readModel(new Uint8Array([1, 2]))).rejects.toThrow(RangeError);
  });

  test('has more energy for its own than for what is foreign', () => {
    const mean = (texts: readonly string[]) =>
      texts.reduce((sum, text) => sum + classify(model, text).energy, 0) / texts.length;
    const foreign = backgroundRows('HWU64').slice(200, 260);
    expect(mean(ROWS.map(({ text }) => text))).toBeGreaterThan(mean(foreign) + 0.5);
    expect(foreign.filter((text) => classify(model, text).inScope.value).length).toBeLessThan(foreign.length / 4);
  });

  test('gives its reasons in the visitor’s words, strongest first', () => {
    const reasons = reasonsFor(model, 'Hello, please RESET my password', 'password');
    expect(reasons[0]!.word).toBe('password');
    expect(reasons.map(({ weight }) => weight)).toEqual(reasons.map(({ weight }) => weight).toSorted((a, b) => b - a));
    const { reasons: own, ...verdict } = classifyWithReasons(model, 'Hello, please RESET my password');
    expect([own, verdict]).toEqual([reasons, classify(model, 'Hello, please RESET my password')]);
    expect(reasonsFor(model, 'anything', 'no such intent')).toEqual([]);
    expect(reasonsFor(model, '', 'password')).toEqual([]);
  });

  test('answers anything with numbers in their range', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { label, confidence, inScope } = classify(model, text);
        expect(Object.keys(EXAMPLES)).toContain(label);
        for (const p of [confidence, inScope.probability]) expect(p >= 0 && p <= 1).toBe(true);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

test('[G27] a model that another version kept is none; one of ours is itself', async () => {
  const text = new TextDecoder('latin1').decode(bytes);
  const older = bytes.slice();
  // The last figure of the format's name.
  older[text.indexOf(FORMAT) + FORMAT.length - 1] = '0'.charCodeAt(0);
  await expect(readModel(older)).rejects.toThrow('another version');
  expect(await readKeptModel(older)).toBeNull();
  expect((await readKeptModel(bytes))?.hash).toBe(model.hash);
});

describe('[G16] packing', () => {
  const labels = ['a', 'b', 'c'];
  const calibration = { temperature: 0.3, bend: { low: 1, high: 1, shift: 0 }, from: [], to: [] };
  const scope = { slope: 1, offset: 0, threshold: 0 };

  test('is off by half a step of its intent and half of nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 5, maxLength: 5 }), {
          minLength: 3,
          maxLength: 3,
        }),
        async (table) => {
          const weights = table.map((own) => Float32Array.from(own));
          const words = ['alpha', 'beta', 'gamma', 'delta'];
          const hashes = words.map((word) => featuresOf(word).hashes[0]!);
          const vocabulary = {
            index: new Map(hashes.map((hash, i) => [hash, i])),
            idf: Float64Array.from([1, 2, 3, 3]),
            unknownIdf: 3,
          };
          const packed = whole(
            packModel({
              labels,
              vocabulary,
              weights,
              calibration,
              scope,
              presence: Float64Array.from([1, 1, 1, 1]),
              entriesPerLabel: 1e9,
            }),
          );
          const read = await readModel(packed);
          words.forEach((_, i) => {
            const column = read.vocabulary.index.get(hashes[i]!);
            labels.forEach((_, label) => {
              let stored = 0;
              if (column !== undefined) {
                stored = read.common[column]! * read.header.commonScale;
                for (let e = read.starts[column]!; e < read.starts[column + 1]!; e += 1)
                  if (read.label[e] === label) stored += read.step[e]! * read.header.scale[label]!;
              }
              // 1e-4: seven digits of the scale are kept.
              expect(Math.abs(stored - weights[label]![i]!)).toBeLessThanOrEqual(read.header.scale[label]! / 2 + 1e-4);
            });
          });
        },
      ),
      { seed: 9, numRuns: 60 },
    );
  });

  test('keeps less when told to, and what it keeps is what matters', async () => {
    const small = trainIntents([...ROWS, ...FOREIGN], 60);
    expect(small.length).toBeLessThan(bytes.length / 2);
    const read = await readModel(small);
    const right = ROWS.filter(({ text, label }) => classify(read, text).label === label);
    expect(right.length).toBeGreaterThanOrEqual(ROWS.length - 1);
  });
});

describe('[G17] confidence', () => {
  const row = (margin: number, isRight: boolean) => ({
    margins: Float64Array.from([margin, 0, 0]),
    label: isRight ? 0 : 1,
  });

  test('never falls when the margin rises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.boolean()), { maxLength: 300 }),
        (seen) => {
          const calibration = whole(calibrate(seen.map(([margin, isRight]) => row(margin, isRight))));
          let before = 0;
          for (let margin = 0; margin <= 4; margin += 0.05) {
            const confidence = confidenceOf(calibration, row(margin, true).margins);
            expect(confidence).toBeGreaterThanOrEqual(before - 1e-12);
            expect(confidence).toBeLessThanOrEqual(1);
            before = confidence;
          }
        },
      ),
      { seed: 2, numRuns: 100 },
    );
  });

  test('is the share that was right, where there are rows enough to know', () => {
    const random = xorshift(3);
    const seen = Array.from({ length: 6000 }, () => {
      const margin = (3 * random()) / 2 ** 32;
      return row(margin, random() / 2 ** 32 < 0.4 + 0.15 * margin);
    });
    const calibration = whole(calibrate(seen));
    for (const margin of [0.8, 1.5, 2.2])
      expect(Math.abs(confidenceOf(calibration, row(margin, true).margins) - (0.4 + 0.15 * margin))).toBeLessThan(0.06);
  });
});

describe('[G17] the scope', () => {
  const spread = (middle: number) => Array.from({ length: 100 }, (_, i) => middle + (i - 50) / 100);

  test('is likelier the more energy there is, and half way where the two sides meet', () => {
    const scope = fitScope(spread(1), spread(-1));
    expect(inScopeProbability(scope, 1)).toBeGreaterThan(0.9);
    expect(inScopeProbability(scope, -1)).toBeLessThan(0.1);
    expect(Math.abs(inScopeProbability(scope, 0) - 0.5)).toBeLessThan(0.1);
    expect(scope.threshold).toBeCloseTo(0.6, 1);
  });

  test('rejects a tenth of ours without a single foreign row, and never turns round', () => {
    const alone = fitScope(spread(1), []);
    expect(inScopeProbability(alone, alone.threshold)).toBeCloseTo(0.5);
    const turned = fitScope(spread(-1), spread(1));
    expect(inScopeProbability(turned, 2)).toBeGreaterThan(inScopeProbability(turned, -2));
  });

  test('energy is near the largest margin, and above it', () => {
    expect(energyOf([-1, 0.5, -2])).toBeCloseTo(0.5, 5);
    expect(energyOf([0.5, 0.5])).toBeGreaterThan(0.5);
    expect(energyOf([-1000, -2000])).toBeCloseTo(-1000);
  });
});

describe('[G16] the background', () => {
  test('is of all four sets, and leaves out what is nearest to ours', () => {
    expect(BACKGROUND_SOURCES).toEqual(['HWU64', 'BANKING77', 'CLINC150', 'NLU++']);
    const all = BACKGROUND_SOURCES.flatMap(backgroundRows);
    expect(all.length).toBe(1500);
    const used = whole(backgroundFor(ROWS));
    expect(used.length).toBeGreaterThan(0.7 * all.length);
    expect(used.length).toBeLessThan(0.8 * all.length);
    expect(used.every(({ label }) => label === null)).toBe(true);
    expect(used.map(({ text }) => text)).not.toContain(
      all.find((text) => /\brefund\b/i.test(text) && /\bmoney|payment\b/i.test(text)),
    );
  });
});
