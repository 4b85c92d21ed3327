import type { ack, nack } from '#protocol/common.ts';
import { randomId } from '../kit/random-id.ts';

type Ack = ReturnType<typeof ack.parse>;
type Nack = ReturnType<typeof nack.parse>;
export type Told = { ok: true; seq: number | null } | { ok: false; message: string };

/** A live connection that is silent for this long about a request has failed it. */
const ANSWER_WITHIN_MS = 20_000;

export type Requests = {
  /**
   * Sends the frame and waits for its ack or nack. `id` given twice has one effect, so a repeated try uses the same; where none is given, the same frame
   * goes out under the id of the one before until that has been answered.
   */
  ask(frame: { type: string } & Record<string, unknown>, id?: string): Promise<Told>;
  /** True when the frame was the answer to one of these. */
  answered(frame: Ack | Nack): boolean;
  /** The connection is back: what has no answer goes out again under its id. */
  resend(): void;
};

export function createRequests(send: (frame: object) => boolean): Requests {
  const open = new Map<string, { frame: object; settle(told: Told): void }>();
  /** What no answer came to, and the id that it went out under: whoever presses again means the same deed. */
  const silent = new Map<string, string>();
  return {
    ask: (body, given) =>
      new Promise((resolve) => {
        const deed = JSON.stringify(body);
        const id = given ?? silent.get(deed) ?? randomId(20);
        const frame = { ...body, id };
        const timer = setTimeout(() => {
          if (given === undefined) silent.set(deed, id);
          settle({
            ok: false,
            message: 'No answer came, so it may not have taken effect. Try again: it counts once.',
          });
        }, ANSWER_WITHIN_MS);
        const settle = (told: Told) => {
          clearTimeout(timer);
          open.delete(id);
          resolve(told);
        };
        open.set(id, { frame, settle });
        // Not connected: `resend` takes it along when it is back, unless that takes too long.
        send(frame);
      }),
    answered(frame) {
      for (const [deed, id] of silent) if (id === frame.id) silent.delete(deed);
      const one = open.get(frame.id);
      if (one === undefined) return false;
      one.settle(
        frame.type === 'ack' ? { ok: true, seq: frame.seq ?? null } : { ok: false, message: frame.problem.message },
      );
      return true;
    },
    resend() {
      for (const { frame } of open.values()) send(frame);
    },
  };
}
