import { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import type { SignedInBy } from '../worker/signed-in-by.ts';
import { seatedAmong } from '../worker/storage/members.ts';
import { within } from '../worker/within.ts';
import { closeSocket } from './sockets.ts';

/** [S12] So long nobody looks whether who sits at a socket still may. An alarm may be some seconds late, and a minute is what is promised. */
const LOOK_EVERY_MS = 45_000;
/** [O10] A look that takes longer has failed. */
export const LOOK_WITHIN_MS = 5_000;
/** When the database did not answer. */
const AGAIN_MS = 5_000;

const signedInBy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), id: z.string() }),
  z.object({ kind: z.literal('assertion'), endsAt: z.number() }),
]);

/**
 * What a socket of an agent, and before it the ticket, says of who sits there: when they were looked at last, and by what they are signed in. Older deploys wrote no time: they are looked at at
 * once. Of whom it is not known by what, the socket is closed then; the console comes back with a ticket that says it.
 */
export const seat = { checkedAt: z.number().default(0), signedInBy: signedInBy.nullable().default(null) };

/** [S31] Looked at when the ticket was made: it is redeemed up to 30 s later, and the minute counts from here. */
export const seatNow = (by: SignedInBy | null, now: number): Seat => ({ checkedAt: now, signedInBy: by });

export type Seat = { checkedAt: number; signedInBy: SignedInBy | null };
type Seated = Seat & { agentId: string };

/**
 * [S12] [S31] The agents' sockets of one object. Whoever opened one was let in by the Worker; the socket lives for hours, so it is looked at again, by the object's alarm: who is out of the workspace
 * or signed out is closed, who has another role is told apart. The times stand in the sockets' attachments, which outlive the object's sleep.
 */
export class Seats {
  readonly #sockets: () => WebSocket[];
  readonly #read: (socket: WebSocket) => Seated | null;
  readonly #keep: (socket: WebSocket, member: { name: string; role: string }, now: number) => void;
  #notBefore = 0;
  /** Asked for with every alarm that is set; found again after a look, and when somebody sits down. */
  #oldest: number | null | undefined;

  constructor(seats: {
    sockets(): WebSocket[];
    /** Null: not an agent's. */
    read(socket: WebSocket): Seated | null;
    /** They still may: by this name and role, as of now. */
    keep(socket: WebSocket, member: { name: string; role: string }, now: number): void;
  }) {
    this.#sockets = seats.sockets;
    this.#read = seats.read;
    this.#keep = seats.keep;
  }

  /** Somebody has just sat down. */
  changed(): void {
    this.#oldest = undefined;
  }

  /** When somebody must look again; null where nobody sits. Whoever has left meanwhile costs one look for nothing. */
  nextAt(): number | null {
    if (this.#oldest === undefined) {
      const oldest = this.#open().reduce((at, [, { checkedAt }]) => Math.min(at, checkedAt), Number.POSITIVE_INFINITY);
      this.#oldest = oldest === Number.POSITIVE_INFINITY ? null : oldest;
    }
    return this.#oldest === null ? null : Math.max(this.#oldest + LOOK_EVERY_MS, this.#notBefore);
  }

  /** Looks, if it is time or somebody says so. A database that does not answer closes nobody: it is asked again soon, and whoever would remove somebody needs it too. */
  async look(db: D1Database, workspaceId: WorkspaceId, now: number, isNow = false): Promise<void> {
    const next = this.nextAt();
    if (next === null || (!isNow && next > now)) return;
    this.changed();
    // While it is asked it is not time to look: an alarm for that would ring again and again.
    this.#notBefore = now + LOOK_WITHIN_MS;
    try {
      // [S31] That it is over is known without the database.
      for (const [socket, { signedInBy: by }] of this.#open())
        if (by?.kind === 'assertion' && by.endsAt <= now) closeSocket(socket, 'unauthenticated');
      // Of whoever comes while the database is asked it was not asked.
      const asked = this.#open();
      const seats = asked.map(([, { agentId, signedInBy: by }]) => ({ agentId, sessionId: idOf(by) }));
      const members = await within(LOOK_WITHIN_MS, seatedAmong(db, workspaceId, seats, now), 'the database');
      for (const [socket, { agentId, signedInBy: by }] of asked) {
        if (socket.readyState !== WebSocket.READY_STATE_OPEN) continue;
        const member = members.get(agentId);
        if (member === undefined) closeSocket(socket, 'forbidden');
        // [S31] Signed out, over, or not known: whoever signs in again has the same right as before.
        else if (by?.kind !== 'assertion' && !member.sessions.has(idOf(by) ?? ''))
          closeSocket(socket, 'unauthenticated');
        else this.#keep(socket, member, now);
      }
    } catch (cause) {
      this.lookAgain(Date.now());
      console.warn(JSON.stringify({ at: 'seats', message: faultText(cause) }));
    }
    this.changed();
  }

  /** The database did not answer: soon, and not at once. */
  lookAgain(now: number): void {
    this.#notBefore = now + AGAIN_MS;
  }

  #open(): [WebSocket, Seated][] {
    return this.#sockets().flatMap((socket) => {
      const seated = socket.readyState === WebSocket.READY_STATE_OPEN ? this.#read(socket) : null;
      return seated === null ? [] : [[socket, seated] as [WebSocket, Seated]];
    });
  }
}

const idOf = (by: SignedInBy | null): string | null => (by?.kind === 'session' ? by.id : null);
