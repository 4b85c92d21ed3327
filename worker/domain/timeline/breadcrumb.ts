import type { EpochMs } from '#domain/ids.ts';

/**
 * One thing that happened on the visitor's page. `tab` and `n` together name it (n counts up per tab), so a trail that is sent
 * twice is stored once. Names are accessible names, masked; never a typed value.
 */
export type Breadcrumb = { tab: string; n: number; at: EpochMs } & BreadcrumbBody;

export type BreadcrumbBody =
  | { kind: 'navigation'; path: string; title: string; cause: 'load' | 'route' | 'history' }
  | { kind: 'click'; role: string; name: string }
  | { kind: 'rage_click'; role: string; name: string; count: number }
  | { kind: 'dead_click'; role: string; name: string }
  /** The page reacted, but only so long after the click. */
  | { kind: 'slow_click'; role: string; name: string; durationMs: number }
  /** `filled`: something was left in it; never what. */
  | { kind: 'input'; role: string; name: string; inputKind: string; filled: boolean }
  | { kind: 'submit'; name: string }
  | { kind: 'form_rejected'; name: string; fields: string[] }
  | { kind: 'error'; message: string; source: string | null }
  | { kind: 'console_error'; message: string }
  | { kind: 'request_failed'; method: string; path: string; status: number; durationMs: number }
  | { kind: 'request_slow'; method: string; path: string; status: number; durationMs: number }
  | { kind: 'visibility'; state: 'visible' | 'hidden' }
  | { kind: 'connection'; state: 'online' | 'offline' };

export type BreadcrumbKind = BreadcrumbBody['kind'];

/** Kinds that mean trouble by themselves. `status: 0` in a failed request is a network failure. */
export const TROUBLE_KINDS = [
  'rage_click',
  'dead_click',
  'form_rejected',
  'error',
  'console_error',
  'request_failed',
] as const;
