/**
 * Secrets by shape and by label. Every pattern here begins at the start of a run of its own characters (the look-behind) or is bounded,
 * so no input makes it look at a character more than a constant number of times. Keep it so: redaction runs on what strangers send.
 */

/** Tokens that name their issuer. Publishable keys (`pk_…`) are included: they are not secret, and nobody misses them in a transcript. */
const ISSUED_KEY = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${[
    '(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}',
    '(?:sk|pk)[-_][A-Za-z0-9][A-Za-z0-9_-]{15,}',
    'github_pat_[A-Za-z0-9_]{20,}',
    'glpat-[A-Za-z0-9_-]{16,}',
    '(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{12,}',
    '(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}',
    'AIza[A-Za-z0-9_-]{30,}',
    'ya29\\.[A-Za-z0-9_-]{16,}',
    'hv[sbr]\\.[A-Za-z0-9_-]{20,}',
    'dop_v1_[a-f0-9]{32,}',
    'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}',
    'tskey-[a-z]+-[A-Za-z0-9-]{12,}',
    'vc[a-z]_[A-Za-z0-9]{24,}',
    'cf[a-z]{2}_[A-Za-z0-9]{40,}',
    'whsec_[A-Za-z0-9+/=]{16,}',
    'sntrys_[A-Za-z0-9_+/=]{20,}',
    // The last ones are nobody's in particular: they say what they are.
    '(?:gh[pousr]_|npm_|hf_|gsk_|shp(?:at|ca|pa|ss)_|lin_(?:api|oauth)_|(?:api|auth|key|tok|token|secret|session)_(?=[A-Za-z]*\\d))[A-Za-z0-9]{16,}',
    'eyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)*',
  ].join('|')})`,
  'g',
);

const AUTHORIZATION = /\b(Bearer|Basic|Digest)[ \t]{1,4}(?!\[)([A-Za-z0-9][A-Za-z0-9._~+/=-]{7,})/gi;

/** The block may be cut off by a length limit: without an end line everything that looks like its body goes. */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,\\-]*/g;

/** A word that says the next thing is a password: whatever follows `:` or `=` goes, however simple. */
const PASSWORD_LABEL =
  'pass[ _-]?word|passwd|pwd|pass[ _-]?code|pass[ _-]?phrase|kennwort|passwort|mot de passe|contraseña';
/** Labels that also stand in ordinary sentences ("token: expired"): the value must look made, not written. */
const KEY_LABEL =
  'api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|secret(?:[ _-]?(?:access[ _-]?)?key)?|auth[ _-]?token|(?:access|refresh|id|session|api|user|bot)[ _-]?token|token|private[ _-]?key|client[ _-]?secret|credentials?|one[ -]?time code|otp|pin(?: code)?';
/** Quotes or spaces and one sign between label and value; `is` as people write it. */
const BETWEEN = `(?:["'\\]]{0,2}[ \\t]{0,4}(?::=|=>|[:=])[ \\t]{0,4}|[ \\t]{1,3}(?:is|was|ist|=)[ \\t]{1,3})`;
const VALUE = `("[^"\\n]{1,256}"|'[^'\\n]{1,256}'|[^\\s"',;<>]{1,512})`;
const LABELLED_PASSWORD = new RegExp(`((?:${PASSWORD_LABEL})[A-Za-z0-9_]{0,12}?${BETWEEN})${VALUE}`, 'gi');
const LABELLED_KEY = new RegExp(`((?<![A-Za-z])[A-Za-z0-9_]{0,24}?(?:${KEY_LABEL})${BETWEEN})${VALUE}`, 'gi');
const CARD_CODE =
  /(?<![A-Za-z])((?:cvc2?|cvv2?|csc|cid|card (?:verification|security) (?:code|number|value)|security code)(?![A-Za-z])[^\d\n[]{0,12})(\d{3,4})(?!\d)/gi;
/** What a hexadecimal number is, in one word before it; a commit's or a file's hash is no secret. */
const LABELLED_HEX = /((?<![A-Za-z])(?:key|auth|sess|sig|csrf|cookie)[\w :="']{0,14}?)[0-9a-f]{32,}/gi;
const RUN = /(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{20,31}(?![A-Za-z0-9_-]|\.[a-z]))/g;
/** Words, names and years, as people put them together; of noise they take less than half. */
const PARTS_OF_NAMES = /[A-Z]?[a-z]{3,}|[A-Z]{3,}|\d{3,}/g;
const MARKED = /^["']?\[(?:card|secret|iban|email)\]/;

/** Bits per character. Base-62 noise of 32 characters has about 4.5, camel-case names and slugs stay below 4. */
const MIN_ENTROPY_BITS = 4;

export type Counter = { text: string; count: number };

/** [X4] Passwords, tokens and keys, with `[secret]` in their place; a label before them stays, so that the sentence still reads. */
export function hideSecrets(text: string): Counter {
  let count = 0;
  const hide = () => {
    count += 1;
    return '[secret]';
  };
  let out = text.replace(PRIVATE_KEY, hide);
  out = hideUrlPasswords(out, hide);
  out = out.replace(ISSUED_KEY, hide);
  out = out.replace(AUTHORIZATION, (whole, scheme: string, value: string) =>
    // "basic configuration" is English; a credential has a digit, a capital inside or a sign.
    looksMade(value) || value.length >= 24 ? `${scheme} ${hide()}` : whole,
  );
  out = out.replace(LABELLED_PASSWORD, (whole, label: string, value: string) => {
    if (MARKED.test(value)) return whole;
    // "My password is wrong" must stay readable; "my password is hunter2" must not.
    return /\s(?:is|was|ist)\s+$/i.test(label) && !looksMade(unquote(value))
      ? whole
      : `${label}${quoted(value, hide())}`;
  });
  out = out.replace(LABELLED_KEY, (whole, label: string, value: string) =>
    MARKED.test(value) || !looksMade(unquote(value)) ? whole : `${label}${quoted(value, hide())}`,
  );
  out = out.replace(LABELLED_HEX, (_, label: string) => label + hide());
  out = out.replace(RUN, (run) => (isNoise(run) ? hide() : run));
  return { text: out, count };
}

/** The three or four digits behind a card's back, only after a label that says so: alone they are any number. */
export const hideCardCodes = (text: string): Counter => hideBehind(text, CARD_CODE, '[card]');

/** What the pattern finds, but for the label before it. */
export function hideBehind(text: string, pattern: RegExp, marker: string): Counter {
  let count = 0;
  const out = text.replace(pattern, (_, label: string) => {
    count += 1;
    return label + marker;
  });
  return { text: out, count };
}

/** Does a field of this name hold a secret, whatever its value looks like? For JSON, where label and value are apart. */
export function isSecretName(name: string): boolean {
  return /pass(?:word|wd|code|phrase)|^pwd$|secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|authorization|(?:auth|access|refresh|session|id)[ _-]?token|^token[:= ]*$|^cookie$|set-cookie|^cv[cv]2?$/i.test(
    name,
  );
}

/** A label that stands alone, as it does among the arguments of a call: what comes next is its value. */
export const isSecretLabel = (text: string): boolean =>
  /^\w{1,30}(?:[ -]\w{1,20})?[:= ]*$/.test(text) && isSecretName(text);

/** `scheme://name:password@host`: the name and the host say what it was, the password goes. Reads at most 300 characters after each `://`. */
function hideUrlPasswords(text: string, hide: () => string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    if (at + 3 < from) continue;
    const rest = /^[^\s/?#"'<>]{1,300}/.exec(text.slice(at + 3, at + 303))?.[0] ?? '';
    const sign = rest.lastIndexOf('@');
    const colon = rest.indexOf(':');
    if (sign === -1 || colon === -1 || colon >= sign - 1 || rest.slice(colon + 1, sign) === '[secret]') continue;
    out += text.slice(from, at + 3 + colon + 1) + hide();
    from = at + 3 + sign;
  }
  return out + text.slice(from);
}

/** Quotes stay, so that redacted JSON is still JSON. */
function quoted(value: string, marker: string): string {
  const quote = value[0] === '"' || value[0] === "'" ? value[0] : '';
  return quote + marker + quote;
}

function unquote(value: string): string {
  return value.replace(/^["']|["']$/g, '').replace(/[.!?)]+$/, '');
}

/** A made-up string rather than a word: a digit beside letters, a capital inside, an inner sign, or four digits and more. */
function looksMade(value: string): boolean {
  if (value.length < 4) return false;
  if (/^\d+$/.test(value)) return true;
  return (
    (/\d/.test(value) && /[A-Za-z]/.test(value)) || /[a-z][A-Z]/.test(value) || /[!@#$%^&*+=~|].|\w-\w+-\w/.test(value)
  );
}

function isNoise(run: string): boolean {
  const digits = /[a-z]/.test(run) && /[A-Z]/.test(run) ? (run.match(/\d/g)?.length ?? 0) : 0;
  if (run.length < 32) return digits >= 2 && run.replace(PARTS_OF_NAMES, '').length >= 0.45 * run.length;
  return digits >= 3 && entropyBits(run) >= MIN_ENTROPY_BITS;
}

function entropyBits(run: string): number {
  let bits = 0;
  for (const char of new Set(run)) {
    const share = (run.split(char).length - 1) / run.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** The rules as they are, for whoever asks by which a recording was redacted. */
export const SECRET_RULES: readonly unknown[] = [
  ISSUED_KEY,
  AUTHORIZATION,
  PRIVATE_KEY,
  LABELLED_PASSWORD,
  LABELLED_KEY,
  CARD_CODE,
  LABELLED_HEX,
  RUN,
  PARTS_OF_NAMES,
  MIN_ENTROPY_BITS,
];
