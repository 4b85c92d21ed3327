// Loaded when somebody opens it: most people never change how a queue works.
import './settings.css';
import type { Me } from '#protocol/http.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { hrefOf } from '../route.ts';
import { QueueSettings } from './QueueSettings.tsx';

type SettingsPageProps = { me: Me; feeds: readonly QueueFeed[]; part: string | null };

/** The server decides; this only spares others the sight of a form that answers no. */
const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);

/** How this workspace's queues work: looked at by everybody, changed by owners and admins. */
export default function SettingsPage({ me, feeds, part }: SettingsPageProps) {
  const queues = [...me.queues].sort((a, b) => a.tier - b.tier || a.name.localeCompare(b.name));
  const queue = queues.find(({ id }) => id === part) ?? queues[0];
  return (
    <section class="s-page" aria-labelledby="settings-title">
      <header class="s-head">
        <h1 id="settings-title">
          Settings <small>{me.workspace.name}</small>
        </h1>
        <nav aria-label="Queues">
          <ul class="s-tabs">
            {queues.map(({ id, name }) => (
              <li key={id}>
                <a href={hrefOf({ page: 'settings', part: id })} aria-current={id === queue?.id ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {queue === undefined ? (
        <p class="empty">This workspace has no queue yet.</p>
      ) : (
        <QueueSettings
          key={queue.id}
          queue={queue}
          queues={queues}
          feed={feeds.find((feed) => feed.queue.id === queue.id)}
          isReadOnly={!ADMINS.has(me.agent.role)}
          isHere={(to) => to.page === 'settings' && (to.part ?? queues[0]?.id) === queue.id}
        />
      )}
    </section>
  );
}
