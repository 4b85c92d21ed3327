import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go, guardLeaving, type Route } from '../route.ts';
import { ConflictBox } from './ConflictBox.tsx';
import { ErrorSummary } from './ErrorSummary.tsx';
import { LeaveDialog } from './LeaveDialog.tsx';
import { LastChange, SaveBar } from './SaveBar.tsx';
import { Skeleton } from './Skeleton.tsx';
import type { SettingsForm } from './settings-form.ts';

type FormPageProps = {
  form: SettingsForm;
  /** "Billing", "the promises": what could not be loaded. */
  name: string;
  /** "how a queue works": what only admins change. */
  what: string;
  /** Who does. */
  who?: string;
  isReadOnly: boolean;
  /** What is to be made rather than changed is saved by another word. */
  save?: string;
  /** Whether an address is still this page. */
  isHere(to: Route): boolean;
  children: ComponentChildren;
  /** Beside the fields. */
  aside?: ComponentChildren;
  inBar?: ComponentChildren;
};

/** A page of settings: loading, refusing, saving and leaving are the same for all of them. */
export function FormPage({
  form,
  name,
  what,
  who = 'owners and admins of the workspace',
  isReadOnly,
  save,
  isHere,
  children,
  aside,
  inBar,
}: FormPageProps) {
  const leaving = useLeaveGuard(form.changed.value.length, form.discard, isHere);
  const conflict = form.conflict.value;
  if (!form.isLoaded.value) {
    return form.failure.value === null ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The settings of {name} could not be loaded</h2>
        <p>{form.failure.value} Everything works as before.</p>
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
        aria-label={`Settings of ${name}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReadOnly && form.changed.peek().length > 0) void form.save();
        }}
      >
        <div class={aside === undefined ? 's-column' : 's-columns'}>
          <div class="s-groups">
            {isReadOnly && (
              <p class="s-read-only">
                You can look, not change: only {who} change {what}. <LastChange form={form} />
              </p>
            )}
            <ErrorSummary form={form} />
            {conflict !== null && <ConflictBox form={form} conflict={conflict} />}
            {children}
          </div>
          {aside}
        </div>
        {!isReadOnly && (
          <SaveBar form={form} save={save}>
            {inBar}
          </SaveBar>
        )}
      </form>
      {leaving}
    </>
  );
}

type GroupSectionProps = {
  form: SettingsForm;
  id: string;
  title: string;
  lead: string;
  /** What "Reset group to defaults" is about. */
  paths: readonly string[];
  isReadOnly: boolean;
  children: ComponentChildren;
};

/** Settings that are thought about together. */
export function GroupSection({ form, id, title, lead, paths, isReadOnly, children }: GroupSectionProps) {
  const apart = paths.filter((path) => form.apart.value.has(path));
  return (
    <section class="s-group" aria-labelledby={`settings-${id}`}>
      <header>
        <h2 id={`settings-${id}`}>{title}</h2>
        {apart.length > 0 && !isReadOnly && (
          <button
            type="button"
            class="link"
            aria-label={`Reset group to defaults: ${title}`}
            onClick={() => form.reset(apart)}
          >
            Reset group to defaults
          </button>
        )}
      </header>
      <p class="s-lead">{lead}</p>
      {children}
    </section>
  );
}

/** While something is unsaved: asks before another page is shown, and lets the browser ask before it closes this one. */
export function useLeaveGuard(count: number, discard: () => void, isHere: (to: Route) => boolean) {
  const [wanted, setWanted] = useState<Route | null>(null);
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
  }, [isDirty, discard]);
  if (wanted === null) return null;
  return (
    <LeaveDialog
      count={count}
      // A dialog that is gone says so a moment later; by then there may be another one.
      onStay={() => setWanted((now) => (now === wanted ? null : now))}
      onLeave={() => {
        setWanted(null);
        discard();
        // After the guard has gone with what it guarded.
        setTimeout(() => go(wanted));
      }}
    />
  );
}
