import type { ContextEntry, Page } from '#domain/page/page.ts';
import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import type { Store } from '../kit/storage.ts';
import type { EarlyError } from '../loader/hand-over.ts';
import { browserName } from './browser-name.ts';
import { watchClicks } from './clicks.ts';
import { clip } from './clip.ts';
import { putEntry, readContextEntry } from './context-entries.ts';
import { errorCrumb, watchErrors } from './errors.ts';
import { watchForms } from './forms.ts';
import { watchRequests } from './requests.ts';
import { currentPath, currentTitle, watchRoutes } from './routes.ts';
import { openTrail, type Trail } from './trail.ts';

export type Capture = {
  readonly trail: Trail;
  page(): Page;
  setArea(area: unknown): string | null;
  setContext(key: unknown, value: unknown): string | null;
  clearContext(key: unknown): void;
  entryCount(): number;
  /** The page in `page()` is another one, or says something else. */
  onPageChange: (() => void) | null;
  stop(): void;
};

export type CaptureOptions = {
  origin: string;
  store: Store;
  trailKey: string;
  host: Element;
  earlyErrors: EarlyError[];
};

/** Starts watching the page. Every listener is passive, every patched function comes back with `stop`. */
export function startCapture({ origin, store, trailKey, host, earlyErrors }: CaptureOptions): Capture {
  const now = Date.now;
  const trail = openTrail(store, trailKey, now);
  const entries = new Map<string, ContextEntry>();
  let area: string | null = null;

  const crumb = (body: BreadcrumbBody, at?: number) => {
    try {
      trail.add(body, at);
    } catch {
      // The page goes on, whatever happens to its trail.
    }
  };
  const isOurs = (node: Node) => node === host || host.contains(node) || host.shadowRoot?.contains(node) === true;

  for (const { at, message, source } of earlyErrors) crumb(errorCrumb(message, source), at);
  const clicks = watchClicks(crumb, isOurs, now);
  const stops = [
    clicks.stop,
    watchForms(crumb, isOurs, now),
    watchErrors(crumb),
    watchRequests({
      crumb,
      began: clicks.reacted,
      isOurs: (url) => url.startsWith(`${origin}/`),
      now,
    }),
    watchRoutes(
      crumb,
      () => {
        // What the host called the last page says nothing about this one.
        area = null;
        clicks.reacted();
        capture.onPageChange?.();
      },
      now,
    ),
  ];

  const onVisibility = () =>
    crumb({ kind: 'visibility', state: document.visibilityState === 'hidden' ? 'hidden' : 'visible' });
  const onOnline = () => crumb({ kind: 'connection', state: 'online' });
  const onOffline = () => crumb({ kind: 'connection', state: 'offline' });
  const onLeave = () => trail.save(true);
  // Back from the page cache: this tab is alive again, and a copy of it must take another name.
  const onReturn = (event: PageTransitionEvent) => event.persisted && trail.save(false);
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  window.addEventListener('pagehide', onLeave);
  window.addEventListener('pageshow', onReturn);
  // From now on a copy of this store is a copy of a living page.
  trail.save(false);

  const capture: Capture = {
    trail,
    onPageChange: null,
    page: () => ({
      path: currentPath(),
      title: currentTitle(),
      area: area ?? (currentPath().split('/')[1]?.slice(0, 64) || null),
      entries: [...entries.values()],
      viewport: { width: Math.round(innerWidth), height: Math.round(innerHeight) },
      browser: browserName(navigator.userAgent),
      language: navigator.language.slice(0, 35),
      at: now(),
    }),
    setArea(next) {
      if (typeof next !== 'string' || next.length === 0 || next.length > 64)
        return 'area is a text of 1 to 64 characters';
      area = clip(next, 64);
      capture.onPageChange?.();
      return null;
    },
    setContext(key, value) {
      const entry = readContextEntry(key, value);
      const refused = typeof entry === 'string' ? entry : putEntry(entries, entry);
      if (refused === null) capture.onPageChange?.();
      return refused;
    },
    clearContext(key) {
      if (typeof key === 'string') entries.delete(key);
      else entries.clear();
      capture.onPageChange?.();
    },
    entryCount: () => entries.size,
    stop() {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', onOffline);
      window.removeEventListener('pagehide', onLeave);
      window.removeEventListener('pageshow', onReturn);
      trail.close();
    },
  };
  return capture;
}
