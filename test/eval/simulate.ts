import {
  areSamePeople,
  type ComparedFigure,
  compareReports,
  type Figure,
  figuresOf,
  PROMISES,
} from '#domain/simulation/compare.ts';
import { type Group, type Report, type Share, simulateReport } from '#domain/simulation/report.ts';
import type { Scenario } from '#domain/simulation/scenario.ts';
import { type Interval, intervalOf, mean } from '#domain/simulation/statistics.ts';
import { type Coverage, coverageOf, type Told, type WaitCoverage } from '#domain/simulation/wait-meter.ts';
import { textTable } from '../bench/table.ts';
import { readScenario, ScenarioProblem } from './scenario-file.ts';

/** [V9] The last line of every report, so that nobody takes for measured what was not there. */
const NOT_SIMULATED =
  'Not simulated: what is said (the first reply is the accept, no further reply is owed, nobody waits for the visitor), and facts that change on the way, but for declared incidents and broken promises. Who is told that it is closed loses patience only after the opening they were told.';

type Runs = { reports: Report[]; waitEstimate: WaitCoverage; ms: number };

/** `npm run eval -- simulate`: a scenario's report, or two scenarios with what differs between them, on the same people where they are the same. */
export async function simulateFiles(options: Record<string, string | undefined>) {
  const { scenario: file, compare: otherFile } = options;
  if (file === undefined) throw new ScenarioProblem('--scenario FILE is missing.');
  const replications = whole(
    'replications',
    options.replications,
    otherFile === undefined ? 5 : 20,
    otherFile === undefined ? 1 : 2,
  );
  const seed = whole('seed', options.seed, 1, 0);
  const scenario = readScenario(file);
  const other = otherFile === undefined ? null : readScenario(otherFile);
  const a = runs(scenario, seed, replications);
  const one = { scenario: scenario.name, seed, replications, ...jsonOf(a) };
  if (other === null) return { shown: shownRuns(scenario.name, a), json: one };

  // [V10] By one yardstick: other targets would be other answers to the same wait.
  const b = runs(other, seed, replications, scenario);
  const isPaired = areSamePeople(scenario, other, seed);
  const rows = compareReports(a.reports, b.reports, { isPaired });
  return {
    shown: shownComparison(scenario.name, other.name, { replications, isPaired }, rows),
    json: {
      ...one,
      compare: {
        scenario: other.name,
        samePeople: isPaired,
        ...jsonOf(b),
        differences: rows,
        differ: rows.filter(({ differs }) => differs).map(({ name }) => name),
        differForSure: rows.filter(({ differsForSure }) => differsForSure).map(({ name }) => name),
      },
    },
  };
}

function whole(name: string, text: string | undefined, otherwise: number, least: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 100_000)
    throw new ScenarioProblem(`--${name} is a whole number from ${least} to 100000, not "${text}".`);
  return value;
}

/** Replication n has the seed `seed + n`, whatever the configuration: the same people in both. */
function runs(scenario: Scenario, seed: number, replications: number, measure = scenario): Runs {
  const began = performance.now();
  const reports: Report[] = [];
  const told: Told[] = [];
  let silent = 0;
  let leftBefore = 0;
  for (let n = 0; n < replications; n += 1) {
    const { report, meter } = simulateReport(scenario, seed + n, measure);
    reports.push(report);
    for (const one of meter.all) told.push(one);
    silent += meter.silent;
    leftBefore += meter.leftBefore;
  }
  return { reports, waitEstimate: coverageOf(told, silent, leftBefore), ms: performance.now() - began };
}

/** The same files and seed are the same line: how long it took is on the screen only. */
const jsonOf = ({ reports, waitEstimate }: Runs) => ({
  figures: meansOf(reports),
  waitEstimate,
  report: reports[0],
});

function meansOf(reports: readonly Report[]) {
  return figuresOf(reports[0] as Report).map(({ name, unit }) => {
    const values = reports.flatMap((report) => figuresOf(report).find((figure) => figure.name === name)?.value ?? []);
    const interval = intervalOf(values);
    return {
      name,
      unit,
      mean: values.length === 0 ? null : mean(values),
      low: interval === null ? null : possible(unit, interval.low),
      high: interval === null ? null : possible(unit, interval.high),
    };
  });
}

/** An interval over few replications reaches further than what it is of can: no share above one, no time or number below none. */
const possible = (unit: Figure['unit'], value: number): number =>
  Math.max(0, unit === 'share' ? Math.min(1, value) : value);

function shownRuns(name: string, { reports, waitEstimate, ms }: Runs): string {
  const first = reports[0] as Report;
  const steps = reports.reduce((sum, report) => sum + report.steps, 0);
  const arrivals = reports.reduce((sum, report) => sum + report.arrivals, 0);
  const groups: [string, Group][] = [
    ['everybody', first.all],
    ...Object.entries(first.perPlan).map(([key, group]): [string, Group] => [`plan ${key}`, group]),
    ...Object.entries(first.perQueue).map(([key, group]): [string, Group] => [`queue ${key}`, group]),
  ];
  const { ends, offers, overtakes, moved } = first;
  return [
    `${name}: ${reports.length} replications, ${arrivals} arrivals, ${steps} steps in ${(ms / 1000).toFixed(1)} s (${Math.round(steps / (ms / 1000))} a second)`,
    '',
    `The first replication (seed ${first.seed}): ${ends.served} served, ${ends.abandoned} gave up, ${ends.waiting} still waiting, ${ends.with_agent} with an agent at the end`,
    textTable(
      ['who', 'came', 'mean', 'p50', 'p90', 'p99', 'in time', 'gave up', 'wait ÷ target'],
      groups.map(([who, group]) => [
        who,
        String(group.arrivals),
        ...(group.waits === null
          ? ['–', '–', '–', '–']
          : [group.waits.meanMs, group.waits.p50Ms, group.waits.p90Ms, group.waits.p99Ms].map(time)),
        percent(group.withinTarget.share),
        percent(group.abandoned.share),
        group.waitPerTarget === null ? '–' : group.waitPerTarget.toFixed(2),
      ]),
    ),
    '',
    textTable(
      ['agent', 'accepted', 'on duty', 'in use'],
      first.agents.map(({ name: agent, accepted, dutyMs, utilisation }) => [
        agent,
        String(accepted),
        time(dutyMs),
        percent(utilisation),
      ]),
    ),
    ...promisesText(groups),
    `Agents: Gini ${number(first.fairness.gini)}, most ÷ least in use ${number(first.fairness.mostPerLeast)}. Plans: worst ÷ best wait per target ${number(first.fairness.plans)}.`,
    `Offers: ${offers.made} made, ${offers.declined} declined, ${offers.expired} run out, ${offers.withdrawn} withdrawn; ${number(offers.perAccept)} per accept. Moved: ${moved.overflows} overflowed, ${moved.transfers} transferred.`,
    `Overtaking: ${overtakes.offers} offers passed somebody who had come earlier, ${number(overtakes.perAccept)} people per accept; nobody was passed more than ${overtakes.mostOfOne} times.`,
    '',
    `Over all replications, mean and 95 % interval`,
    textTable(
      ['figure', 'mean', 'from', 'to'],
      meansOf(reports).flatMap(({ name: figure, unit, mean: middle, low, high }) =>
        middle === null
          ? []
          : [
              [
                figure,
                shown(unit, middle),
                low === null ? '–' : shown(unit, low),
                high === null ? '–' : shown(unit, high),
              ],
            ],
      ),
    ),
    '',
    'What visitors were told of their wait',
    textTable(
      ['told', 'stated', 'measured', 'median width', 'n'],
      (
        [
          ['on arrival', waitEstimate],
          ['on arrival, no slot free', waitEstimate.waiting],
          ['again while waiting', waitEstimate.retold],
        ] as [string, Coverage][]
      ).map(([what, { stated, measured, medianWidthMs, n }]) => [
        what,
        percent(stated),
        percent(measured),
        medianWidthMs === null ? '–' : time(medianWidthMs),
        String(n),
      ]),
    ),
    `Nothing was said to ${waitEstimate.silent}; ${waitEstimate.leftBefore} tellings were not put to the test because the visitor left.`,
    '',
    NOT_SIMULATED,
  ].join('\n');
}

/** [V11] */
function promisesText(groups: readonly [string, Group][]): string[] {
  const kinds = PROMISES.filter(([metric]) => groups.some(([, { promises }]) => promises[metric] !== undefined));
  const isAnybodyTold = groups.some(([, { toldClosed }]) => toldClosed.count > 0);
  if (kinds.length === 0 && !isAnybodyTold) return [];
  return [
    '',
    textTable(
      ['who', ...kinds.map(([, name]) => `${name} kept`), ...(isAnybodyTold ? ['told that it is closed'] : [])],
      groups.map(([who, { promises, toldClosed }]) => [
        who,
        ...kinds.map(([metric]) => shareText(promises[metric])),
        ...(isAnybodyTold ? [shareText(toldClosed)] : []),
      ]),
    ),
    '',
  ];
}

const shareText = (share: Share | undefined): string =>
  share === undefined ? '–' : `${percent(share.share)} of ${share.of}`;

function shownComparison(
  a: string,
  b: string,
  { replications, isPaired }: { replications: number; isPaired: boolean },
  rows: readonly ComparedFigure[],
): string {
  const said = (row: ComparedFigure) =>
    !row.differs
      ? 'not shown to differ'
      : `B is ${row.difference.mean > 0 ? 'higher' : 'lower'}${row.differsForSure ? '' : ' (perhaps)'}`;
  const sure = rows.filter(({ differsForSure }) => differsForSure).length;
  const perhaps = rows.filter(({ differs }) => differs).length - sure;
  return [
    `A: ${a}\nB: ${b}\n${replications} replications, ${isPaired ? 'on the same people' : 'of other people: what differs may be whom they are about'}`,
    '',
    textTable(
      ['figure', 'A', 'B', 'B − A', 'from', 'to', 'verdict'],
      rows.map((row) => {
        const { mean: middle, low, high }: Interval = row.difference;
        return [
          row.name,
          shown(row.unit, row.a),
          shown(row.unit, row.b),
          signed(row.unit, middle),
          signed(row.unit, low),
          signed(row.unit, high),
          said(row),
        ];
      }),
    ),
    '',
    `Intervals: 95 %, ${isPaired ? 'paired t' : 'Welch’s t'}. ${sure} of ${rows.length} figures differ even when all are looked at together (Holm); ${perhaps} more differ by themselves, of which chance alone makes one in twenty.`,
    '',
    NOT_SIMULATED,
  ].join('\n');
}

const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
const number = (value: number | null) => (value === null ? '–' : value.toFixed(2));

function time(ms: number): string {
  const size = Math.abs(ms);
  if (size < 120_000) return `${(ms / 1000).toFixed(size < 10_000 ? 1 : 0)} s`;
  return size < 7_200_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function shown(unit: Figure['unit'], value: number): string {
  if (unit === 'ms') return time(value);
  return unit === 'share' ? percent(value) : number(value);
}

const signed = (unit: Figure['unit'], value: number) => `${value > 0 ? '+' : ''}${shown(unit, value)}`;
