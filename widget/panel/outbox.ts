import type { Problem, ProblemKind } from '#protocol/problem.ts';

export type VisitorDeed = 'message' | 'person' | 'decline' | 'contact' | 'withdraw' | 'share' | 'guide';

/** Something a person did that must arrive. Its id makes a second delivery harmless. */
export type Outgoing<Kind extends string = VisitorDeed> = {
  id: string;
  kind: Kind;
  text: string;
  at: number;
  /** `sent`: acknowledged, its entry is on the way. */
  state: 'sending' | 'sent' | 'failed';
  /** Why it failed, for people; empty when nobody said. */
  problem: string;
};

/** A live connection that is silent for this long about a message has failed it. */
export const ACK_TIMEOUT_MS = 20_000;
const DEFAULT_RETRY_MS = 2000;

const RETRYABLE: ReadonlySet<ProblemKind> = new Set(['rate_limited', 'internal', 'unavailable']);

type Waiting<Kind extends string> = {
  item: Outgoing<Kind>;
  handedOverAt: number | null;
  retryAt: number | null;
  refused: boolean;
};

export type Outbox<Kind extends string = VisitorDeed> = {
  items(): readonly Outgoing<Kind>[];
  add(item: Outgoing<Kind>): void;
  /** What an earlier page kept: in front of everything, in the order in which it was written. */
  restore(saved: readonly Outgoing<Kind>[]): void;
  /** What to hand to the connection now. Each is handed over once per connection, in order. */
  takeDue(now: number): Outgoing<Kind>[];
  /** The connection is gone: whatever has no answer goes out again on the next one, under the same id. */
  connectionLost(): void;
  acked(id: string): Outgoing<Kind> | null;
  nacked(id: string, problem: Pick<Problem, 'kind' | 'message' | 'retryAfterMs'>, now: number): Outgoing<Kind> | null;
  /** Its entry is in the transcript. */
  arrived(id: string): void;
  retry(id: string): void;
  /** Fails what has waited too long for an answer; true when something changed. */
  expire(now: number): boolean;
  /** When `takeDue` or `expire` next has something to do by itself. */
  nextAt(): number | null;
};

/** The queue of what is not yet acknowledged. Pure: time comes in, sending and keeping is the caller's. */
export function createOutbox<Kind extends string = VisitorDeed>(): Outbox<Kind> {
  let waiting: Waiting<Kind>[] = [];
  const find = (id: string) => waiting.find(({ item }) => item.id === id);
  const change = (one: Waiting<Kind>, next: Partial<Outgoing<Kind>>) => {
    one.item = { ...one.item, ...next };
    return one.item;
  };

  return {
    items: () => waiting.map(({ item }) => item),
    add(item) {
      if (!find(item.id)) waiting.push({ item, handedOverAt: null, retryAt: null, refused: false });
    },
    restore(saved) {
      const earlier = saved.filter(({ id }) => !find(id)).sort((a, b) => a.at - b.at);
      waiting = [
        ...earlier.map((item) => ({ item, handedOverAt: null, retryAt: null, refused: item.state === 'failed' })),
        ...waiting,
      ];
    },
    takeDue(now) {
      const due: Outgoing<Kind>[] = [];
      for (const one of waiting) {
        if (one.item.state === 'sent' || one.refused || one.handedOverAt !== null) continue;
        // Nothing overtakes a message that has to wait: they are read in the order in which they were written.
        if (one.retryAt !== null && one.retryAt > now) break;
        one.handedOverAt = now;
        one.retryAt = null;
        due.push(change(one, { state: 'sending', problem: '' }));
      }
      return due;
    },
    connectionLost() {
      for (const one of waiting) if (one.item.state !== 'sent') one.handedOverAt = null;
    },
    acked(id) {
      const one = find(id);
      if (!one) return null;
      // Only a message has an entry to wait for.
      if (one.item.kind !== 'message') waiting = waiting.filter((other) => other !== one);
      return change(one, { state: 'sent', problem: '' });
    },
    nacked(id, problem, now) {
      const one = find(id);
      if (!one) return null;
      if (RETRYABLE.has(problem.kind)) {
        one.handedOverAt = null;
        one.retryAt = now + (problem.retryAfterMs ?? DEFAULT_RETRY_MS);
        return change(one, { state: 'sending' });
      }
      one.refused = true;
      return change(one, { state: 'failed', problem: problem.message });
    },
    arrived(id) {
      waiting = waiting.filter(({ item }) => item.id !== id);
    },
    retry(id) {
      const one = find(id);
      if (one?.item.state !== 'failed') return;
      one.refused = false;
      one.handedOverAt = null;
      one.retryAt = null;
      change(one, { state: 'sending', problem: '' });
    },
    expire(now) {
      let changed = false;
      for (const one of waiting) {
        if (one.item.state !== 'sending' || one.handedOverAt === null || now - one.handedOverAt < ACK_TIMEOUT_MS)
          continue;
        change(one, { state: 'failed', problem: 'No answer came. It may not have arrived.' });
        changed = true;
      }
      return changed;
    },
    nextAt() {
      const times = waiting.flatMap(({ item, handedOverAt, retryAt }) => {
        if (item.state !== 'sending') return [];
        if (retryAt !== null) return [retryAt];
        return handedOverAt === null ? [] : [handedOverAt + ACK_TIMEOUT_MS];
      });
      return times.length > 0 ? Math.min(...times) : null;
    },
  };
}
