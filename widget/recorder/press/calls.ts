import type { Press } from './press.ts';

/** What goes over the port of a press that is elsewhere. */
export type PressCall = { id: number; name: keyof Press; argument: unknown };
export type PressAnswer = { id: number; ok: boolean; value: unknown };
/** Said once when calls are heard. */
export const READY = 'ready';
/** Said when what is at the other end has broken. */
export const BROKEN = 'broken';

/** Answers calls on a port, one after the other: what folds must not be overtaken. */
export function serve(port: Pick<MessagePort, 'postMessage' | 'onmessage'>, press: Press): void {
  let turn: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<PressCall>) => {
    turn = turn.then(async () => {
      try {
        const value = await press[data.name](data.argument as never);
        port.postMessage({ id: data.id, ok: true, value } satisfies PressAnswer);
      } catch {
        port.postMessage({ id: data.id, ok: false, value: null } satisfies PressAnswer);
      }
    });
  };
  port.postMessage(READY);
}

/** A press at the other end of a port. `fail` refuses what is open and everything later. */
export function callPress(send: (call: PressCall) => void): {
  press: Press;
  answer(answer: PressAnswer): void;
  fail(): void;
} {
  const open = new Map<number, { resolve(value: never): void; reject(cause: Error): void }>();
  let next = 0;
  let failed = false;
  const call = (name: keyof Press, argument: unknown) =>
    new Promise<never>((resolve, reject) => {
      if (failed) return reject(new Error(BROKEN));
      open.set(next, { resolve, reject });
      send({ id: next, name, argument });
      next += 1;
    });
  return {
    press: {
      seal: (events) => call('seal', events),
      join: (pieces) => call('join', pieces),
      fold: (pieces) => call('fold', pieces),
      base: (at) => call('base', at),
      forget: () => call('forget', null),
    },
    answer({ id, ok, value }) {
      const waiting = open.get(id);
      open.delete(id);
      if (ok) waiting?.resolve(value as never);
      else waiting?.reject(new Error('refused'));
    },
    fail() {
      failed = true;
      for (const { reject } of open.values()) reject(new Error(BROKEN));
      open.clear();
    },
  };
}
