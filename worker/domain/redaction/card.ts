/** Payment cards have at most 19 digits (ISO/IEC 7812), and at least 13: the 12-digit ones are gone. */
const MIN_DIGITS = 13;
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

/*
 * The digits that may be one number, of which the oldest are looked at and forgotten when there is no room: a text of digits only makes no lists of its own
 * length. Of each digit the sums up to it, once with every digit of an even place doubled and once with those of the odd ones: any stretch passes Luhn's
 * check or not by two look-ups.
 */
const ROOM = 1024;
const digits = new Int32Array(ROOM);
const even = new Int32Array(ROOM + 1);
const odd = new Int32Array(ROOM + 1);
/** Where in the text a group begins with this digit, or ended before it; else -1. A card is whole groups: half a number is another number. */
const begins = new Int32Array(ROOM);
const ended = new Int32Array(ROOM + 1);

function passesLuhn(from: number, to: number): boolean {
  const sums = to % 2 === 0 ? even : odd;
  return (sums[to]! - sums[from]!) % 10 === 0;
}

/** [X2] Where the payment cards are in a text, as `[start, end)` pairs in order. Linear: each digit group looks at most 19 digits ahead. */
export function findCards(text: string): [number, number][] {
  const found: [number, number][] = [];
  let count = 0;
  /** Looks for what begins with a group that has so many digits from its own first on. Returns the first that it has not looked at. */
  const look = (atLeast: number): number => {
    let from = 0;
    for (; from + atLeast <= count; from += 1) {
      if (begins[from] === -1) continue;
      // Who issues nothing with these four digits is asked for nothing. The longest comes first.
      for (const length of lengthsOf(from)) {
        const to = from + length;
        if (to > count || ended[to] === -1 || !passesLuhn(from, to)) continue;
        found.push([begins[from]!, ended[to]!]);
        from = to - 1;
        break;
      }
    }
    return from;
  };
  const makeRoom = (): void => {
    const from = look(MAX_DIGITS + 1);
    // An even number of them goes, so that even stays even.
    const gone = from - (from % 2);
    begins.fill(-1, gone, from);
    for (const list of [digits, even, odd, begins, ended]) list.copyWithin(0, gone);
    count -= gone;
  };

  even[0] = odd[0] = 0;
  ended[0] = -1;
  let end = -1;
  let inGroup = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit === -1) continue;
    const isFirst = at !== end;
    if (isFirst && count > 0 && !isGap(text, end, at)) {
      look(MIN_DIGITS);
      count = 0;
    }
    inGroup = isFirst ? 1 : inGroup + 1;
    end = at + 1;
    // A longer run is no card; keeping its digits would only cost.
    if (inGroup > MAX_DIGITS + 1) continue;
    if (isFirst && count > ROOM - 2 * MAX_DIGITS) makeRoom();
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
  look(MIN_DIGITS);
  return found;
}

const asked: (readonly number[] | undefined)[] = new Array(10_000);
/** How long the cards are that begin like this. */
function lengthsOf(from: number): readonly number[] {
  const prefix = digits[from]! * 1000 + digits[from + 1]! * 100 + digits[from + 2]! * 10 + digits[from + 3]!;
  let lengths = asked[prefix];
  if (lengths === undefined) {
    lengths = ISSUERS.filter((one) => prefix >= one.from && prefix <= one.to)
      .flatMap((one) => one.lengths)
      .sort((a, b) => b - a);
    asked[prefix] = lengths;
  }
  return lengths;
}

/** Full-width and Arabic-Indic digits are digits as well: keyboards type them, and they would otherwise walk past every check. */
const ZEROS = [0x30, 0xff10, 0x0660, 0x06f0] as const;

function digitOf(code: number): number {
  if (code <= 0x39) return code >= 0x30 ? code - 0x30 : -1;
  for (const zero of ZEROS) if (code >= zero && code <= zero + 9) return code - zero;
  return -1;
}

/** Blanks of every width, and what is not seen at all: soft hyphens, joiners, marks of direction. */
const UNSEEN = /[\s\u00ad\u200b-\u200f\u2060]/;
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
