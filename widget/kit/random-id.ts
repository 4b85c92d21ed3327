const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only; `length` 10 has 59 bits. `crypto.randomUUID` is missing on pages without https, this is not. */
export function randomId(length: number): string {
  let id = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
    // Bytes from 248 would make the first letters more likely; there are enough others.
    if (byte < 248 && id.length < length) id += ALPHABET[byte % 62];
  }
  return id.length === length ? id : randomId(length);
}
