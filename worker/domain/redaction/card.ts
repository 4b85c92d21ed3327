/** Payment cards have at most 19 digits (ISO/IEC 7812), and at least 13: the 12-digit ones are gone. */
const MAX_DIGITS = 19;
/** People and forms put at most this many signs between two digit groups, and a page breaks and indents its lines there. */
const MAX_GAP_SIGNS = 2;
const MAX_GAP_CHARS = 64;

/**
 * Issuer prefixes with their lengths. Luhn alone passes one random number in ten; with the prefix, order numbers and epoch
 * milliseconds (which begin with 1) stay readable.
 */
const ISSUERS: readonly { from: number; to: number; lengths: readonly number[] }[] = [
  { from: 4000, to: 4999, lengths: [13, 16, 18, 19] },
  { from: 5100, to: 5599, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 3400, to: 3499, lengths: [15] },
  { from: 3700, to: 3799, lengths: [15] },
  { from: 3000, to: 3059, lengths: [14, 16, 17, 18, 19] },
  { from: 3095, to: 3095, lengths: [14, 16, 17, 18, 19] },
  { from: 3600, to: 3699, lengths: [14, 16, 17, 18, 19] },
  { from: 3800, to: 3999, lengths: [14, 16, 17, 18, 19] },
  { from: 3528, to: 3589, lengths: [16, 17, 18, 19] },
  { from: 2200, to: 2204, lengths: [16, 17, 18, 19] },
  { from: 6000, to: 6999, lengths: [13, 14, 15, 16, 17, 18, 19] },
  { from: 5000, to: 5099, lengths: [13, 14, 15, 16, 17, 18, 19] },
  { from: 5600, to: 5899, lengths: [13, 14, 15, 16, 17, 18, 19] },
  { from: 8100, to: 8199, lengths: [16, 17, 18, 19] },
  { from: 9792, to: 9792, lengths: [16] },
];

/** One digit group: where it stands, its digits, and whether it may go on with the number of the group before it. */
type Group = { start: number; end: number; digits: string; goesOn: boolean };

/** [X2] Where the payment cards are in a text, as `[start, end)` pairs in order. Linear: each digit group looks at most 19 digits ahead. */
export function findCards(text: string): [number, number][] {
  const found: [number, number][] = [];
  const groups = digitGroups(text);
  for (let first = 0; first < groups.length; ) {
    const last = lastGroupOfCard(groups, first);
    if (last === null) {
      first += 1;
      continue;
    }
    found.push([groups[first]!.start, groups[last]!.end]);
    first = last + 1;
  }
  return found;
}

/** The longest card that begins at this group. It ends with a group too: half a number is another number. */
function lastGroupOfCard(groups: readonly Group[], first: number): number | null {
  let digits = '';
  let best: number | null = null;
  let lengths: readonly number[] | null = null;
  for (let i = first; i < groups.length; i += 1) {
    const group = groups[i]!;
    if (i > first && !group.goesOn) break;
    digits += group.digits;
    if (digits.length > MAX_DIGITS) break;
    if (digits.length < 4) continue;
    // Who issues nothing with these four digits is not asked about longer ones: a text of digits only would cost seconds.
    lengths ??= lengthsOf(Number(digits.slice(0, 4)));
    if (lengths.length === 0) break;
    if (lengths.includes(digits.length) && passesLuhn(digits)) best = i;
  }
  return best;
}

const asked = new Map<number, readonly number[]>();
function lengthsOf(prefix: number): readonly number[] {
  let lengths = asked.get(prefix);
  if (lengths === undefined) {
    lengths = ISSUERS.filter(({ from, to }) => prefix >= from && prefix <= to).flatMap((one) => one.lengths);
    asked.set(prefix, lengths);
  }
  return lengths;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function digitGroups(text: string): Group[] {
  const groups: Group[] = [];
  let open: Group | null = null;
  for (let i = 0; i < text.length; i += 1) {
    const digit = digitAt(text, i);
    if (digit === null) {
      open = null;
    } else if (open === null) {
      const before = groups.at(-1);
      open = { start: i, end: i + 1, digits: digit, goesOn: before !== undefined && isGap(text, before.end, i) };
      groups.push(open);
    } else {
      open.end = i + 1;
      // A longer run is no card; keeping its digits would only cost memory.
      if (open.digits.length <= MAX_DIGITS) open.digits += digit;
    }
  }
  return groups;
}

/** Full-width and Arabic-Indic digits are digits as well: keyboards type them, and they would otherwise walk past every check. */
const ZEROS = [0x30, 0xff10, 0x0660, 0x06f0] as const;

function digitAt(text: string, index: number): string | null {
  const code = text.charCodeAt(index);
  for (const zero of ZEROS) if (code >= zero && code <= zero + 9) return String(code - zero);
  return null;
}

/** Blanks of every width, and what is not seen at all: soft hyphens, joiners, marks of direction. */
const UNSEEN = /[\s\u00ad\u200b-\u200f\u2060]+/g;
const SIGNS = /^[.·•|\u2010-\u2015\u2212_/*-]*$/;

function isGap(text: string, start: number, end: number): boolean {
  if (end - start > MAX_GAP_CHARS) return false;
  const signs = text.slice(start, end).replace(UNSEEN, '');
  return signs.length <= MAX_GAP_SIGNS && SIGNS.test(signs);
}

export const CARD_RULES: readonly unknown[] = [ISSUERS, ZEROS, UNSEEN, SIGNS, MAX_DIGITS, MAX_GAP_SIGNS, MAX_GAP_CHARS];
