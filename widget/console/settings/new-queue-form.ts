import type { NewQueue, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { randomId } from '../../kit/random-id.ts';
import type { Answer } from '../api.ts';
import type { Values } from './catalogue.ts';
import { NAME_FIELD, TIER_FIELD } from './fields.ts';
import { type DraftForm, openForm } from './settings-form.ts';
import { readText } from './text.ts';

type Identity = Pick<NewQueue, 'name' | 'tier'>;
/** `made` is the id of what came of it. */
export type NewQueueForm = DraftForm<{ values: Values }, Identity, { made: string | null }>;

const FIELDS = [NAME_FIELD, TIER_FIELD] as const;
const EMPTY = { values: { name: '', tier: '1' } };

/** A queue being named. However often it is sent, it is one queue. */
export function openNewQueueForm(
  queues: readonly { name: string }[],
  make: (queue: NewQueue) => Promise<Answer<QueueSettingsAnswer>>,
): NewQueueForm {
  const clientId = randomId(20);
  return openForm<{ values: Values }, Identity, { made: string | null }>({
    catalogue: {
      fields: FIELDS,
      rows: [],
      labelOf: (path) => FIELDS.find((field) => field.path === path)?.label ?? path,
    },
    load: async () => ({ ok: true, value: { made: null } }),
    async save(identity) {
      const answer = await make({ clientId, ...identity });
      return answer.ok ? { ok: true, value: { made: answer.value.queue.id } } : answer;
    },
    empty: EMPTY,
    draftOf: () => EMPTY,
    defaultsOf: () => EMPTY,
    lastChangeOf: () => null,
    read({ values }) {
      const name = readText(NAME_FIELD, values.name ?? '');
      const tier = Number(values.tier);
      if (!name.ok) return { ok: false, issues: [{ path: 'name', message: name.message }] };
      const same = queues.some((one) => one.name.toLowerCase() === String(name.value).toLowerCase());
      if (same) return { ok: false, issues: [{ path: 'name', message: 'Another queue is called that.' }] };
      return { ok: true, settings: { name: String(name.value), tier } };
    },
    placeIssues: (issues) =>
      issues.map(({ path, message }) => ({ path, message: message.charAt(0).toUpperCase() + message.slice(1) })),
    namesOf: () => new Map(),
    choicesOf: () => [],
    saved: () => 'The queue is made.',
  });
}
