import { describe, expect, test } from 'vitest';
import type { WorkspaceId } from '#domain/ids.ts';
import { open, SealError, type SealedPlace, seal, sealPrefix } from '../../worker/storage/sealed.ts';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const KEYS = { current: key(1), before: null };
const PLACE: SealedPlace = { workspaceId: 'wrk_one' as WorkspaceId, kind: 'signing_key', id: 'key-1' };
const SECRET = 'the-secret-of-a-host';

/** Base64url by the library, not by what is tested. */
const bytesIn = (sealed: string) => Buffer.from(sealed.split('.')[2] as string, 'base64url');
const withBytes = (sealed: string, bytes: Uint8Array) =>
  [...sealed.split('.').slice(0, 2), Buffer.from(bytes).toString('base64url')].join('.');

async function expectClosed(stored: string, place = PLACE, keys: Parameters<typeof open>[0] = KEYS): Promise<void> {
  const cause = await open(keys, place, stored).then(
    () => null,
    (error: unknown) => error,
  );
  expect(cause).toBeInstanceOf(SealError);
  const { message } = cause as SealError;
  expect(message).toContain(`${place.kind} ${place.id} in ${place.workspaceId}`);
  expect(message).not.toContain(SECRET);
  expect(message).not.toContain(stored.split('.')[2] || 'no bytes');
}

describe('[S26] a sealed secret', () => {
  test.each(['', SECRET, 'ключ 🔑', 'x'.repeat(5000)])('opens where it was sealed: %j', async (text) => {
    const sealed = await seal(KEYS, PLACE, text);
    expect(sealed).toMatch(/^sealed1\.[\w-]{8}\.[\w-]+$/);
    expect(bytesIn(sealed)).toHaveLength(12 + Buffer.byteLength(text) + 16);
    expect(await open(KEYS, PLACE, sealed)).toBe(text);
  });

  test('is another value each time, and shows nothing of the text', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => seal(KEYS, PLACE, SECRET)));
    expect(new Set(all.map((one) => bytesIn(one).subarray(0, 12).toString('hex'))).size).toBe(200);
    expect(all.some((one) => one.includes(SECRET) || bytesIn(one).includes(SECRET))).toBe(false);
  });

  test.each<[string, Partial<Record<keyof SealedPlace, string>>]>([
    ['workspace', { workspaceId: 'wrk_two' }],
    ['kind', { kind: 'webhook' }],
    ['row', { id: 'key-2' }],
    ['row, where the parts run together', { workspaceId: 'wrk_one","signing_key', kind: 'key-1', id: '' }],
  ])('does not open in another %s', async (_, change) => {
    await expectClosed(await seal(KEYS, PLACE, SECRET), { ...PLACE, ...change } as SealedPlace);
  });

  test('does not open with one bit turned, wherever it is', async () => {
    const sealed = await seal(KEYS, PLACE, SECRET);
    const bytes = bytesIn(sealed);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const turned = Uint8Array.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7));
      await expectClosed(withBytes(sealed, turned));
    }
  });

  test('does not open cut short or made longer', async () => {
    const sealed = await seal(KEYS, PLACE, SECRET);
    const bytes = bytesIn(sealed);
    for (let length = 0; length < bytes.length; length++)
      await expectClosed(withBytes(sealed, bytes.subarray(0, length)));
    await expectClosed(withBytes(sealed, Buffer.concat([bytes, Buffer.from([0])])));
    for (const end of ['!', '=', '.', 'ä', 'A'.repeat(5)]) await expectClosed(`${sealed}${end}`);
    for (const wrong of ['sealed1.', 'sealed1..', 'sealed1.abc', 'sealed1.AAAAAAAA.AAAA']) await expectClosed(wrong);
  });

  test('opens by the key before, and new ones are sealed by the current', async () => {
    const old = await seal(KEYS, PLACE, SECRET);
    const both = { current: key(2), before: key(1) };
    expect(await open(both, PLACE, old)).toBe(SECRET);
    const fresh = await seal(both, PLACE, SECRET);
    expect([old, fresh].map((one) => one.slice(0, 17))).toEqual([await sealPrefix(key(1)), await sealPrefix(key(2))]);
    expect(await open({ current: key(2), before: null }, PLACE, fresh)).toBe(SECRET);
    await expectClosed(old, PLACE, { current: key(2), before: null });
    await expectClosed(old, PLACE, { current: key(2), before: key(3) });
    // By another key's name it does not open either.
    await expectClosed(`${await sealPrefix(key(2))}${old.split('.')[2]}`, PLACE, both);
  });

  test('has the key of its workspace alone: AES-256-GCM, the key by HKDF-SHA256', async () => {
    const sealed = await seal(KEYS, PLACE, SECRET);
    const { createDecipheriv, hkdfSync } = await import('node:crypto');
    const bytes = bytesIn(sealed);
    const made = hkdfSync('sha256', KEYS.current, 'baton sealed1', '["workspace","wrk_one"]', 32);
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(made), bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from('["sealed1","wrk_one","signing_key","key-1"]'));
    decipher.setAuthTag(bytes.subarray(-16));
    expect(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe(SECRET);
  });

  test('of before there was sealing comes back as it is', async () => {
    expect(await open(KEYS, PLACE, SECRET)).toBe(SECRET);
  });
});
