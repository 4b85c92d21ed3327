import type { EarlyError, HandOver } from './hand-over.ts';

/** File names of chunks, set by the build: the loader has a short cache life, chunks an endless one. */
declare const LAUNCHER_FILE: string;
declare const CAPTURE_FILE: string;
/** What each part is, by its name: its file and the hash of it. */
declare const PARTS: Record<string, { file: string; hash: string }>;

type Stub = { (...call: unknown[]): unknown; q?: ArrayLike<unknown>[]; loaded?: true };

/** Errors kept for the launcher; a page in a loop of errors must not fill the memory. */
const MAX_EARLY_ERRORS = 20;
/** A busy page may never be idle; support must come all the same. */
const IDLE_TIMEOUT_MS = 2000;

/** Nothing here may ever throw into the page, and a second tag does nothing. */
function load(): void {
  const host = window as unknown as { Baton?: Stub };
  // An element of the page may be called what we are called, and what we ask of it may be called that too.
  const stub = typeof host.Baton === 'function' ? host.Baton : undefined;
  if (stub?.loaded) return;
  const running = document.currentScript as HTMLScriptElement | null;
  const tag = running?.dataset.workspace
    ? running
    : document.querySelector<HTMLScriptElement>('script[data-workspace]');
  const workspaceKey = tag?.dataset.workspace;
  if (!tag || !workspaceKey) return;
  const origin = new URL(tag.src, location.href).origin;

  const queue: unknown[][] = [];
  // By hand: libraries of old have an `Array.from` of their own.
  for (let i = 0; i < (stub?.q?.length ?? 0); i += 1) queue.push([].slice.call(stub?.q?.[i] ?? []));
  let handle = (call: unknown[]): unknown => void queue.push(call);
  const baton: Stub = (...call) => {
    try {
      return handle(call);
    } catch {
      return undefined;
    }
  };
  baton.loaded = true;
  host.Baton = baton;

  const errors: EarlyError[] = [];
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => {
    if (errors.length >= MAX_EARLY_ERRORS) return;
    const reason = 'reason' in event ? event.reason : event.message;
    try {
      errors.push({
        at: Date.now(),
        message: `${reason?.message ?? reason}`,
        source: (event as ErrorEvent).filename ?? '',
      });
    } catch {
      // A reason that cannot be made text says nothing.
    }
  };
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onError);

  const checked: Record<string, Promise<unknown>> = {};
  // A part that was preloaded with its hash is the one that is imported: browsers keep one module for an address.
  const checkPart = (name: string) =>
    new Promise((resolve, reject) => {
      const part = PARTS[name];
      const link = document.createElement('link');
      if (!part || !link.relList.supports('modulepreload')) return resolve(null);
      const settle = (done: (value: unknown) => void) => (event: unknown) => {
        link.remove();
        done(event);
      };
      link.onload = settle(resolve);
      link.onerror = settle(reject);
      link.rel = 'modulepreload';
      link.crossOrigin = 'anonymous';
      link.integrity = part.hash;
      link.nonce = tag.nonce;
      link.href = `${origin}/${part.file}`;
      document.head.append(link);
    });
  const check = async (...parts: string[]) => {
    if (!tag.integrity) return;
    for (const name of parts) checked[name] ??= checkPart(name);
    await Promise.all(parts.map((name) => checked[name]));
  };

  const handOver: HandOver = {
    check,
    origin,
    workspaceKey,
    autoBoot: tag.dataset.boot !== 'manual',
    takeCalls(next) {
      handle = next;
      for (const call of queue.splice(0)) baton(...call);
    },
    takeErrors() {
      window.removeEventListener('error', onError);
      window.removeEventListener('unhandledrejection', onError);
      return errors;
    },
  };
  // Imports, not script elements: they carry the tag's nonce and need no Trusted Types policy.
  const start = () => {
    // The launcher imports this one; asking for it at the same time saves a round trip.
    if (!tag.integrity) import(/* @vite-ignore */ `${origin}/${CAPTURE_FILE}`).catch(() => {});
    check('capture', 'launcher')
      .then(() => import(/* @vite-ignore */ `${origin}/${LAUNCHER_FILE}`))
      .then((launcher: { launch(handOver: HandOver): void }) => launcher.launch(handOver))
      .catch(() => {});
  };
  if (typeof requestIdleCallback === 'function') requestIdleCallback(start, { timeout: IDLE_TIMEOUT_MS });
  // Safari has no idle callback.
  else setTimeout(start, 1);
}

try {
  load();
} catch {
  // The page comes first.
}
