import { parseArgs } from 'node:util';
import { EvalProblem } from './problem.ts';

/** What an evaluation says of itself: shown is for people, `json` is one object for machines, printed as the last line. */
export type Evaluated = { shown: string; json: Record<string, unknown> };

type Options = Record<string, string | undefined>;
type Evaluation = {
  usage: string;
  options: string[];
  run(options: Options): Promise<Evaluated>;
};

/** `npm run eval -- NAME [--option FILE …]`. Each loads by itself, so that what one needs does not stop another. */
const EVALUATIONS: Record<string, Evaluation> = {
  simulate: {
    usage: '--scenario FILE [--compare FILE] [--replications N] [--seed N]',
    options: ['scenario', 'compare', 'replications', 'seed'],
    run: async (options) => (await import('./simulate.ts')).simulateFiles(options),
  },
  waits: {
    usage: '[--lines N] [--days N] [--seed N]',
    options: ['lines', 'days', 'seed'],
    run: async (options) => (await import('./waits.ts')).evaluateWaits(options),
  },
  clicks: {
    usage: '',
    options: [],
    run: async () => (await import('./clicks.ts')).evaluateClicks(),
  },
  sessions: {
    usage: '[--only WORDS] [--scripts FOLDER]',
    options: ['only', 'scripts'],
    run: async (options) => (await import('./sessions.ts')).evaluateSessions(options),
  },
  canary: {
    usage: '',
    options: [],
    run: async () => (await import('./canary.ts')).evaluateCanary(),
  },
  tokens: {
    usage: '--vectors FILE[,FILE …]',
    options: ['vectors'],
    run: async (options) => (await import('./tokens.ts')).evaluateTokens(options),
  },
  redaction: {
    usage: '--pii FILE --secrets FILE',
    options: ['pii', 'secrets'],
    run: async (options) => (await import('./redaction.ts')).evaluateRedaction(options),
  },
  triage: {
    usage:
      '--train FILE --test FILE [--val FILE] [--oos-train FILE --oos-val FILE --oos-test FILE] [--background none]',
    options: ['train', 'val', 'test', 'oos-train', 'oos-val', 'oos-test', 'background'],
    run: async (options) => (await import('./triage.ts')).evaluateTriage(options),
  },
  handoff: {
    usage: '--test FILE [--negatives FILE,FILE]',
    options: ['test', 'negatives'],
    run: async (options) => (await import('./handoff.ts')).evaluateHandoff(options),
  },
  retrieval: {
    usage: '--docs FILE --queries FILE [--aliases N]',
    options: ['docs', 'queries', 'aliases'],
    run: async (options) => (await import('./retrieval.ts')).evaluateRetrieval(options),
  },
  policy: {
    usage: '[--rules N] [--decisions N] [--seed N]',
    options: ['rules', 'decisions', 'seed'],
    run: async (options) => (await import('./policy.ts')).evaluatePolicy(options),
  },
  gate: {
    usage: '--injections FILE,FILE',
    options: ['injections'],
    run: async (options) => (await import('./gate.ts')).evaluateGate(options),
  },
  hostile: {
    usage: '[--only WORDS]',
    options: ['only'],
    run: async (options) => (await import('./hostile.ts')).evaluateHostile(options),
  },
};

const usage = () =>
  Object.entries(EVALUATIONS)
    .map(([name, evaluation]) => `npm run eval -- ${name} ${evaluation.usage}`)
    .join('\n');

const [name = '', ...rest] = process.argv.slice(2);
const evaluation = EVALUATIONS[name];
try {
  if (evaluation === undefined) throw new EvalProblem(`There is no evaluation "${name}".`);
  const { shown, json } = await evaluation.run(readOptions(evaluation, rest));
  console.log(shown);
  console.log(JSON.stringify({ name, ...json }));
} catch (cause) {
  if (!(cause instanceof Error) || !/Problem$/.test(cause.name)) throw cause;
  console.error(`${cause.message}\n\n${usage()}`);
  process.exitCode = 2;
}

function readOptions({ options }: Evaluation, args: string[]): Options {
  try {
    return parseArgs({
      args,
      options: Object.fromEntries(options.map((option) => [option, { type: 'string' as const }])),
    }).values as Options;
  } catch (cause) {
    throw new EvalProblem(cause instanceof Error ? cause.message : String(cause));
  }
}
