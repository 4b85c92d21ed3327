import { type ContactWish, type Entry as DomainEntry, isShared } from '#domain/conversation/entry.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import { sentenceOf } from '../wording.ts';

/** As it comes over the wire. */
export type Entry = Extract<AgentConversationDown, { type: 'entries' }>['entries'][number];
export type MessageEntry = Extract<Entry, { type: 'message' }>;

/** How the visitor wants the answer to this hand-over; null when nothing was said. */
export function wishOf(entries: readonly Entry[]): ContactWish | null {
  const said = entries.findLast(({ type }) => type === 'contact_wished' || type === 'escalated');
  return said?.type === 'contact_wished' ? said.wish : null;
}

/** Within this time one author's messages read as one. */
const GROUP_MS = 5 * 60_000;

/** Does this message go on with what the same author just said? */
export function continues(before: Entry | undefined, after: Entry): boolean {
  return (
    before?.type === 'message' &&
    after.type === 'message' &&
    before.author.kind === after.author.kind &&
    ('id' in before.author ? before.author.id : '') === ('id' in after.author ? after.author.id : '') &&
    after.at - before.at < GROUP_MS
  );
}

export const isAgentsOnly = (entry: Entry): boolean => !isShared(entry as DomainEntry);

/** Did the visitor read these words? An answer that is withheld leaves a question or an apology in its place, and that is sent. */
export const wasSaid = (entries: readonly Entry[], text: string): boolean =>
  entries.some((entry) => entry.type === 'message' && entry.author.kind === 'assistant' && entry.text === text);

/**
 * The log as it is read: the assistant's doings stand once. What the visitor was told is the message itself; only what they never got
 * is an entry of its own. Failed attempts always are.
 */
export function shownEntries(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(
    (entry) =>
      // Shown at the message that it is about.
      entry.type !== 'silence_marked' &&
      (entry.type !== 'attempt' || (entry.outcome === 'withheld' && !wasSaid(entries, entry.text))),
  );
}

/** What agents should know about a message of the assistant: why it is no answer, in words. Null where all was well. */
export function verdictFor(entries: readonly Entry[], message: MessageEntry): string | null {
  if (message.author.kind !== 'assistant') return null;
  // The same words may be said again later: the attempt is the last one before them.
  const attempt = entries.findLast(
    (entry) => entry.type === 'attempt' && entry.text === message.text && entry.seq < message.seq,
  );
  if (attempt?.type !== 'attempt' || attempt.verdict === 'ok') return null;
  const because = sentenceOf(attempt.verdict);
  if (attempt.outcome === 'sent') return because;
  return `${message.text.includes('?') ? 'Asked back' : 'Said so'} instead: ${because.toLowerCase()}`;
}
