import { signal } from '@preact/signals';
import type { AgentDown, Notice, Offer, Presence, Work } from '#protocol/agent.ts';
import { type Feed, openFeed } from '../kit/feed.ts';
import { createRequests, type Told } from '../requests.ts';

export type AgentStanding = {
  presence: Presence;
  presenceBecause: string | null;
  load: number;
  capacity: number;
  offers: Offer[];
  work: Work[];
  /** Finished, and its slot still in use for notes. */
  wrapping: Wrapping[];
};
type Wrapping = Extract<AgentDown, { type: 'state' }>['wrapping'][number];

export type AgentFeed = Pick<Feed, 'connection' | 'reconnect' | 'close'> & {
  /** Null until the server has said it for the first time. */
  state: { readonly value: AgentStanding | null };
  /** What became of the last offer or switch that did not go as asked; in words, until the next try. */
  notice: { value: string | null };
  /** Promises that this agent answers for and that are nearly late, or late; the longest known first. */
  notices: { readonly value: readonly Notice[] };
  /** Not shown again, unless a warning becomes a breach. */
  see(notice: Notice): Promise<void>;
  setAvailable(available: boolean): Promise<void>;
  /** True when the work is ours. */
  accept(offer: Offer): Promise<boolean>;
  decline(offer: Offer): Promise<void>;
  /** The notes are written: the slot is free for the next work. */
  finishWrapUp(reservationId: string): Promise<void>;
  /** Offers that have an answer under way. */
  answering: { readonly value: ReadonlySet<string> };
};

const WITHDRAWN = {
  expired: 'An offer ran out before it was answered; the work is back in line.',
  taken: 'An offer was withdrawn: the work is no longer yours to take.',
  cancelled: 'An offer was withdrawn: the visitor no longer needs it.',
  unfit: 'An offer was withdrawn: your skills, capacity or queues were changed, and it is back in line.',
  withdrawn: 'An offer was withdrawn by a supervisor; the work is back in line.',
} as const;

/** Presence, offers and own work. The last state frame is the truth; nothing is computed on top of it. */
export function openAgentFeed(): AgentFeed {
  const state = signal<AgentStanding | null>(null);
  const notice = signal<string | null>(null);
  const notices = signal<readonly Notice[]>([]);
  const answering = signal<ReadonlySet<string>>(new Set());
  const requests = createRequests((frame) => feed.send(frame));
  const feed = openFeed<AgentDown>(
    { socket: 'agent' },
    {
      hello: () => ({}),
      frame(frame) {
        switch (frame.type) {
          case 'state': {
            const { presence, presenceBecause, load, capacity, offers, work, wrapping } = frame;
            const first = state.value === null || feed.connection.value !== 'live';
            state.value = { presence, presenceBecause, load, capacity, offers, work, wrapping };
            feed.settled();
            if (first) requests.resend();
            return;
          }
          case 'notices':
            notices.value = frame.notices;
            return;
          case 'offer.withdrawn':
            // Our own answer may be what ended it; then that answer has the words.
            if (!answering.value.has(frame.reservationId)) notice.value = WITHDRAWN[frame.because];
            return;
          case 'ack':
          case 'nack':
            requests.answered(frame);
            return;
          default:
            return;
        }
      },
    },
  );

  async function answer(offer: Offer, type: 'offer.accept' | 'offer.decline'): Promise<Told> {
    const { reservationId, epoch, queueId } = offer;
    notice.value = null;
    answering.value = new Set([...answering.value, reservationId]);
    const told = await requests.ask({ type, reservationId, epoch, queueId });
    answering.value = new Set([...answering.value].filter((id) => id !== reservationId));
    if (!told.ok) notice.value = told.message;
    return told;
  }

  return {
    connection: feed.connection,
    reconnect: feed.reconnect,
    close: feed.close,
    state,
    notice,
    answering,
    notices,
    async see({ id }) {
      // Gone at once; the next frame says what is left.
      notices.value = notices.value.filter((one) => one.id !== id);
      const told = await requests.ask({ type: 'notice.seen', notice: id });
      if (!told.ok) notice.value = told.message;
    },
    async setAvailable(available) {
      notice.value = null;
      const told = await requests.ask({ type: 'presence.set', presence: available ? 'available' : 'away' });
      if (!told.ok) notice.value = told.message;
    },
    accept: async (offer) => (await answer(offer, 'offer.accept')).ok,
    async decline(offer) {
      await answer(offer, 'offer.decline');
    },
    async finishWrapUp(reservationId) {
      notice.value = null;
      const told = await requests.ask({ type: 'wrap_up.done', reservationId });
      if (!told.ok) notice.value = told.message;
    },
  };
}
