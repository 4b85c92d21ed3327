import { signal } from '@preact/signals';

export type Route =
  | { page: 'inbox' }
  | { page: 'conversation'; id: string }
  | { page: 'metrics' }
  | { page: 'account' }
  /** Somebody was invited, and has the link. */
  | { page: 'join'; secret: string }
  /** `part` is a queue's id; null is whatever comes first. */
  | { page: 'settings'; part: string | null };

/** The parts of the settings beside the queues, whose parts are their ids. */
export const PROMISES_PART = 'promises';
export const INCIDENTS_PART = 'incidents';
export const LOG_PART = 'log';
export const PRIVACY_PART = 'privacy';
export const INTENTS_PART = 'intents';
/** An article's part is its id. */
export const KNOWLEDGE_PART = 'knowledge';
export const isArticlePart = (part: string | null): boolean => part?.startsWith('art_') === true;
export const ROUTES_PART = 'routes';
export const WORKSPACE_PART = 'workspace';
export const MEMBERS_PART = 'members';
export const API_KEYS_PART = 'keys';
export const WEBHOOKS_PART = 'webhooks';
export const POLICY_PART = 'policy';
export const NEW_QUEUE_PART = 'new';
/** An agent's part is their id. */
export const AGENTS_PART = 'agents';
export const isAgentsPart = (part: string | null): boolean => part === AGENTS_PART || part?.startsWith('agt_') === true;

/** The address after `#/`. Anything else is the inbox: an old bookmark leads somewhere useful. */
export function readRoute(hash: string): Route {
  const [, page, id] = /^#\/(c|metrics|settings)(?:\/([A-Za-z0-9_]{1,80}))?$/.exec(hash) ?? [];
  if (page === 'c' && id !== undefined && /^cnv_[A-Za-z0-9]{6,64}$/.test(id)) return { page: 'conversation', id };
  if (page === 'settings') return { page, part: id ?? null };
  const secret = /^#\/join\/([A-Za-z0-9]{1,100})$/.exec(hash)?.[1];
  if (secret !== undefined) return { page: 'join', secret };
  if (hash === '#/account') return { page: 'account' };
  return hash === '#/metrics' ? { page: 'metrics' } : { page: 'inbox' };
}

export const hrefOf = (route: Route): string => {
  switch (route.page) {
    case 'inbox':
      return '#/';
    case 'metrics':
    case 'account':
      return `#/${route.page}`;
    case 'settings':
      return route.part === null ? '#/settings' : `#/settings/${route.part}`;
    case 'conversation':
      return `#/c/${route.id}`;
    case 'join':
      return `#/join/${route.secret}`;
  }
};

export const route = signal<Route>(readRoute(location.hash));

/** Asked before the page is left; false keeps it. */
let mayLeave: ((to: Route) => boolean) | null = null;

/** While something is unsaved. The answer is how to stop asking. */
export function guardLeaving(ask: (to: Route) => boolean): () => void {
  mayLeave = ask;
  return () => {
    if (mayLeave === ask) mayLeave = null;
  };
}

/** Each entry of the history knows its place in it, so that a step that is refused can be undone whichever way it went. */
let place = placeOf(history.state) ?? 0;
history.replaceState({ place }, '');

function placeOf(state: unknown): number | undefined {
  return (state as { place?: number } | null)?.place;
}

addEventListener('hashchange', () => {
  const to = readRoute(location.hash);
  const there = placeOf(history.state);
  if (mayLeave !== null && hrefOf(to) !== hrefOf(route.peek()) && !mayLeave(to)) {
    // A new entry has no place yet: it is one step ahead.
    history.go(there === undefined ? -1 : place - there);
    return;
  }
  if (there === undefined) history.replaceState({ place: place + 1 }, '');
  place = there ?? place + 1;
  route.value = to;
});

export const go = (to: Route): void => {
  location.hash = hrefOf(to);
};
