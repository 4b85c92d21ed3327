import { stripUrl } from '#domain/redaction/redact.ts';
import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';

/** Long enough that a visitor notices. */
const SLOW_MS = 2000;

export type RequestHooks = {
  crumb(body: BreadcrumbBody): void;
  /** A request began: the page reacted to something. */
  began(): void;
  /** Our own requests are nobody's trouble. */
  isOurs(url: string): boolean;
  now(): number;
};

/**
 * Watches fetch and XMLHttpRequest. The wrappers hand arguments and results through untouched: a Request that is rebuilt loses its body.
 * Returns the way back.
 */
export function watchRequests(hooks: RequestHooks): () => void {
  let leaving = false;
  const onLeave = () => {
    // Requests that a navigation cuts off look like network failures.
    leaving = true;
  };
  const onReturn = () => {
    leaving = false;
  };
  window.addEventListener('pagehide', onLeave);
  window.addEventListener('pageshow', onReturn);

  const report = (method: string, url: string, status: number, startedAt: number) => {
    const durationMs = Math.max(0, Math.round(hooks.now() - startedAt));
    const request = {
      method: readMethod(method),
      path: stripUrl(url).slice(0, 500),
      status: readStatus(status),
      durationMs,
    };
    if (status >= 400 || (status === 0 && !leaving)) hooks.crumb({ kind: 'request_failed', ...request });
    else if (durationMs > SLOW_MS && !leaving) hooks.crumb({ kind: 'request_slow', ...request });
  };

  const restoreFetch = patch(
    window,
    'fetch',
    (original) =>
      function (this: unknown, ...args: Parameters<typeof fetch>) {
        const result = Reflect.apply(original, this ?? window, args) as Promise<Response>;
        try {
          const [input, init] = args;
          const request = typeof input === 'object' && 'url' in input ? input : null;
          const url = request?.url ?? String(input);
          if (!hooks.isOurs(url)) {
            const method = init?.method ?? request?.method ?? 'GET';
            const signal = init?.signal ?? request?.signal;
            const startedAt = hooks.now();
            hooks.began();
            result.then(
              // Opaque answers have no status, and are no failure.
              ({ status, type }) => report(method, url, type.startsWith('opaque') ? 200 : status, startedAt),
              () => signal?.aborted || report(method, url, 0, startedAt),
            );
          }
        } catch {
          // Watching failed; the request did not.
        }
        return result;
      } as typeof fetch,
  );

  const opened = new WeakMap<XMLHttpRequest, { method: string; url: string }>();
  const restoreOpen = patch(
    window.XMLHttpRequest?.prototype,
    'open',
    (original) =>
      function (this: XMLHttpRequest, ...args: [method: string, url: string | URL]) {
        opened.set(this, { method: String(args[0]), url: String(args[1]) });
        return Reflect.apply(original, this, args);
      } as XMLHttpRequest['open'],
  );
  const restoreSend = patch(
    window.XMLHttpRequest?.prototype,
    'send',
    (original) =>
      function (this: XMLHttpRequest, ...args: Parameters<XMLHttpRequest['send']>) {
        const request = opened.get(this);
        if (request && !hooks.isOurs(request.url)) {
          const startedAt = hooks.now();
          let aborted = false;
          hooks.began();
          this.addEventListener('abort', () => {
            aborted = true;
          });
          this.addEventListener(
            'loadend',
            () => aborted || report(request.method, request.url, this.status, startedAt),
            { once: true },
          );
        }
        return Reflect.apply(original, this, args);
      },
  );

  return () => {
    window.removeEventListener('pagehide', onLeave);
    window.removeEventListener('pageshow', onReturn);
    restoreFetch();
    restoreOpen();
    restoreSend();
  };
}

/**
 * Replaces a function and returns the way back. Somebody else may have wrapped ours meanwhile: then theirs must stay, and ours
 * becomes a plain passage.
 */
export function patch<Owner extends object, Name extends keyof Owner>(
  owner: Owner | undefined,
  name: Name,
  wrap: (original: Owner[Name] & CallableFunction) => Owner[Name],
): () => void {
  const original = owner?.[name] as (Owner[Name] & CallableFunction) | undefined;
  // The page has taken it away, and finds out what there is by looking.
  if (owner === undefined || typeof original !== 'function') return () => {};
  const own = Object.hasOwn(owner, name);
  const wrapped = wrap(original) as Owner[Name] & CallableFunction;
  let active = true;
  const passage = function (this: unknown, ...args: unknown[]) {
    return Reflect.apply(active ? wrapped : original, this, args);
  } as unknown as Owner[Name];
  try {
    owner[name] = passage;
  } catch {
    // Frozen by the host: nothing is watched.
  }
  return () => {
    active = false;
    if (owner[name] !== passage) return;
    try {
      if (own) owner[name] = original;
      else delete owner[name];
    } catch {
      // Frozen meanwhile: ours stays, as a plain passage.
    }
  };
}

const readMethod = (method: string): string => {
  const upper = method.toUpperCase();
  return /^[A-Z]{1,10}$/.test(upper) ? upper : 'GET';
};
const readStatus = (status: number): number => (status >= 0 && status <= 599 ? status : 0);
