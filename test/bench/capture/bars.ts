import type { Row } from '../report.ts';

/** What a bar is about. */
export const METRIC = {
  startCpu: 'start: CPU',
  startTask: 'start: longest task',
  activityCpu: 'activity: CPU',
  blocked: 'activity: added blocking time',
  heap: 'main heap',
  wire: 'on the wire',
  idleRequests: 'requests while nobody needs help',
  errors: 'errors',
  loader: 'loader: CPU',
} as const;

const MAX_OF_BARE = { start: 0.6, activity: 1.15, heap: 0.5, wire: 1.05 };
const MAX_LOADER_MS = 5;
const PEERS = ['Sentry', 'PostHog', 'OpenReplay'];

/**
 * Which bars our recorder is over in one case, by medians. One that cannot be judged, because somebody was not measured, is left out:
 * a quick run of two subjects says nothing about a third.
 */
export function brokenBars(rows: readonly Row[], name: string, isLarge: boolean): string[] {
  const median = (subject: string, metric: string): number | null =>
    rows.find((row) => row.subject === subject && row.case === name && row.metric === metric)?.median ?? null;
  const broken: string[] = [];
  const atMost = (metric: string, limit: number | null, what: string, isStrict = false) => {
    const ours = median('ours', metric);
    if (ours === null || limit === null || (isStrict ? ours < limit : ours <= limit)) return;
    broken.push(
      `${name}, ${metric}: ${ours.toFixed(1)}, ${isStrict ? 'not below' : 'above'} ${limit.toFixed(1)} (${what})`,
    );
  };
  const times = (factor: number, metric: string) => {
    const bare = median('rrweb', metric);
    return bare === null ? null : bare * factor;
  };
  if (isLarge)
    for (const metric of [METRIC.startCpu, METRIC.startTask]) {
      atMost(metric, times(MAX_OF_BARE.start, metric), `${MAX_OF_BARE.start} × bare`);
      for (const peer of PEERS) atMost(metric, median(peer, metric), peer);
    }
  atMost(METRIC.activityCpu, times(MAX_OF_BARE.activity, METRIC.activityCpu), `${MAX_OF_BARE.activity} × bare`);
  for (const peer of PEERS) atMost(METRIC.activityCpu, median(peer, METRIC.activityCpu), peer, true);
  atMost(METRIC.wire, times(MAX_OF_BARE.wire, METRIC.wire), `${MAX_OF_BARE.wire} × bare’s gzip in one`);
  for (const peer of ['Sentry', 'PostHog']) atMost(METRIC.wire, median(peer, METRIC.wire), peer, true);
  atMost(METRIC.heap, times(MAX_OF_BARE.heap, METRIC.heap), `${MAX_OF_BARE.heap} × bare`);
  atMost(METRIC.idleRequests, 0, 'none');
  atMost(METRIC.errors, 0, 'none');
  atMost(METRIC.loader, MAX_LOADER_MS, 'ms');
  return broken;
}
