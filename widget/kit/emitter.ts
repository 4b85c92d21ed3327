export type Emitter<Events> = {
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void;
  off<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
};

/** The host's listeners run here: one that throws must not stop the others, nor us. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(event: never) => void>>();
  return {
    on(name, listener) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name)?.add(listener);
    },
    off(name, listener) {
      listeners.get(name)?.delete(listener);
    },
    emit(name, event) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          (listener as (event: Events[typeof name]) => void)(event);
        } catch (cause) {
          // As an uncaught error the host sees it where it looks for errors, after we are done.
          setTimeout(() => {
            throw cause;
          });
        }
      }
    },
  };
}
