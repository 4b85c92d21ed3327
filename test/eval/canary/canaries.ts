import { inflateRawSync } from 'node:zlib';

/** One case's canaries: a word that is a secret only where everything is, and four that are one anywhere. */
export type Canaries = { word: string; card: string; email: string; token: string; number: string };

const WORD = 'cnry';
const four = (n: number): string => String(n).padStart(4, '0');

/** Distinct per case, and easy to tell from everything else in the world. */
export function canariesOf(n: number): Canaries {
  const body = `4929817${four(n)}7361`;
  return {
    word: `${WORD}${four(n)}bird`,
    card: body + checkDigit(body),
    email: `q${four(n)}@${WORD}.example`,
    token: `sk_live_${WORD}${four(n)}Zq8xW2`,
    number: `70077${four(n)}5`,
  };
}

function checkDigit(body: string): number {
  const sum = [...body].reverse().reduce((total, char, i) => {
    const doubled = Number(char) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/** What is written into a place. */
export const saidOf = ({ word, card, email, token, number }: Canaries): string =>
  `${word} ${card} ${email} ${token} ${number}`;

export type Hit = { case: number; kind: keyof Canaries };

const PATTERNS: readonly [keyof Canaries, RegExp][] = [
  ['word', new RegExp(`${WORD}(\\d{4})bird`, 'g')],
  ['card', /4929[ -]?817(\d{1})[ -]?(\d{3})7[ -]?361\d/g],
  ['email', new RegExp(`q(\\d{4})@${WORD}`, 'g')],
  ['token', new RegExp(`sk_live_${WORD}(\\d{4})Zq8`, 'g')],
  ['number', /70077(\d{4})5/g],
];
const BASE64 = /[A-Za-z0-9+/_-]{12,}={0,2}/g;
const MAX_DEPTH = 4;

/**
 * The canaries in some bytes, also where they are packed: gzip members anywhere, base64 at any offset, percents, JSON escapes, and texts that
 * stand in several nodes of a recording or of a page. Each way of reading is one that somebody who looks for secrets would try.
 */
export function findCanaries(bytes: Buffer, depth = 0): Hit[] {
  const hits: Hit[] = [];
  const text = bytes.toString('latin1');
  hits.push(...inText(text), ...inText(bytes.toString('utf8')));
  hits.push(...inText(bytes.toString('utf16le')));
  if (depth >= MAX_DEPTH) return hits;
  for (
    let at = bytes.indexOf('\x1f\x8b\x08', 0, 'latin1');
    at !== -1;
    at = bytes.indexOf('\x1f\x8b\x08', at + 1, 'latin1')
  ) {
    const unpacked = unpack(bytes.subarray(at));
    if (unpacked !== null) hits.push(...findCanaries(unpacked, depth + 1));
  }
  const encoded: Buffer[] = [];
  for (const [run] of text.matchAll(BASE64))
    for (let skip = 0; skip < 4; skip += 1) {
      const decoded = Buffer.from(run.slice(skip), 'base64');
      // Text, perhaps encoded once more, or gzip.
      if (
        /cnry|4929|70077|^[\w+/=\s.,-]{24,}$/.test(decoded.toString('latin1')) ||
        decoded.includes('\x1f\x8b\x08', 0, 'latin1')
      )
        encoded.push(decoded);
    }
  for (const one of encoded) hits.push(...findCanaries(one, depth + 1));
  if (/%[0-9a-f]{2}/i.test(text)) {
    const plain = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (plain !== text) hits.push(...findCanaries(Buffer.from(plain, 'latin1'), depth + 1));
  }
  if (depth === 0 || text.startsWith('[{')) hits.push(...inText(joinedTexts(text)));
  return hits;
}

/** What the text nodes of a recording say together, and what markup says without its tags. */
function joinedTexts(text: string): string {
  const nodes = [...text.matchAll(/"(?:textContent|value)":"((?:[^"\\]|\\.)*)"/g)].map(([, said]) => said).join('');
  return `${nodes}\n${text.replace(/<[^>]*>/g, '')}`;
}

function inText(text: string): Hit[] {
  return PATTERNS.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map((match): Hit => ({ case: Number(match.slice(1).join('')), kind })),
  );
}

/** The deflate stream behind a header without options: what follows it, or is missing from it, is no reason not to read it. */
function unpack(bytes: Buffer): Buffer | null {
  try {
    return inflateRawSync(bytes.subarray(10), { finishFlush: 2, maxOutputLength: 64 * 1024 * 1024 });
  } catch {
    return null;
  }
}
