import { ATTRIBUTE_RULES } from './attributes.ts';
import { CARD_RULES } from './card.ts';
import { CSS_RULES } from './css.ts';
import { IBAN_RULES } from './iban.ts';
import { TEXT_RULES } from './redact.ts';
import { REPLAY_RULES } from './replay.ts';
import { SECRET_RULES } from './secret.ts';
import { WRITTEN_RULES } from './written.ts';

/** What is not in a recording, by what stands in its place. `masked` is what the page hid whole, because of where it stood. */
export const HIDDEN_KINDS = ['masked', 'card', 'iban', 'secret', 'email', 'number'] as const;
export type HiddenKind = (typeof HIDDEN_KINDS)[number];
export type HiddenCounts = Partial<Record<HiddenKind, number>>;

/** By which rules, and how much of each kind. */
export type RedactionReceipt = { ruleSets: string[]; hidden: HiddenCounts };

const MARKS = /••••|\[(card|iban|secret|email|number)\]/g;

/** [X10] Counts what was hidden in the text of a stored segment: of what is kept, whoever hid it. */
export function countHidden(stored: string): HiddenCounts {
  const counts: HiddenCounts = {};
  for (const [, kind = 'masked'] of stored.matchAll(MARKS)) {
    const one = kind as HiddenKind;
    counts[one] = (counts[one] ?? 0) + 1;
  }
  return counts;
}

/** [X10] A recording's receipt is the sum of its segments'; it names every rule set that one of them was redacted by. */
export function receiptOf(segments: readonly { ruleSet: string; hidden: HiddenCounts }[]): RedactionReceipt {
  const hidden: HiddenCounts = {};
  for (const segment of segments)
    for (const kind of HIDDEN_KINDS) {
      const count = (hidden[kind] ?? 0) + (segment.hidden[kind] ?? 0);
      if (count > 0) hidden[kind] = count;
    }
  return { ruleSets: [...new Set(segments.map(({ ruleSet }) => ruleSet))].sort(), hidden };
}

/** Every rule by which this version redacts, as one text. Its hash is the rule set's name: another rule, another name. */
export const ruleSetText = (): string =>
  JSON.stringify(
    [ATTRIBUTE_RULES, CARD_RULES, CSS_RULES, IBAN_RULES, REPLAY_RULES, SECRET_RULES, TEXT_RULES, WRITTEN_RULES],
    (_, value: unknown) => (value instanceof RegExp ? String(value) : value),
  );
