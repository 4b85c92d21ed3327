import { Icon } from '../kit/Icon.tsx';
import { hrefOf, route } from '../route.ts';
import { goToWorkspace, signOut } from '../session.ts';
import { nextTheme, theme } from '../theme.ts';
import type { Workplace } from '../workplace.ts';
import { ConnectionLine } from './ConnectionLine.tsx';
import { Incidents } from './Incidents.tsx';
import { Notices } from './Notices.tsx';
import { Offers } from './Offers.tsx';
import { OwnWork } from './OwnWork.tsx';
import { PresenceSwitch } from './PresenceSwitch.tsx';
import { QueueRegion } from './QueueRegion.tsx';

const THEME_ICON = { system: 'half', light: 'sun', dark: 'moon' } as const;

type SidebarProps = { workplace: Workplace; onFind(): void; onHelp(): void };

export function Sidebar({ workplace, onFind, onHelp }: SidebarProps) {
  const { me } = workplace;
  const shown = workplace.current.value?.id;
  return (
    <nav class="side" aria-label="Inbox">
      <header>
        <a class="brand" href={hrefOf({ page: 'inbox' })}>
          <span class="mark" aria-hidden="true" />
          <span class={me.workspaces.length > 1 ? 'unseen' : ''}>{me.workspace.name}</span>
        </a>
        {me.workspaces.length > 1 && (
          <select
            class="which"
            aria-label="Workspace"
            value={me.workspace.id}
            onChange={({ currentTarget }) => goToWorkspace(currentTarget.value)}
          >
            {me.workspaces.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          class="plain"
          aria-label="Find a conversation"
          title="Find a conversation (/)"
          onClick={onFind}
        >
          <Icon name="find" />
        </button>
        <a
          class="plain"
          href={hrefOf({ page: 'metrics' })}
          aria-label="Metrics"
          title="Metrics (g m)"
          aria-current={route.value.page === 'metrics' ? 'page' : undefined}
        >
          <Icon name="chart" />
        </a>
        <a
          class="plain"
          href={hrefOf({ page: 'settings', part: null })}
          aria-label="Settings"
          title="Settings (g s)"
          aria-current={route.value.page === 'settings' ? 'page' : undefined}
        >
          <Icon name="sliders" />
        </a>
        <button type="button" class="plain" aria-label="Keyboard shortcuts" title="Shortcuts (?)" onClick={onHelp}>
          <Icon name="keys" />
        </button>
      </header>
      <PresenceSwitch feed={workplace.agent} />
      <div class="scroll">
        <Offers feed={workplace.agent} queues={workplace.queues} />
        <Notices workplace={workplace} />
        <OwnWork workplace={workplace} />
        <div class="queues">
          <h2>Queues</h2>
          <Incidents feeds={workplace.queues} />
          {[...workplace.queues]
            .sort((a, b) => Number(b.queue.mine) - Number(a.queue.mine) || a.queue.tier - b.queue.tier)
            .map((feed) => (
              <QueueRegion key={feed.queue.id} feed={feed} agent={me.agent} shown={shown} />
            ))}
        </div>
      </div>
      <footer>
        <ConnectionLine workplace={workplace} />
        <div class="me">
          <span class="face" aria-hidden="true">
            {me.agent.name.slice(0, 1)}
          </span>
          <a
            class="who"
            href={hrefOf({ page: 'account' })}
            title={`Your account: ${me.agent.email}`}
            aria-current={route.value.page === 'account' ? 'page' : undefined}
          >
            {me.agent.name}
          </a>
          <button
            type="button"
            class="plain"
            aria-label={`Colours: ${theme.value}`}
            title={`Colours: ${theme.value}`}
            onClick={nextTheme}
          >
            <Icon name={THEME_ICON[theme.value]} />
          </button>
          <button type="button" class="plain" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}>
            <Icon name="leave" />
          </button>
        </div>
      </footer>
    </nav>
  );
}
