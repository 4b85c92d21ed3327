import { type Branded, ID_PREFIX } from '#domain/ids.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` random letters and digits, 5.95 bits each. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      // 248 is the largest multiple of 62 in a byte: above it the letters would not be equally likely.
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}

/** 125 bits. Not longer: from 32 characters on, redaction takes an id in a text for a secret. */
const RANDOM_CHARS = 21;

/** A new id of a kind. */
export const newId = <Name extends keyof typeof ID_PREFIX>(kind: Name): Branded<Name> =>
  `${ID_PREFIX[kind]}_${randomText(RANDOM_CHARS)}` as Branded<Name>;

/** An id that depends only on what it is made of, so that the same thing is found again without a lookup. */
export async function derivedId<Name extends keyof typeof ID_PREFIX>(
  kind: Name,
  ...parts: string[]
): Promise<Branded<Name>> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts))));
  let text = '';
  for (const byte of bytes.subarray(0, RANDOM_CHARS)) text += ALPHABET[byte % 62];
  return `${ID_PREFIX[kind]}_${text}` as Branded<Name>;
}
