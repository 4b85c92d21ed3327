import { z } from 'zod';
import { CONTEXT_ENTRY_TYPES, type Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { epochMs, line, shortText, tabId } from './primitives.ts';

/** Paths only: a query or fragment in one is refused, not trimmed, so that a leaking client is noticed. */
const path = z
  .string()
  .max(500)
  .refine((text) => !/[?#]/.test(text), 'a path carries no query and no fragment');

export const contextEntry = z.strictObject({
  key: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  label: shortText,
  type: z.enum(CONTEXT_ENTRY_TYPES),
  value: z.union([line, z.number(), z.boolean(), z.array(shortText).max(50)]),
});

export const page = z.strictObject({
  path,
  title: shortText,
  area: z.string().max(64).nullable(),
  entries: z.array(contextEntry).max(40),
  viewport: z.strictObject({
    width: z.number().int().min(0).max(100_000),
    height: z.number().int().min(0).max(100_000),
  }),
  browser: shortText,
  language: z.string().max(35),
  at: epochMs,
}) satisfies z.ZodType<Page>;

const crumb = { tab: tabId, n: z.number().int().min(0), at: epochMs };
const named = { role: z.string().max(40), name: shortText };
const request = {
  method: z.string().regex(/^[A-Z]{1,10}$/),
  path,
  status: z.number().int().min(0).max(599),
  durationMs: z.number().min(0).max(3_600_000),
};

export const breadcrumb = z.discriminatedUnion('kind', [
  z.strictObject({
    ...crumb,
    kind: z.literal('navigation'),
    path,
    title: shortText,
    cause: z.enum(['load', 'route', 'history']),
  }),
  z.strictObject({ ...crumb, kind: z.literal('click'), ...named }),
  z.strictObject({ ...crumb, kind: z.literal('rage_click'), ...named, count: z.number().int().min(2).max(1000) }),
  z.strictObject({ ...crumb, kind: z.literal('dead_click'), ...named }),
  z.strictObject({ ...crumb, kind: z.literal('slow_click'), ...named, durationMs: z.number().min(0).max(60_000) }),
  z.strictObject({
    ...crumb,
    kind: z.literal('input'),
    ...named,
    inputKind: z.string().max(40),
    filled: z.boolean().default(true),
  }),
  z.strictObject({ ...crumb, kind: z.literal('submit'), name: shortText }),
  z.strictObject({ ...crumb, kind: z.literal('form_rejected'), name: shortText, fields: z.array(shortText).max(50) }),
  z.strictObject({ ...crumb, kind: z.literal('error'), message: line, source: path.nullable() }),
  z.strictObject({ ...crumb, kind: z.literal('console_error'), message: line }),
  z.strictObject({ ...crumb, kind: z.literal('request_failed'), ...request }),
  z.strictObject({ ...crumb, kind: z.literal('request_slow'), ...request }),
  z.strictObject({ ...crumb, kind: z.literal('visibility'), state: z.enum(['visible', 'hidden']) }),
  z.strictObject({ ...crumb, kind: z.literal('connection'), state: z.enum(['online', 'offline']) }),
]) satisfies z.ZodType<Breadcrumb>;

/** One update carries at most this many; a client that has more sends more updates. */
export const MAX_CRUMBS_PER_FRAME = 100;
