import type { ComponentChildren } from 'preact';
import type { Previewed } from './previewing.ts';
import type { DraftForm } from './settings-form.ts';

type PreviewBoxProps<P> = {
  form: Pick<DraftForm<never, never, never>, 'issues' | 'changed'> & Previewed<P>;
  id: string;
  title: string;
  /** What it comes to, in a sentence; `isOfChange` is whether anything differs from what is in force. */
  summary(data: P, isOfChange: boolean): string;
  /** More of it, shown while something is changed. */
  children(data: P): ComponentChildren;
};

/** What the fields would do, beside them, before anything is saved. */
export function PreviewBox<P>({ form, id, title, summary, children }: PreviewBoxProps<P>) {
  const { data, isOfChange, isBusy, failure } = form.preview.value;
  const isBlocked = form.issues.value.length > 0;
  const isShown = isOfChange && form.changed.value.length > 0;
  return (
    <section class="s-preview" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="link"
          aria-disabled={isBusy || isBlocked}
          onClick={() => !isBlocked && form.previewAgain()}
        >
          Look again
        </button>
      </header>
      <p class="s-summary" role="status">
        {isBlocked
          ? 'Correct what is marked, and the preview follows.'
          : data === null
            ? failure === null && 'Looking at who waits…'
            : summary(data, isShown)}
      </p>
      {failure !== null && (
        <p class="failure" role="alert">
          The preview could not be made. {failure}
        </p>
      )}
      {data !== null && isShown && (
        <div class={isBusy || isBlocked ? 's-reach old' : 's-reach'} aria-busy={isBusy || isBlocked}>
          {children(data)}
        </div>
      )}
    </section>
  );
}
