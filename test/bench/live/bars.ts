import type { Row } from '../report.ts';

/** What an agent and a visitor are promised, ms; 95 of 100 are not later. */
export const LIVE_MOST_MS = {
  'change → agent’s screen, calm page': 500,
  'change → agent’s screen, busy page': 500,
  'hand-over asked for → first keyframe durable': 300,
  'consent given → first keyframe durable': 300,
  'joining: first picture': 1000,
  'joining: what is there now': 1500,
} as const;
export type LiveCase = keyof typeof LIVE_MOST_MS;
export const P95 = 'p95';

/** What is later than promised, or was not measured, in words. */
export function brokenLiveBars(rows: readonly Row[]): string[] {
  return Object.entries(LIVE_MOST_MS).flatMap(([name, most]) => {
    const found = rows.find((row) => row.case === name && row.metric.startsWith(P95));
    if (found === undefined) return [`${name} was not measured`];
    return found.median < most ? [] : [`${name}: p95 ${found.median.toFixed(0)} ms, not below ${most}`];
  });
}
