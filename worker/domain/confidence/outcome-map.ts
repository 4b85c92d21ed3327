/** An answer that was said, how sure the assistant was, and whether it helped. `group` is the topic it was about; null is none. */
export type AnswerOutcome = { group: string | null; confidence: number; helped: boolean };

/** P(helped) = σ(slope · logit(confidence) + offset), as Platt (1999). Slopes are never negative: surer is never worse. */
export type PlattMap = { slope: number; offset: number };

/** What a workspace's outcomes make of the assistant's own confidence. */
export type OutcomeMaps = {
  /** Where a topic has no map of its own, and for answers without a topic. */
  all: PlattMap;
  groups: Record<string, PlattMap>;
  /** How many outcomes they stand on. */
  outcomes: number;
};

export const IDENTITY: PlattMap = { slope: 1, offset: 0 };
export const NO_OUTCOMES: OutcomeMaps = { all: IDENTITY, groups: {}, outcomes: 0 };

/** Fewer, and nothing is moved by them. */
export const LEAST_OUTCOMES = 30;
const LEAST_IN_GROUP = 10;
/** How strongly a map holds to the one it starts from, as the precision of a normal prior: a topic to its workspace's, and that to none. */
const HOLDS = { all: { slope: 12, offset: 3 }, group: { slope: 40, offset: 6 } } as const;
const LEAST_SLOPE = 0.05;
const EDGE = 0.001;
const FOLDS = 5;

/** [G39] The confidence that this answer helps, by what became of answers like it: of its topic, as far as there are enough, otherwise of all. */
export function mapped(
  { all, groups }: Pick<OutcomeMaps, 'all' | 'groups'>,
  group: string | null,
  confidence: number,
): number {
  const own = group !== null && Object.hasOwn(groups, group) ? groups[group] : undefined;
  return applied(own ?? all, confidence);
}

/**
 * [G39] Maps of outcomes: one for the workspace, held to the identity, and one for each topic with ten or more, held to the workspace's. So ten outcomes move little and a
 * thousand decide. Of none, the workspace's alone and all of them, those are taken that are the least wrong (log loss) about outcomes that they were not made of, five
 * folds; with fewer than thirty outcomes nothing is moved. Deterministic: the same outcomes in the same order give the same maps.
 */
export function outcomeMaps(outcomes: readonly AnswerOutcome[]): OutcomeMaps {
  if (outcomes.length < LEAST_OUTCOMES) return { ...NO_OUTCOMES, outcomes: outcomes.length };
  const made = [() => NO_OUTCOMES, (rows: readonly AnswerOutcome[]) => withoutGroups(fitted(rows)), fitted];
  const losses = made.map((make) => crossValidated(outcomes, make));
  const best = losses.indexOf(Math.min(...losses));
  return { ...(made[best] as (typeof made)[number])(outcomes), outcomes: outcomes.length };
}

function fitted(outcomes: readonly AnswerOutcome[]): OutcomeMaps {
  const all = platt(outcomes, IDENTITY, HOLDS.all);
  const byGroup = new Map<string, AnswerOutcome[]>();
  for (const outcome of outcomes) {
    if (outcome.group === null) continue;
    const rows = byGroup.get(outcome.group);
    if (rows === undefined) byGroup.set(outcome.group, [outcome]);
    else rows.push(outcome);
  }
  const groups: Record<string, PlattMap> = Object.create(null);
  for (const [group, rows] of byGroup) if (rows.length >= LEAST_IN_GROUP) groups[group] = platt(rows, all, HOLDS.group);
  return { all, groups, outcomes: outcomes.length };
}

const withoutGroups = (maps: OutcomeMaps): OutcomeMaps => ({ ...maps, groups: {} });

/** Mean log loss over rows that each fold's maps were not made of. */
function crossValidated(
  outcomes: readonly AnswerOutcome[],
  make: (rows: readonly AnswerOutcome[]) => Pick<OutcomeMaps, 'all' | 'groups'>,
): number {
  let loss = 0;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const maps = make(outcomes.filter((_, i) => i % FOLDS !== fold));
    for (const [i, { group, confidence, helped }] of outcomes.entries()) {
      if (i % FOLDS !== fold) continue;
      const p = mapped(maps, group, confidence);
      loss -= Math.log(helped ? p : 1 - p);
    }
  }
  return loss / outcomes.length;
}

const logit = (p: number): number => Math.log(p / (1 - p));
const within = (p: number): number => (Number.isFinite(p) ? Math.min(1 - EDGE, Math.max(EDGE, p)) : EDGE);

const applied = ({ slope, offset }: PlattMap, confidence: number): number =>
  within(1 / (1 + Math.exp(-(slope * logit(within(confidence)) + offset))));

/** The most probable map (MAP), by Newton's method with halved steps: the loss is convex in both numbers. */
function platt(outcomes: readonly AnswerOutcome[], prior: PlattMap, hold: { slope: number; offset: number }): PlattMap {
  const rows = outcomes.map(({ confidence, helped }) => ({ x: logit(within(confidence)), y: helped ? 1 : 0 }));
  const lossOf = ({ slope, offset }: PlattMap) =>
    rows.reduce(
      (sum, { x, y }) => {
        const z = slope * x + offset;
        return sum + Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
      },
      (hold.slope * (slope - prior.slope) ** 2 + hold.offset * (offset - prior.offset) ** 2) / 2,
    );
  let at = prior;
  let loss = lossOf(at);
  for (let round = 0; round < 30; round += 1) {
    let [gs, go] = [hold.slope * (at.slope - prior.slope), hold.offset * (at.offset - prior.offset)];
    let [hss, hso, hoo] = [hold.slope as number, 0, hold.offset as number];
    for (const { x, y } of rows) {
      const p = 1 / (1 + Math.exp(-(at.slope * x + at.offset)));
      const w = p * (1 - p);
      gs += (p - y) * x;
      go += p - y;
      hss += w * x * x;
      hso += w * x;
      hoo += w;
    }
    const determinant = hss * hoo - hso * hso;
    const both = { slope: (hoo * gs - hso * go) / determinant, offset: (hss * go - hso * gs) / determinant };
    // At the edge, and the data would go beyond it: what is left to find is the offset.
    const step = at.slope <= LEAST_SLOPE && both.slope > 0 ? { slope: 0, offset: go / hoo } : both;
    let share = 1;
    let next = at;
    let nextLoss = loss;
    for (; share > 1e-4; share /= 2) {
      next = { slope: Math.max(LEAST_SLOPE, at.slope - share * step.slope), offset: at.offset - share * step.offset };
      nextLoss = lossOf(next);
      if (nextLoss <= loss) break;
    }
    const gained = loss - nextLoss;
    if (!(gained >= 0)) break;
    [at, loss] = [next, nextLoss];
    if (gained < 1e-9) break;
  }
  return at;
}
