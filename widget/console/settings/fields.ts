import type { Addition } from '#domain/escalation/additions.ts';
import type { Severity } from '#domain/escalation/escalation.ts';
import type { Tier } from '#domain/priority/rank.ts';

/** How a value is written and read: `text.ts`. */
export type Field = {
  /** The dotted way to the value in the settings; also its place in a Problem's issues and in the page. */
  path: string;
  label: string;
  help: string;
  /** Each has their own: there is no default to say or to go back to. */
  isOwn?: true;
  /** What the number counts, shown behind it. */
  unit?: string;
} & (
  | { kind: 'duration' | 'number' | 'whole' | 'percent'; min: number; max: number; never?: string }
  | { kind: 'text'; maxChars: number }
  /** `isNumber`: the values are numbers in the settings. */
  | { kind: 'choice'; options: readonly { value: string; label: string; help: string }[]; isNumber?: true }
  | { kind: 'switch' }
  /** Any of the options; as text, their values with commas between. */
  | { kind: 'set'; options: readonly { value: string; label: string; help: string }[]; never: string }
  /** One of what the page offers for it, such as people; as text, its id. */
  | { kind: 'pick'; never: string }
);

/** Parts of a group that are more than single fields. */
export type Part = 'targets' | 'areas' | 'path';
export type Group = { id: string; title: string; lead: string; items: readonly (Field | Part)[] };

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
const MINUTES = { kind: 'number', unit: 'min', min: 0, max: 100_000 } as const;
/** What zod takes for a whole number at most. */
const MANY = Number.MAX_SAFE_INTEGER;

export const PLANS = [
  { id: 'enterprise', name: 'Enterprise' },
  { id: 'pro', name: 'Pro' },
  { id: 'free', name: 'Free' },
  { id: 'unknown', name: 'Unknown plan' },
] as const satisfies { id: Tier | 'unknown'; name: string }[];

export const SEVERITY_COLUMNS = [
  { id: 'low', name: 'Low' },
  { id: 'normal', name: 'Normal' },
  { id: 'high', name: 'High' },
  { id: 'critical', name: 'Critical' },
] as const satisfies { id: Severity; name: string }[];

/** One cell of the table of targets. */
export const targetField = (plan: (typeof PLANS)[number], severity: (typeof SEVERITY_COLUMNS)[number]): Field => ({
  ...MINUTES,
  path: `rank.targetMinutes.${plan.id}.${severity.id}`,
  label: `Target for ${plan.name}, ${severity.name.toLowerCase()}`,
  help: '',
});

const ASKED = [
  { value: 'reproduction', label: 'Reproduction', help: 'The steps that lead to it.' },
  { value: 'environment', label: 'Environment', help: 'Browser, page, account.' },
  { value: 'hypothesis', label: 'Hypothesis', help: 'What the agent thinks is behind it.' },
] as const satisfies { value: Addition; label: string; help: string }[];

const relaxField = (index: number, which: string, help: string): Field => ({
  path: `relaxAfterMs.${index}`,
  label: `Drop the ${which} relax class after`,
  help,
  kind: 'duration',
  min: 0,
  max: MONTH_MS,
  never: 'never',
});

/** What a queue is called and where it stands; a new queue is asked for no more than these. */
export const NAME_FIELD: Field = {
  path: 'name',
  label: 'Name',
  help: 'Agents and visitors read it.',
  isOwn: true,
  kind: 'text',
  maxChars: 60,
};
export const TIER_FIELD: Field = {
  path: 'tier',
  label: 'Tier',
  help: '',
  isOwn: true,
  kind: 'choice',
  isNumber: true,
  options: [
    { value: '1', label: 'First line', help: 'Work comes here first.' },
    { value: '2', label: 'Second line', help: 'What the first line escalates.' },
    { value: '3', label: 'Engineering', help: 'The last tier.' },
  ],
};

/**
 * Every setting of a queue, in the order in which somebody thinks about it. Limits are those of `worker/protocol/queue-settings.ts`; a test
 * lays both beside each other, since a page cannot carry the schema itself.
 */
export const GROUPS: readonly Group[] = [
  {
    id: 'identity',
    title: 'Name and tier',
    lead: 'From a lower tier work comes up by escalation, with what this queue asks for; it may come back down.',
    items: [NAME_FIELD, TIER_FIELD],
  },
  {
    id: 'order',
    title: 'Who is next',
    lead: 'Everybody who waits has a due time: when they came, plus the target of their plan and severity. The earliest is next.',
    items: [
      {
        path: 'order',
        label: 'Order',
        help: '',
        kind: 'choice',
        options: [
          {
            value: 'due',
            label: 'By due time',
            help: 'Waiting counts: nobody is overtaken for longer than their target.',
          },
          {
            value: 'strict',
            label: 'By severity, then age',
            help: 'A severe case always goes first; a mild one may wait for ever.',
          },
        ],
      },
      'targets',
    ],
  },
  {
    id: 'factors',
    title: 'What brings somebody forward',
    lead: 'Minutes taken off the target. Only facts that somebody vouches for count, never what a page claims. 0 switches a factor off.',
    items: [
      {
        path: 'rank.contractValueOver.usdPerYear',
        label: 'A contract counts as large above',
        help: 'Attested contract value of the account.',
        kind: 'number',
        unit: '$ a year',
        min: 0,
        max: Number.MAX_VALUE,
      },
      { ...MINUTES, path: 'rank.contractValueOver.minutes', label: 'Large contract', help: 'Forward by this much.' },
      { ...MINUTES, path: 'rank.atRiskMinutes', label: 'Account at risk', help: 'The account’s health is red.' },
      {
        path: 'rank.frustrated.over',
        label: 'Frustration counts from',
        help: 'The assistant’s estimate from what was written; 100 % is furious.',
        kind: 'percent',
        unit: '%',
        min: 0,
        max: 100,
      },
      { ...MINUTES, path: 'rank.frustrated.minutes', label: 'Frustrated', help: 'Forward by this much.' },
      {
        path: 'rank.unhappy.below',
        label: 'A tone counts as unhappy up to',
        help: 'Of what was written last, from −1 (negative) to 0. Frustration is mostly made of the same words.',
        kind: 'number',
        unit: '',
        min: -1,
        max: 0,
      },
      { ...MINUTES, path: 'rank.unhappy.minutes', label: 'Unhappy tone', help: 'Forward by this much.' },
      {
        ...MINUTES,
        path: 'rank.repeatContact.minutesEach',
        label: 'Wrote before, each time',
        help: 'For every earlier conversation about the same thing.',
      },
      { ...MINUTES, path: 'rank.repeatContact.atMost', label: 'Wrote before, at most', help: 'All times together.' },
      {
        path: 'rank.renewalWithin.days',
        label: 'Renewal counts within',
        help: 'Days until the contract is renewed.',
        kind: 'number',
        unit: 'days',
        min: 0,
        max: 3650,
      },
      { ...MINUTES, path: 'rank.renewalWithin.minutes', label: 'Renewal is near', help: 'Forward by this much.' },
      { ...MINUTES, path: 'rank.openDisputeMinutes', label: 'Open dispute', help: 'A payment of theirs is disputed.' },
      {
        ...MINUTES,
        path: 'rank.failedRequestMinutes',
        label: 'Failed request on the page',
        help: 'Something on their page has just failed.',
      },
      {
        ...MINUTES,
        path: 'rank.incidentMinutes',
        label: 'Running incident',
        help: 'What they write from is known to be broken.',
      },
      'areas',
    ],
  },
  {
    id: 'agents',
    title: 'Who is asked',
    lead: 'Among the agents with the skills and room for it. Who helped the visitor before is asked first.',
    items: [
      {
        path: 'choice',
        label: 'Choice of agent',
        help: '',
        kind: 'choice',
        options: [
          { value: 'longest_idle', label: 'Longest idle', help: 'Whose last work is longest ago.' },
          { value: 'least_loaded', label: 'Least loaded', help: 'The smallest share of their capacity in use.' },
          { value: 'most_spare', label: 'Most room', help: 'The most free units of capacity.' },
          { value: 'best_match', label: 'Best match', help: 'Who exceeds the required skill levels most.' },
          { value: 'round_robin', label: 'In turn', help: 'Whom this queue asked longest ago.' },
        ],
      },
      {
        path: 'cost',
        label: 'Cost of one piece of work',
        help: 'How much of an agent’s capacity it takes.',
        kind: 'whole',
        unit: 'units',
        min: 1,
        max: 1000,
      },
      {
        path: 'perAgentLimit',
        label: 'Per agent at once',
        help: 'Beside the agent’s own capacity.',
        kind: 'whole',
        unit: 'pieces',
        min: 1,
        max: MANY,
        never: 'no limit',
      },
      {
        path: 'fairness.count',
        label: 'Fairness: at most',
        help: 'So that somebody who comes back is not flooded. Goes with the window below.',
        kind: 'whole',
        unit: 'pieces',
        min: 1,
        max: MANY,
        never: 'no limit',
      },
      {
        path: 'fairness.windowMs',
        label: 'Fairness: within',
        help: 'The window in which those pieces are counted.',
        kind: 'duration',
        min: 1000,
        max: MONTH_MS,
        never: 'no limit',
      },
    ],
  },
  {
    id: 'offer',
    title: 'The offer',
    lead: 'Work is offered to one agent at a time, who accepts or declines it.',
    items: [
      {
        path: 'offerMs',
        label: 'Time to answer an offer',
        help: 'Then it goes back to its place and to somebody else.',
        kind: 'duration',
        min: 1000,
        max: MONTH_MS,
      },
      {
        path: 'cooldownMs',
        label: 'Cool-down',
        help: 'Who let it pass is not offered the same work for this long.',
        kind: 'duration',
        min: 0,
        max: MONTH_MS,
      },
      {
        path: 'unansweredLimit',
        label: 'Unanswered offers',
        help: 'After so many in a row the agent is set to away, and told why.',
        kind: 'whole',
        unit: 'in a row',
        min: 1,
        max: 100,
      },
    ],
  },
  {
    id: 'waiting',
    title: 'While somebody waits',
    lead: 'What gives way with time when nobody takes the work. Times count from when somebody put it in line.',
    items: [
      relaxField(0, 'first', 'A skill marked #3 is dropped first, #1 last; #0 never is.'),
      relaxField(1, 'second', 'The next class that is left.'),
      relaxField(2, 'third', 'The last class that may be dropped.'),
      'path',
      {
        path: 'advanceOnLapse',
        label: 'A lapsed offer takes the next step at once',
        help: 'Otherwise the step waits for its time.',
        kind: 'switch',
      },
      {
        path: 'maxWaiting',
        label: 'Full from',
        help: 'Newcomers are told that it takes longer, and kept.',
        kind: 'whole',
        unit: 'waiting',
        min: 1,
        max: MANY,
        never: 'never',
      },
    ],
  },
  {
    id: 'helping',
    title: 'While somebody is helped',
    lead: 'When accepted work comes back, and how long a slot stays in use after it.',
    items: [
      {
        path: 'silentMs',
        label: 'Take back from a silent agent after',
        help: 'Accepted, and the visitor has had no answer.',
        kind: 'duration',
        min: 1000,
        max: MONTH_MS,
        never: 'never',
      },
      {
        path: 'vanishedMs',
        label: 'Take back from a vanished agent after',
        help: 'The agent went offline with the work.',
        kind: 'duration',
        min: 1000,
        max: MONTH_MS,
        never: 'never',
      },
      {
        path: 'wrapUpMs',
        label: 'Wrap-up time',
        help: 'For notes after the work, unless the agent is done sooner. 0 is none.',
        kind: 'duration',
        min: 0,
        max: MONTH_MS,
      },
    ],
  },
  {
    id: 'tier',
    title: 'Owner, hours and what is asked for',
    lead: 'Who answers for this queue, when somebody is there, and what work must bring along when it comes up from a lower tier.',
    items: [
      {
        path: 'ownerId',
        label: 'Owner',
        help: 'Answers for the queue, whoever has its work. Agents see the name beside it.',
        kind: 'pick',
        never: 'nobody',
      },
      {
        path: 'hoursId',
        label: 'Hours',
        help: 'When nobody is there outside them, visitors are told when it opens. Calendars are under Promises.',
        kind: 'pick',
        never: 'around the clock',
      },
      {
        path: 'tierMinutes',
        label: 'Own clock',
        help: 'Until the work is resolved here or passed on. Begins when it comes in; counted in the hours of the visitor’s plan.',
        kind: 'number',
        unit: 'min',
        min: 0.5,
        max: 527_040,
        never: 'none',
      },
      {
        path: 'asks',
        label: 'Asked for on the way up',
        help: '',
        kind: 'set',
        options: ASKED,
        never: 'nothing',
      },
    ],
  },
];

/** All single fields, the cells of the table of targets among them. */
export const FIELDS: readonly Field[] = GROUPS.flatMap(({ items }) =>
  items.flatMap((item) => {
    if (typeof item !== 'string') return [item];
    return item === 'targets'
      ? PLANS.flatMap((plan) => SEVERITY_COLUMNS.map((severity) => targetField(plan, severity)))
      : [];
  }),
);

/** Where the rows of product areas and the steps of the path are in the settings. */
export const AREAS = 'rank.areaMinutes';
export const PATH = 'path';
export const MAX_STEPS = 20;
export const MAX_SKILLS = 20;
export const MAX_AREA_CHARS = 64;
/** Minutes that a step may move somebody forward, or back. */
export const STEP_MINUTES = { min: -1440, max: 1440 } as const;
export const STEP_AFTER: Field = {
  path: 'afterMs',
  label: 'After',
  help: '',
  kind: 'duration',
  min: 0,
  max: MONTH_MS,
};
