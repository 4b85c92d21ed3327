import { useRef, useState } from 'preact/hooks';
import type { QueueEntryView } from '#protocol/queue.ts';
import { Icon } from '../kit/Icon.tsx';
import type { QueueFeed } from './queue-feed.ts';
import { choicesFor, type Deed, deedsOf } from './supervision.ts';

const MENU_TITLES = { queued: 'Move or offer', reserved: 'Move or take back', assigned: 'Take back' } as const;

type EntryMenuProps = {
  entry: QueueEntryView;
  feed: QueueFeed;
  /** It was taken: where the entry is not one of the queue's view, it has to be looked at again. */
  onDone?(): void;
};

/** What a supervisor may do to one entry. It opens below its row: a list that floats would hide what it is about. */
export function EntryMenu({ entry, feed, onDone }: EntryMenuProps) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const toggle = useRef<HTMLButtonElement>(null);
  const choices = choicesFor(entry, feed.view.value?.agents ?? []);
  const close = () => {
    setOpen(false);
    toggle.current?.focus();
  };
  const run = async ({ frame }: Deed) => {
    if (busy) return;
    setBusy(true);
    setFailure('');
    const told = await feed.ask(frame);
    setBusy(false);
    if (!told.ok) return setFailure(told.message);
    close();
    onDone?.();
  };
  const button = (deed: Deed, why: string | null = null) => (
    <li key={deed.label}>
      <button type="button" aria-disabled={busy || why !== null} onClick={() => why === null && void run(deed)}>
        {deed.label}
        {why !== null && <span class="quiet small"> Cannot be offered: {why}</span>}
      </button>
    </li>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      role="group"
      aria-label={`Supervision of ${entry.ticketNumber}`}
      class="entry-menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={toggle}
        type="button"
        class="plain"
        aria-expanded={open}
        aria-label={`More for ${entry.ticketNumber}`}
        title={MENU_TITLES[entry.state]}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="deeds">
          <ul class="plain-list">{deedsOf(entry).map((deed) => button(deed))}</ul>
          {feed.view.value?.order === 'strict' && entry.state !== 'assigned' && (
            <p class="quiet small">This queue orders by severity first: minutes move work among its own severity.</p>
          )}
          {choices.length > 0 && (
            <>
              <p class="quiet small">Offer to…</p>
              <ul class="plain-list">{choices.map(({ why, ...deed }) => button(deed, why))}</ul>
            </>
          )}
        </div>
      )}
      {failure !== '' && (
        <p class="failure small" role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}
