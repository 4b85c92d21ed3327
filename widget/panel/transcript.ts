import type { VisitorDown } from '#protocol/visitor.ts';

export type SharedEntry = Extract<VisitorDown, { type: 'entries' }>['entries'][number];
export type MessageEntry = Extract<SharedEntry, { type: 'message' }>;
export type ContactWish = Extract<SharedEntry, { type: 'contact_wished' }>['wish'];
export type EscalatedEntry = Extract<SharedEntry, { type: 'escalated' }>;

/**
 * Entries once each, by seq, whatever came twice or late. Gaps are normal: agents see entries that visitors do not. Gives the same
 * array back when nothing is new.
 */
export function mergeEntries<Entry extends { seq: number }>(
  have: readonly Entry[],
  incoming: readonly Entry[],
): readonly Entry[] {
  const known = new Set(have.map(({ seq }) => seq));
  const fresh: Entry[] = [];
  for (const entry of incoming) {
    if (known.has(entry.seq)) continue;
    known.add(entry.seq);
    fresh.push(entry);
  }
  if (fresh.length === 0) return have;
  const last = have.at(-1)?.seq ?? -1;
  const merged = [...have, ...fresh];
  return fresh.every(({ seq }, i) => seq > (fresh[i - 1]?.seq ?? last)) ? merged : merged.sort((a, b) => a.seq - b.seq);
}

/** What the transcript says about people: is one on the way, here, offered. */
export type Standing = {
  /** The hand-over that is going on; null before and after. */
  escalated: EscalatedEntry | null;
  /** The seq of the offer that waits for an answer. */
  offer: number | null;
  resolved: boolean;
  /** The seq of the entry by which the work came to where it waits; null when nobody is asked for. */
  waitsAt: number | null;
  /** The seq of the entry by which the visitor left the line; null when they did not, or asked again since. */
  leftAt: number | null;
  /** How the answer should come, as far as this hand-over was told. */
  wish: ContactWish;
};

export function standingOf(entries: readonly SharedEntry[]): Standing {
  let standing: Standing = {
    escalated: null,
    offer: null,
    resolved: false,
    waitsAt: null,
    leftAt: null,
    wish: { way: 'here' },
  };
  for (const entry of entries) {
    switch (entry.type) {
      case 'person_offered':
        standing = { ...standing, offer: entry.seq };
        break;
      case 'escalated':
        standing = {
          escalated: entry,
          offer: null,
          resolved: false,
          waitsAt: entry.seq,
          leftAt: null,
          wish: { way: 'here' },
        };
        break;
      case 'withdrawn':
        standing = { ...standing, escalated: null, offer: null, waitsAt: null, leftAt: entry.seq };
        break;
      case 'resolved':
        standing = { ...standing, escalated: null, offer: null, resolved: true, waitsAt: null };
        break;
      case 'reopened':
        standing = { ...standing, resolved: false };
        break;
      case 'moved':
        standing = { ...standing, waitsAt: standing.escalated === null ? null : entry.seq };
        break;
      case 'contact_wished':
        standing = { ...standing, wish: entry.wish };
        break;
      case 'message':
        if (entry.author.kind === 'visitor') standing = { ...standing, offer: null };
        break;
      default:
        break;
    }
  }
  return standing;
}

/** Messages for the visitor that are newer than what was read. */
export function countUnread(entries: readonly SharedEntry[], readSeq: number): number {
  return entries.filter((entry) => entry.seq > readSeq && entry.type === 'message' && entry.author.kind !== 'visitor')
    .length;
}

/** The assistant's answer while it is being written: parts by number, because the network may repeat them after a reconnect. */
export type Drafts = ReadonlyMap<string, readonly string[]>;

export function addPart(drafts: Drafts, turn: string, part: number, text: string): Drafts {
  const parts = [...(drafts.get(turn) ?? [])];
  parts[part] = text;
  return new Map(drafts).set(turn, parts);
}

/** The newest draft as far as it has no hole. */
export function draftText(drafts: Drafts): string {
  const parts = [...drafts.values()].at(-1) ?? [];
  let text = '';
  for (const part of parts) {
    if (part === undefined) break;
    text += part;
  }
  return text;
}
