import type { WrapUpCode } from '../../worker/domain/escalation/escalation.ts';

/** How a month at Ledgerline goes. Topics and areas are those of the demo's articles and pages, queues those of its workspace. */
export type Topic = {
  name: string;
  /** Of a day's conversations, in hundredths. */
  share: number;
  /** How often a person is really needed. */
  needsPerson: number;
  /** How often one is fetched without need, before the thresholds are changed. */
  needless: number;
  queue: QueueName;
};

export const QUEUE_NAMES = ['Billing', 'Technical', 'General', 'Engineering'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export const TOPICS: readonly Topic[] = [
  { name: 'billing', share: 27, needsPerson: 0.27, needless: 0.08, queue: 'Billing' },
  { name: 'account', share: 20, needsPerson: 0.11, needless: 0.05, queue: 'General' },
  { name: 'api-keys', share: 14, needsPerson: 0.29, needless: 0.05, queue: 'Technical' },
  { name: 'customers', share: 13, needsPerson: 0.13, needless: 0.07, queue: 'Technical' },
  { name: 'reports', share: 11, needsPerson: 0.24, needless: 0.06, queue: 'Technical' },
  { name: 'settings', share: 9, needsPerson: 0.15, needless: 0.1, queue: 'General' },
  { name: 'dashboard', share: 6, needsPerson: 0.1, needless: 0.05, queue: 'General' },
];

/** Most people write from the page that their question is about, the others from where they land. */
export const WRITES_ON_THAT_PAGE = 0.72;
export const OTHER_PAGES = ['dashboard', 'dashboard', 'account', 'customers', 'billing'] as const;
/** A greeting and gone: nothing to classify. */
export const SAYS_NOTHING = 0.03;

/** Conversations a day, from Sunday on. Ledgerline's customers do their books from Monday to Friday. */
export const PER_WEEKDAY = [30, 88, 84, 80, 78, 70, 34] as const;

/** Weight of each UTC hour: Europe's morning, then both sides of the Atlantic at once, then America's afternoon. */
export const PER_HOUR = [2, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 11, 11, 14, 16, 15, 13, 11, 8, 7, 6, 5, 4, 3] as const;

/** Minutes until somebody accepts, by when it was asked. */
export const acceptMinutes = (weekday: number, hour: number): number => {
  if (weekday === 0 || weekday === 6) return 9;
  return hour >= 7 && hour < 18 ? 1.3 : 4;
};

/** Minutes from a person's first answer to the wrap-up. */
export const HANDLE_MINUTES: Record<QueueName, number> = { Billing: 13, Technical: 24, General: 10, Engineering: 420 };

/** Where work goes when the first queue cannot end it. */
export const MOVES: Record<QueueName, { to: QueueName; kind: 'transfer' | 'escalation'; share: number } | null> = {
  Billing: { to: 'Technical', kind: 'transfer', share: 0.04 },
  Technical: { to: 'Engineering', kind: 'escalation', share: 0.12 },
  General: { to: 'Billing', kind: 'transfer', share: 0.1 },
  Engineering: null,
};

export const WRAP_UPS: Record<QueueName, Partial<Record<WrapUpCode, number>>> = {
  Billing: { answered: 4, refunded: 3, fixed: 2, duplicate: 1, no_reply: 1 },
  Technical: { fixed: 4, workaround_given: 3, answered: 2, bug_reported: 1, no_reply: 1 },
  General: { answered: 6, fixed: 2, feature_requested: 1, no_reply: 1 },
  Engineering: { fixed: 5, bug_reported: 3, workaround_given: 2 },
};

/** Agents flag most of what they need not have seen, not all. */
export const FLAGS_NEEDLESS = 0.86;
/** And now and then something that was needed after all. */
export const FLAGS_NEEDED = 0.015;
/** An agent accepts and is gone: the work is taken back and given to somebody else. */
export const TAKEN_BACK = 0.03;

/** Half-way through the month the thresholds are raised where agents flagged most; three days later all of it is in force. */
export const needlessFactor = (daysSinceChange: number): number =>
  daysSinceChange < 0 ? 1 : Math.max(0.3, 1 - 0.25 * (daysSinceChange + 1));

/** One working day, nine days before the end: the payment provider refuses every card from 08:00 to 18:00 UTC. */
export const INCIDENT = {
  daysBeforeEnd: 9,
  topic: 'billing',
  fromHour: 8,
  toHour: 18,
  /** As many more people write about it. */
  volume: 2.6,
  /** As much more often a person is needed. */
  escalation: 2.8,
  acceptTimes: 3,
  handleTimes: 1.8,
} as const;
