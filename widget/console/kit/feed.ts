import { signal } from '@preact/signals';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { type Link, type LinkState, openLink } from '../../kit/link.ts';
import { randomId } from '../../kit/random-id.ts';
import { askTicket, type SocketWish } from '../tickets.ts';

/** How a link stands, or why it will not come back by itself. */
export type Connection = LinkState | 'expired' | 'outdated' | 'refused';

/** A ticket that was used or late looks like an ended session; one more try tells them apart. */
const RETRY_TICKET_MS = 1500;

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
  let link: Link | null = null;

  function open(): void {
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
            // A used or late ticket ends like this too; whether the session is over only the next ticket can tell.
            connection.value = 'expired';
            setTimeout(() => !closed && link === null && retryOnce(), RETRY_TICKET_MS);
            return;
          case 'protocol_too_old':
            connection.value = 'outdated';
            return;
          case 'forbidden':
          case 'replaced':
            connection.value = 'refused';
            return;
          default:
            end satisfies never;
        }
      },
    });
  }

  let retried = 0;
  function retryOnce(): void {
    if (Date.now() - retried < RETRY_TICKET_MS * 10) return;
    retried = Date.now();
    open();
  }

  open();
  return {
    connection,
    send: (frame) => link?.send(frame) ?? false,
    settled: () => link?.settled(),
    reconnect() {
      if (link !== null || closed) return;
      connection.value = 'connecting';
      open();
    },
    close() {
      closed = true;
      link?.close();
      link = null;
    },
  };
}
