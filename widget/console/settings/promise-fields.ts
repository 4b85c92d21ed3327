import type { SlaMetric } from '#domain/sla/policy.ts';
import { type Field, PLANS, SEVERITY_COLUMNS } from './fields.ts';

/** What is promised, in the order in which a visitor meets it. */
export const PROMISE_TABLES = [
  {
    id: 'first_response',
    title: 'First reply',
    help: 'From the hand-over to the first word of a person.',
  },
  {
    id: 'next_response',
    title: 'Next reply',
    help: 'From what the visitor writes after that to the answer.',
  },
  { id: 'resolution', title: 'Resolution', help: 'From the hand-over to the end of the work.' },
] as const satisfies { id: SlaMetric; title: string; help: string }[];

export const promiseField =
  ({ id, title }: (typeof PROMISE_TABLES)[number]) =>
  (plan: (typeof PLANS)[number], severity: (typeof SEVERITY_COLUMNS)[number]): Field => ({
    path: `targetMinutes.${id}.${plan.id}.${severity.id}`,
    label: `${title} for ${plan.name}, ${severity.name.toLowerCase()}`,
    help: '',
    kind: 'number',
    unit: 'min',
    min: 0.5,
    max: 527_040,
    never: 'none',
  });

export const CALENDAR_FIELDS: readonly Field[] = PLANS.map(({ id, name }) => ({
  path: `calendars.${id}`,
  label: `${name} counts in`,
  help: '',
  kind: 'pick',
  never: 'around the clock',
}));

export const CLOCK_FIELDS: readonly Field[] = [
  {
    path: 'warnAtShare',
    label: 'Warn when this much has passed',
    help: 'Of the promised time; agents see it as due soon.',
    kind: 'percent',
    unit: '%',
    min: 1,
    max: 99,
    never: 'no warning',
  },
  {
    path: 'pausesForVisitor',
    label: 'Resolution waits for the visitor',
    help: 'Its clock stands still from an agent’s message until the visitor writes or the work moves on.',
    kind: 'switch',
  },
  {
    path: 'onBreach.notify',
    label: 'A broken promise is a line in the transcript',
    help: 'For agents only.',
    kind: 'switch',
  },
  {
    path: 'onBreach.rerank',
    label: 'A broken promise brings forward',
    help: 'What waits is ranked as if it were one severity worse while it is late. Critical work stays where it is: nothing ranks above it.',
    kind: 'switch',
  },
  {
    path: 'onBreach.sendOn',
    label: 'A broken promise sends on',
    help: 'What waits goes to where its queue’s path overflows next, without waiting for the time of that step. Where the path leads nowhere it stays.',
    kind: 'switch',
  },
];

export const targetFieldsOf = (table: (typeof PROMISE_TABLES)[number]): Field[] =>
  PLANS.flatMap((plan) => SEVERITY_COLUMNS.map((severity) => promiseField(table)(plan, severity)));

export const PROMISE_FIELDS: readonly Field[] = [
  ...PROMISE_TABLES.flatMap(targetFieldsOf),
  ...CALENDAR_FIELDS,
  ...CLOCK_FIELDS,
];
