import type { Plan } from '#domain/sla/policy.ts';

/** Whoever asks has one of these. */
export const PLANS: readonly Plan[] = ['free', 'pro', 'enterprise', 'unknown'];

/** What a workspace says its answers cost, in minutes of an agent's time, and how sure the assistant must be however cheap a mistake is. */
export type AnswerCosts = {
  /** A wrong answer to somebody calm: what it takes to win them back. It counts double for somebody wholly frustrated. */
  wrongMinutes: number;
  /** A conversation in an agent's hands. */
  handoverMinutes: number;
  /** What a visitor's minute in line counts, in agents' minutes. */
  waitWeight: number;
  /** The least confidence by plan, 0 to 1. */
  least: Record<Plan, number>;
};

/** For somebody calm, with nobody in line, these come to the .6 at which nine of ten answers on the demo's questions cite the right article. */
export const DEFAULT_ANSWER_COSTS: AnswerCosts = {
  wrongMinutes: 12,
  handoverMinutes: 8,
  waitWeight: 0.2,
  least: Object.fromEntries(PLANS.map((plan) => [plan, 0.5])) as Record<Plan, number>,
};

/** However long the line is, nobody is told guesses. */
export const MAX_WAIT_MINUTES = 60;

/** Who is answered, and what else they would get. */
export type Asker = {
  plan: Plan;
  /** 0 to 1. */
  frustration: number;
  /** How long they would wait for a person, in minutes; null where nobody can say. */
  waitMinutes: number | null;
};

/** What somebody who is handed over now would find. */
export type Outlook = {
  /** How many wait. */
  waiting: number;
  /** About how long a newcomer would wait, in whole minutes; null where that cannot be told. */
  waitMinutes: number | null;
};

export type Needed = { confidence: number; because: string[] };

/**
 * [G38] How sure the assistant must be to answer. An answer that is right with probability p costs (1 − p) · (wrong + hand-over), because who got a wrong one is handed over
 * all the same; handing over at once costs hand-over. The first is the cheaper from p = wrong ÷ (wrong + hand-over) on. Frustration makes a wrong answer dearer,
 * a line makes handing over dearer; the plan's least holds whatever it costs. `because` names what moved it, in words.
 */
export function neededConfidence(costs: AnswerCosts, { plan, frustration, waitMinutes }: Asker): Needed {
  const felt = shareOf(frustration);
  const wait = Math.min(MAX_WAIT_MINUTES, Math.max(0, waitMinutes ?? 0));
  const wrong = costs.wrongMinutes * (1 + felt);
  const handover = costs.handoverMinutes + costs.waitWeight * wait;
  const byCost = wrong + handover > 0 ? wrong / (wrong + handover) : 1;
  const least = shareOf(costs.least[plan]);
  const because = [
    ...(felt >= NAMED_FROM ? ['the visitor is frustrated'] : []),
    ...(costs.waitWeight > 0 && wait >= 1 ? [`a person would take about ${Math.round(wait)} min`] : []),
  ];
  return least > byCost
    ? { confidence: least, because: [`the least for ${plan === 'unknown' ? 'visitors without a plan' : plan}`] }
    : { confidence: byCost, because };
}

/** Below this nobody would call it frustration, though it counts. */
const NAMED_FROM = 0.2;

const shareOf = (value: number): number => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0);
