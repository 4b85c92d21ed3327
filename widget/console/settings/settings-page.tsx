// Loaded when somebody opens it: most people never change how a queue works.
import './settings.css';
import { useEffect } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { isSupervisor } from '../inbox/supervision.ts';
import { LazyPart } from '../LazyRoom.tsx';
import {
  AGENTS_PART,
  API_KEYS_PART,
  hrefOf,
  INCIDENTS_PART,
  INTENTS_PART,
  isAgentsPart,
  isArticlePart,
  KNOWLEDGE_PART,
  LOG_PART,
  MEMBERS_PART,
  NEW_QUEUE_PART,
  POLICY_PART,
  PRIVACY_PART,
  PROMISES_PART,
  ROUTES_PART,
  type Route,
  WEBHOOKS_PART,
  WORKSPACE_PART,
} from '../route.ts';
import { loadSession } from '../session.ts';
import { PromiseSettings } from './PromiseSettings.tsx';
import { QueueSettings } from './QueueSettings.tsx';

type SettingsPageProps = { me: Me; feeds: readonly QueueFeed[]; part: string | null };

/** The server decides; this only spares others the sight of a form that answers no. */
const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);

/** Parts beside the queues. */
const BESIDE = [
  { id: AGENTS_PART, name: 'Agents' },
  { id: ROUTES_PART, name: 'Routes' },
  { id: POLICY_PART, name: 'Policy' },
  { id: PROMISES_PART, name: 'Promises' },
  { id: KNOWLEDGE_PART, name: 'Knowledge' },
  { id: INTENTS_PART, name: 'Intents' },
  { id: INCIDENTS_PART, name: 'Incidents' },
  { id: PRIVACY_PART, name: 'Privacy' },
  { id: WORKSPACE_PART, name: 'Workspace' },
  { id: MEMBERS_PART, name: 'Members' },
  { id: API_KEYS_PART, name: 'API keys' },
  { id: WEBHOOKS_PART, name: 'Webhooks' },
  { id: LOG_PART, name: 'Log' },
] as const;

/** How this workspace's queues work and what it promises: looked at by everybody, changed by owners and admins. */
export default function SettingsPage({ me, feeds, part }: SettingsPageProps) {
  const queues = [...me.queues].sort((a, b) => a.tier - b.tier || a.name.localeCompare(b.name));
  const beside = isAgentsPart(part)
    ? AGENTS_PART
    : isArticlePart(part)
      ? KNOWLEDGE_PART
      : BESIDE.find(({ id }) => id === part)?.id;
  const isReadOnly = !ADMINS.has(me.agent.role);
  const isNew = part === NEW_QUEUE_PART && !isReadOnly;
  const queue = beside !== undefined || isNew ? undefined : (queues.find(({ id }) => id === part) ?? queues[0]);
  // Somebody else may have made a queue since this console was opened.
  useEffect(() => void loadSession(), []);
  return (
    <section class="s-page" aria-labelledby="settings-title">
      <header class="s-head">
        <h1 id="settings-title">
          Settings <small>{me.workspace.name}</small>
        </h1>
        <nav aria-label="Parts of the settings">
          <ul class="s-tabs">
            {queues.map(({ id, name }) => (
              <li key={id}>
                <a href={hrefOf({ page: 'settings', part: id })} aria-current={id === queue?.id ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
            {!isReadOnly && (
              <li>
                <a
                  href={hrefOf({ page: 'settings', part: NEW_QUEUE_PART })}
                  aria-current={isNew ? 'page' : undefined}
                  aria-label="New queue"
                  title="New queue"
                >
                  +
                </a>
              </li>
            )}
            {BESIDE.map(({ id, name }, index) => (
              <li key={id} class={index === 0 ? 's-apart' : undefined}>
                <a href={hrefOf({ page: 'settings', part: id })} aria-current={id === beside ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {beside === AGENTS_PART ? (
        <LazyPart
          key={AGENTS_PART}
          name="The agents"
          load={() => import('./agents-page.tsx')}
          props={{ me, feeds, part }}
        />
      ) : beside === LOG_PART ? (
        <LazyPart key={LOG_PART} name="The log" load={() => import('./log-page.tsx')} props={{}} />
      ) : beside === ROUTES_PART ? (
        <LazyPart key={ROUTES_PART} name="Routes" load={() => import('./routes-page.tsx')} props={{ isReadOnly }} />
      ) : beside === POLICY_PART ? (
        <LazyPart key={POLICY_PART} name="The policy" load={() => import('./policy-page.tsx')} props={{ isReadOnly }} />
      ) : beside === PRIVACY_PART ? (
        <LazyPart
          key={PRIVACY_PART}
          name="Privacy"
          load={() => import('./privacy-page.tsx')}
          props={{ role: me.agent.role }}
        />
      ) : beside === WORKSPACE_PART ? (
        <LazyPart
          key={WORKSPACE_PART}
          name="The workspace"
          load={() => import('./workspace-page.tsx')}
          props={{ isAdmin: !isReadOnly }}
        />
      ) : beside === MEMBERS_PART ? (
        <LazyPart key={MEMBERS_PART} name="The members" load={() => import('./members-page.tsx')} props={{ me }} />
      ) : beside === API_KEYS_PART ? (
        <LazyPart
          key={API_KEYS_PART}
          name="The API keys"
          load={() => import('./api-keys-page.tsx')}
          props={{ isAdmin: !isReadOnly }}
        />
      ) : beside === WEBHOOKS_PART ? (
        <LazyPart
          key={WEBHOOKS_PART}
          name="The webhooks"
          load={() => import('./webhooks-page.tsx')}
          props={{ isAdmin: !isReadOnly }}
        />
      ) : beside === KNOWLEDGE_PART ? (
        <LazyPart
          key={KNOWLEDGE_PART}
          name="The articles"
          load={() => import('./knowledge-page.tsx')}
          props={{ part, isReadOnly: !isSupervisor(me.agent.role) }}
        />
      ) : beside === INTENTS_PART ? (
        <LazyPart key={INTENTS_PART} name="Intents" load={() => import('./intents-page.tsx')} props={{ isReadOnly }} />
      ) : beside === PROMISES_PART ? (
        <PromiseSettings isReadOnly={isReadOnly} isHere={(to) => to.page === 'settings' && to.part === PROMISES_PART} />
      ) : beside === INCIDENTS_PART ? (
        <LazyPart
          key={INCIDENTS_PART}
          name="The incidents"
          load={() => import('./incidents-page.tsx')}
          props={{ role: me.agent.role, feeds }}
        />
      ) : isNew ? (
        <LazyPart
          key={NEW_QUEUE_PART}
          name="The new queue"
          load={() => import('./new-queue-page.tsx')}
          props={{ queues, isHere: (to: Route) => to.page === 'settings' && to.part === NEW_QUEUE_PART }}
        />
      ) : queue === undefined ? (
        <p class="empty">This workspace has no queue yet.</p>
      ) : (
        <QueueSettings
          key={queue.id}
          queue={queue}
          queues={queues}
          feed={feeds.find((feed) => feed.queue.id === queue.id)}
          isReadOnly={isReadOnly}
          isHere={(to) => to.page === 'settings' && (to.part ?? queues[0]?.id) === queue.id}
        />
      )}
    </section>
  );
}
