import type { EpochMs } from '#domain/ids.ts';

/** What a context entry describes; closed, so that the console can draw each kind and a policy can ask for it. */
export const CONTEXT_ENTRY_TYPES = [
  'list',
  'integration',
  'error',
  'status',
  'config',
  'feature',
  'metric',
  'relationship',
  'custom',
] as const;
export type ContextEntryType = (typeof CONTEXT_ENTRY_TYPES)[number];

/** One typed fact that the host's page told us with `Baton('setContext', key, …)`. Claimed, never attested. */
export type ContextEntry = {
  key: string;
  label: string;
  type: ContextEntryType;
  value: string | number | boolean | string[];
};

/** The page a visitor is on. `path` never carries a query or fragment: those hold secrets too often. */
export type Page = {
  path: string;
  title: string;
  /** The product area as the host names it (`Baton('page', { area })`), otherwise the first path segment; null on `/`. */
  area: string | null;
  entries: ContextEntry[];
  viewport: { width: number; height: number };
  browser: string;
  language: string;
  at: EpochMs;
};

/** `/billing/invoices` → `billing`; null on the root. What we saw, where `area` may be what the host claims. */
export const areaOfPath = (path: string): string | null => path.split('/')[1] || null;
