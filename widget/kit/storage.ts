/** What is needed of `localStorage` and `sessionStorage`. */
export type Store = {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
};

/**
 * Browser storage that never throws: blocked cookies make even reading `window.localStorage` throw, and a full store throws on
 * writing. What could not be written stays readable in memory until the page goes.
 */
export function openStore(kind: 'localStorage' | 'sessionStorage'): Store {
  const memory = new Map<string, string>();
  let real: Storage | null = null;
  try {
    real = window[kind];
  } catch {
    // Blocked: memory serves this page.
  }
  return {
    get(key) {
      try {
        return memory.get(key) ?? real?.getItem(key) ?? null;
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (real === null) throw new Error('blocked');
        real.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      try {
        real?.removeItem(key);
      } catch {
        // Nothing is there that could stay.
      }
    },
    keys() {
      const all = new Set(memory.keys());
      try {
        for (let i = 0; i < (real?.length ?? 0); i += 1) all.add(real?.key(i) ?? '');
      } catch {
        // Memory's own keys are all there is.
      }
      return [...all];
    },
  };
}
