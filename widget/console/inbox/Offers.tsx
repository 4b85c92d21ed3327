import type { Offer } from '#protocol/agent.ts';
import { now } from '../clock.ts';
import { go } from '../route.ts';
import { duration, withoutMarks } from '../wording.ts';
import type { AgentFeed } from './agent-feed.ts';
import type { QueueFeed } from './queue-feed.ts';
import { RankSum } from './RankSum.tsx';
import { type Standing, standingOf } from './rank-order.ts';

export function Offers({ feed, queues }: { feed: AgentFeed; queues: readonly QueueFeed[] }) {
  const state = feed.state.value;
  const offers = state?.offers ?? [];
  return (
    <section aria-label="Offers" class="offers">
      <h2>Offers {offers.length > 0 && <span class="count number">{offers.length}</span>}</h2>
      {/* Said once per change of the list; the seconds that pass are not read out. */}
      <p class="unseen" role="status">
        {offers.map(({ queueName, subject }) => `Offer from ${queueName}: ${subject}`).join('. ')}
      </p>
      {feed.notice.value !== null && (
        <p class="notice" role="alert">
          {feed.notice.value}
          <button type="button" class="link" onClick={() => (feed.notice.value = null)}>
            Dismiss
          </button>
        </p>
      )}
      {state === null ? (
        <div class="skeleton" aria-hidden="true">
          <i />
          <i />
        </div>
      ) : offers.length === 0 ? (
        <p class="empty">
          {state.presence === 'available'
            ? 'You are next in line: work is offered here as soon as somebody needs a person.'
            : 'Turn on Available, and work from your queues is offered here, one piece at a time.'}
        </p>
      ) : (
        offers.map((offer, i) => (
          <OfferCard
            key={offer.reservationId}
            offer={offer}
            standing={standingOf(offer, queues.find(({ queue }) => queue.id === offer.queueId)?.view.value)}
            feed={feed}
            isFirst={i === 0}
          />
        ))
      )}
    </section>
  );
}

type OfferCardProps = { offer: Offer; standing: Standing | null; feed: AgentFeed; isFirst: boolean };

/** The first one is what `a` accepts; the others are shorter, so that own work and queues stay in sight beneath them. */
function OfferCard({ offer, standing, feed, isFirst }: OfferCardProps) {
  const busy = feed.answering.value.has(offer.reservationId);
  const left = offer.expiresAt - now.value;
  const total = Math.max(1, offer.expiresAt - offer.offeredAt);
  const accept = async () => {
    if (!busy && (await feed.accept(offer))) go({ page: 'conversation', id: offer.conversationId });
  };
  const who = [offer.visitorName ?? 'Anonymous visitor', offer.company].filter(Boolean).join(', ');
  const because = offer.because.length > 0 && <p class="because">{offer.because.map(withoutMarks).join(' · ')}</p>;
  return (
    <article class="offer" aria-label={`${offer.queueName}: ${offer.subject}`}>
      <p class="meta">
        <span>{offer.queueName}</span>
        <span class="number">{offer.ticketNumber}</span>
        {offer.hop > 1 && <span>hop {offer.hop}</span>}
      </p>
      <p class="subject">{offer.subject}</p>
      <p class="quiet">
        {who}
        {offer.tier !== null && <> · {offer.tier}</>}
        {offer.area !== null && offer.area.toLowerCase() !== offer.queueName.toLowerCase() && <> · {offer.area}</>}
      </p>
      {isFirst && because}
      <RankSum terms={offer.rank} dueAt={offer.dueAt} standing={standing} isFolded>
        {!isFirst && because}
      </RankSum>
      <div class="answer">
        <button type="button" class="primary" aria-disabled={busy} onClick={() => void accept()}>
          Accept
        </button>
        <button type="button" class="secondary" aria-disabled={busy} onClick={() => !busy && void feed.decline(offer)}>
          Decline
        </button>
        <span class={`left number ${left < 10_000 ? 'soon' : ''}`}>
          {left > 0 ? <>{duration(left)} left</> : 'Ending…'}
        </span>
      </div>
      <progress class="countdown" max={total} value={Math.max(0, left)} aria-hidden="true" />
    </article>
  );
}
