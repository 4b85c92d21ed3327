import { z } from 'zod';
import { type Calendar, calendarProblems, WEEKDAYS } from '#domain/sla/calendar.ts';
import type { SlaPolicy } from '#domain/sla/policy.ts';
import { policyProblems } from '#domain/sla/policy-problems.ts';
import { epochMs, shortText } from './primitives.ts';

const windows = z.array(z.object({ from: z.string(), to: z.string() })).max(24);

/** A calendar as it is stored or sent in. What it says is checked too, so that whoever gets one may count with it. */
export const calendarSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('always') }),
    z.object({
      kind: z.literal('weekly'),
      zone: z.string().max(64),
      week: z.partialRecord(z.enum(WEEKDAYS), windows),
      exceptions: z.array(z.object({ date: z.string(), name: z.string().max(200), windows })).max(1000),
    }),
  ])
  .superRefine((calendar, context) => {
    for (const { where, problem } of calendarProblems(calendar))
      context.addIssue({ code: 'custom', path: [where], message: problem });
  }) satisfies z.ZodType<Calendar>;

/** Half a minute to a year. */
export const slaTarget = z.number().min(0.5).max(527_040).nullable();
const severities = z.object({ low: slaTarget, normal: slaTarget, high: slaTarget, critical: slaTarget });
const plans = z.object({ enterprise: severities, pro: severities, free: severities, unknown: severities });
const calendarId = z.string().max(64).nullable();

/** A policy without its version, which is the row's. */
export const slaPolicySchema = z.object({
  targetMinutes: z.object({ first_response: plans, next_response: plans, resolution: plans }),
  calendars: z.object({ enterprise: calendarId, pro: calendarId, free: calendarId, unknown: calendarId }),
  warnAtShare: z.number().gt(0).lt(1).nullable(),
  pausesForVisitor: z.boolean(),
  onBreach: z.object({ notify: z.boolean(), rerank: z.boolean(), sendOn: z.boolean().default(false) }),
}) satisfies z.ZodType<Omit<SlaPolicy, 'version'>>;
export type SlaPolicyBody = z.infer<typeof slaPolicySchema>;

export const namedCalendar = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  name: shortText.min(1),
  calendar: calendarSchema,
});
export type NamedCalendar = z.infer<typeof namedCalendar>;

const promised = { policy: slaPolicySchema, calendars: z.array(namedCalendar).max(50) };
type Promised = z.infer<z.ZodObject<typeof promised>>;

/** [K15] What is stored is read as it is; what is sent in must make sense. */
function promisesMakeSense({ policy }: Promised, context: z.RefinementCtx): void {
  for (const { path, message } of policyProblems(policy))
    context.addIssue({ code: 'custom', path: ['policy', ...path.split('.')], message });
}

function calendarsAreThere({ policy, calendars }: Promised, context: z.RefinementCtx): void {
  for (const [plan, id] of Object.entries(policy.calendars)) {
    if (id !== null && !calendars.some((calendar) => calendar.id === id))
      context.addIssue({
        code: 'custom',
        path: ['policy', 'calendars', plan],
        message: 'there is no such calendar.',
      });
  }
  for (const [index, { id }] of calendars.entries()) {
    if (calendars.findIndex((calendar) => calendar.id === id) !== index)
      context.addIssue({ code: 'custom', path: ['calendars', index, 'id'], message: 'this id is there twice.' });
  }
}

/**
 * `PUT /v1/sla-policy`: what is promised and the hours it is counted in, as they shall be, and the version that they were made from. A calendar
 * that is not among them is gone.
 */
export const slaPolicyChange = z
  .object({ ...promised, version: z.number().int().min(0) })
  .superRefine(calendarsAreThere)
  .superRefine(promisesMakeSense);

/** `POST /v1/sla-policy/preview`: what would be promised. */
export const slaPreviewRequest = z.object(promised).superRefine(calendarsAreThere).superRefine(promisesMakeSense);

/** What other promises would do to the conversations to which something is owed now. */
export const slaPreview = z.object({
  owed: z.number().int(),
  /** Conversations that are not over and were not looked at: there are too many, or they could not be reached. */
  unseen: z.number().int(),
  /** The next promise would be due earlier, or later or not at all. */
  earlier: z.number().int(),
  later: z.number().int(),
  /** Late at once, by promises that are not late now. */
  breaksAtOnce: z.number().int(),
  /** At most fifty of those that change, first those that would be late at once, then by when they would be due. */
  first: z.array(
    z.object({
      ticketNumber: z.string(),
      subject: z.string(),
      was: epochMs.nullable(),
      would: epochMs.nullable(),
      breaksAtOnce: z.boolean(),
    }),
  ),
});
export type SlaPreview = z.infer<typeof slaPreview>;

/** `GET` and `PUT /v1/sla-policy` */
export const slaPolicyAnswer = z.object({
  /** 0: nobody has written one, and what every workspace starts with is in force. */
  version: z.number().int(),
  changed: z.object({ name: z.string(), at: epochMs }).nullable(),
  policy: slaPolicySchema,
  calendars: z.array(namedCalendar),
  /** What every workspace starts with. */
  defaults: slaPolicySchema,
});
export type SlaPolicyAnswer = z.infer<typeof slaPolicyAnswer>;
