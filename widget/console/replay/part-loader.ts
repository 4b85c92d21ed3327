import type { SegmentRef } from '#protocol/agent-conversation.ts';
import type { Keyframe, Part, PlayerCommand } from '../../player/messages.ts';
import { type KeyframeRef, type Need, needFor, released } from './segments.ts';

/** What nobody waits for leaves room for what somebody does. */
const AT_ONCE_BEHIND = 3;
/** Pictures of a small page are fetched before anybody seeks; those of a large one when they are needed. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;
/** A step forward, for which no new picture is worth fetching. */
const STEP_MS = 5000;

export type PartLoaderSettings = {
  /** Null when it cannot be had. */
  readSegment(n: number): Promise<string | null>;
  readKeyframe(n: number): Promise<string | null>;
  send(command: Extract<PlayerCommand, { type: 'load' | 'append' }>): void;
  onGone(gone: ReadonlySet<number>): void;
  /** Nothing that the first picture needs could be had. */
  onNothing(): void;
  now?(): number;
};

export type PartLoader = {
  /** What there is now; the first call says what was there from the beginning. */
  know(segments: readonly SegmentRef[], keyframes: readonly KeyframeRef[]): void;
  /** Fetches what the first picture needs, and hands it over. */
  open(at: number, live: boolean): Promise<void>;
  /** The picture is there: the rest comes behind it, which before would only have held it up. */
  stream(): void;
  /** The player has been given this tab; what it said before was about another. */
  isHanded(): boolean;
  /** Calls `then` when the player has what it needs for a moment: at once, or when that has come. A later call makes an earlier one pointless. */
  ensure(at: number, from: number, then: () => void): void;
  close(): void;
};

/** One tab’s segments and keyframes on their way to the player: first what is looked at, then the rest. */
export function createPartLoader(settings: PartLoaderSettings): PartLoader {
  const { now = Date.now } = settings;
  let segments: readonly SegmentRef[] = [];
  let keyframes: readonly KeyframeRef[] = [];
  let isOpen = false;
  let isHanded = false;
  let closed = false;
  let focus = 0;
  let wish = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const seenAt = new Map<number, number>();
  const asked = new Map<number, Promise<Part | null>>();
  const askedKeyframes = new Map<number, Promise<Keyframe | null>>();
  const handed = new Set<number>();
  const handedKeyframes = new Set<number>();
  const gone = new Set<number>();
  let running = 0;
  let isFirst = true;

  const usable = () => segments.filter(({ n }) => !gone.has(n));

  function numbers(): number[] {
    const { numbers: found, nextAt } = released(usable(), (n) => seenAt.get(n) ?? 0, now());
    clearTimeout(timer);
    // Somebody is missing: what overtook them is let go later.
    if (nextAt !== null && !closed) timer = setTimeout(() => hand([], []), Math.max(0, nextAt - now()) + 10);
    return found;
  }

  function segment(n: number): Promise<Part | null> {
    let part = asked.get(n);
    if (part === undefined) {
      running += 1;
      part = settings.readSegment(n).then((text) => {
        running -= 1;
        if (text !== null) return { n, text };
        gone.add(n);
        if (!closed) settings.onGone(new Set(gone));
        return null;
      });
      asked.set(n, part);
    }
    return part;
  }

  function keyframe({ n, at }: KeyframeRef): Promise<Keyframe | null> {
    let found = askedKeyframes.get(n);
    if (found === undefined) {
      found = settings.readKeyframe(n).then((text) => (text === null ? null : { n, at, text }));
      askedKeyframes.set(n, found);
      // The player keeps it; here it would be a second copy of a whole page.
      void found.then(() => askedKeyframes.set(n, Promise.resolve(null)));
    }
    return found;
  }

  /** What the player does not have of what a moment needs. */
  async function fetchFor(need: Need): Promise<{ parts: Part[]; keyframes: Keyframe[] }> {
    const [picture, ...parts] = await Promise.all([
      need.keyframe === null || handedKeyframes.has(need.keyframe.n) ? null : keyframe(need.keyframe),
      ...need.segments.filter((n) => !handed.has(n)).map(segment),
    ]);
    return { parts: parts.filter((one) => one !== null), keyframes: picture === null ? [] : [picture] };
  }

  function hand(parts: Part[], pictures: Keyframe[], opening: { at: number; live: boolean } | null = null): void {
    if (closed) return;
    const fresh = parts.filter(({ n }) => !handed.has(n));
    for (const { n } of fresh) {
      handed.add(n);
      // As above.
      asked.set(n, Promise.resolve(null));
    }
    for (const { n } of pictures) handedKeyframes.add(n);
    const supply = { numbers: numbers(), parts: fresh, keyframes: pictures };
    if (opening !== null) isHanded = true;
    settings.send(opening === null ? { type: 'append', ...supply } : { type: 'load', ...opening, ...supply });
  }

  /** What comes after what is looked at, then what was before it. */
  function pump(): void {
    if (!isOpen || closed) return;
    const left = usable().filter(({ n }) => !asked.has(n) && !handed.has(n));
    left.sort((a, b) => Number(a.n < focus) - Number(b.n < focus) || a.n - b.n);
    for (const { n } of left) {
      if (running >= AT_ONCE_BEHIND) return;
      void segment(n).then((part) => {
        hand(part === null ? [] : [part], []);
        pump();
      });
    }
    if (left.length === 0 && running === 0) void fetchPictures();
  }

  async function fetchPictures(): Promise<void> {
    if (keyframes.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BEHIND_BYTES) return;
    for (const one of keyframes) {
      if (closed) return;
      if (askedKeyframes.has(one.n)) continue;
      const picture = await keyframe(one);
      if (picture !== null) hand([], [picture]);
    }
  }

  return {
    know(nextSegments, nextKeyframes) {
      for (const { n } of nextSegments) if (!seenAt.has(n)) seenAt.set(n, isFirst ? Number.NEGATIVE_INFINITY : now());
      isFirst &&= nextSegments.length === 0;
      segments = nextSegments;
      keyframes = nextKeyframes;
      pump();
    },
    async open(at, live) {
      const need = needFor(at, usable(), keyframes);
      focus = need.segments[0] ?? (need.keyframe?.n ?? -1) + 1;
      const { parts, keyframes: pictures } = await fetchFor(need);
      if (closed) return;
      if (parts.length === 0 && pictures.length === 0) {
        const left = usable();
        if (left.length === 0) return settings.onNothing();
        // A recording that has lost its beginning may still be shown from later on.
        return this.open(
          left.reduce((last, { toAt }) => Math.max(last, toAt), at),
          live,
        );
      }
      hand(parts, pictures, { at, live });
    },
    isHanded: () => isHanded,
    stream() {
      if (isOpen || closed || !isHanded) return;
      isOpen = true;
      pump();
    },
    ensure(at, from, then) {
      wish += 1;
      const mine = wish;
      const has = ({ keyframe: picture, segments: parts }: Need) =>
        (picture === null || handedKeyframes.has(picture.n)) && parts.every((n) => handed.has(n));
      const need = needFor(at, usable(), keyframes);
      const isStep = at >= from && at - from < STEP_MS;
      // The player stands at `from`: all that it takes is what has happened since.
      const step = needFor(at, usable(), isStep ? keyframes.filter((one) => one.at <= from) : []);
      if (has(need) || (isStep && step.segments.every((n) => handed.has(n)))) return then();
      focus = need.segments[0] ?? focus;
      void fetchFor(need).then(({ parts, keyframes: pictures }) => {
        if (closed) return;
        hand(parts, pictures);
        if (mine === wish) then();
      });
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
