/** Shorter runs hold no card, address or key when they are decoded. */
const BASE64 = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{12,}={0,2}/g;
const PERCENT = /(?<![\w%.~+@-])[\w.~+@-]*%[0-9A-Fa-f]{2}[\w%.~+@-]*/g;
/** What a text holds, and no picture: a control character is the sign of bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BYTES = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/;

/** What is in a text once more, encoded: the readings of it that are texts themselves, each with where it stands. Linear. */
export function findEncoded(text: string): { start: number; end: number; decoded: string }[] {
  const found: { start: number; end: number; decoded: string }[] = [];
  for (const [pattern, decode] of [
    [BASE64, fromBase64],
    [PERCENT, fromPercent],
  ] as const) {
    for (const match of text.matchAll(pattern)) {
      const decoded = decode(match[0]);
      if (decoded === null || BYTES.test(decoded)) continue;
      found.push({ start: match.index, end: match.index + match[0].length, decoded });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function fromBase64(run: string): string | null {
  const plain = run.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  // One character too many encodes nothing; the rest may.
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  try {
    return atob(whole);
  } catch {
    return null;
  }
}

function fromPercent(run: string): string | null {
  try {
    return decodeURIComponent(run);
  } catch {
    return null;
  }
}
