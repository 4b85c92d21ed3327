import { RECORDED, redactText, stripUrl } from '#domain/redaction/redact.ts';
import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { clip } from './clip.ts';
import { patch } from './requests.ts';

/** Routers set the title after they have changed the address. */
const TITLE_AFTER_MS = 100;

/** The path of the page. Sites that route in the fragment (`#/billing`) have their route there, without its query. */
export function currentPath(): string {
  const { pathname, hash } = location;
  const route = /^#!?(\/.*)/.exec(hash)?.[1];
  return stripUrl(route === undefined ? pathname : pathname.replace(/\/$/, '') + route).slice(0, 500);
}

/** An image or a form of that name is what `document.title` says then. */
export const currentTitle = (): string =>
  typeof document.title === 'string' ? clip(redactText(document.title.trim(), RECORDED).text, 200) : '';

/** Route changes, as crumbs and as news. Returns the way back. */
export function watchRoutes(
  crumb: (body: BreadcrumbBody, at: number) => void,
  moved: () => void,
  now: () => number,
): () => void {
  let path = currentPath();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const look = (cause: 'route' | 'history') => {
    const next = currentPath();
    if (next === path) return;
    path = next;
    moved();
    const at = now();
    const timer = setTimeout(() => {
      timers.delete(timer);
      crumb({ kind: 'navigation', path: next, title: currentTitle(), cause }, at);
    }, TITLE_AFTER_MS);
    timers.add(timer);
  };
  const onHistory = () => look('history');
  window.addEventListener('popstate', onHistory);
  window.addEventListener('hashchange', onHistory);
  const after = (original: History['pushState']): History['pushState'] =>
    function (this: History, ...args) {
      Reflect.apply(original, this, args);
      look('route');
    };
  const restorePush = patch(history, 'pushState', after);
  const restoreReplace = patch(history, 'replaceState', after);

  crumb({ kind: 'navigation', path, title: currentTitle(), cause: 'load' }, now());
  return () => {
    window.removeEventListener('popstate', onHistory);
    window.removeEventListener('hashchange', onHistory);
    restorePush();
    restoreReplace();
    for (const timer of timers) clearTimeout(timer);
  };
}
