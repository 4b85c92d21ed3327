import { SEVERITIES, type Severity } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';

const MINUTE_MS = 60_000;
/** Earlier conversations count as the same trouble for this long. */
export const REPEAT_WITHIN_MS = 14 * 86_400_000;

/** One term of the sum that makes an entry's due time. Minutes; negative moves the entry forward. */
export type RankTerm = { label: string; minutes: number };

/** A due time with the sum that it is. */
export type Rank = { terms: RankTerm[]; dueAt: EpochMs };

export const isSameSum = (a: readonly RankTerm[], b: readonly RankTerm[]): boolean =>
  a.length === b.length && a.every((term, i) => term.label === b[i]?.label && term.minutes === b[i]?.minutes);

export const isSameRank = (a: Readonly<Rank>, b: Readonly<Rank>): boolean =>
  a.dueAt === b.dueAt && isSameSum(a.terms, b.terms);

/** Order is `(class, sortAt, seq)`, smallest first. */
export type RankKey = { class: 0 | 1; sortAt: number; seq: number };

/** `due`: by effective due time. `strict`: by severity, whatever the age, then by age; for those who want it, at the price of P5. */
export const RANK_ORDERS = ['due', 'strict'] as const;
export type RankOrder = (typeof RANK_ORDERS)[number];

export type Tier = 'free' | 'pro' | 'enterprise';

/**
 * What rank may depend on. Only facts that somebody vouches for get here: the caller drops claimed ones (SPEC P4).
 * A null means not known, and moves nothing.
 */
export type RankFacts = {
  tier: Tier | null;
  severity: Severity;
  contractValue: number | null;
  health: 'healthy' | 'at_risk' | null;
  /** 0 to 1. */
  frustration: number | null;
  /** The tone of what the visitor wrote last, −1 to 1. */
  sentiment: number | null;
  /** Earlier conversations about the same thing. */
  repeatContact: number | null;
  area: string | null;
  renewalInDays: number | null;
  openDispute: boolean | null;
  /** Failed requests seen on the page in the last minutes. */
  failedRequests: number | null;
  /** [P8] The name of a running incident that somebody vouches for. */
  incident: string | null;
  /** [K10] A promise to the visitor is broken, and the rule says to hurry. */
  isLate: boolean;
  /** [K9] When the first promise that is owed breaks, or broke. Moves nobody; whoever looks at the line sees it. */
  promiseDueAt: EpochMs | null;
};

/** How a queue ranks. All times are minutes; adjustments are positive numbers that are taken off the target. */
export type RankPolicy = {
  targetMinutes: Record<Tier | 'unknown', Record<Severity, number>>;
  contractValueOver: { usdPerYear: number; minutes: number };
  atRiskMinutes: number;
  frustrated: { over: number; minutes: number };
  /** `below` is a tone, −1 to 0. */
  unhappy: { below: number; minutes: number };
  repeatContact: { minutesEach: number; atMost: number };
  areaMinutes: Record<string, number>;
  renewalWithin: { days: number; minutes: number };
  openDisputeMinutes: number;
  failedRequestMinutes: number;
  incidentMinutes: number;
};

export const DEFAULT_RANK_POLICY: RankPolicy = {
  targetMinutes: {
    enterprise: { low: 60, normal: 15, high: 8, critical: 4 },
    pro: { low: 120, normal: 30, high: 15, critical: 8 },
    free: { low: 480, normal: 120, high: 60, critical: 20 },
    unknown: { low: 480, normal: 120, high: 60, critical: 20 },
  },
  contractValueOver: { usdPerYear: 50_000, minutes: 2 },
  atRiskMinutes: 5,
  frustrated: { over: 0.6, minutes: 3 },
  // Most of what makes a tone makes frustration too: off, unless a workspace wants it.
  unhappy: { below: -0.4, minutes: 0 },
  repeatContact: { minutesEach: 2, atMost: 6 },
  areaMinutes: { billing: 1 },
  renewalWithin: { days: 30, minutes: 2 },
  openDisputeMinutes: 4,
  failedRequestMinutes: 2,
  incidentMinutes: 5,
};

/**
 * `raises` are minutes that the path or a supervisor gave, in the order in which they did, negative ones forward. Those back count from when it is due
 * by then [P2]: beyond the cap nobody would see them.
 *
 * [P1] `dueAt = queuedAt + target − Σ adjustments`, capped so that it never precedes `queuedAt` [P2]. The terms add up to
 * `(dueAt − queuedAt)` in minutes exactly; wherever the cap bites, it is a term too [P3].
 */
export function rankEntry(
  facts: RankFacts,
  policy: RankPolicy,
  queuedAt: EpochMs,
  raises: readonly RankTerm[] = [],
): { dueAt: EpochMs; terms: RankTerm[] } {
  const target = policy.targetMinutes[facts.tier ?? 'unknown'][facts.severity];
  const terms: RankTerm[] = [
    { label: `${facts.tier ?? 'unknown plan'} target, severity ${facts.severity}`, minutes: target },
  ];
  const adjust = (applies: boolean, label: string | (() => string), minutes: number) => {
    if (applies && minutes !== 0) terms.push({ label: typeof label === 'string' ? label : label(), minutes: -minutes });
  };
  adjust(facts.isLate, 'promise broken', target - policy.targetMinutes[facts.tier ?? 'unknown'][hurried(facts)]);
  const { contractValueOver, frustrated, unhappy, repeatContact, renewalWithin } = policy;
  adjust(
    facts.contractValue !== null && facts.contractValue > contractValueOver.usdPerYear,
    () => `contract above $${DOLLARS.format(contractValueOver.usdPerYear)} a year`,
    contractValueOver.minutes,
  );
  adjust(facts.health === 'at_risk', 'account at risk', policy.atRiskMinutes);
  adjust(facts.frustration !== null && facts.frustration >= frustrated.over, 'frustrated', frustrated.minutes);
  adjust(facts.sentiment !== null && facts.sentiment <= unhappy.below, 'unhappy tone', unhappy.minutes);
  adjust(
    (facts.repeatContact ?? 0) > 0,
    'wrote before',
    Math.min((facts.repeatContact ?? 0) * repeatContact.minutesEach, repeatContact.atMost),
  );
  adjust(
    // The first part of a path is whatever the visitor makes it, `constructor` too.
    facts.area !== null && Object.hasOwn(policy.areaMinutes, facts.area),
    `area ${facts.area}`,
    policy.areaMinutes[facts.area ?? ''] ?? 0,
  );
  adjust(
    facts.renewalInDays !== null && facts.renewalInDays >= 0 && facts.renewalInDays <= renewalWithin.days,
    `renewal within ${renewalWithin.days} days`,
    renewalWithin.minutes,
  );
  adjust(facts.openDispute === true, 'open dispute', policy.openDisputeMinutes);
  adjust((facts.failedRequests ?? 0) > 0, 'failed request on the page', policy.failedRequestMinutes);
  adjust(facts.incident !== null, () => `incident: ${facts.incident}`, policy.incidentMinutes);
  let sum = terms.reduce((total, term) => total + term.minutes, 0);
  const cap = () => {
    if (sum >= 0) return;
    terms.push({ label: 'never due before it was queued', minutes: -sum });
    sum = 0;
  };
  for (const raise of raises) {
    if (raise.minutes > 0) cap();
    terms.push(raise);
    sum += raise.minutes;
  }
  cap();
  return { dueAt: queuedAt + wholeMs(sum), terms };
}

/** Minutes may be fractions; a moment is a whole number of ms, or no store of whole numbers could keep it. */
export const wholeMs = (minutes: number): number => Math.round(minutes * MINUTE_MS);

/** Made once: a number's own `toLocaleString` makes one for every entry that is ranked, which is half of what ranking costs. */
const DOLLARS = new Intl.NumberFormat('en-US');

/** [K10] What is late is ranked as if it were one severity worse; its promise stays the one that was broken. */
export const hurried = ({ severity, isLate }: RankFacts): Severity =>
  (isLate ? SEVERITIES[SEVERITIES.indexOf(severity) + 1] : undefined) ?? severity;

/** Later than any time of our era, in ms, so that a severity outweighs every age. */
const ERA_MS = 1e13;
const BY_SEVERITY: Record<Severity, number> = { critical: 0, high: 1, normal: 2, low: 3 };

/** [P6] What orders entries of one class: one number, so that one index serves both orders. */
export const sortAtOf = (order: RankOrder, facts: RankFacts, queuedAt: EpochMs, dueAt: EpochMs): number =>
  order === 'due' ? dueAt : BY_SEVERITY[hurried(facts)] * ERA_MS + queuedAt;

/**
 * [M4] What entries of several queues are compared by: their class, when they are due, and since when they wait. A queue's own order may be another (strict
 * order counts in other numbers), and its arrival numbers say nothing elsewhere.
 */
export const rankAcross = (entry: { class: 0 | 1; dueAt: EpochMs; queuedAt: EpochMs }): RankKey => ({
  class: entry.class,
  sortAt: entry.dueAt,
  seq: entry.queuedAt,
});

/** [Q1] Negative when `a` is served before `b`. */
export const compareRank = (a: RankKey, b: RankKey): number =>
  a.class - b.class || a.sortAt - b.sortAt || a.seq - b.seq;
