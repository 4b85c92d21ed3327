import type { RankFacts, RankTerm } from '#domain/priority/rank.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';

/*
 * Rank as SPEC says it (P1–P8, K10), counted by hand: plain minutes, no terms, no labels. It takes the product's types and calls nothing of it.
 */

export type NaiveWork = { facts: RankFacts; queuedAt: number; raises: readonly RankTerm[] };
type Settings = Pick<QueueConfig, 'rank' | 'incidents'>;

const WORST_FIRST = ['critical', 'high', 'normal', 'low'] as const;

/** [K10] How early its severity is served: 0 is the most urgent. What is late counts as the next worse one. */
export function urgency({ severity, isLate }: RankFacts): number {
  const place = WORST_FIRST.indexOf(severity);
  return isLate ? Math.max(0, place - 1) : place;
}

const givenMinutes = ({ raises }: NaiveWork): number => raises.reduce((sum, { minutes }) => sum + minutes, 0);

/** [P1] Minutes until it is due, before anybody gave it any, and without the cap. */
function askedMinutes(facts: RankFacts, { rank, incidents }: Settings): number {
  const severity = WORST_FIRST[urgency(facts)] as (typeof WORST_FIRST)[number];
  let minutes = rank.targetMinutes[facts.tier === null ? 'unknown' : facts.tier][severity];
  const { contractValue, frustration, sentiment, repeatContact, area, renewalInDays, failedRequests } = facts;
  if (contractValue !== null && contractValue > rank.contractValueOver.usdPerYear)
    minutes -= rank.contractValueOver.minutes;
  if (facts.health === 'at_risk') minutes -= rank.atRiskMinutes;
  if (frustration !== null && frustration >= rank.frustrated.over) minutes -= rank.frustrated.minutes;
  if (sentiment !== null && sentiment <= rank.unhappy.below) minutes -= rank.unhappy.minutes;
  if (repeatContact !== null && repeatContact > 0) {
    const forAll = repeatContact * rank.repeatContact.minutesEach;
    minutes -= forAll > rank.repeatContact.atMost ? rank.repeatContact.atMost : forAll;
  }
  for (const [name, earlier] of Object.entries(rank.areaMinutes)) if (name === area) minutes -= earlier;
  if (renewalInDays !== null && renewalInDays >= 0 && renewalInDays <= rank.renewalWithin.days)
    minutes -= rank.renewalWithin.minutes;
  if (facts.openDispute) minutes -= rank.openDisputeMinutes;
  if (failedRequests !== null && failedRequests > 0) minutes -= rank.failedRequestMinutes;
  // [P8] One that the host named, or one that runs where they are; several are no more than one.
  const isInIncident = facts.incident !== null || incidents.some((one) => one.area === null || one.area === area);
  if (isInIncident) minutes -= rank.incidentMinutes;
  return minutes;
}

/** [P1] [P2] */
export function naiveDueAt(work: NaiveWork, settings: Settings): number {
  // What moves it back does so from when it is due, which is never before it came.
  const minutes = work.raises.reduce(
    (sum, given) => (given.minutes > 0 && sum < 0 ? 0 : sum) + given.minutes,
    askedMinutes(work.facts, settings),
  );
  return work.queuedAt + Math.round((minutes < 0 ? 0 : minutes) * 60_000);
}

/** [P6] Strict order: severity first, then age, to which minutes that were given count. */
export const bySeverityThenAge = (a: NaiveWork, b: NaiveWork): number =>
  urgency(a.facts) - urgency(b.facts) ||
  a.queuedAt + Math.round(givenMinutes(a) * 60_000) - (b.queuedAt + Math.round(givenMinutes(b) * 60_000));
