import { signal } from '@preact/signals';
import type { Me } from '#protocol/http.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { type Feed, openFeed } from '../kit/feed.ts';
import { createRequests, type Told } from '../requests.ts';

export type QueueView = Omit<Extract<QueueDown, { type: 'queue' }>, 'type' | 'protocol'>;

export type QueueFeed = Pick<Feed, 'connection' | 'reconnect' | 'close'> & {
  readonly queue: Me['queues'][number];
  /** Its name, tier or people have changed. */
  know(queue: Me['queues'][number]): void;
  view: { readonly value: QueueView | null };
  /** A supervisor's deed. What became of it shows in the next view; here is only whether it was taken. */
  ask(frame: { type: string } & Record<string, unknown>): Promise<Told>;
};

/** One queue, live. A frame is the whole; an older one that arrives late is dropped. */
export function openQueueFeed(first: Me['queues'][number]): QueueFeed {
  const queue = signal(first);
  const view = signal<QueueView | null>(null);
  const requests = createRequests((frame) => feed.send(frame));
  const feed = openFeed<QueueDown>(
    { socket: 'queue', queueId: first.id },
    {
      hello: () => ({}),
      frame(frame) {
        if (frame.type !== 'queue') {
          requests.answered(frame);
          return;
        }
        const reconnected = feed.connection.value !== 'live';
        feed.settled();
        if (reconnected) requests.resend();
        // A queue that was made anew counts from the beginning; on a new connection the first frame is always right.
        if (!reconnected && view.value !== null && frame.version < view.value.version) return;
        view.value = frame;
      },
    },
  );
  return {
    get queue() {
      return queue.value;
    },
    know(next) {
      queue.value = next;
    },
    view,
    ask: (frame) => requests.ask(frame),
    connection: feed.connection,
    reconnect: feed.reconnect,
    close: feed.close,
  };
}
