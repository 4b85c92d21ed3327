import { describe, expect, it } from 'vitest';
import { newPasskey, passkeySignIn } from '#protocol/passkeys.ts';
import { deviceName } from '../../widget/console/account/device-name.ts';
import { passkeyProblem } from '../../widget/console/sign-in/passkey-words.ts';
import { withoutAttestation } from '../../worker/without-attestation.ts';

describe('[S30] what a device says of itself', () => {
  it.each([0, 1, 37, 255, 256, 8192])('attests nothing, whatever else it is (%i bytes)', (length) => {
    const data = Buffer.from(Array.from({ length }, (_, n) => (n * 7) & 255));
    const made = Buffer.from(withoutAttestation(data.toString('base64url')), 'base64url');
    // {"fmt": "none", "attStmt": {}, "authData": h'…'}, as RFC 8949 writes it.
    expect(made.subarray(0, 28).toString('latin1')).toBe('\xa3cfmtdnonegattStmt\xa0hauthData');
    expect([...made.subarray(28, 31)]).toEqual([0x59, length >> 8, length & 255]);
    expect(made.subarray(31).equals(data)).toBe(true);
  });

  const used = { id: 'AAAA', clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' };
  it.each([
    ['a letter too many', { ...used, signature: 'AAAAA' }],
    ['another alphabet', { ...used, signature: 'AA+/' }],
    ['nothing', { ...used, signature: '' }],
    ['more than there can be', { ...used, authenticatorData: 'AAAA'.repeat(3000) }],
    ['a field that nobody asked for', { ...used, userHandle: 'AAAA' }],
  ])('is not taken with %s', (_, body) => {
    expect(passkeySignIn.safeParse(used).success).toBe(true);
    expect(passkeySignIn.safeParse(body).success).toBe(false);
  });

  it('holds no certificates: there is no field for them', () => {
    const made = { name: 'Laptop', id: 'AAAA', clientDataJSON: 'AAAA', authenticatorData: 'AAAA', transports: [] };
    expect(newPasskey.safeParse(made).success).toBe(true);
    expect(newPasskey.safeParse({ ...made, attestationObject: 'AAAA' }).success).toBe(false);
  });
});

describe('[S30] what went wrong at the device', () => {
  const NAMES = [
    'NotAllowedError',
    'InvalidStateError',
    'SecurityError',
    'NotSupportedError',
    'ConstraintError',
    'UnknownError',
    '',
  ];
  it.each(NAMES)('is said in a sentence (%s)', (name) => {
    for (const isAdding of [true, false]) expect(passkeyProblem(name, isAdding)).toMatch(/^[A-Z].+\.$/);
  });
  it('is not said of what was ended on purpose', () => {
    expect(passkeyProblem('AbortError', false)).toBe(null);
  });
});

describe('[S30] what a passkey may be called', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15', 'iPhone'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36', 'Mac'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 'Windows'],
    ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36', 'Android'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'Linux'],
    ['something else', ''],
  ])('%s', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });
});
