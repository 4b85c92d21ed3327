import type { MetricsAnswer } from '#protocol/http.ts';
import {
  axisDuration,
  dayNameLong,
  duration,
  interval,
  NONE,
  outOf,
  percent,
  type Rate,
  type Spread,
} from './wording.ts';

type Row = MetricsAnswer['total'];

/** One chart: which number of a row it shows, and how it is said. */
export type DayChartSpec = {
  id: string;
  title: string;
  /** Beside the title, so that the line needs no legend. */
  unit: string;
  valueOf(row: Row): number | null;
  /** The interval around the value, for rates. */
  boundsOf: ((row: Row) => { low: number | null; high: number | null }) | null;
  tick(value: number): string;
  /** A value in words, where it stands alone. */
  read(value: number): string;
  /** Steps that the axis may have. */
  steps: number[];
  /** The axis ends here at the lowest, so that a quiet week does not look like a storm. */
  atLeast: number;
  say(row: Row): string;
  /** What a day that is not over has come to, beside its point. */
  sayToday(row: Row): string;
  /** What the value rests on. */
  countOf(row: Row): number;
};

/** Fewer than this on a day that is not over say nothing about the month: one conversation makes 100 %. */
const FEW_OF_A_DAY = 5;
/** Air above the highest value. */
const AIR = 1.08;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTE_STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 14_400];
const RATE_STEPS = [0.02, 0.05, 0.1, 0.2, 0.25, 0.5];

const ofRate = (id: string, title: string, rateOf: (row: Row) => Rate): DayChartSpec => ({
  id,
  title,
  unit: 'per day, with 95% interval',
  valueOf: (row) => rateOf(row).rate,
  boundsOf: rateOf,
  tick: (share) => `${Math.round(share * 100)}%`,
  read: percent,
  steps: RATE_STEPS,
  atLeast: 0.2,
  countOf: (row) => rateOf(row).denominator,
  say(row) {
    const rate = rateOf(row);
    if (rate.rate === null) return NONE;
    return `${percent(rate.rate)} · ${outOf(rate)} · ${interval(rate)}`;
  },
  sayToday: (row) => `${outOf(rateOf(row))} today`,
});

const ofTime = (id: string, title: string, spreadOf: (row: Row) => Spread, atLeast: number): DayChartSpec => ({
  id,
  title,
  unit: 'median per day',
  valueOf(row) {
    const { medianMs } = spreadOf(row);
    return medianMs === null ? null : medianMs / MINUTE_MS;
  },
  boundsOf: null,
  tick: axisDuration,
  read: (minutes) => duration(minutes * MINUTE_MS),
  steps: MINUTE_STEPS,
  atLeast,
  countOf: (row) => spreadOf(row).count,
  say(row) {
    const { count, medianMs, p90Ms } = spreadOf(row);
    return count === 0 ? NONE : `${duration(medianMs)} · 90th ${duration(p90Ms)} · n ${count}`;
  },
  sayToday: (row) => `${duration(spreadOf(row).medianMs)} today`,
});

export const DAY_CHARTS: readonly DayChartSpec[] = [
  ofRate('escalation', 'Escalation rate', (row) => row.escalationRate),
  ofRate('mis-escalation', 'Mis-escalation rate', (row) => row.misEscalationRate),
  ofTime('to-escalation', 'Time to escalation', (row) => row.timeToEscalation, 4),
  ofTime('resolution', 'Post-escalation resolution time', (row) => row.resolutionTime, 20),
];

/**
 * Days as uPlot wants them: positions, values, and the two edges of the interval where there is one. A day that is not over is no part of
 * the line: it has a point of its own.
 */
export function dayColumns(
  spec: DayChartSpec,
  days: readonly Row[],
  isLastPartial = false,
): [number[], ...(number | null)[][]] {
  const x = days.map((_, i) => i);
  const column = (read: (row: Row) => number | null) =>
    days.map((row, i) => (isLastPartial && i === days.length - 1 ? null : read(row)));
  const { boundsOf } = spec;
  if (boundsOf === null) return [x, column(spec.valueOf)];
  return [x, column(spec.valueOf), column((row) => boundsOf(row).low), column((row) => boundsOf(row).high)];
}

/** The point of a day that is not over: inside the frame whatever its value, with what it rests on. Null when nothing was counted yet. */
export function todayPoint(
  spec: DayChartSpec,
  days: readonly Row[],
  isLastPartial: boolean,
): { index: number; value: number; label: string } | null {
  const last = days.at(-1);
  const value = isLastPartial && last !== undefined ? spec.valueOf(last) : null;
  if (last === undefined || value === null) return null;
  return {
    index: days.length - 1,
    value: Math.min(value, axisTop(spec, days, isLastPartial)),
    label: spec.sayToday(last),
  };
}

/** Is the last day of the window today, and so only counted so far? `to` is where the window ends. */
export const endsToday = ({ to }: Pick<MetricsAnswer, 'to'>): boolean => to % DAY_MS !== 0;

/** Where the value axis ends. A day that has hardly begun does not decide it; its point stays at the edge. */
export function axisTop(spec: DayChartSpec, days: readonly Row[], isLastPartial: boolean): number {
  const last = days.at(-1);
  const counted = isLastPartial && last !== undefined && spec.countOf(last) < FEW_OF_A_DAY ? days.slice(0, -1) : days;
  const highest = counted.flatMap((row) => [spec.valueOf(row) ?? 0, spec.boundsOf?.(row).high ?? 0]);
  const top = Math.max(spec.atLeast, ...highest.map((value) => value * AIR));
  // A share has an end.
  return spec.boundsOf === null ? top : Math.min(top, 1);
}

/**
 * Which days are written under the axis: as many as fit, the newest always among the first choices; from three weeks on the
 * Mondays, because work has weeks.
 */
export function dayTicks(days: readonly string[], fit: number): number[] {
  const all = days.map((_, i) => i);
  const room = Math.max(1, fit);
  const mondays = all.filter((i) => new Date(days[i] as string).getUTCDay() === 1);
  const from = days.length >= 21 ? mondays : all;
  const every = Math.ceil(from.length / room);
  return from.filter((_, i) => (from.length - 1 - i) % every === 0);
}

/** Whether the window was counted from near its beginning. One that begins with counting itself would make everything look like growth. */
export function reachesBack({ days }: Pick<MetricsAnswer, 'days'>): boolean {
  const first = days.findIndex(({ conversations }) => conversations > 0);
  return first >= 0 && first < Math.max(1, days.length / 3);
}

/** The chart in a sentence, for whoever does not see it. */
export function describeChart(spec: DayChartSpec, days: readonly Row[], isLastPartial = false): string {
  const known = days.flatMap((row) => {
    const value = spec.valueOf(row);
    return value === null ? [] : [{ row, value }];
  });
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return `${spec.title} by day: nothing in this window.`;
  const low = known.reduce((a, b) => (b.value < a.value ? b : a));
  const high = known.reduce((a, b) => (b.value > a.value ? b : a));
  const at = ({ row, value }: typeof first) => `${spec.read(value)} on ${dayNameLong(row.key)}`;
  return `${spec.title} by day, from ${at(first)} to ${at(last)}; lowest ${at(low)}, highest ${at(high)}.${isLastPartial ? ' The last day is today so far.' : ''} The same numbers are in the table of days below.`;
}
