import { z } from 'zod';
import { type Calendar, calendarProblems, WEEKDAYS } from '#domain/sla/calendar.ts';
import type { SlaPolicy } from '#domain/sla/policy.ts';
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

/**
 * `PUT /v1/sla-policy`: what is promised and the hours it is counted in, as they shall be, and the version that they were made from. A calendar
 * that is not among them is gone.
 */
export const slaPolicyChange = z
  .object({
    version: z.number().int().min(0),
    policy: slaPolicySchema,
    calendars: z.array(namedCalendar).max(50),
  })
  .superRefine(({ policy, calendars }, context) => {
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
  });

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
