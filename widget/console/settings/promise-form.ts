import type { SlaPolicyAnswer, SlaPreview } from '#protocol/sla.ts';
import { type Previewed, previewing } from './previewing.ts';
import {
  CALENDARS,
  EMPTY_PROMISES,
  PROMISES,
  type PromiseDraft,
  type PromiseSettings,
  placePromiseIssues,
  promiseDefaultsOf,
  promiseDraftOf,
  readPromises,
} from './promise-draft.ts';
import type { PromisesApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

export type PromiseForm = DraftForm<PromiseDraft, PromiseSettings, SlaPolicyAnswer> & Previewed<SlaPreview>;

/** What is promised, and the calendars, being edited. */
export function openPromiseForm(api: PromisesApi): PromiseForm {
  const named = (draft: PromiseDraft) =>
    draft.calendars.map(({ id, name }) => ({ id, name: name.trim() === '' ? 'a calendar without a name' : name }));
  const form: DraftForm<PromiseDraft, PromiseSettings, SlaPolicyAnswer> = openForm<
    PromiseDraft,
    PromiseSettings,
    SlaPolicyAnswer
  >({
    catalogue: PROMISES,
    load: api.load,
    save: (settings, { version }) => api.save(settings, version),
    empty: EMPTY_PROMISES,
    draftOf: promiseDraftOf,
    defaultsOf: promiseDefaultsOf,
    lastChangeOf: ({ changed }) => changed,
    read(draft) {
      const base = form.base.value;
      return base === null ? { ok: false, issues: [] } : readPromises(draft, base.policy);
    },
    placeIssues: placePromiseIssues,
    namesOf: (draft) => new Map(named(draft).map(({ id, name }) => [id, name])),
    choicesOf: (draft, path) => (path.startsWith(CALENDARS) ? named(draft) : []),
    saved: () => 'Saved. These are the promises now; open conversations take them over with their next step.',
  });
  return { ...form, ...previewing(form, api.preview) };
}
