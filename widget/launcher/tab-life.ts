/** A browser that does not answer is one without locks. */
const ANSWER_WITHIN_MS = 500;
const nameOf = (tab: string): string => `baton:tab:${tab}`;

/**
 * Whether no page lives any more that holds this tab's name. A store that says that its page has not left is a copy of a living page's
 * ("Duplicate tab"), or its page was killed; only the browser knows which.
 */
export function isOrphan(tab: string): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(resolve, ANSWER_WITHIN_MS, false);
    // An insecure page has none, and a page of no origin may not ask.
    attempt(() => navigator.locks.request(nameOf(tab), { ifAvailable: true }, (lock) => resolve(lock !== null)));
  });
}

/** Holds the tab's name as long as this page lives, and returns what ends that. A page in the browser's cache holds none: it would not get there. */
export function holdTab(tab: string): () => void {
  let held: (() => void) | null = null;
  let wanted = false;
  const hold = () => {
    wanted = true;
    attempt(() =>
      navigator.locks.request(
        nameOf(tab),
        () =>
          new Promise<void>((resolve) => {
            held = resolve;
            if (!wanted) resolve();
          }),
      ),
    );
  };
  const letGo = () => {
    wanted = false;
    held?.();
  };
  const onReturn = ({ persisted }: PageTransitionEvent) => {
    if (persisted) hold();
  };
  hold();
  window.addEventListener('pagehide', letGo);
  window.addEventListener('pageshow', onReturn);
  return () => {
    letGo();
    window.removeEventListener('pagehide', letGo);
    window.removeEventListener('pageshow', onReturn);
  };
}

function attempt(ask: () => Promise<unknown>): void {
  try {
    ask().catch(() => {});
  } catch {
    // As if it had never been asked.
  }
}
