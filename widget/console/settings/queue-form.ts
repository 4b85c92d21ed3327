import type { Addition } from '#domain/escalation/additions.ts';
import type { NamedSettings, QueuePreview, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { type Draft, defaultDraftOf, draftOf, EMPTY_DRAFT, placeIssues, readDraft } from './draft.ts';
import { type Previewed, previewing } from './previewing.ts';
import { QUEUE } from './queue-catalogue.ts';
import type { SettingsApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

type Queue = {
  id: string;
  name: string;
  tier: number;
  asks: readonly Addition[];
  agents: readonly { id: string; name: string }[];
};

export type QueueForm = DraftForm<Draft, NamedSettings, QueueSettingsAnswer> &
  Previewed<QueuePreview> & { queue: Queue };

/** The settings of one queue being edited, and what they would do to its line. */
export function openQueueForm(queue: Queue, queues: readonly Queue[], api: SettingsApi): QueueForm {
  const agents = new Map(queues.flatMap((one) => one.agents).map(({ id, name }) => [id, name]));
  const people = [...agents].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
  const names = new Map([...agents, ...queues.map(({ id, name }) => [id, name] as const)]);
  const calendars = (): QueueSettingsAnswer['calendars'] => form.base.value?.calendars ?? [];
  const form: DraftForm<Draft, NamedSettings, QueueSettingsAnswer> = openForm<
    Draft,
    NamedSettings,
    QueueSettingsAnswer
  >({
    catalogue: QUEUE,
    load: () => api.load(queue.id),
    save: (settings, { revision }) => api.save(queue.id, settings, revision),
    empty: EMPTY_DRAFT,
    draftOf: ({ settings }) => draftOf(settings),
    defaultsOf: ({ queue: own }) => defaultDraftOf(own),
    lastChangeOf: ({ changed }) => changed,
    read: (draft) => readDraft(draft, queue, queues),
    placeIssues,
    namesOf: () => new Map([...names, ...calendars().map(({ id, name }) => [id, name] as const)]),
    choicesOf: (_, path) => (path === 'hoursId' ? calendars() : people),
    saved: ({ queue: { name } }) => `Saved. ${name} works by these settings now.`,
  });

  return { ...form, ...previewing(form, (settings) => api.preview(queue.id, settings)), queue };
}
