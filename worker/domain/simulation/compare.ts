import { isSame } from '#domain/is-same.ts';
import type { SlaClock } from '#domain/sla/policy.ts';
import { type Arrival, arrivalsOf } from './arrivals.ts';
import type { Report } from './report.ts';
import type { Scenario } from './scenario.ts';
import { type Interval, intervalBetween, intervalOf, mean } from './statistics.ts';

/** One number of a report; lower is better unless it says otherwise. */
export type Figure = { name: string; unit: 'ms' | 'share' | 'count' | 'ratio'; value: number | null };

/** [V11] The clocks that run in a simulation. */
export const PROMISES = [
  ['first_response', 'first reply'],
  ['resolution', 'resolution'],
  ['tier', 'queue’s own time'],
] as const satisfies readonly [SlaClock, string][];

/** Everything in a report that can be compared, by name. */
export function figuresOf(report: Report): Figure[] {
  const made: Figure[] = [];
  const add = (name: string, unit: Figure['unit'], value: number | null | undefined) =>
    made.push({ name, unit, value: value ?? null });
  add('wait, mean', 'ms', report.all.waits?.meanMs);
  add('wait, median', 'ms', report.all.waits?.p50Ms);
  add('wait, p90', 'ms', report.all.waits?.p90Ms);
  add('wait, p99', 'ms', report.all.waits?.p99Ms);
  add('answered within target', 'share', report.all.withinTarget.share);
  add('gave up', 'share', report.all.abandoned.share);
  add('told that it is closed', 'share', report.all.toldClosed.share);
  for (const [metric, name] of PROMISES) add(`${name} kept`, 'share', report.all.promises[metric]?.share);
  add('agents in use', 'share', report.utilisation);
  add('agents, Gini', 'ratio', report.fairness.gini);
  add('plans, worst ÷ best wait per target', 'ratio', report.fairness.plans);
  add('offers per accept', 'ratio', report.offers.perAccept);
  add('overtaken per accept', 'ratio', report.overtakes.perAccept);
  add('overflows', 'count', report.moved.overflows);
  for (const [kind, groups] of [
    ['plan', report.perPlan],
    ['queue', report.perQueue],
  ] as const) {
    for (const [name, group] of Object.entries(groups)) {
      add(`${kind} ${name}: wait, mean`, 'ms', group.waits?.meanMs);
      add(`${kind} ${name}: wait, p90`, 'ms', group.waits?.p90Ms);
      add(`${kind} ${name}: within target`, 'share', group.withinTarget.share);
      add(`${kind} ${name}: gave up`, 'share', group.abandoned.share);
      for (const [metric, promise] of PROMISES)
        add(`${kind} ${name}: ${promise} kept`, 'share', group.promises[metric]?.share);
    }
  }
  return made;
}

export type ComparedFigure = Omit<Figure, 'value'> & {
  /** Means over the replications. */
  a: number;
  b: number;
  /** Of b − a: replication by replication where they are of the same people. */
  difference: Interval;
  /** The 95 % interval leaves out 0: of rows that do not differ, one in twenty says so by chance. */
  differs: boolean;
  /** Still so when all rows are looked at together (Holm, 5 % for the whole table). */
  differsForSure: boolean;
};

/**
 * Whether both are about the same people: whoever comes in both brings the same with them. More or fewer of them, another desk and other times are
 * what one compares; another mix of plans or needs are other people.
 */
export function areSamePeople(a: Scenario, b: Scenario, seed: number): boolean {
  const brings = ({ class: rank, facts, skills }: Arrival) => ({ rank, facts, skills });
  const known = new Map(arrivalsOf(a, seed).map((one) => [one.id, brings(one)]));
  const both = arrivalsOf(b, seed).filter(({ id }) => known.has(id));
  return both.length > 0 && both.every((one) => isSame(known.get(one.id), brings(one)));
}

/**
 * Two configurations. Run on the same people (the same arrivals, handle times, patience and moods), what chance does to both falls out of the
 * difference, so a paired t interval over few replications says much; otherwise each has its own chance (Welch). Figures that a replication
 * does not have are left out.
 */
export function compareReports(
  a: readonly Report[],
  b: readonly Report[],
  { isPaired }: { isPaired: boolean },
): ComparedFigure[] {
  const [ofA, ofB] = [a, b].map((reports) =>
    reports.map((report) => new Map(figuresOf(report).map((figure) => [figure.name, figure]))),
  ) as [Map<string, Figure>[], Map<string, Figure>[]];
  const rows: ComparedFigure[] = [];
  for (const { name, unit } of figuresOf(a[0] as Report)) {
    const pairs = ofA.flatMap((figures, i) => {
      const [before, after] = [figures.get(name)?.value ?? null, ofB[i]?.get(name)?.value ?? null];
      return before === null || after === null ? [] : [{ before, after }];
    });
    const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
    const difference = isPaired
      ? intervalOf(pairs.map((pair) => pair.after - pair.before))
      : intervalBetween(before, after);
    if (difference === null) continue;
    rows.push({
      name,
      unit,
      a: mean(before),
      b: mean(after),
      difference,
      differs: difference.low > 0 || difference.high < 0,
      differsForSure: false,
    });
  }
  // Holm: the smallest p against 5 % ÷ rows, the next against 5 % ÷ (rows − 1), until one fails.
  const byP = [...rows].sort((x, y) => x.difference.p - y.difference.p);
  for (const [i, row] of byP.entries()) {
    if (row.difference.p > 0.05 / (rows.length - i)) break;
    row.differsForSure = true;
  }
  return rows;
}
