import { type Draw, drawOf } from '#domain/simulation/random.ts';
import { simulateReport } from '#domain/simulation/report.ts';
import { type Coverage, coverageOf, type Told } from '#domain/simulation/wait-meter.ts';
import { quantile } from '#domain/sla/wait-estimate.ts';
import { textTable } from '../bench/table.ts';
import { EvalProblem } from './problem.ts';
import { scenarioOf } from './scenario-file.ts';

const SEED = 20_261_128;
const LINES = 40;
const DAYS = 4;
/** Replications of one line are days of it. Other seeds than those by which the estimate was chosen. */
const FIRST_DAY = 301;
const SHAPES = ['flat', 'one burst', 'bursts', 'ramp', 'noisy'] as const;
const MIXES = [
  [{ share: 1, plan: 'pro' }],
  [
    { share: 0.2, plan: 'enterprise' },
    { share: 0.3, plan: 'pro' },
    { share: 0.5, plan: 'free' },
  ],
  [
    { share: 0.1, plan: 'enterprise', severity: 'high' },
    { share: 0.4, plan: 'pro' },
    { share: 0.45, plan: 'free' },
    { share: 0.05, plan: 'pro', severity: 'critical', critical: true },
  ],
];
const KINDS = ['on arrival', 'on arrival, no slot free', 'again while waiting'] as const;

/** How true the told waits of one drawn line were, over all of its days. */
export type DrawnLine = { name: string; measured: Record<(typeof KINDS)[number], Coverage> };

/**
 * `npm run eval -- waits [--lines N] [--days N] [--seed N]`: how often a told wait held (W2), on lines that nobody has looked at before: teams, handle
 * times, loads, bursts, plans and patience are drawn.
 */
export async function evaluateWaits(options: Record<string, string | undefined>) {
  const lines = countOf(options.lines, LINES, '--lines');
  const days = countOf(options.days, DAYS, '--days');
  const seed = countOf(options.seed, SEED, '--seed');
  const drawn = drawnLines(lines, days, seed);
  const rows = KINDS.map((kind) => ({ kind, ...spreadOf(drawn.map(({ measured }) => measured[kind])) }));
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const shown = [
    textTable(
      ['told', 'lines', 'least', 'a tenth below', 'median', 'a tenth above', 'most'],
      rows.map(({ kind, n, least, low, median, high, most }) => [
        kind,
        String(n),
        ...[least, low, median, high, most].map(percent),
      ]),
    ),
    textTable(
      ['line', ...KINDS, 'told', 'median width'],
      drawn.map(({ name, measured }) => [
        name,
        ...KINDS.map((kind) => (measured[kind].measured === null ? '–' : percent(measured[kind].measured))),
        String(measured['on arrival'].n),
        `${((measured['on arrival'].medianWidthMs ?? 0) / 60_000).toFixed(1)} min`,
      ]),
    ),
    `80.0 % is what is stated. Drawn from the seed ${seed}; ${days} days each.`,
  ].join('\n\n');
  return { shown, json: { lines, days, seed, rows, drawn } };
}

/** The same arguments are the same lines. */
export function drawnLines(lines: number, days: number, seed: number): DrawnLine[] {
  return Array.from({ length: lines }, (_, n) => {
    const { name, scenario } = drawnScenario(drawOf(seed, n));
    const told: Told[] = [];
    for (let day = 0; day < days; day += 1) told.push(...simulateReport(scenario, FIRST_DAY + day).meter.all);
    const all = coverageOf(told, 0, 0);
    return {
      name,
      measured: { 'on arrival': all, 'on arrival, no slot free': all.waiting, 'again while waiting': all.retold },
    };
  });
}

/** A day of fourteen hours in one queue. Load is that of the hours beside the bursts, of what the team can do. */
function drawnScenario(draw: Draw) {
  const between = (low: number, high: number) => low + (high - low) * draw();
  const oneOf = <T>(all: readonly T[]) => all[Math.floor(draw() * all.length)] as T;
  const agents = Math.floor(between(2, 12));
  const capacity = oneOf([1, 2, 3]);
  const medianMinutes = between(4, 24);
  const sigma = between(0.5, 1.2);
  const minutesEach = medianMinutes * Math.exp(sigma ** 2 / 2) + 1.5;
  const load = between(0.5, 1);
  const shape = oneOf(SHAPES);
  const burst = between(2, 5);
  const at = Math.floor(between(8, 16));
  const factor = (hour: number): number => {
    if (shape === 'one burst') return hour === at ? burst : 1;
    if (shape === 'bursts') return hour % 4 === 0 ? burst * 0.8 : 1;
    if (shape === 'ramp') return 0.4 + (1.4 * (hour - 6)) / 13;
    return shape === 'noisy' ? between(0.4, 1.6) : 1;
  };
  const perHour = Array.from({ length: 24 }, (_, hour) =>
    hour < 6 || hour >= 20
      ? 0
      : Math.max(1, Math.round(((agents * capacity * 60) / minutesEach) * load * factor(hour))),
  );
  const kinds = oneOf(MIXES);
  const meanMinutes = oneOf([null, null, 30, 90]);
  const name = [
    `${agents} agents × ${capacity}`,
    `${medianMinutes.toFixed(0)} min`,
    `load ${load.toFixed(2)}`,
    shape,
    `${kinds.length === 1 ? 'one plan' : `${kinds.length} kinds`}`,
    meanMinutes === null ? 'nobody gives up' : `patience ${meanMinutes} min`,
  ].join(', ');
  const scenario = scenarioOf(
    {
      name,
      from: '2026-11-23T06:00:00Z',
      hours: 14,
      drainHours: 10,
      queues: [{ name: 'General', handle: { lognormal: { medianMinutes, sigma } }, settings: { wrapUpMs: 60_000 } }],
      agents: [{ name: 'A', count: agents, capacity, queues: ['General'], shifts: [{ from: '06:00', to: '23:30' }] }],
      arrivals: [
        {
          name: 'visitors',
          queue: 'General',
          perHour,
          kinds,
          ...(meanMinutes === null ? {} : { patience: { exponential: { meanMinutes } } }),
        },
      ],
      behaviour: {
        reaction: { lognormal: { medianMinutes: 0.12, sigma: 0.6 } },
        declines: 0.04,
        ignores: 0.02,
        wrapUp: { exponential: { meanMinutes: 0.5 } },
      },
    },
    name,
  );
  return { name, scenario };
}

/** Of the lines where anybody was told anything of this kind. */
export function spreadOf(all: readonly Coverage[]) {
  const shares = all.flatMap(({ measured }) => measured ?? []).sort((a, b) => a - b);
  if (shares.length === 0) throw new EvalProblem('Nobody was told a wait: more lines or days are needed.');
  const [least, low, median, high, most] = [0, 0.1, 0.5, 0.9, 1].map((q) => quantile(shares, q)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { n: shares.length, least, low, median, high, most };
}

function countOf(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new EvalProblem(`${name} is a whole number from 1, not "${text}".`);
  return value;
}
