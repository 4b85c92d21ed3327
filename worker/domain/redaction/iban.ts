/** IBAN length by country (the SWIFT registry). A country that is not here has no IBAN, so its look-alikes are kept. */
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BI: 27,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DJ: 27,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FK: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MN: 20,
  MR: 27,
  MT: 31,
  MU: 30,
  NI: 28,
  NL: 18,
  NO: 15,
  OM: 23,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  RU: 33,
  SA: 24,
  SC: 31,
  SD: 18,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  SO: 23,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
  YE: 30,
};

const START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}/g;
const SEPARATOR = /[ \u00a0-]/;
const ALPHANUMERIC = /[A-Za-z0-9]/;

/** [X3] Where the IBANs are in a text, as `[start, end)` pairs in order. Each candidate reads at most 33 characters with single separators. */
export function findIbans(text: string): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (const match of text.matchAll(START)) {
    if (match.index < from) continue;
    const end = endOfIban(text, match.index);
    if (end === null) continue;
    found.push([match.index, end]);
    from = end;
  }
  return found;
}

function endOfIban(text: string, start: number): number | null {
  const length = LENGTHS[text.slice(start, start + 2).toUpperCase()];
  if (length === undefined) return null;
  let compact = '';
  let at = start;
  for (; at < text.length && compact.length < length; at += 1) {
    const char = text[at]!;
    if (ALPHANUMERIC.test(char)) compact += char;
    else if (!SEPARATOR.test(char) || !ALPHANUMERIC.test(text[at - 1]!)) return null;
  }
  const oneCase = compact === compact.toUpperCase() || compact === compact.toLowerCase();
  if (compact.length < length || !oneCase || ALPHANUMERIC.test(text[at] ?? ' ')) return null;
  return remainder97(compact.toUpperCase()) === 1 ? at : null;
}

/** ISO 13616: the first four to the end, letters as 10 to 35, the whole number modulo 97. Digit by digit, so no big integer. */
function remainder97(iban: string): number {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const code = char.charCodeAt(0);
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97;
  }
  return rest;
}

export const IBAN_RULES: readonly unknown[] = [LENGTHS, START];
