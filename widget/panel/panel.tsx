// Loaded when the visitor opens the panel for the first time.
import { type Signal, signal } from '@preact/signals';
import { render } from 'preact';
import { styleSheet } from '../kit/element.ts';
import type { Core } from '../launcher/core.ts';
import { Composer } from './Composer.tsx';
import type { Conversation, ConversationView } from './conversation.ts';
import { Icon } from './Icon.tsx';
import css from './panel.css?inline';
import { Sharing } from './Sharing.tsx';
import { Transcript } from './Transcript.tsx';
import { standingOf } from './transcript.ts';
import { describeComing } from './wording.ts';

export type Panel = {
  /** `focus` false: nobody asked for the cursor to move, as when the page was reloaded with the panel open. An element is where they were. */
  open(focus: boolean | HTMLElement): void;
  close(): void;
  destroy(): void;
};

const CLOCK_MS = 20_000;

type PanelProps = {
  core: Core;
  conversation: Conversation;
  view: Signal<ConversationView>;
  isOpen: Signal<boolean>;
  now: Signal<number>;
  field: { current: HTMLTextAreaElement | null };
};

export function mountPanel(core: Core, conversation: Conversation): Panel {
  const sheet = styleSheet(css);
  core.shadow.adoptedStyleSheets = [...core.shadow.adoptedStyleSheets, sheet];
  const place = document.createElement('div');
  // Before the button, so that the order of focus is the order of reading.
  const root = core.shadow.querySelector('.root');
  root?.prepend(place);

  const view = signal(conversation.view());
  const isOpen = signal(false);
  const now = signal(core.visits.now());
  const field: PanelProps['field'] = { current: null };
  conversation.onChange = (next) => {
    view.value = next;
  };
  let clock: ReturnType<typeof setInterval> | undefined;
  render(
    <PanelView core={core} conversation={conversation} view={view} isOpen={isOpen} now={now} field={field} />,
    place,
  );

  // A keyboard on a phone covers the page instead of shrinking it.
  const viewport = window.visualViewport;
  const fitToViewport = () => {
    place.style.setProperty('--visible-height', `${Math.round(viewport?.height ?? innerHeight)}px`);
    place.style.setProperty('--visible-top', `${Math.round(viewport?.offsetTop ?? 0)}px`);
  };
  viewport?.addEventListener('resize', fitToViewport);
  viewport?.addEventListener('scroll', fitToViewport);

  /** Writing is what one opens the panel for; where that is not possible, leaving is. */
  const focusFirst = () => {
    const first = field.current?.disabled ? place.querySelector<HTMLElement>('.close') : field.current;
    first?.focus();
  };

  return {
    open(focus) {
      fitToViewport();
      now.value = core.visits.now();
      clock = setInterval(() => {
        now.value = core.visits.now();
      }, CLOCK_MS);
      isOpen.value = true;
      conversation.watching(true);
      if (focus) requestAnimationFrame(() => (focus === true ? focusFirst() : focus.focus()));
    },
    close() {
      clearInterval(clock);
      isOpen.value = false;
      conversation.watching(false);
    },
    destroy() {
      clearInterval(clock);
      viewport?.removeEventListener('resize', fitToViewport);
      viewport?.removeEventListener('scroll', fitToViewport);
      conversation.onChange = null;
      render(null, place);
      place.remove();
    },
  };
}

function PanelView({ core, conversation, view, isOpen, now, field }: PanelProps) {
  const current = view.value;
  const visit = core.visits.current;
  const disabled = current.link === 'expired' || current.link === 'refused' || current.link === 'outdated';
  return (
    // Not modal: the page behind it is what the conversation is about.
    <div
      class="panel"
      role="dialog"
      aria-label="Support"
      hidden={!isOpen.value}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) {
          event.stopPropagation();
          core.close();
        }
      }}
    >
      <Header view={current} workspace={visit?.workspace.name ?? ''} onClose={core.close} />
      <Notice view={current} onRetry={conversation.reconnect} />
      <Sharing conversation={conversation} view={current} />
      <Transcript
        conversation={conversation}
        view={current}
        visit={visit}
        now={now.value}
        isOpen={isOpen.value}
        onGuide={core.guide}
        helpUrl={(slug) => `${core.origin}/help/${encodeURIComponent(core.workspaceKey)}/${encodeURIComponent(slug)}`}
      />
      <Composer
        key={current.people}
        conversation={conversation}
        view={current}
        store={core.session}
        draftKey={core.keys.draft}
        disabled={disabled}
        field={field}
      />
    </div>
  );
}

function Header({ view, workspace, onClose }: { view: ConversationView; workspace: string; onClose(): void }) {
  const standing = standingOf(view.entries);
  const title = view.agent?.name ?? (workspace ? `${workspace} support` : 'Support');
  const state =
    view.agent !== null
      ? `is with you${workspace ? ` · ${workspace} support` : ''}`
      : view.link === 'expired'
        ? 'Paused'
        : standing.escalated !== null
          ? describeComing(view.place)
          : standing.resolved
            ? 'Resolved'
            : 'The assistant answers; a person can join';
  return (
    <header class="head">
      {view.agent !== null && (
        <span class="face agent large" aria-hidden="true">
          {view.agent.name.slice(0, 1).toUpperCase()}
        </span>
      )}
      <div>
        <h2>{title}</h2>
        <p>{state}</p>
      </div>
      <button type="button" class="close" aria-label="Close" onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
}

/** What is wrong, what was kept, what to do. */
function Notice({ view, onRetry }: { view: ConversationView; onRetry(): void }) {
  const retry = (
    <button type="button" onClick={onRetry}>
      Try again
    </button>
  );
  if (view.link === 'expired')
    return (
      <div class="notice" role="alert">
        <span>
          <strong>Sign in again to continue.</strong> Your conversation is kept.
        </span>
        {retry}
      </div>
    );
  if (view.link === 'refused')
    return (
      <div class="notice" role="alert">
        <span>Support is not available on this page.</span>
        {retry}
      </div>
    );
  if (view.link === 'outdated')
    return (
      <div class="notice" role="alert">
        <span>Support has been updated. Reload the page to go on; your conversation is kept.</span>
      </div>
    );
  if (view.visit === 'failed')
    return (
      <div class="notice" role="status">
        <span>Support can’t be reached right now. What you write is kept and sent when it can.</span>
        {retry}
      </div>
    );
  if (view.link === 'lost')
    return (
      <div class="notice" role="status">
        <span>Connection lost. What you write is kept and sent when it is back.</span>
      </div>
    );
  return null;
}
