/** What of the page's is in use: `kind what` and how often. */
export type Ledger = Record<string, number>;

/**
 * Runs in a page before anything else does: keeps the books of whatever lives on by itself. Everything that is begun is written down and
 * crossed out when it ends; what is left is read by `readLedger`.
 */
export function keepLedger(): void {
  const open = new Map<object, string>();
  (window as unknown as { ledger: () => Ledger }).ledger = () => {
    const sums: Ledger = {};
    for (const what of open.values()) sums[what] = (sums[what] ?? 0) + 1;
    return sums;
  };

  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  type Entry = { type: string; listener: unknown; capture: boolean };
  const listening = new WeakMap<EventTarget, Entry[]>();
  const isCapture = (options: unknown) =>
    typeof options === 'object' && options !== null
      ? (options as { capture?: boolean }).capture === true
      : options === true;
  // What listens to a node goes with the node; what listens to these stays.
  const stays = (target: EventTarget) =>
    target === window ||
    target === document ||
    target === document.documentElement ||
    target === document.body ||
    target === window.visualViewport ||
    target instanceof MediaQueryList;
  const strike = (target: EventTarget, type: string, listener: unknown, capture: boolean) => {
    const entries = listening.get(target) ?? [];
    const at = entries.findIndex((one) => one.type === type && one.listener === listener && one.capture === capture);
    if (at < 0) return;
    open.delete(entries[at] as Entry);
    entries.splice(at, 1);
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    add.call(target, type, listener, options);
    if (!stays(target) || listener === null) return;
    const capture = isCapture(options);
    const entries = listening.get(target) ?? [];
    if (entries.some((one) => one.type === type && one.listener === listener && one.capture === capture)) return;
    const entry = { type, listener, capture };
    listening.set(target, [...entries, entry]);
    open.set(entry, `listener ${type}`);
    const rest = typeof options === 'object' ? options : {};
    if (rest.once) add.call(target, type, () => strike(target, type, listener, capture), { once: true, capture });
    rest.signal?.addEventListener('abort', () => strike(target, type, listener, capture));
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window;
    remove.call(target, type, listener, options);
    strike(target, type, listener, isCapture(options));
  };

  for (const name of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'PerformanceObserver'] as const) {
    const { observe, disconnect } = window[name].prototype;
    Object.assign(window[name].prototype, {
      observe(this: object, ...call: unknown[]) {
        open.set(this, name);
        return Reflect.apply(observe, this, call);
      },
      disconnect(this: object) {
        open.delete(this);
        return Reflect.apply(disconnect, this, []);
      },
    });
  }

  const timers = new Map<unknown, object>();
  const { setTimeout: later, setInterval: often, clearTimeout: never, clearInterval: noMore } = window;
  const end = (id: unknown) => {
    open.delete(timers.get(id) ?? timers);
    timers.delete(id);
  };
  Object.assign(window, {
    setTimeout(run: (...rest: unknown[]) => void, ms?: number, ...rest: unknown[]) {
      const id: unknown = later(() => {
        end(id);
        run(...rest);
      }, ms);
      const entry = {};
      timers.set(id, entry);
      open.set(entry, `timer of ${ms ?? 0} ms`);
      return id;
    },
    setInterval(run: () => void, ms?: number) {
      const id: unknown = often(run, ms);
      const entry = {};
      timers.set(id, entry);
      open.set(entry, `interval of ${ms ?? 0} ms`);
      return id;
    },
    clearTimeout(id: number) {
      end(id);
      never(id);
    },
    clearInterval(id: number) {
      end(id);
      noMore(id);
    },
  });

  for (const name of ['WebSocket', 'Worker', 'BroadcastChannel'] as const) {
    const Plain = window[name] as unknown as new (
      ...rest: unknown[]
    ) => EventTarget & { close?(): void; terminate?(): void };
    const Counted = class extends Plain {
      constructor(...rest: unknown[]) {
        super(...rest);
        open.set(this, name);
        add.call(this, 'close', () => open.delete(this));
      }
    };
    const last = name === 'Worker' ? 'terminate' : 'close';
    const plainLast = Plain.prototype[last] as () => void;
    Object.assign(Counted.prototype, {
      [last](this: object, ...rest: []) {
        open.delete(this);
        return Reflect.apply(plainLast, this, rest);
      },
    });
    Object.assign(window, { [name]: Counted });
  }
}
