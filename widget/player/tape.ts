import type { ReplayEvent } from '#domain/redaction/replay.ts';
import { createFoldedPage } from '#domain/replay/fold.ts';
import type { Keyframe, Supply } from './messages.ts';
import { isMeta, isPointer, isSnapshot, playedEvent, readEvents, type StoredEvent } from './stored-events.ts';

type Segment = { n: number; fromAt: number; toAt: number; chars: number; events: StoredEvent[] };
/** A picture to start from: the page as it is when all of segment `n`’s first `used` events have happened. */
type Base = { at: number; n: number; used: number; chars: number; events(): ReplayEvent[] };

/**
 * Folding this much (characters of JSON) takes about as long as showing a page of some thousand nodes; a picture is then kept, so that the
 * next seek near here starts from it. Of a page that is larger than that, when as much has been folded as it takes to write the page.
 */
const KEPT_EVERY_CHARS = 600_000;
/** Kept pictures and keyframes together: a large page has several MB each. */
const MAX_KEPT_CHARS = 120_000_000;

/** What there is of a recording, as far as it has arrived: the page at any time, and what happens after it. */
export type Tape = {
  /** `isAwaited`: for a picture that somebody waits for. Throws when a part is no list of events or larger than any page. */
  add(supply: Supply, isAwaited: boolean): void;
  /** First and last moment that can be shown. Null while there is no whole page among the parts. */
  span(): { fromAt: number; toAt: number } | null;
  /** The page at a time, as few events at that time. Null when nothing that is here says what it was. */
  pageAt(at: number): ReplayEvent[] | null;
  /** What happens after it, up to the first part that has not arrived. `through` is the last part that is in it. */
  after(at: number, past?: number): { events: ReplayEvent[]; through: number };
  /** How much changes between two times; a measure of the time that it takes to play it. */
  charsBetween(fromAt: number, toAt: number): number;
  /** There is more to come after this part. */
  isOpenAfter(n: number): boolean;
  /** When a part ends; null when it is not here. */
  endOf(n: number): number | null;
};

export function createTape(): Tape {
  const segments = new Map<number, Segment>();
  let ordered: Segment[] = [];
  let numbers: readonly number[] = [];
  let given: Base[] = [];
  let kept: Base[] = [];

  function addPart(n: number, text: string, isAwaited: boolean): void {
    if (segments.has(n)) return;
    const events = readEvents(text, isAwaited).sort((a, b) => a.timestamp - b.timestamp);
    const [first, last] = [events[0], events.at(-1)];
    if (first === undefined || last === undefined) return;
    segments.set(n, { n, fromAt: first.timestamp, toAt: last.timestamp, chars: text.length, events });
  }

  function addKeyframe({ n, at, text }: Keyframe): void {
    if (kept.some((one) => one.n === n && one.at === at)) return;
    // Disarmed each time that it is used, which is seldom twice.
    const events = () => readEvents(text, true).map(({ type, read }) => ({ type, timestamp: at, data: read() }));
    keep({ at, n, used: Number.POSITIVE_INFINITY, chars: text.length, events });
  }

  function keep(base: Base): void {
    kept = [...kept, base].sort((a, b) => a.n - b.n || a.at - b.at);
    let chars = kept.reduce((sum, one) => sum + one.chars, 0);
    // Every second one: those that are left are still spread over the whole.
    while (chars > MAX_KEPT_CHARS && kept.length > 1) {
      kept = kept.filter((one, i) => i % 2 === 1 || one === base);
      chars = kept.reduce((sum, one) => sum + one.chars, 0);
    }
  }

  /** Whole pages that are part of the recording itself. */
  function findGiven(): void {
    given = [];
    let meta: StoredEvent | null = null;
    for (const { n, chars, events } of ordered)
      events.forEach((event, i) => {
        if (isMeta(event)) meta = event;
        if (!isSnapshot(event)) return;
        const [before, at] = [meta, event.timestamp];
        given.push({
          at,
          n,
          used: i + 1,
          chars,
          events: () => [before ?? NO_SIZE, event].map(({ type, read }) => ({ type, timestamp: at, data: read() })),
        });
      });
  }

  const isLater = (a: Base, b: Base) =>
    a.n > b.n || (a.n === b.n && (a.used > b.used || (a.used === b.used && a.at > b.at)));

  function baseAt(at: number): Base | null {
    let best: Base | null = null;
    for (const base of [...given, ...kept]) if (base.at <= at && (best === null || isLater(base, best))) best = base;
    return best;
  }

  return {
    add(supply, isAwaited) {
      const before = segments.size;
      for (const { n, text } of supply.parts) addPart(n, text, isAwaited);
      for (const keyframe of supply.keyframes) addKeyframe(keyframe);
      numbers = [...new Set([...supply.numbers, ...segments.keys()])].sort((a, b) => a - b);
      if (segments.size === before) return;
      ordered = [...segments.values()].sort((a, b) => a.n - b.n);
      findGiven();
    },
    span() {
      const firsts = [...given, ...kept].map(({ at }) => at);
      if (firsts.length === 0) return null;
      const fromAt = Math.min(...firsts);
      return {
        fromAt,
        toAt: ordered.reduce((last, { toAt }) => Math.max(last, toAt), Math.max(...kept.map(({ at }) => at), fromAt)),
      };
    },
    pageAt(at) {
      for (let base = baseAt(at); base !== null; base = baseAt(at)) {
        const shown = foldTo(base, at);
        if (shown !== null) {
          const pointer = pointerAt(base, at);
          return [...shown.map((event) => ({ ...event, timestamp: at })), ...(pointer === null ? [] : [pointer])];
        }
        drop(base);
      }
      return null;
    },
    after(at, past = Number.NEGATIVE_INFINITY) {
      const events: ReplayEvent[] = [];
      let through = past;
      const base = baseAt(at);
      const current = ordered.findLast(({ fromAt }) => fromAt <= at)?.n ?? Number.NEGATIVE_INFINITY;
      const first = Math.max(current, base?.n ?? Number.NEGATIVE_INFINITY);
      for (const n of numbers) {
        if (n < first || n <= past) continue;
        const segment = segments.get(n);
        // What is in the picture need not be here.
        if (segment === undefined && n === base?.n) continue;
        if (segment === undefined) break;
        through = n;
        for (const event of segment.events) if (event.timestamp > at) events.push(playedEvent(event));
      }
      return { events, through };
    },
    charsBetween(fromAt, toAt) {
      let chars = 0;
      for (const segment of ordered)
        if (segment.toAt > fromAt && segment.fromAt <= toAt)
          for (const { timestamp, chars: own } of segment.events)
            if (timestamp > fromAt && timestamp <= toAt) chars += own;
      return chars;
    },
    isOpenAfter: (n) => numbers.some((one) => one > n && !segments.has(one)),
    endOf: (n) => segments.get(n)?.toAt ?? null,
  };

  /** Where each event stands is known, so that a picture of the way there can be kept. */
  function changesSince(base: Base, at: number): { event: StoredEvent; n: number; used: number; isLast: boolean }[] {
    const changes: { event: StoredEvent; n: number; used: number; isLast: boolean }[] = [];
    for (const { n, fromAt, events } of ordered) {
      if (n < base.n || fromAt > at) continue;
      for (let i = n === base.n ? base.used : 0; i < events.length; i += 1) {
        const event = events[i] as StoredEvent;
        if (event.timestamp > at) break;
        // A picture cannot begin between two events of one moment.
        if (!isPointer(event))
          changes.push({ event, n, used: i + 1, isLast: events[i + 1]?.timestamp !== event.timestamp });
      }
    }
    return changes;
  }

  /** Null when the picture to start from cannot be read: the one before it is as good, and takes longer. */
  function foldTo(base: Base, at: number): ReplayEvent[] | null {
    let begin: ReplayEvent[];
    try {
      begin = base.events();
    } catch {
      return null;
    }
    const changes = changesSince(base, at);
    if (changes.length === 0) return begin;
    const page = createFoldedPage();
    for (const event of begin) page.apply(event);
    let folded = 0;
    for (const { event, n, used, isLast } of changes) {
      page.apply({ type: event.type, timestamp: event.timestamp, data: event.read() });
      folded = isSnapshot(event) ? 0 : folded + event.chars;
      if (folded < Math.max(KEPT_EVERY_CHARS, base.chars) || !isLast) continue;
      folded = 0;
      keepPage(page.snapshotAt(event.timestamp) as ReplayEvent[] | null, n, used);
    }
    return page.snapshotAt(at) as ReplayEvent[] | null;
  }

  function drop(base: Base): void {
    given = given.filter((one) => one !== base);
    kept = kept.filter((one) => one !== base);
  }

  function keepPage(events: ReplayEvent[] | null, n: number, used: number): void {
    if (events === null) return;
    const text = JSON.stringify(events);
    const at = events[0]?.timestamp ?? 0;
    keep({ at, n, used, chars: text.length, events: () => JSON.parse(text) as ReplayEvent[] });
  }

  /** The fold forgets where the pointer was; rrweb shows it where it last was told of. */
  function pointerAt(base: Base, at: number): ReplayEvent | null {
    for (const { n, fromAt, events } of ordered.toReversed()) {
      if (n < base.n) return null;
      if (fromAt > at) continue;
      const last = events.findLast((event) => event.timestamp <= at && isPointer(event));
      if (last !== undefined) return { type: last.type, timestamp: at, data: { ...last.read() } };
    }
    return null;
  }
}

/** A page whose size nobody has told. */
const NO_SIZE: Pick<StoredEvent, 'type' | 'read'> = { type: 4, read: () => ({ href: '/', width: 1280, height: 800 }) };
