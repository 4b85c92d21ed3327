import { quietCss } from './css.ts';
import { isDrawnAtOnce } from './drawing.ts';
import { MAX_SHEET_PIXELS } from './picture-size.ts';
import { RECORDED, redactText } from './redact.ts';
import { boundSelectors, SELECTOR_RULES } from './selectors.ts';

/*
 * What is done to every text and style sheet of a recording, remembered while it is the same page's.
 */

/** A player reads each rule before it shows anything: of one sheet, and of all in a segment. The largest frameworks stay below a third. */
export const MAX_SHEET_RULES = 30_000;

export function rulesIn(css: string): number {
  let count = 0;
  for (let at = css.indexOf('{'); at !== -1; at = css.indexOf('{', at + 1)) count += 1;
  return count;
}

/** The texts of a page repeat themselves (names of classes, words in columns), and reading one for secrets takes many readings. */
const MAX_REMEMBERED = 5000;
const MAX_REMEMBERED_CHARS = 100;

type Remembering = { (value: string): string; forget(): void };

function remembering(make: (value: string) => string): Remembering {
  const known = new Map<string, string>();
  const remembered = (value: string): string => {
    if (value.length > MAX_REMEMBERED_CHARS) return make(value);
    let made = known.get(value);
    if (made === undefined) {
      made = make(value);
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(value, made);
    }
    return made;
  };
  return Object.assign(remembered, { forget: () => known.clear() });
}

/** The same for what is asked about names, of which a page has few. */
const MAX_NAMES = 2000;

export function rememberingNames<Answer>(ask: (name: string) => Answer): (name: string) => Answer {
  const known = new Map<string, Answer>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = ask(name);
      if (known.size >= MAX_NAMES) known.clear();
      known.set(name, answer);
    }
    return answer;
  };
}

export const redacted = remembering((value) => redactText(value, RECORDED).text);
export const safeCss = remembering((value) =>
  rulesIn(value) > MAX_SHEET_RULES ? '' : boundSelectors(disarmCss(quietCss(value))),
);

/** What in an address would run; nothing in nearly all values. */
export const runsSomething = remembering((value) => SCRIPT_ADDRESS.exec(value.replace(UNSEEN, ''))?.[0] ?? '');

/** Nothing of one customer's page stays in memory for the next one's. */
export function forgetTexts(): void {
  redacted.forget();
  safeCss.forget();
  runsSomething.forget();
}
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The text may belong to a style element: css and words are both made harmless. */
export const disarmLooseText = (value: string): string => {
  const words = redacted(value);
  return /[{@\\]|url\s*\(/i.test(words) ? safeCss(words) : words;
};

/** What an address may hide its scheme with: browsers take blanks and control characters out of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0020\u007f-\u00a0\u200b\u2028\u2029\ufeff]/g;
/** In whatever attribute, also as one of several values: an animation can write it into another element's address. */
export const SCRIPT_ADDRESS = /(?:java|vb|live)script:|data:(?:text|application\/(?:xhtml|xml))/i;

/**
 * Style sheets without anything that fetches: no imports, and only data in `url()`. Escapes that spell letters are resolved first, so that
 * `\75rl(` and `u\rl(` are seen for what they are; comments go, because they can hide a word. What is taken out leaves a blank:
 * without it the two sides could make the very word that was taken out.
 */
export function disarmCss(css: string): string {
  return (
    css
      .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')
      .replace(ESCAPE, (whole, hex: string | undefined, plain: string | undefined) => {
        const letter =
          hex === undefined ? (plain ?? '') : String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0xffff));
        // Escaped delimiters delimit nothing: `.sm\:flex` stays as it is.
        return /^[a-z-]$/i.test(letter) ? letter : whole;
      })
      .replace(/@(?:import|charset|namespace|document)\b[^;]*(?:;|$)/gi, ' ')
      .replace(URL_CALL, (whole, double?: string, single?: string, bare?: string) =>
        isSafe(double ?? single ?? bare ?? '') ? whole : whole.endsWith(')') ? 'none' : 'none(',
      )
      .replace(/\b(?:src|image-set|-webkit-image-set|expression|element)\s*\(/gi, 'none(')
      // The name of a language inside a picture is no address.
      .replace(/\b(?:https?(?!:\/\/www\.w3\.org\/)|wss?|ftp|file|javascript|vbscript):/gi, 'about:')
      .replace(/(-moz-binding|behavior)\s*:/gi, 'x-removed:')
      // A marker painted like whatever it stands on is painted more often than its attributes say.
      .replace(/\bcontext-(?:fill|stroke)\b/gi, 'none')
  );
}

/** A backslash and what it stands before: up to six hex digits with one blank, or any one character. */
const ESCAPE = /\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\r\n\f])?|([\s\S]))/gi;
/** `url(` with one plain address in it, or, at the end of the alternatives, whatever else begins like it. */
const URL_CALL = /url\((?:\s*(?:"((?:[^"\\\n\r\f]|\\[\s\S])*)"|'((?:[^'\\\n\r\f]|\\[\s\S])*)'|([^"'()\\\s]*))\s*\))?/gi;
const SAFE_ADDRESS = /^\s*(?:data:(?:font|application\/(?:font|x-font))|#)/i;
/** Browsers write a quote inside an address with a backslash before it. */
const ESCAPED_QUOTE = /\\(["'])/g;
const isSafe = (address: string): boolean =>
  SAFE_ADDRESS.test(address) || isDrawnAtOnce(address.replace(ESCAPED_QUOTE, '$1'), MAX_SHEET_PIXELS);

export const TEXT_DISARM_RULES: readonly unknown[] = [
  SCRIPT_ADDRESS,
  ESCAPE,
  URL_CALL,
  SAFE_ADDRESS,
  MAX_SHEET_RULES,
  ...SELECTOR_RULES,
];
