import { findEncoded } from './encoded.ts';
import { RECORDED, redactText, stripUrl } from './redact.ts';

/** Larger ones are pictures and files from the page, and no part of how it is drawn. */
const MAX_DATA_URL_CHARS = 8192;
/** No measure has so many digits before its point. */
const LONG_INTEGER = /(?<![.\d])\d{11,}/g;
/**
 * A comment, an address, a string, or a run of what names and numbers are made of. No alternative looks at a character twice: the address
 * without quotes ends at a bracket of either kind.
 */
const PARTS =
  /\/\*[\s\S]*?(?:\*\/|$)|url\((?:\s*"([^"\n]*)"\s*|\s*'([^'\n]*)'\s*|([^'"()]*))\)|url\([^"'()]*|("(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?)|[\w@.+%~-]{9,}/gi;
/** Quotes, bullets and the glyphs of icon fonts; letters that are escaped would be words. */
const NO_WORDS = /^.(?:[^\p{L}\p{N}\\]|\\[^0-9a-f]|\\0{0,2}(?:[ef][0-9a-f]{3}|2[0-9a-f]{3}|a0|[ab]b|b7|d7))*$/iu;
/** Where a string is a name and no text: fonts, areas of a grid, the value that a selector asks for. */
const NAMES =
  /(?:(?:font(?:-[a-z]+)*|grid(?:-template(?:-areas)?)?|syntax)\s*:[^;{}]*|(?:local|format|tech)\(\s*|=\s*|@charset\s*)$/i;
const NAME_WITHIN = 160;
const MASKED = '"••••"';

/**
 * A style sheet without words in it: no comments, no texts, and addresses without query and fragment, but for references inside the document.
 * Names stay, without what is a secret in any text. Linear.
 */
export function quietCss(css: string): string {
  const out = css.replace(PARTS, (part: string, double, single, bare, text: string | undefined, at: number) => {
    if (part.startsWith('/*')) return '';
    if (text !== undefined) {
      if (NO_WORDS.test(text)) return text;
      return NAMES.test(css.slice(Math.max(0, at - NAME_WITHIN), at)) ? redactText(text, RECORDED).text : MASKED;
    }
    const url: string | undefined = double ?? single ?? bare;
    // Also what is no address to a browser: it stands there all the same.
    if (/^url\(/i.test(part))
      return url === undefined || (bare !== undefined && /\S\s+\S/.test(url)) ? 'none' : quietAddress(part, url.trim());
    const plain = part.includes('@') || part.includes('%') || part.length >= 20;
    return (plain ? redactText(part, { emails: true }).text : part).replace(LONG_INTEGER, '0');
  });
  return /\d{4}[ -]\d{4}/.test(out) ? redactText(out).text : out;
}

function quietAddress(whole: string, url: string): string {
  if (url.startsWith('#')) return redactText(whole, RECORDED).text;
  if (/^data:(?:font|application)/i.test(url)) return url.length <= MAX_DATA_URL_CHARS ? whole : 'none';
  if (/^data:/i.test(url)) return isQuietPicture(url, MAX_DATA_URL_CHARS) ? whole : 'none';
  return `url("${stripUrl(url)}")`;
}

/** A small picture that came with the page, with no words in it. */
export function isQuietPicture(url: string, maxChars: number): boolean {
  if (!/^\s*data:image\//i.test(url) || url.length > maxChars) return false;
  if (!/^\s*data:image\/svg/i.test(url)) return true;
  const readings = [url, ...findEncoded(url).map(({ decoded }) => decoded)];
  try {
    readings.push(decodeURIComponent(url));
  } catch {
    return false;
  }
  const words = readings.join('\n');
  return (
    !/<(?:text|title|desc|style|metadata|foreignobject|!--)/i.test(words) &&
    !redactText(words, { emails: true }).found.length
  );
}

export const CSS_RULES: readonly unknown[] = [PARTS, NO_WORDS, NAMES, LONG_INTEGER, MAX_DATA_URL_CHARS];
