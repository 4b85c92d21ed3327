import { findCards } from '#domain/redaction/card.ts';
import { findEncoded } from '#domain/redaction/encoded.ts';
import { findIbans } from '#domain/redaction/iban.ts';
import { type Counter, hideBehind, hideCardCodes, hideSecrets, isSecretName } from '#domain/redaction/secret.ts';

export const REDACTION_KINDS = ['card', 'card_code', 'iban', 'ssn', 'secret', 'email', 'number'] as const;
export type RedactionKind = (typeof REDACTION_KINDS)[number];

export type Redaction = { text: string; found: { kind: RedactionKind; count: number }[] };

/**
 * E-mail addresses are how an agent reaches somebody, and order numbers what they ask about: both stay in what people write, and go from what
 * is recorded.
 */
export type RedactOptions = { emails?: boolean; numbers?: boolean };

/** What nobody wrote to us: a page's own text, where only labels are of use. */
export const RECORDED: RedactOptions = { emails: true, numbers: true };

/** JSON nested deeper than this is cut off: a bundle has 6 levels, an attack has thousands. */
export const MAX_REDACT_DEPTH = 32;
/** A replacement can bring two halves together that are found on the next pass; more passes than this were never needed. */
const MAX_PASSES = 8;
/** Encoded once, and once more; deeper is no accident. */
const MAX_ENCODINGS = 2;

/**
 * [X1] Text without cards, card codes, IBANs, US social security numbers, passwords, tokens and keys. Linear in the text's length, and
 * idempotent: what it returns it would return again. Runs in the browser before anything leaves the page, and again on the way in.
 */
export function redactText(text: string, options: RedactOptions = {}): Redaction {
  if (text.length > MAX_CHARS_AT_ONCE) return redactInParts(text, options);
  if (!SUSPECT.test(text)) return { text, found: [] };
  return redactEncoded(text, options, MAX_ENCODINGS);
}

/** An engine remembers every character of a run that it may have to give back, and numbers remember their groups: of a long text, hundreds of megabytes. */
const MAX_CHARS_AT_ONCE = 200_000;

/** Cut where a word ends, if there is one; what has no end for so long is no text of anybody's. */
function redactInParts(text: string, options: RedactOptions): Redaction {
  const counts = new Map<RedactionKind, number>();
  let out = '';
  for (let from = 0; from < text.length; ) {
    let blank = text.lastIndexOf(' ', from + MAX_CHARS_AT_ONCE - 1);
    // Not between the groups of a number.
    for (let tries = 0; tries < 40 && blank > from && /\p{Nd}/u.test(text[blank - 1] ?? ''); tries += 1)
      blank = text.lastIndexOf(' ', blank - 1);
    const to = blank > from ? blank + 1 : from + MAX_CHARS_AT_ONCE;
    const part = redactText(text.slice(from, to), options);
    out += part.text;
    for (const { kind, count } of part.found) counts.set(kind, (counts.get(kind) ?? 0) + count);
    from = to;
  }
  return { text: out, found: [...counts].map(([kind, count]) => ({ kind, count })) };
}

/**
 * What every secret has one of: a digit of any script, a sign, a run of letters as long as the shortest encoding, or a label. Most texts of a
 * page have none, and are not looked at six times.
 */
const SUSPECT =
  /[\p{Nd}@＠%]|:\/\/|[A-Za-z0-9+/_-]{12}|pass|pwd|wort|mot de|contrase|token|key|secret|credential|code|otp|pin|bearer|basic|digest/iu;

function redactEncoded(text: string, options: RedactOptions, encodings: number): Redaction {
  const counts = new Map<RedactionKind, number>();
  let out = text;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = out;
    for (const [kind, hide] of STEPS) {
      if ((kind === 'email' && !options.emails) || (kind === 'number' && !options.numbers)) continue;
      const result = hide(out);
      out = result.text;
      if (result.count > 0) counts.set(kind, (counts.get(kind) ?? 0) + result.count);
    }
    if (encodings > 0) {
      // Where it says the same once more in base64 or in percents, all of it goes: half of an encoding is no text.
      const spans = findEncoded(out)
        .filter(({ decoded }) => redactEncoded(decoded, options, encodings - 1).found.length > 0)
        .map(({ start, end }): [number, number] => [start, end]);
      const result = replaceSpans(out, spans, '[secret]');
      out = result.text;
      if (result.count > 0) counts.set('secret', (counts.get('secret') ?? 0) + result.count);
    }
    if (out === before) break;
  }
  return { text: out, found: [...counts].map(([kind, count]) => ({ kind, count })) };
}

/** Secrets first: a key may hold digits that look like a card, and `[secret]` says more than half a key with a hole in it. */
const STEPS: readonly [RedactionKind, (text: string) => Counter][] = [
  ['secret', hideSecrets],
  ['iban', (text) => replaceSpans(text, findIbans(text), '[iban]')],
  ['card', (text) => replaceSpans(text, findCards(text), '[card]')],
  ['card_code', hideCardCodes],
  ['ssn', hideSocialSecurity],
  ['email', (text) => replaceSpans(text, findEmails(text), '[email]')],
  ['number', hideNumbers],
];

/**
 * [X6] The same over every string of a JSON value; strings under a name like `password` go whole. Numbers, booleans and the shape stay.
 * Deeper than `MAX_REDACT_DEPTH` a value is replaced by `[omitted]`: what was not looked at does not pass.
 */
export function redactDeep<T>(value: T, options: RedactOptions = {}): T {
  return redactValue(value, options, 0) as T;
}

function redactValue(value: unknown, options: RedactOptions, depth: number): unknown {
  if (typeof value === 'string') return redactText(value, options).text;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_REDACT_DEPTH) return '[omitted]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, options, depth + 1));
  // fromEntries defines own properties, so a key called `__proto__` stays a key.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      typeof item === 'string' && item !== '' && isSecretName(name)
        ? '[secret]'
        : redactValue(item, options, depth + 1),
    ]),
  );
}

/**
 * [X5] The path of an address and nothing else: no scheme, host, query, fragment or matrix parameter, for those hold secrets too often.
 * Tokens and e-mail addresses inside the path (`/reset/eyJ…`) are redacted. What is no web address becomes `/`.
 */
export function stripUrl(url: string): string {
  const trimmed = url.trim();
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return '/';
  const withoutScheme = scheme === undefined ? trimmed : trimmed.slice(scheme.length + 1);
  const afterHost = withoutScheme.startsWith('//') ? withoutScheme.slice(2).replace(/^[^/?#]*/, '') : withoutScheme;
  const end = afterHost.search(/[?#]/);
  const path = (end === -1 ? afterHost : afterHost.slice(0, end)).replace(/;[^/]*/g, '');
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return redactText(rooted, RECORDED).text;
}

function replaceSpans(text: string, spans: readonly [number, number][], marker: string): Counter {
  if (spans.length === 0) return { text, count: 0 };
  let out = '';
  let from = 0;
  for (const [start, end] of spans) {
    if (start < from) continue;
    out += text.slice(from, start) + marker;
    from = end;
  }
  return { text: out + text.slice(from), count: spans.length };
}

const SSN_SHAPED = /()(?<![\d-])(?!000|666|9)\d{3}([ \u00a0\p{Pd}])(?!00)\d{2}\2(?!0000)\d{4}(?![\d-])/gu;
const SSN_LABELLED =
  /(?<![A-Za-z])((?:ssn|social security(?: (?:number|no\.?))?)(?![A-Za-z])[^\d\n[]{0,8})\d{3}[ \u00a0\p{Pd}]?\d{2}[ \u00a0\p{Pd}]?\d{4}(?!\d)/giu;

/** Nine digits in a row are an order number unless a label says otherwise. */
function hideSocialSecurity(text: string): Counter {
  const labelled = hideBehind(text, SSN_LABELLED, '[secret]');
  const shaped = hideBehind(labelled.text, SSN_SHAPED, '[secret]');
  return { text: shaped.text, count: labelled.count + shaped.count };
}

/** An account, an order, a code: what has so many digits in a row is nothing that a page counts or charges. */
const LONG_NUMBER = /\p{Nd}{7,}/gu;
/** The same in groups, as telephones are written; three groups at least. */
const GROUPED_NUMBER =
  /(?<!\p{Nd})[+(]{0,2}\p{Nd}{1,5}\)?(?:[ \u00a0.()/\u2010-\u2015-]{1,2}\p{Nd}{1,6}){1,8}(?!\p{Nd})/gu;
const MIN_GROUPED_DIGITS = 10;
const DATE = /^(?:\d{4}([-./ ])\d{1,2}\1\d{1,2}|\d{1,2}([-./ ])\d{1,2}\2\d{4})(?!\d)/;

/** [X9] Seven digits and more, in a row or in groups; dates stay. */
function hideNumbers(text: string): Counter {
  let count = 0;
  const hide = () => {
    count += 1;
    return '[number]';
  };
  const out = text
    .replace(LONG_NUMBER, hide)
    .replace(GROUPED_NUMBER, (group) =>
      DATE.test(group) || (group.match(/\p{Nd}/gu)?.length ?? 0) < MIN_GROUPED_DIGITS ? group : hide(),
    );
  return { text: out, count };
}

/** What addresses are made of in practice, and what is not seen in them. RFC 5322 allows `/`, `=` and `?` as well, but then a path swallows its own segments. */
const LOCAL_CHAR = /[\p{L}\p{N}.!&'*+_%~\p{Cf}-]/u;
const DOMAIN = /^\p{Cf}*(?:[\p{L}\p{N}][\p{L}\p{N}\p{Cf}-]{0,62}\.\p{Cf}*){1,8}\p{L}[\p{L}\p{N}\p{Cf}-]{1,62}/u;
/** RFC 5321 limits; they also bound the work done around each `@`. */
const MAX_LOCAL_CHARS = 64;
const MAX_DOMAIN_CHARS = 255;

/** Keyboards for Chinese and Japanese type the wide one. */
const AT = /[@＠]/g;

function findEmails(text: string): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (const { index: at } of text.matchAll(AT)) {
    let start = at;
    while (start > from && at - start < MAX_LOCAL_CHARS && LOCAL_CHAR.test(text[start - 1]!)) start -= 1;
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + MAX_DOMAIN_CHARS))?.[0];
    if (start === at || domain === undefined) continue;
    from = at + 1 + domain.length;
    found.push([start, from]);
  }
  return found;
}

export const TEXT_RULES: readonly unknown[] = [
  REDACTION_KINDS,
  SUSPECT,
  SSN_SHAPED,
  SSN_LABELLED,
  LONG_NUMBER,
  GROUPED_NUMBER,
  MIN_GROUPED_DIGITS,
  DATE,
  LOCAL_CHAR,
  DOMAIN,
];
