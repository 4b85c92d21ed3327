import { signal } from '@preact/signals';
import type { Me } from '#protocol/http.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { type Feed, openFeed } from '../kit/feed.ts';

export type QueueView = Omit<Extract<QueueDown, { type: 'queue' }>, 'type' | 'protocol'>;

export type QueueFeed = Pick<Feed, 'connection' | 'reconnect' | 'close'> & {
  queue: Me['queues'][number];
  view: { readonly value: QueueView | null };
};

/** One queue, live. A frame is the whole; an older one that arrives late is dropped. */
export function openQueueFeed(queue: Me['queues'][number]): QueueFeed {
  const view = signal<QueueView | null>(null);
  const feed = openFeed<QueueDown>(
    { socket: 'queue', queueId: queue.id },
    {
      hello: () => ({}),
      frame(frame) {
        if (frame.type !== 'queue') return;
        const reconnected = feed.connection.value !== 'live';
        feed.settled();
        // A queue that was made anew counts from the beginning; on a new connection the first frame is always right.
        if (!reconnected && view.value !== null && frame.version < view.value.version) return;
        view.value = frame;
      },
    },
  );
  return { queue, view, connection: feed.connection, reconnect: feed.reconnect, close: feed.close };
}
