import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Addition } from '#domain/escalation/additions.ts';
import type { QueuePreview, QueueSettings, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { DEFAULT_DRAFT, type Draft, draftOf, placeIssues, readDraft } from './draft.ts';
import { QUEUE } from './queue-catalogue.ts';
import type { SettingsApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

/** Long enough that a number is typed and not each of its digits is looked up. */
const PREVIEW_AFTER_MS = 400;

type Queue = {
  id: string;
  name: string;
  tier: number;
  asks: readonly Addition[];
  agents: readonly { id: string; name: string }[];
};

export type PreviewState = {
  /** The last one that came; older than the fields while `isBusy`, or while something in them is wrong. */
  data: QueuePreview | null;
  /** Whether it is of other settings than those in force. */
  isOfChange: boolean;
  isBusy: boolean;
  failure: string | null;
};

export type QueueForm = DraftForm<Draft, QueueSettings, QueueSettingsAnswer> & {
  queue: Queue;
  preview: ReadonlySignal<PreviewState>;
  previewAgain(): void;
  close(): void;
};

/** The settings of one queue being edited, and what they would do to its line. */
export function openQueueForm(queue: Queue, queues: readonly Queue[], api: SettingsApi): QueueForm {
  const agents = new Map(queues.flatMap((one) => one.agents).map(({ id, name }) => [id, name]));
  const people = [...agents].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
  const names = new Map([...agents, ...queues.map(({ id, name }) => [id, name] as const)]);
  const calendars = (): QueueSettingsAnswer['calendars'] => form.base.value?.calendars ?? [];
  const form: DraftForm<Draft, QueueSettings, QueueSettingsAnswer> = openForm<
    Draft,
    QueueSettings,
    QueueSettingsAnswer
  >({
    catalogue: QUEUE,
    load: () => api.load(queue.id),
    save: (settings, { revision }) => api.save(queue.id, settings, revision),
    empty: DEFAULT_DRAFT,
    draftOf: ({ settings }) => draftOf(settings),
    defaultsOf: () => DEFAULT_DRAFT,
    lastChangeOf: ({ changed }) => changed,
    read: (draft) => readDraft(draft, queue, queues),
    placeIssues,
    namesOf: () => new Map([...names, ...calendars().map(({ id, name }) => [id, name] as const)]),
    choicesOf: (_, path) => (path === 'hoursId' ? calendars() : people),
    saved: `Saved. ${queue.name} works by these settings now.`,
  });

  const preview = signal<PreviewState>({ data: null, isOfChange: false, isBusy: false, failure: null });
  const again = signal(0);
  /** As a text, so that a draft that means the same asks for no other preview. */
  const wanted = computed(() =>
    form.isLoaded.value && form.read.value.ok ? JSON.stringify(form.read.value.settings) : null,
  );

  let asked = 0;
  async function ask(settings: string): Promise<void> {
    asked += 1;
    const mine = asked;
    const isOfChange = form.changed.peek().length > 0;
    preview.value = { ...preview.peek(), isBusy: true };
    const answer = await api.preview(queue.id, JSON.parse(settings));
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
  const stop = effect(() => {
    const settings = wanted.value;
    again.value;
    asked += 1;
    if (settings === null) {
      preview.value = { ...preview.peek(), isBusy: false };
      return;
    }
    const timer = setTimeout(() => void ask(settings), isFirst ? 0 : PREVIEW_AFTER_MS);
    isFirst = false;
    return () => clearTimeout(timer);
  });

  return {
    ...form,
    queue,
    preview,
    previewAgain() {
      again.value += 1;
    },
    close: stop,
  };
}
