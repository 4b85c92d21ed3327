import type { Severity } from '#domain/escalation/escalation.ts';
import type { EpochMs, QueueId } from '#domain/ids.ts';
import type { Tier } from '#domain/priority/rank.ts';
import type { Fact } from '#domain/triggers/fact.ts';
import { ALWAYS_OPEN, type Calendar } from './calendar.ts';

/** What is promised: the first word of a person, each further one, and the end. */
export const SLA_METRICS = ['first_response', 'next_response', 'resolution'] as const;
export type SlaMetric = (typeof SLA_METRICS)[number];

/** [K13] What a clock counts: a promise to the visitor, or `tier`, the time that a queue gives itself until it is through with the work. */
export const SLA_CLOCKS = [...SLA_METRICS, 'tier'] as const;
export type SlaClock = (typeof SLA_CLOCKS)[number];

/** A plan's name, or `unknown` for who has none that somebody vouches for. */
export type Plan = Tier | 'unknown';

/** Minutes of open time; null promises nothing. */
export type TargetMinutes = Record<SlaMetric, Record<Plan, Record<Severity, number | null>>>;

/** A workspace's promises, as data. */
export type SlaPolicy = {
  version: number;
  targetMinutes: TargetMinutes;
  /** Which calendar each plan's time is counted in, by id; null is always open. */
  calendars: Record<Plan, string | null>;
  /** A warning comes when this share of the target has elapsed; null is no warning. */
  warnAtShare: number | null;
  /** The resolution clock stands still from an agent's message until the visitor writes or the work moves on. */
  pausesForVisitor: boolean;
  /** What a breach does beside being recorded. */
  onBreach: {
    /** A line in the transcript that only agents see. */
    notify: boolean;
    /** Work that waits is ranked as if it were one severity worse. */
    rerank: boolean;
    /** Work that waits goes on to where its queue's path overflows next, without waiting for that step's time. */
    sendOn: boolean;
  };
};

/** What a workspace promises, the hours that its policy names by id, and the minutes that queues give themselves. */
export type SlaSettings = {
  policy: SlaPolicy;
  calendars: ReadonlyMap<string, Calendar>;
  tierMinutes: ReadonlyMap<QueueId, number>;
  /** When the policy and its calendars came into force; null is with whatever they are asked for. */
  publishedAt: EpochMs | null;
};

/** What was promised to one conversation: the policy for its plan and severity, with the calendar in it. */
export type SlaTerms = Pick<SlaPolicy, 'warnAtShare' | 'pausesForVisitor' | 'onBreach'> & {
  policyVersion: number;
  publishedAt: EpochMs | null;
  targetMinutes: Record<SlaMetric, number | null>;
  /** Of the queues that have a clock of their own. */
  tierMinutes: Record<QueueId, number>;
  calendar: Calendar;
};

const same = <T>(value: T): Record<Plan, T> => ({ enterprise: value, pro: value, free: value, unknown: value });

/**
 * What every workspace starts with. First replies are promised for when rank wants them given (`DEFAULT_RANK_POLICY`); no promise to those whose
 * plan nobody vouches for is softer than the free plan's.
 */
export const DEFAULT_SLA_POLICY: SlaPolicy = {
  version: 0,
  targetMinutes: {
    first_response: {
      enterprise: { low: 60, normal: 15, high: 8, critical: 4 },
      pro: { low: 120, normal: 30, high: 15, critical: 8 },
      free: { low: 480, normal: 120, high: 60, critical: 20 },
      unknown: { low: 480, normal: 120, high: 60, critical: 20 },
    },
    next_response: {
      enterprise: { low: 60, normal: 15, high: 10, critical: 5 },
      pro: { low: 120, normal: 30, high: 20, critical: 10 },
      free: { low: 480, normal: 120, high: 60, critical: 30 },
      unknown: { low: 480, normal: 120, high: 60, critical: 30 },
    },
    resolution: {
      enterprise: { low: 2880, normal: 480, high: 240, critical: 120 },
      pro: { low: 4320, normal: 1440, high: 480, critical: 240 },
      free: { low: 7200, normal: 2880, high: 1440, critical: 480 },
      unknown: { low: 7200, normal: 2880, high: 1440, critical: 480 },
    },
  },
  calendars: same(null),
  warnAtShare: 0.75,
  pausesForVisitor: true,
  onBreach: { notify: true, rerank: true, sendOn: false },
};

/** [P4] The plan that somebody vouches for; what a page claims is no plan. */
export function planOf({ attested, account }: { attested: boolean; account: Record<string, Fact> }): Plan {
  const fact = attested ? account.tier : undefined;
  const tier = fact === undefined || fact.provenance === 'claimed' ? null : fact.value;
  return tier === 'free' || tier === 'pro' || tier === 'enterprise' ? tier : 'unknown';
}

/** The terms for a plan and severity. A calendar that is not there any more is always open: a promise does not vanish with a row. */
export function termsFor(
  { policy, calendars, tierMinutes, publishedAt }: SlaSettings,
  plan: Plan,
  severity: Severity,
): SlaTerms {
  const { targetMinutes, warnAtShare, pausesForVisitor, onBreach } = policy;
  const id = policy.calendars[plan];
  return {
    policyVersion: policy.version,
    publishedAt,
    targetMinutes: {
      first_response: targetMinutes.first_response[plan][severity],
      next_response: targetMinutes.next_response[plan][severity],
      resolution: targetMinutes.resolution[plan][severity],
    },
    tierMinutes: Object.fromEntries(tierMinutes),
    calendar: (id === null ? undefined : calendars.get(id)) ?? ALWAYS_OPEN,
    warnAtShare,
    pausesForVisitor,
    onBreach,
  };
}
