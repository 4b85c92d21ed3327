/** IBAN length by country (the SWIFT registry). A country that is not here has no IBAN, so its look-alikes are kept. */
const LENGTHS: readonly (readonly [number, string])[] = [
  [15, 'NO'],
  [16, 'BE'],
  [18, 'DK FI FK FO GL NL SD'],
  [19, 'MK SI'],
  [20, 'AT BA EE KZ LT LU MN XK'],
  [21, 'CH HR LI LV'],
  [22, 'BG BH CR DE GB GE IE ME RS VA'],
  [23, 'AE GI IL IQ OM SO TL'],
  [24, 'AD CZ ES MD PK RO SA SE SK TN VG'],
  [25, 'LY PT ST'],
  [26, 'IS TR'],
  [27, 'BI DJ FR GR IT MC MR SM'],
  [28, 'AL AZ BY CY DO GT HU LB NI PL SV'],
  [29, 'BR EG PS QA UA'],
  [30, 'JO KW MU YE'],
  [31, 'MT SC'],
  [32, 'LC'],
  [33, 'RU'],
];
const LENGTH_OF = new Map(
  LENGTHS.flatMap(([length, countries]) => countries.split(' ').map((country) => [country, length])),
);

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
  const length = LENGTH_OF.get(text.slice(start, start + 2).toUpperCase());
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
