import type { Entry } from '#domain/conversation/entry.ts';
import { redactText } from '#domain/redaction/redact.ts';
import { topicTerms } from './terms.ts';
import { withoutWish } from './wants-person.ts';

/** Longer than this nobody asks twice. */
const MAX_CHARS = 300;

/**
 * [G27] [G28] What a conversation teaches: the first of the visitor's messages that has a topic, or the first; without secrets, and at most 300 characters of it. Null when they have
 * not written.
 */
export function wordsToLearn(entries: readonly Entry[]): string | null {
  const said = entries.flatMap((entry) =>
    entry.type === 'message' && entry.author.kind === 'visitor' && entry.text.trim() !== '' ? [entry.text] : [],
  );
  const text = said.find((one) => topicTerms(withoutWish(one)).length > 0) ?? said[0];
  return text === undefined ? null : redactText(text).text.slice(0, MAX_CHARS).trim();
}
