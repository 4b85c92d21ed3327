import type { Entry } from './entry.ts';

/** Of an entry, what these questions need. */
type Said = Pick<Entry, 'seq' | 'type'> & { author?: { kind: string } };

/** Whether a person was there or on the way after this entry; null says nothing of it. */
const BRINGS: Partial<Record<Entry['type'], boolean>> = { escalated: true, withdrawn: false, resolved: false };

/**
 * [E8] Is this a message of the visitor's that the assistant kept to itself? Nobody had been asked for before it, and it made nobody come: until the visitor wrote again no
 * hand-over followed. `entries` in their order.
 */
export function isSilence(entries: readonly Said[], seq: number): boolean {
  const at = entries.findIndex((entry) => entry.seq === seq);
  const isVisitors = (entry: Said) => entry.type === 'message' && entry.author?.kind === 'visitor';
  const message = entries[at];
  if (message === undefined || !isVisitors(message)) return false;
  const before = entries.slice(0, at).findLast(({ type }) => BRINGS[type] !== undefined);
  if (before !== undefined && BRINGS[before.type] === true) return false;
  for (const entry of entries.slice(at + 1)) {
    if (entry.type === 'escalated') return false;
    if (isVisitors(entry)) return true;
  }
  return true;
}

/** [E8] Who says that a person was needed at this message; null where nobody does, or took it back. */
export function missedBy(entries: readonly Entry[], seq: number): string | null {
  const mark = entries.findLast((entry) => entry.type === 'silence_marked' && entry.message === seq);
  return mark?.type === 'silence_marked' && mark.missed ? mark.agent.name : null;
}
