import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainIntents } from '../../worker/assist/triage/train.ts';
import { findWishByRules } from '../../worker/assist/wants-person.ts';
import { NO_WISHES, WISHES } from './examples.ts';

/**
 * `node tools/wish/train.ts --nlupp FILE,FILE --others FILE,FILE`: writes `worker/assist/wish-model.ts`, the small model beside the rules for wishes
 * for a person. `--nlupp` are JSON Lines of `text` and `labels`, where `handoff` is a wish; `--others` of `text`, where none is. The same files
 * give the same model. What they may be is in NOTICE.
 */
const FILE = join(import.meta.dirname, '../../worker/assist/wish-model.ts');
/** There are a hundred wishes among thousands of other rows. */
const WISH_WEIGHT = 6;
const ENTRIES_PER_LABEL = 3000;
/** Of the other rows all that hold such a word, and of the rest one in so many: those are easy. */
const SOUNDS_LIKE =
  /\b(?:someone|somebody|anyone|person|human|agent|people|talk|speak|call|connect|transfer|help|manager|bot|robot|machine|who)\b/i;
const ONE_IN = 8;
/** Labelled a wish in NLU++; to us it is a feeling, which the policy answers with an offer. */
const ONLY_FEELING = new Set(['this is really frustrating']);

const { values } = parseArgs({ options: { nlupp: { type: 'string' }, others: { type: 'string' } } });
if (values.nlupp === undefined || values.others === undefined) throw new Error('--nlupp FILES and --others FILES');
const linesOf = <Line>(files: string): Line[] =>
  files.split(',').flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
  );
const nlupp = linesOf<{ text: string; labels: string[] }>(values.nlupp);
const others = linesOf<{ text: string }>(values.others);
const bytes = trainIntents(
  [
    ...nlupp
      .filter(({ text }) => !ONLY_FEELING.has(text))
      .map(({ text, labels }) =>
        labels.includes('handoff') ? { text, label: 'wish', weight: WISH_WEIGHT } : { text, label: 'other' },
      ),
    ...WISHES.map((text) => ({ text, label: 'wish', weight: WISH_WEIGHT })),
    ...NO_WISHES.map((text) => ({ text, label: 'other', weight: WISH_WEIGHT })),
    ...others
      // What the rules call a wish in a set without any is a wish more often than not.
      .filter(({ text }, i) => (SOUNDS_LIKE.test(text) ? !findWishByRules(text).value : i % ONE_IN === 0))
      .map(({ text }) => ({ text, label: 'other' })),
  ],
  ENTRIES_PER_LABEL,
);
const hash = createHash('sha256').update(bytes).digest('hex');
const base64 = Buffer.from(bytes)
  .toString('base64')
  .replace(/.{1,110}/g, "  '$&' +\n")
  .replace(/ \+\n$/, '');
writeFileSync(
  FILE,
  `/** Made by tools/wish/train.ts from NLU++, CLINC150, BANKING77, HWU64 (see NOTICE) and our own examples; not to be edited. */
export const WISH_MODEL_HASH = '${hash}';

/** As \`training\` packs it. */
export const WISH_MODEL =
${base64};
`,
);
console.log(`${bytes.length} bytes, ${hash}`);
