/** Payment cards have at most 19 digits (ISO/IEC 7812), and at least 13: the 12-digit ones are gone. */
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
/** People and forms put at most this many signs between two digit groups, and a page breaks and indents its lines there. */
const MAX_GAP_SIGNS = 2;
const MAX_GAP_CHARS = 64;

/**
 * Issuer prefixes with their lengths, the longest first. Luhn alone passes one random number in ten; with the prefix, order numbers and epoch
 * milliseconds (which begin with 1) stay readable.
 */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4000, 4999, [19, 18, 16, 13]],
  [5100, 5599, [16]],
  [2221, 2720, [16]],
  [3400, 3499, [15]],
  [3700, 3799, [15]],
  [3000, 3059, [19, 18, 17, 16, 14]],
  [3095, 3095, [19, 18, 17, 16, 14]],
  [3600, 3699, [19, 18, 17, 16, 14]],
  [3800, 3999, [19, 18, 17, 16, 14]],
  [3528, 3589, [19, 18, 17, 16]],
  [2200, 2204, [19, 18, 17, 16]],
  [6000, 6999, [19, 18, 17, 16, 15, 14, 13]],
  [5000, 5099, [19, 18, 17, 16, 15, 14, 13]],
  [5600, 5899, [19, 18, 17, 16, 15, 14, 13]],
  [8100, 8199, [19, 18, 17, 16]],
  [9792, 9792, [16]],
];

/** [X2] Where the payment cards are in a text, as `[start, end)` pairs in order. Linear: each digit group looks at most 19 digits ahead. */
export function findCards(text: string): [number, number][] {
  const found: [number, number][] = [];
  if (text.length < MIN_DIGITS) return found;
  // Of each digit that may go on with the one before the sums up to it, once with every digit of an even place doubled and once with those of the odd
  // ones: any stretch of them passes Luhn's check or not by two look-ups. And where in the text a group begins with it, or ended before it; else -1. A
  // card is whole groups: half a number is another number.
  const list = () => new Int32Array(text.length + 1);
  const [digits, even, odd, begins, ended] = [list(), list(), list(), list(), list()];
  let count = 0;
  const look = (): void => {
    for (let from = 0; from + MIN_DIGITS <= count; from += 1) {
      if (begins[from] === -1) continue;
      // Who issues nothing with these four digits is asked for nothing. The longest comes first.
      for (const length of lengthsOf(digits, from)) {
        const to = from + length;
        const sums = to % 2 === 0 ? even : odd;
        if (to > count || ended[to] === -1 || (sums[to]! - sums[from]!) % 10 !== 0) continue;
        found.push([begins[from]!, ended[to]!]);
        from = to - 1;
        break;
      }
    }
    count = 0;
  };

  let end = -1;
  let inGroup = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit === -1) continue;
    const isFirst = at !== end;
    if (isFirst && count > 0 && !isGap(text, end, at)) look();
    inGroup = isFirst ? 1 : inGroup + 1;
    end = at + 1;
    // A longer run is no card; keeping its digits would only cost.
    if (inGroup > MAX_DIGITS + 1) continue;
    if (!isFirst) ended[count] = -1;
    const doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
    const isEven = count % 2 === 0;
    digits[count] = digit;
    begins[count] = isFirst ? at : -1;
    even[count + 1] = even[count]! + (isEven ? doubled : digit);
    odd[count + 1] = odd[count]! + (isEven ? digit : doubled);
    count += 1;
    ended[count] = end;
  }
  look();
  return found;
}

/** How long the cards are that begin like this. */
function lengthsOf(digits: Int32Array, at: number): readonly number[] {
  const prefix = digits[at]! * 1000 + digits[at + 1]! * 100 + digits[at + 2]! * 10 + digits[at + 3]!;
  return ISSUERS.find(([from, to]) => prefix >= from && prefix <= to)?.[2] ?? [];
}

/** Full-width and Arabic-Indic digits are digits as well: keyboards type them, and they would otherwise walk past every check. */
const ZEROS = [0x30, 0xff10, 0x0660, 0x06f0] as const;

function digitOf(code: number): number {
  if (code <= 0x39) return code >= 0x30 ? code - 0x30 : -1;
  for (const zero of ZEROS) if (code >= zero && code <= zero + 9) return code - zero;
  return -1;
}

/** Blanks of every width, and what is not seen at all: soft hyphens, joiners, marks of direction. */
const UNSEEN = /[\s\p{Cf}]/u;
const SIGNS = /[.·•|\u2010-\u2015\u2212_/*-]/;

function isGap(text: string, start: number, end: number): boolean {
  if (end - start > MAX_GAP_CHARS) return false;
  let signs = 0;
  for (let at = start; at < end && signs <= MAX_GAP_SIGNS; at += 1) {
    if (text.charCodeAt(at) === 0x20) continue;
    const char = text[at]!;
    if (UNSEEN.test(char)) continue;
    if (!SIGNS.test(char)) return false;
    signs += 1;
  }
  return signs <= MAX_GAP_SIGNS;
}

export const CARD_RULES: readonly unknown[] = [ISSUERS, ZEROS, UNSEEN, SIGNS, MAX_DIGITS, MAX_GAP_SIGNS, MAX_GAP_CHARS];
