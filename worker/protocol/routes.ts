import { z } from 'zod';
import { MAX_ROUTE_NAME_CHARS, type RouteTable } from '#domain/routing/route-table.ts';
import type { RoutesPreview } from '#domain/routing/routes-preview.ts';
import { settingsChanged } from './queue-settings.ts';

/** Queues are named by their slugs, which stay when a queue gets another name. */
const row = z.strictObject({ name: z.string().trim().max(MAX_ROUTE_NAME_CHARS), queue: z.string().max(64) });
export const routeTable = z.strictObject({
  /** What a message is about, as the assistant reads it. */
  topics: z.array(row).max(200),
  /** The part of the product where it was written. */
  areas: z.array(row).max(200),
  /** Where everything else goes. */
  fallback: z.string().max(64),
}) satisfies z.ZodType<RouteTable>;

/** `PUT /v1/routes`: as they shall be, and the revision that they were made from. */
export const routesChange = routeTable.extend({ revision: z.number().int().min(0) });

/** `GET` and `PUT /v1/routes` */
export const routesAnswer = z.object({
  /** Counts the changes; 0 was never changed. */
  revision: z.number().int(),
  changed: settingsChanged.nullable(),
  routes: routeTable,
  queues: z.array(z.object({ slug: z.string(), name: z.string() })),
  /** Names that have come up: of articles, of ranks, and in the last hand-overs. */
  known: z.object({ topics: z.array(z.string()), areas: z.array(z.string()) }),
});
export type RoutesAnswer = z.infer<typeof routesAnswer>;

/** `POST /v1/routes/preview` */
export const routesPreview = z.object({
  looked: z.number().int(),
  otherwise: z.number().int(),
  moves: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int() })),
}) satisfies z.ZodType<RoutesPreview>;
