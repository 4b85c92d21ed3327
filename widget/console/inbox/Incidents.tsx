import { hrefOf, INCIDENTS_PART } from '../route.ts';
import { timeOfMinute } from '../wording.ts';
import type { QueueFeed } from './queue-feed.ts';

/** Every queue tells the same. */
export const incidentsOn = (feeds: readonly QueueFeed[]) =>
  feeds.find((feed) => feed.view.value !== null)?.view.value?.incidents ?? [];

/** What is known to be broken: whoever opens a conversation about it need not look for the cause. */
export function Incidents({ feeds }: { feeds: readonly QueueFeed[] }) {
  const incidents = incidentsOn(feeds);
  if (incidents.length === 0) return null;
  return (
    <section class="incidents service small" aria-label="Broken just now">
      {incidents.map(({ id, title, area, startedAt }) => (
        <p key={id} class="warning">
          <a href={hrefOf({ page: 'settings', part: INCIDENTS_PART })}>
            Incident{area !== null && ` in ${area}`}: {title}
          </a>
          , since {timeOfMinute(startedAt)}
        </p>
      ))}
    </section>
  );
}
