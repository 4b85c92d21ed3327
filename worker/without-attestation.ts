/** CBOR: a map of three, `fmt` is "none", `attStmt` is an empty map, and `authData`, whose bytes follow. */
const HEAD = '\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData';

/**
 * [S30] What a device said of itself as an attestation object that attests nothing, both in base64url. Certificates in one name addresses that the library would ask, and nobody but the sender
 * has chosen those.
 */
export function withoutAttestation(authenticatorData: string): string {
  const data = atob(authenticatorData.replaceAll('-', '+').replaceAll('_', '/'));
  // A byte string with its length in two bytes: the schema's limit is below 65,536.
  const length = `\x59${String.fromCharCode(data.length >> 8, data.length & 255)}`;
  return btoa(HEAD + length + data)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
