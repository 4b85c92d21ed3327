import type { Breadcrumb, BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { json } from '../kit/natives.ts';
import { randomId } from '../kit/random-id.ts';
import { readJson } from '../kit/read-json.ts';
import type { Store } from '../kit/storage.ts';

export const MAX_TRAIL = 500;
/** All of it fits what a browser sends behind a page (64 KB). */
export const MAX_TRAIL_BYTES = 60_000;
const SAVE_AFTER_MS = 500;
/** The same words again within this time are one loop, not another event; a loop must not push the clicks out of the ring. */
const REPEAT_MS = 1000;
/** One frame of trail stays well under the limit of a frame (64 KB), whatever the alphabet. */
const MAX_CHUNK_BYTES = 24_000;
const MAX_CHUNK_CRUMBS = 100;

export type Trail = {
  readonly tab: string;
  add(body: BreadcrumbBody, at?: number): void;
  all(): readonly Breadcrumb[];
  /** Writes now instead of soon: the page is going. */
  save(leaving: boolean): void;
  /** Another person is here since then: what came before is not theirs. */
  dropBefore(at: number): void;
  /** Saved once more, and never again. */
  close(): void;
  onAdd: ((crumb: Breadcrumb) => void) | null;
};

type Saved = { tab: string; next: number; left: boolean; crumbs: Breadcrumb[] };
const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && 'tab' in value && 'crumbs' in value && Array.isArray(value.crumbs);

/** The tab whose page has not said that it leaves: it lives and this is a copy of its store, or it was killed. */
export function unendedTab(store: Store, key: string): string | null {
  const saved = readJson(store, key, isSaved);
  return saved === null || saved.left ? null : saved.tab;
}

/** That tab's page was killed: the trail goes on where it was last written down, with numbers that it cannot have given since. */
export function takeOver(store: Store, key: string): void {
  const saved = readJson(store, key, isSaved);
  if (saved !== null) store.set(key, json.stringify({ ...saved, left: true, next: saved.next + MAX_TRAIL }));
}

/** The last crumbs of this tab. Survives a reload, because trouble often ends in one. */
export function openTrail(store: Store, key: string, now: () => number): Trail {
  const saved = readJson(store, key, isSaved);
  // "Duplicate tab" copies the session store of a page that has not left; two tabs under one name would count over each other.
  const resumed = saved?.left ? saved : null;
  const tab = resumed?.tab ?? randomId(10);
  const crumbs = resumed?.crumbs.slice(-MAX_TRAIL) ?? [];
  const weights = crumbs.map(weigh);
  let bytes = weights.reduce((sum, one) => sum + one.bytes, 0);
  let next = resumed?.next ?? 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const recent = new Map<string, number>();

  const trail: Trail = {
    tab,
    onAdd: null,
    add(body, at = now()) {
      if (body.kind === 'error' || body.kind === 'console_error') {
        const said = `${body.kind} ${body.message}`;
        const before = recent.get(said);
        if (recent.size > 50) recent.clear();
        recent.set(said, at);
        if (before !== undefined && at - before < REPEAT_MS) return;
      }
      const crumb: Breadcrumb = { tab, n: next, at, ...body };
      next += 1;
      crumbs.push(crumb);
      const weight = weigh(crumb);
      weights.push(weight);
      bytes += weight.bytes;
      while (crumbs.length > MAX_TRAIL || bytes > MAX_TRAIL_BYTES) {
        const at = leastMissed(weights);
        crumbs.splice(at, 1);
        bytes -= weights.splice(at, 1)[0]?.bytes ?? bytes;
      }
      timer ??= setTimeout(() => trail.save(false), SAVE_AFTER_MS);
      trail.onAdd?.(crumb);
    },
    all: () => crumbs,
    save(left) {
      clearTimeout(timer);
      timer = undefined;
      if (!closed) store.set(key, json.stringify({ tab, next, left, crumbs } satisfies Saved));
    },
    dropBefore(at) {
      const old = crumbs.filter((crumb) => crumb.at < at).length;
      crumbs.splice(0, old);
      for (const one of weights.splice(0, old)) bytes -= one.bytes;
      trail.save(false);
    },
    close() {
      trail.save(true);
      closed = true;
    },
  };
  return trail;
}

type Weight = { says: string; bytes: number };

/** What a crumb says but for its numbers, and what it weighs as UTF-8. */
function weigh(crumb: Breadcrumb): Weight {
  const { kind, name, path, message } = crumb as Breadcrumb & Partial<Record<'name' | 'path' | 'message', string>>;
  const text = json.stringify(crumb);
  return {
    says: `${kind} ${name ?? path ?? message}`.replace(/\d+/g, '#'),
    bytes: text.length + text.replace(/[\0-\x7f]/g, '').length * 2 + 1,
  };
}

/**
 * Which one goes, so that a busy page has its last minutes all the same: of what is said most often the second, for the first may be where
 * the trouble began; where nothing is said thrice, the oldest.
 */
function leastMissed(weights: readonly Weight[]): number {
  const places = new Map<string, number[]>();
  let most: number[] = [];
  for (const [i, { says }] of weights.entries()) {
    const all = places.get(says) ?? [];
    places.set(says, all);
    all.push(i);
    if (all.length > most.length) most = all;
  }
  return (most.length > 2 && most[1]) || 0;
}

/** Crumbs as frames take them: in order, no chunk with more than 100 or larger than a frame holds. */
export function chunkTrail(crumbs: readonly Breadcrumb[]): Breadcrumb[][] {
  const chunks: Breadcrumb[][] = [];
  let open: Breadcrumb[] = [];
  let bytes = 0;
  for (const crumb of crumbs) {
    // Three bytes per unit is the most that UTF-8 takes.
    const size = json.stringify(crumb).length * 3;
    if (open.length > 0 && (open.length >= MAX_CHUNK_CRUMBS || bytes + size > MAX_CHUNK_BYTES * 2)) {
      chunks.push(open);
      open = [];
      bytes = 0;
    }
    open.push(crumb);
    bytes += size;
  }
  if (open.length > 0) chunks.push(open);
  return chunks;
}
