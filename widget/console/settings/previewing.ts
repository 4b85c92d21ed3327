import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Answer } from '../api.ts';
import type { DraftForm } from './settings-form.ts';

/** Long enough that a number is typed and not each of its digits is looked up. */
const PREVIEW_AFTER_MS = 400;

export type PreviewState<P> = {
  /** The last one that came; older than the fields while `isBusy`, or while something in them is wrong. */
  data: P | null;
  /** Whether it is of other settings than those in force. */
  isOfChange: boolean;
  isBusy: boolean;
  failure: string | null;
};

export type Previewed<P> = {
  preview: ReadonlySignal<PreviewState<P>>;
  previewAgain(): void;
  close(): void;
};

/** What the settings in a form would do, asked again whenever they mean something else. */
export function previewing<D, S, A, P>(
  form: Pick<DraftForm<D, S, A>, 'isLoaded' | 'read' | 'changed' | 'object'>,
  ask: (settings: S) => Promise<Answer<P>>,
): Previewed<P> {
  const preview = signal<PreviewState<P>>({ data: null, isOfChange: false, isBusy: false, failure: null });
  const again = signal(0);
  /** As a text, so that a draft that means the same asks for no other preview. */
  const wanted = computed(() =>
    form.isLoaded.value && form.read.value.ok ? JSON.stringify(form.read.value.settings) : null,
  );

  let asked = 0;
  async function look(settings: string): Promise<void> {
    asked += 1;
    const mine = asked;
    const isOfChange = form.changed.peek().length > 0;
    preview.value = { ...preview.peek(), isBusy: true };
    const answer = await ask(JSON.parse(settings));
    // Only the last one asked for is of what is in the fields.
    if (mine !== asked) return;
    const before = preview.peek();
    batch(() => {
      if (answer.ok) preview.value = { data: answer.value, isOfChange, isBusy: false, failure: null };
      else if (answer.refusal.issues === undefined)
        preview.value = { ...before, isBusy: false, failure: answer.refusal.message };
      else {
        preview.value = { ...before, isBusy: false, failure: null };
        form.object(answer.refusal.issues);
      }
    });
  }

  let isFirst = true;
  const close = effect(() => {
    const settings = wanted.value;
    again.value;
    asked += 1;
    if (settings === null) {
      preview.value = { ...preview.peek(), isBusy: false };
      return;
    }
    const timer = setTimeout(() => void look(settings), isFirst ? 0 : PREVIEW_AFTER_MS);
    isFirst = false;
    return () => clearTimeout(timer);
  });

  return {
    preview,
    previewAgain() {
      again.value += 1;
    },
    close,
  };
}
