import { type ContactWish, type Entry as DomainEntry, isShared } from '#domain/conversation/entry.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';

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

/**
 * The log as it is read: the assistant's doings stand once. A sent attempt says the same as the message after it, so only withheld
 * ones are shown as entries of their own; failed ones always are.
 */
export function shownEntries(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => entry.type !== 'attempt' || entry.outcome === 'withheld');
}

/** The verdict under the message that a sent attempt became. */
export function verdictFor(entries: readonly Entry[], message: MessageEntry): string | null {
  if (message.author.kind !== 'assistant') return null;
  const attempt = entries.find(
    (entry) => entry.type === 'attempt' && entry.outcome === 'sent' && entry.text === message.text,
  );
  // What went out because all was well needs no remark.
  return attempt?.type === 'attempt' && attempt.verdict !== 'ok' ? attempt.verdict : null;
}
