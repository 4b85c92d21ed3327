import { Time } from '../kit/Time.tsx';
import { plural } from '../wording.ts';
import type { QueueForm } from './queue-form.ts';

/** Always in sight: what is unsaved, what became of the last try, and the two ways on. */
export function SaveBar({ form }: { form: QueueForm }) {
  const count = form.changed.value.length;
  const said = form.said.value;
  const isSaving = form.isSaving.value;
  const isHeld = form.conflict.value !== null;
  const isIdle = count === 0 || isSaving || isHeld;
  const { data, isOfChange } = form.preview.value;
  return (
    <div class="s-bar">
      <p class={said?.tone === 'bad' ? 's-said failure' : 's-said'} role="status">
        {isSaving ? 'Saving…' : (said?.words ?? (count > 0 && `${plural(count, 'unsaved change')}.`))}
        {!isSaving && said === null && count === 0 && <LastChange form={form} />}
      </p>
      {count > 0 && isOfChange && data !== null && data.waiting > 0 && (
        <button
          type="button"
          class="link s-to-preview"
          onClick={() => document.getElementById('settings-preview')?.focus()}
        >
          {data.moved === 0 ? 'Nobody moves' : `${data.moved} of ${data.waiting} move`}
        </button>
      )}
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
        Save
      </button>
    </div>
  );
}

/** Who is answerable for what is in force. */
export function LastChange({ form }: { form: QueueForm }) {
  const changed = form.base.value?.changed ?? null;
  if (changed === null) return <>Nobody has changed these settings yet.</>;
  return (
    <>
      Last changed by {changed.name}, <Time at={changed.at} focusable />.
    </>
  );
}
