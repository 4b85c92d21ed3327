import { signal } from '@preact/signals';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { backOffMs } from '../../kit/back-off.ts';
import { type Link, type LinkState, openLink } from '../../kit/link.ts';
import { randomId } from '../../kit/random-id.ts';
import { loadSession, session } from '../session.ts';
import { askTicket, type SocketWish } from '../tickets.ts';

/** How a link stands, or why it will not come back by itself. */
export type Connection = LinkState | 'expired' | 'outdated' | 'refused';

export type Feed = {
  connection: { readonly value: Connection };
  send(frame: object): boolean;
  /** The server's first real frame has come: the connection works. */
  settled(): void;
  /** After signing in again. */
  reconnect(): void;
  close(): void;
};

/** A console socket: a ticket for each connection, a hello on each, and the words for how it stands. */
export function openFeed<Down>(
  wish: SocketWish,
  on: { hello(): object; frame(frame: Down): void; lost?(): void },
): Feed {
  const connection = signal<Connection>('connecting');
  let closed = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  /** Tickets refused in a row, by a server that still knows the session. */
  let refusals = 0;
  let link: Link | null = null;

  function open(): void {
    clearTimeout(again);
    if (closed || link !== null) return;
    link = openLink<Down>({
      address: () => askTicket(wish),
      onOpen: () => link?.send({ type: 'hello', id: randomId(20), protocol: PROTOCOL_VERSION, ...on.hello() }),
      onFrame: on.frame,
      onState(state) {
        // Trying again is still lost: the word changes when it is back, not with each attempt.
        if (connection.value !== 'lost' || state === 'live') connection.value = state;
        if (state === 'lost') on.lost?.();
      },
      onEnd(end) {
        link = null;
        switch (end) {
          case 'unauthenticated':
            // Only a refused ticket request ends the session, and says so there. A ticket that was late or used is asked for anew.
            if (session.peek().state !== 'signed_in') connection.value = 'expired';
            else {
              connection.value = 'lost';
              again = setTimeout(open, backOffMs(refusals, Math.random()));
              refusals += 1;
            }
            return;
          case 'protocol_too_old':
            connection.value = 'outdated';
            return;
          case 'forbidden':
            connection.value = 'refused';
            // [S12] Of the whole workspace, perhaps.
            void loadSession();
            return;
          case 'replaced':
            connection.value = 'refused';
            return;
          default:
            end satisfies never;
        }
      },
    });
  }

  open();
  return {
    connection,
    send: (frame) => link?.send(frame) ?? false,
    settled() {
      refusals = 0;
      link?.settled();
    },
    reconnect() {
      if (link !== null || closed) return;
      connection.value = 'connecting';
      open();
    },
    close() {
      closed = true;
      clearTimeout(again);
      link?.close();
      link = null;
    },
  };
}
