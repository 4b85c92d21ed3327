import { z } from 'zod';
import { AREA_RULE, type Incident, isArea } from '#domain/queue/incident.ts';
import { epochMs, shortText } from './primitives.ts';

const area = z.string().trim().toLowerCase().refine(isArea, AREA_RULE);

/** One that runs. */
export const incident = z.object({
  id: z.string(),
  title: z.string(),
  area: z.string().nullable(),
  startedAt: epochMs,
  by: z.string(),
}) satisfies z.ZodType<Incident>;

/** `POST /v1/incidents`: what is broken, and where; an area of null is everywhere. */
export const newIncident = z.object({ title: shortText.trim().min(3).max(120), area: area.nullable() });

/** `GET /v1/incidents` and every change of them: those that run, newest first, and the last that have ended. */
export const incidentsAnswer = z.object({
  running: z.array(incident),
  ended: z.array(incident.extend({ endedAt: epochMs, endedBy: z.string() })),
  /** Areas that routes or ranks name. */
  areas: z.array(z.string()),
});
export type IncidentsAnswer = z.infer<typeof incidentsAnswer>;
