import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { go, guardLeaving, type Route } from '../route.ts';
import { AreaRows } from './AreaRows.tsx';
import { ConflictBox } from './ConflictBox.tsx';
import { pathsOfGroup } from './changes.ts';
import { draftOf } from './draft.ts';
import { ErrorSummary } from './ErrorSummary.tsx';
import { FieldRow } from './FieldRow.tsx';
import { GROUPS, type Group } from './fields.ts';
import { LeaveDialog } from './LeaveDialog.tsx';
import { PathSteps } from './PathSteps.tsx';
import { Preview } from './Preview.tsx';
import { openQueueForm, type QueueForm } from './queue-form.ts';
import { LastChange, SaveBar } from './SaveBar.tsx';
import { Skeleton } from './Skeleton.tsx';
import { settingsApi } from './settings-api.ts';
import { TargetTable } from './TargetTable.tsx';

type QueueSettingsProps = {
  queue: Me['queues'][number];
  queues: Me['queues'];
  feed: QueueFeed | undefined;
  isReadOnly: boolean;
  /** Whether this address is still this queue. */
  isHere(to: Route): boolean;
};

/** How one queue works: every setting, and beside them what a change would do to the line. */
export function QueueSettings({ queue, queues, feed, isReadOnly, isHere }: QueueSettingsProps) {
  const form = useMemo(() => openQueueForm(queue, queues, settingsApi), [queue.id]);
  useEffect(() => {
    void form.load();
    return form.close;
  }, [form]);
  // The line as it is now: when it changes, so does what the settings would do to it.
  const line = (feed?.view.value?.entries ?? [])
    .filter(({ state }) => state === 'queued')
    .map(({ ticketNumber, dueAt }) => `${ticketNumber} ${dueAt}`)
    .join();
  useEffect(form.previewAgain, [form, line]);

  const leaving = useLeaveGuard(form, isHere);
  const base = form.base.value;
  const conflict = form.conflict.value;
  if (base === null) {
    return form.failure.value === null ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The settings of {queue.name} could not be loaded</h2>
        <p>{form.failure.value} The queue works as before.</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void form.load()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  return (
    <>
      <form
        class="s-form"
        aria-label={`Settings of ${queue.name}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReadOnly && form.changed.peek().length > 0) void form.save();
        }}
      >
        <div class="s-columns">
          <div class="s-groups">
            {isReadOnly && (
              <p class="s-read-only">
                You can look, not change: only owners and admins of the workspace change how a queue works.{' '}
                <LastChange form={form} />
              </p>
            )}
            <ErrorSummary form={form} />
            {conflict !== null && <ConflictBox form={form} conflict={conflict} base={draftOf(base.settings)} />}
            {GROUPS.map((group) => (
              <GroupSection key={group.id} form={form} group={group} queues={queues} isReadOnly={isReadOnly} />
            ))}
          </div>
          <Preview form={form} feed={feed} isReadOnly={isReadOnly} />
        </div>
        {!isReadOnly && <SaveBar form={form} />}
      </form>
      {leaving}
    </>
  );
}

function GroupSection({
  form,
  group: { id, title, lead, items },
  queues,
  isReadOnly,
}: {
  form: QueueForm;
  group: Group;
  queues: Me['queues'];
  isReadOnly: boolean;
}) {
  const apart = pathsOfGroup(id).filter((path) => form.apart.value.has(path));
  return (
    <section class="s-group" aria-labelledby={`settings-${id}`}>
      <header>
        <h2 id={`settings-${id}`}>{title}</h2>
        {apart.length > 0 && !isReadOnly && (
          <button
            type="button"
            class="link"
            aria-label={`Reset “${title}” to defaults`}
            onClick={() => form.reset(apart)}
          >
            Reset group to defaults
          </button>
        )}
      </header>
      <p class="s-lead">{lead}</p>
      {items.map((item) => {
        switch (item) {
          case 'targets':
            return <TargetTable key={item} form={form} isReadOnly={isReadOnly} />;
          case 'areas':
            return <AreaRows key={item} form={form} isReadOnly={isReadOnly} />;
          case 'path':
            return <PathSteps key={item} form={form} queues={queues} isReadOnly={isReadOnly} />;
          default:
            return <FieldRow key={item.path} form={form} field={item} isReadOnly={isReadOnly} />;
        }
      })}
    </section>
  );
}

/** While something is unsaved: asks before another page is shown, and lets the browser ask before it closes this one. */
function useLeaveGuard(form: QueueForm, isHere: (to: Route) => boolean) {
  const [wanted, setWanted] = useState<Route | null>(null);
  const count = form.changed.value.length;
  const isDirty = count > 0;
  useEffect(() => {
    if (!isDirty) return;
    const unguard = guardLeaving((to) => {
      if (isHere(to)) return true;
      setWanted(to);
      return false;
    });
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', onUnload);
    return () => {
      unguard();
      removeEventListener('beforeunload', onUnload);
    };
  }, [isDirty, form]);
  if (wanted === null) return null;
  return (
    <LeaveDialog
      count={count}
      // A dialog that is gone says so a moment later; by then there may be another one.
      onStay={() => setWanted((now) => (now === wanted ? null : now))}
      onLeave={() => {
        setWanted(null);
        form.discard();
        // After the guard has gone with what it guarded.
        setTimeout(() => go(wanted));
      }}
    />
  );
}
