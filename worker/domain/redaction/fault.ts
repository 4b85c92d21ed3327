import { RECORDED, redactText } from './redact.ts';

/** Enough to know a fault by; what is longer quotes something. */
const MAX_CHARS = 300;
/** Read before anything is cut, so that no half of a secret is left. */
const MAX_READ_CHARS = 10_000;
/** Parsers quote what they were given, and so do databases and other people's servers. Names of properties, which runtimes put between single ones, stay. */
const QUOTED = /"[^"]*(?:"|$)|`[^`]*(?:`|$)|'[^']{40,}(?:'|$)/g;
const AFTER_PATH = /(\b[a-z][a-z\d+.-]*:\/\/[^\s?#]*)[?#]\S*/gi;

/**
 * [S43] What a line of the log says of a fault: its name and its text, without what it quotes, without query and fragment of addresses, without
 * what is a secret or somebody's in any text (X1 to X9), and at most 300 characters of it. Never throws. Linear.
 */
export function faultText(cause: unknown): string {
  let text: string;
  try {
    text = String(cause);
  } catch {
    return 'a fault without words';
  }
  const quiet = text.slice(0, MAX_READ_CHARS).replace(QUOTED, '"…"').replace(AFTER_PATH, '$1');
  return redactText(quiet, RECORDED).text.replace(/\s+/g, ' ').slice(0, MAX_CHARS);
}
