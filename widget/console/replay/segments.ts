import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';

/** Numbers that should be there and are not: `from` and `to` are the times around the hole. */
export type Gap = { fromAt: number; toAt: number; missing: number };

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

/** A picture that the server made of a tab’s page, after all of its segments up to `n`. */
export type KeyframeRef = { tab: string; n: number; at: number; bytes: number };

/** What the player must have to show a moment. */
export type Need = { keyframe: KeyframeRef | null; segments: number[] };

/**
 * The nearest keyframe before a moment and what came between the two; without one, all since the beginning. One segment at least: a recording
 * that begins after the moment is shown from its start.
 */
export function needFor(at: number, segments: readonly SegmentRef[], keyframes: readonly KeyframeRef[]): Need {
  const keyframe = keyframes.reduce<KeyframeRef | null>(
    (best, one) => (one.at <= at && (best === null || one.n > best.n) ? one : best),
    null,
  );
  const ordered = [...segments].sort((a, b) => a.n - b.n);
  const after = ordered.filter(({ n, fromAt }) => n > (keyframe?.n ?? -1) && fromAt <= at);
  const needed = after.length > 0 || keyframe !== null ? after : ordered.slice(0, 1);
  return { keyframe, segments: needed.map(({ n }) => n) };
}

/** Long enough for two uploads that overtook each other, short enough to stay live. */
export const PATIENCE_MS = 4000;

/**
 * The numbers that may be played, in order: one that overtook another waits a while for it, and then the other is a gap. `seenAt` says when it
 * was heard of; what was there from the beginning waits for nothing.
 */
export function released(
  segments: readonly SegmentRef[],
  seenAt: (n: number) => number,
  now: number,
  patienceMs = PATIENCE_MS,
): { numbers: number[]; nextAt: number | null } {
  const numbers: number[] = [];
  for (const n of segments.map((one) => one.n).sort((a, b) => a - b)) {
    const before = numbers.at(-1) ?? -1;
    if (n !== before + 1 && now - seenAt(n) < patienceMs) return { numbers, nextAt: seenAt(n) + patienceMs };
    numbers.push(n);
  }
  return { numbers, nextAt: null };
}

/** From the first event of a tab to its last, as far as is known. */
export const spanOf = (segments: readonly SegmentRef[]): { fromAt: number; toAt: number } =>
  segments.length === 0
    ? { fromAt: 0, toAt: 0 }
    : {
        fromAt: segments.reduce((first, { fromAt }) => Math.min(first, fromAt), Number.POSITIVE_INFINITY),
        toAt: segments.reduce((last, { toAt }) => Math.max(last, toAt), 0),
      };
