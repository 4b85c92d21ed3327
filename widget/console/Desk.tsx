import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import { tabsFor } from './context/ContextPane.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Sidebar } from './inbox/Sidebar.tsx';
import { LazyRoom } from './LazyRoom.tsx';
import { NothingOpen } from './NothingOpen.tsx';
import type { Replay } from './replay/replay.ts';
import { go, route } from './route.ts';
import { mode, open, tab } from './screen.ts';
import { session } from './session.ts';
import { createShortcutReader, isTaken, type Shortcut } from './shortcuts.ts';
import { Work } from './Work.tsx';
import { openWorkplace, type Workplace } from './workplace.ts';

/** Everything behind the sign-in. */
export function Desk({ me }: { me: Me }) {
  const workplace = useMemo(() => openWorkplace(me), [me.agent.id]);
  const field = useRef<HTMLTextAreaElement>(null);
  const replay = useRef<Replay | null>(null);
  const current = workplace.current.value;
  const signedIn = session.value.state === 'signed_in';

  useEffect(() => workplace.know(me), [workplace, me]);
  // Signed in again: every link takes a fresh ticket.
  useEffect(() => {
    if (signedIn) workplace.reconnect();
  }, [signedIn]);
  useEffect(() => {
    const read = createShortcutReader();
    const onKeyDown = (event: KeyboardEvent) => {
      if (open.peek() !== null || session.peek().state !== 'signed_in') return;
      const shortcut = read({
        key: event.key,
        at: event.timeStamp,
        modified: event.ctrlKey || event.metaKey || event.altKey,
        taken: event.isComposing || isTaken(event.target, event.key),
      });
      if (shortcut === null) return;
      event.preventDefault();
      answer(shortcut, workplace, field, replay);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [workplace]);

  const offers = workplace.agent.state.value?.offers.length ?? 0;
  const { value: at } = route;
  const place =
    at.page === 'metrics'
      ? 'Metrics'
      : at.page === 'settings'
        ? 'Settings'
        : at.page === 'account'
          ? 'Your account'
          : (current?.standing.value?.bundle?.subject ?? 'Inbox');
  useEffect(() => {
    document.title = `${offers > 0 ? `(${offers}) ` : ''}${place} – Baton`;
  }, [offers, place]);

  return (
    <div class="desk" data-page={at.page}>
      <Sidebar
        workplace={workplace}
        onFind={() => {
          open.value = { dialog: 'find' };
        }}
        onHelp={() => {
          open.value = { dialog: 'help' };
        }}
      />
      {at.page === 'metrics' ? (
        <LazyRoom
          key="metrics"
          name="The metrics"
          load={() => import('./metrics/metrics-page.tsx')}
          props={{ workspaceName: me.workspace.name }}
        />
      ) : at.page === 'settings' ? (
        <LazyRoom
          key="settings"
          name="The settings"
          load={() => import('./settings/settings-page.tsx')}
          props={{ me, feeds: workplace.queues, part: at.part }}
        />
      ) : at.page === 'account' ? (
        <LazyRoom key="account" name="Your account" load={() => import('./account/account-page.tsx')} props={{ me }} />
      ) : current === null ? (
        <NothingOpen workplace={workplace} />
      ) : (
        <Work key={current.id} workplace={workplace} conversation={current} field={field} replayRef={replay} />
      )}
      <Dialogs workplace={workplace} />
    </div>
  );
}

function answer(
  shortcut: Shortcut,
  workplace: Workplace,
  field: { current: HTMLTextAreaElement | null },
  replay: { current: Replay | null },
): void {
  const { agent, current } = workplace;
  const mine = current.value?.standing.value?.mine === true;
  const write = (kind: 'message' | 'note') => {
    mode.value = kind;
    // After the box has changed its mode.
    requestAnimationFrame(() => field.current?.focus());
  };
  switch (shortcut) {
    case 'accept':
      void workplace.accept();
      return;
    case 'decline': {
      const first = agent.state.value?.offers[0];
      if (first !== undefined) void agent.decline(first);
      return;
    }
    case 'next_work':
    case 'previous_work': {
      const work = agent.state.value?.work ?? [];
      if (work.length === 0) return;
      const at = work.findIndex(({ conversationId }) => conversationId === current.value?.id);
      const step = shortcut === 'next_work' ? 1 : -1;
      const next = work[at === -1 ? 0 : (at + step + work.length) % work.length];
      if (next !== undefined) go({ page: 'conversation', id: next.conversationId });
      return;
    }
    case 'reply':
      if (mine) write('message');
      return;
    case 'note':
      if (current.value !== null) write('note');
      return;
    case 'resolve':
    case 'transfer':
    case 'escalate':
      if (mine) open.value = { dialog: shortcut };
      return;
    case 'play':
      replay.current?.togglePlay();
      return;
    case 'trouble':
      replay.current?.toTrouble();
      return;
    case 'full_screen':
      replay.current?.toggleFullScreen();
      return;
    case 'tab_1':
    case 'tab_2':
    case 'tab_3':
    case 'tab_4':
    case 'tab_5': {
      const wanted = tabsFor(current.value?.standing.value ?? null)[Number(shortcut.slice(4)) - 1];
      if (wanted !== undefined) tab.value = wanted;
      return;
    }
    case 'inbox':
      go({ page: 'inbox' });
      return;
    case 'metrics':
      go({ page: 'metrics' });
      return;
    case 'settings':
      go({ page: 'settings', part: null });
      return;
    case 'find':
      open.value = { dialog: 'find' };
      return;
    case 'help':
      open.value = { dialog: 'help' };
      return;
    default:
      shortcut satisfies never;
  }
}
