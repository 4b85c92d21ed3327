import { chooseQueue, isByRoute, type Routes } from './choose-queue.ts';

/** A hand-over of the past: where it went, by name, what it was about, and why it went there as it was written down then. */
export type PastHandover = { queue: string; topic: string | null; area: string | null; because: string | null };

export type RoutesPreview = {
  /** Hand-overs that were looked at. */
  looked: number;
  /** Of these, by a trigger's word, or back to who had it before: no route changes that. */
  otherwise: number;
  /** From which queue to which, by name, most first. */
  moves: { from: string; to: string; count: number }[];
};

/**
 * [M2] What would have gone elsewhere by other routes than those in force. Where nobody wrote down why it went there, it went by a route if
 * those in force lead to where it went.
 */
export function previewRoutes(
  past: readonly PastHandover[],
  inForce: Routes,
  would: Routes,
  queues: readonly { slug: string; name: string }[],
): RoutesPreview {
  const slugs = queues.map(({ slug }) => slug);
  const nameBy = (routes: Routes, { topic, area }: PastHandover): string => {
    const { slug } = chooseQueue({ fromPolicy: null, area, intent: topic }, routes, slugs);
    return (queues.find((queue) => queue.slug === slug) ?? queues[0])?.name ?? '';
  };
  const counts = new Map<string, { from: string; to: string; count: number }>();
  let otherwise = 0;
  for (const one of past) {
    const from = nameBy(inForce, one);
    if (one.because === null ? from !== one.queue : !isByRoute(one.because)) {
      otherwise += 1;
      continue;
    }
    const to = nameBy(would, one);
    if (from === to) continue;
    const key = JSON.stringify([from, to]);
    const move = counts.get(key) ?? { from, to, count: 0 };
    counts.set(key, { ...move, count: move.count + 1 });
  }
  const moves = [...counts.values()].sort((a, b) => b.count - a.count);
  return { looked: past.length, otherwise, moves };
}
