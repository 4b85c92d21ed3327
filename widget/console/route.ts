import { signal } from '@preact/signals';

export type Route = { page: 'inbox' } | { page: 'conversation'; id: string } | { page: 'metrics' };

/** The address after `#/`. Anything else is the inbox: an old bookmark leads somewhere useful. */
export function readRoute(hash: string): Route {
  const [, page, id] = /^#\/(?:(c)\/(cnv_[A-Za-z0-9]{6,64})|metrics)$/.exec(hash) ?? [];
  if (page === 'c' && id !== undefined) return { page: 'conversation', id };
  return hash === '#/metrics' ? { page: 'metrics' } : { page: 'inbox' };
}

export const hrefOf = (route: Route): string => {
  switch (route.page) {
    case 'inbox':
      return '#/';
    case 'metrics':
      return '#/metrics';
    case 'conversation':
      return `#/c/${route.id}`;
  }
};

export const route = signal<Route>(readRoute(location.hash));
addEventListener('hashchange', () => {
  route.value = readRoute(location.hash);
});

export const go = (to: Route): void => {
  location.hash = hrefOf(to);
};
