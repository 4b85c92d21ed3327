import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';

/** [S8] How long an identity token may live, and how old it may be; seconds. */
const MAX_LIFE_S = 15 * 60;
/** Clocks of two companies differ by this much; seconds. */
const TOLERANCE_S = 5;
/** What a header may hold; anything else is for verifiers that fetch keys, unwrap or are told what is critical. */
const HEADER = new Set(['alg', 'kid', 'typ']);

export type TokenRefusal = 'expired' | 'lives_too_long' | 'not_accepted';

/**
 * [S8] Is this token the host's? One algorithm (HS256), the key by `kid`, `aud`, `iat`, `exp` and `sub` there, at most 15 minutes of life and of age, no header but `alg`, `kid`, `typ`,
 * and no name twice: of two readers of such a token each may see another one. Never throws for what a token says.
 */
export async function verifyToken(
  token: string,
  keyOf: (kid: string) => Promise<Uint8Array | null>,
  { audience, now }: { audience: string; now: number },
): Promise<{ claims: JWTPayload } | { refused: TokenRefusal }> {
  try {
    if (!isPlain(token)) return { refused: 'not_accepted' };
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = typeof kid === 'string' ? await keyOf(kid) : null;
        if (key === null) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ['HS256'],
        audience,
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: MAX_LIFE_S,
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(now),
      },
    );
    if ((payload.exp as number) - (payload.iat as number) > MAX_LIFE_S) return { refused: 'lives_too_long' };
    return { claims: payload };
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) return { refused: 'expired' };
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) return { refused: 'not_accepted' };
    throw cause;
  }
}

/** Three parts, each as base64url writes it and no other way: the library reads padding, spaces and odd bits too. */
export const isCompact = (token: string): boolean =>
  /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(token) && token.split('.').every(isAsWritten);

/** Of the last letter the bits that are no part of a byte are nought; a single letter is no byte. */
function isAsWritten(base64url: string): boolean {
  const last = base64url.at(-1) as string;
  switch (base64url.length % 4) {
    case 1:
      return false;
    case 2:
      return 'AQgw'.includes(last);
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last);
    default:
      return true;
  }
}

/** Compact, a header of known names, and nothing said twice. What cannot be read is not. */
function isPlain(token: string): boolean {
  if (!isCompact(token)) return false;
  const parts = token.split('.');
  try {
    return (
      Object.keys(decodeProtectedHeader(token)).every((name) => HEADER.has(name)) &&
      parts.slice(0, 2).every((part) => !saysTwice(textOf(part)))
    );
  } catch {
    return false;
  }
}

const textOf = (base64url: string): string =>
  new TextDecoder().decode(
    Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0)),
  );

const STRING = /"(?:[^"\\]|\\.)*"/y;

/** Whether any object in a text of JSON has a name twice, escapes undone. The text is valid, or is refused later. */
function saysTwice(json: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < json.length; ) {
    const char = json[at];
    if (char === '"') {
      STRING.lastIndex = at;
      const text = STRING.exec(json)?.[0];
      if (text === undefined) return false;
      at += text.length;
      const names = open.at(-1);
      if (names == null || !/^\s*:/.test(json.slice(at, at + 40))) continue;
      const name = String(JSON.parse(text));
      if (names.has(name)) return true;
      names.add(name);
      continue;
    }
    if (char === '{') open.push(new Set());
    else if (char === '[') open.push(null);
    else if (char === '}' || char === ']') open.pop();
    at += 1;
  }
  return false;
}
