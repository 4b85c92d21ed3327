import type { WorkspaceId } from '#domain/ids.ts';

/** The master keys, 32 bytes each. What is sealed is sealed by `current`; `before` only opens, while the one is being changed for the other. */
export type MasterKeys = { current: Uint8Array<ArrayBuffer>; before: Uint8Array<ArrayBuffer> | null };

/** Where a secret lives. It opens there and nowhere else. */
export type SealedPlace = { workspaceId: WorkspaceId; kind: 'signing_key' | 'webhook'; id: string };

/** A sealed value that does not open: another place, another key, or not as it was written. Says where, never what. */
export class SealError extends Error {
  override name = 'SealError';
}

/** Of the form and of how keys are made of the master key. Another one of either is another prefix, and this one goes on being read. */
const FORM = 'sealed1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/**
 * [S26] `text` as it is kept: AES-256-GCM under a key of the workspace, bound to its place. The same text is another value each time. The form is
 * `sealed1.KEY.BYTES`: which master key it was (not the key), then nonce, ciphertext and tag.
 */
export async function seal(keys: MasterKeys, place: SealedPlace, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await keyOfWorkspace(keys.current, place.workspaceId);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(paramsOf(nonce, place), key, bytesOf(text)));
  const bytes = new Uint8Array(NONCE_BYTES + sealed.length);
  bytes.set(nonce);
  bytes.set(sealed, NONCE_BYTES);
  return `${await sealPrefix(keys.current)}${toBase64Url(bytes)}`;
}

/**
 * [S26] The text that was sealed for `place`. What was written before there was sealing comes back as it is, until the sweep has sealed it. Throws a
 * `SealError` where the value does not open.
 */
export async function open(keys: MasterKeys, place: SealedPlace, stored: string): Promise<string> {
  if (!stored.startsWith(`${FORM}.`)) return stored;
  const master = await masterOf(keys, stored);
  if (master === null) throw new SealError(`${wordsOf(place)} was sealed by a key that is not set any more.`);
  const bytes = fromBase64Url(stored.slice(stored.lastIndexOf('.') + 1));
  if (bytes === null || bytes.length < NONCE_BYTES + TAG_BYTES)
    throw new SealError(`${wordsOf(place)} is not as it was written.`);
  const params = paramsOf(bytes.subarray(0, NONCE_BYTES), place);
  const key = await keyOfWorkspace(master, place.workspaceId);
  const text = await crypto.subtle.decrypt(params, key, bytes.subarray(NONCE_BYTES)).catch(() => null);
  if (text === null) throw new SealError(`${wordsOf(place)} does not open: it is another's, or not as it was written.`);
  return new TextDecoder().decode(text);
}

/** What everything begins with that a master key has sealed. The id in it is derived and tells nothing of the key. */
export async function sealPrefix(master: Uint8Array<ArrayBuffer>): Promise<string> {
  const bits = await crypto.subtle.deriveBits(hkdf('key id', ''), await keyMaterial(master), KEY_ID_BYTES * 8);
  return `${FORM}.${toBase64Url(new Uint8Array(bits))}.`;
}

async function masterOf(keys: MasterKeys, stored: string): Promise<Uint8Array<ArrayBuffer> | null> {
  for (const master of [keys.current, keys.before])
    if (master !== null && stored.startsWith(await sealPrefix(master))) return master;
  return null;
}

const keyMaterial = (master: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveBits', 'deriveKey']);

/** Two uses never give the same bytes: the first says what for, the second for whom. */
const hkdf = (use: string, whose: string) => ({
  name: 'HKDF',
  hash: 'SHA-256',
  salt: bytesOf(`baton ${FORM}`),
  info: bytesOf(JSON.stringify([use, whose])),
});

const keyOfWorkspace = async (master: Uint8Array<ArrayBuffer>, workspaceId: WorkspaceId): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    hkdf('workspace', workspaceId),
    await keyMaterial(master),
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );

/** The place is signed along: a value that was moved to another workspace, table or row does not open. */
const paramsOf = (iv: Uint8Array<ArrayBuffer>, { workspaceId, kind, id }: SealedPlace) => ({
  name: 'AES-GCM',
  iv,
  additionalData: bytesOf(JSON.stringify([FORM, workspaceId, kind, id])),
  tagLength: TAG_BYTES * 8,
});

const wordsOf = ({ workspaceId, kind, id }: SealedPlace): string => `The secret of ${kind} ${id} in ${workspaceId}`;

/** Null where it is none. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
