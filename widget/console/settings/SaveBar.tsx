import type { ComponentChildren } from 'preact';
import { Time } from '../kit/Time.tsx';
import { plural } from '../wording.ts';
import type { SettingsForm } from './settings-form.ts';

/** Always in sight: what is unsaved, what became of the last try, and the two ways on. */
export function SaveBar({ form, save, children }: { form: SettingsForm; save?: string; children?: ComponentChildren }) {
  const count = form.changed.value.length;
  const said = form.said.value;
  const isSaving = form.isSaving.value;
  const isIdle = count === 0 || isSaving || form.conflict.value !== null;
  return (
    <div class="s-bar">
      <p class={said?.tone === 'bad' ? 's-said failure' : 's-said'} role="status">
        {isSaving ? 'Saving…' : (said?.words ?? (count > 0 && `${plural(count, 'unsaved change')}.`))}
        {!isSaving &&
          said === null &&
          count === 0 &&
          (save === undefined ? <LastChange form={form} /> : 'Not made yet.')}
      </p>
      {children}
      <button
        type="button"
        class="secondary"
        aria-disabled={isIdle}
        onClick={() => {
          if (!isIdle) form.discard();
        }}
      >
        Discard changes
      </button>
      <button type="submit" class="primary" aria-disabled={isIdle}>
        {save ?? 'Save'}
      </button>
    </div>
  );
}

/** Who is answerable for what is in force. */
export function LastChange({ form }: { form: SettingsForm }) {
  const last = form.lastChange.value;
  if (last === null) return <>Nobody has changed these settings yet.</>;
  return (
    <>
      Last changed by {last.name}, <Time at={last.at} focusable />.
    </>
  );
}
