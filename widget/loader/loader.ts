import type { EarlyError, HandOver } from './hand-over.ts';

/** File names of chunks, set by the build: the loader has a short cache life, chunks an endless one. */
declare const LAUNCHER_FILE: string;
declare const CAPTURE_FILE: string;

type Stub = { (...call: unknown[]): unknown; q?: ArrayLike<unknown>[]; loaded?: true };

/** Errors kept for the launcher; a page in a loop of errors must not fill the memory. */
const MAX_EARLY_ERRORS = 20;
/** A busy page may never be idle; support must come all the same. */
const IDLE_TIMEOUT_MS = 2000;

/** Nothing here may ever throw into the page, and a second tag does nothing. */
function load(): void {
  const host = window as unknown as { Baton?: Stub };
  if (host.Baton?.loaded) return;
  const tag = (document.currentScript ?? document.querySelector('script[data-workspace]')) as HTMLScriptElement | null;
  const workspaceKey = tag?.dataset.workspace;
  if (!tag || !workspaceKey) return;
  const origin = new URL(tag.src, location.href).origin;

  const queue: unknown[][] = Array.from(host.Baton?.q ?? [], (call) => Array.from(call));
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
  addEventListener('error', onError);
  addEventListener('unhandledrejection', onError);

  const handOver: HandOver = {
    origin,
    workspaceKey,
    autoBoot: tag.dataset.boot !== 'manual',
    takeCalls(next) {
      handle = next;
      for (const call of queue.splice(0)) baton(...call);
    },
    takeErrors() {
      removeEventListener('error', onError);
      removeEventListener('unhandledrejection', onError);
      return errors;
    },
  };
  // Imports, not script elements: they carry the tag's nonce and need no Trusted Types policy.
  const start = () => {
    // The launcher imports this one; asking for it at the same time saves a round trip.
    import(/* @vite-ignore */ `${origin}/${CAPTURE_FILE}`).catch(() => {});
    import(/* @vite-ignore */ `${origin}/${LAUNCHER_FILE}`)
      .then((launcher: { launch(handOver: HandOver): void }) => launcher.launch(handOver))
      .catch(() => {});
  };
  if ('requestIdleCallback' in window) requestIdleCallback(start, { timeout: IDLE_TIMEOUT_MS });
  // Safari has no idle callback.
  else setTimeout(start, 1);
}

try {
  load();
} catch {
  // The page comes first.
}
