import type { ReplayEvent } from '#domain/redaction/replay.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';

/** Event kinds of rrweb that matter here. */
const FULL_SNAPSHOT = 2;
const META = 4;

/** Numbers that should be there and are not: `from` and `to` are the times around the hole. */
export type Gap = { fromAt: number; toAt: number; missing: number };

export type Loaded = { n: number; events: readonly ReplayEvent[] };

/** Tabs of a recording, by when they were last heard of; the newest first. */
export function tabsOf(segments: readonly SegmentRef[]): { tab: string; fromAt: number; toAt: number }[] {
  const tabs = new Map<string, { tab: string; fromAt: number; toAt: number }>();
  for (const { tab, fromAt, toAt } of segments) {
    const before = tabs.get(tab);
    tabs.set(tab, {
      tab,
      fromAt: Math.min(before?.fromAt ?? fromAt, fromAt),
      toAt: Math.max(before?.toAt ?? toAt, toAt),
    });
  }
  return [...tabs.values()].sort((a, b) => b.toAt - a.toAt);
}

/** The tab in which the trouble happened, else the one that was there at that time, else the newest. */
export function chooseTab(
  segments: readonly SegmentRef[],
  at: number | null,
  troubleTab: string | null,
): string | null {
  const tabs = tabsOf(segments);
  if (troubleTab !== null && tabs.some(({ tab }) => tab === troubleTab)) return troubleTab;
  const there = at === null ? undefined : tabs.find(({ fromAt, toAt }) => fromAt <= at && at <= toAt);
  return (there ?? tabs[0])?.tab ?? null;
}

/** What only a person does, in the tab that they have before them. Requests and errors go on in tabs that nobody sees. */
const isAct = (crumb: Breadcrumb): boolean => {
  switch (crumb.kind) {
    case 'navigation':
    case 'click':
    case 'rage_click':
    case 'dead_click':
    case 'slow_click':
    case 'input':
    case 'submit':
      return true;
    case 'visibility':
      return crumb.state === 'visible';
    default:
      return false;
  }
};

/**
 * The tab that the visitor is in now: where they last did something, or one whose recording has begun since. Null when nothing of it has
 * been recorded: an older tab is no live picture, however long it went on.
 */
export function liveTabOf(segments: readonly SegmentRef[], trail: readonly Breadcrumb[]): string | null {
  const act = trail.findLast(isAct);
  const tabs = tabsOf(segments);
  const begun = tabs.find(({ fromAt }) => act === undefined || fromAt > act.at);
  if (begun !== undefined) return begun.tab;
  return tabs.some(({ tab }) => tab === act?.tab) ? (act?.tab ?? null) : null;
}

/** Holes in one tab's numbers. Numbers begin at 0 with the oldest that was kept. */
export function gapsIn(segments: readonly SegmentRef[]): Gap[] {
  const ordered = [...segments].sort((a, b) => a.n - b.n);
  const gaps: Gap[] = [];
  for (const [i, segment] of ordered.entries()) {
    const before = ordered[i - 1];
    const missing = segment.n - (before === undefined ? 0 : before.n + 1);
    if (missing <= 0) continue;
    gaps.push({ fromAt: before?.toAt ?? segment.fromAt, toAt: segment.fromAt, missing });
  }
  return gaps;
}

/**
 * One run of events that a player can show: in the order of time, from the first full snapshot (with the Meta event that says how
 * large the page was) on. Changes without a page to change are left out. Empty while there is no snapshot.
 */
export function playable(loaded: readonly Loaded[]): ReplayEvent[] {
  const events = [...loaded]
    .sort((a, b) => a.n - b.n)
    .flatMap((segment) => segment.events)
    // Stable: events of one millisecond stay in the order in which they were made.
    .sort((a, b) => a.timestamp - b.timestamp);
  const snapshot = events.findIndex(({ type }) => type === FULL_SNAPSHOT);
  if (snapshot === -1) return [];
  const meta = events.slice(0, snapshot).findLastIndex(({ type }) => type === META);
  return meta === -1 ? events.slice(snapshot) : [events[meta]!, ...events.slice(snapshot)];
}

export type Arrival =
  /** Nothing new that can be shown. */
  | { kind: 'wait' }
  /** Everything from the start: the first picture, or something that belongs before what is shown. */
  | { kind: 'load'; events: ReplayEvent[] }
  /** Only what comes after what is shown. */
  | { kind: 'append'; events: ReplayEvent[] };

export type Assembly = {
  add(segment: Loaded): void;
  /** What the player should be given now. A missing number holds back what follows it until `patienceMs` have passed. */
  take(now: number): Arrival;
  /** When `take` has something new to say by itself. */
  nextAt(): number | null;
  has(n: number): boolean;
  size(): number;
};

/** Long enough for two uploads that overtook each other, short enough to stay live. */
export const PATIENCE_MS = 4000;

/** Puts one tab's segments together while they arrive, in whatever order. Pure: time comes in. */
export function createAssembly(patienceMs = PATIENCE_MS): Assembly {
  const segments = new Map<number, Loaded>();
  let shownTo: number | null = null;
  let highest = -1;
  let fresh: Loaded[] = [];
  let waitingSince: number | null = null;

  const all = () => [...segments.values()];

  return {
    add(segment) {
      if (segments.has(segment.n)) return;
      segments.set(segment.n, segment);
      fresh.push(segment);
    },
    take(now) {
      if (fresh.length === 0) return { kind: 'wait' };
      if (shownTo === null) {
        const events = playable(all());
        // rrweb needs two events to have a length.
        if (events.length < 2) return { kind: 'wait' };
        return load(events);
      }
      // Older than what is shown: only a new beginning can put it where it belongs.
      if (fresh.some(({ n }) => n < highest)) return load(playable(all()));
      const ordered = fresh.sort((a, b) => a.n - b.n);
      const ready: Loaded[] = [];
      for (const segment of ordered) {
        if (segment.n !== highest + ready.length + 1) break;
        ready.push(segment);
      }
      const patient = waitingSince === null || now - waitingSince < patienceMs;
      const taken = ready.length === ordered.length || patient ? ready : ordered;
      fresh = ordered.slice(taken.length);
      waitingSince = fresh.length === 0 ? null : (waitingSince ?? now);
      if (taken.length === 0) return { kind: 'wait' };
      highest = taken.at(-1)!.n;
      const from = shownTo;
      const events = taken.flatMap((segment) => segment.events).sort((a, b) => a.timestamp - b.timestamp);
      if (events.some(({ timestamp }) => timestamp < from)) return load(playable(all()));
      shownTo = events.at(-1)?.timestamp ?? from;
      return { kind: 'append', events };
    },
    nextAt: () => (waitingSince === null ? null : waitingSince + patienceMs),
    has: (n) => segments.has(n),
    size: () => segments.size,
  };

  function load(events: ReplayEvent[]): Arrival {
    fresh = [];
    waitingSince = null;
    highest = Math.max(...segments.keys());
    shownTo = events.at(-1)?.timestamp ?? null;
    return { kind: 'load', events };
  }
}
