import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { QueuePreview, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { changedPaths, type Merged, mergeOnto, type Names, withPath } from './changes.ts';
import { DEFAULT_DRAFT, type Draft, draftOf, type Issue, placeIssues, readDraft } from './draft.ts';
import type { SettingsApi } from './settings-api.ts';

/** Long enough that a number is typed and not each of its digits is looked up. */
const PREVIEW_AFTER_MS = 400;

type Queue = { id: string; name: string; agents: readonly { id: string; name: string }[] };
type Said = { tone: 'good' | 'bad'; words: string } | null;

export type PreviewState = {
  /** The last one that came; older than the fields while `isBusy`, or while something in them is wrong. */
  data: QueuePreview | null;
  /** Whether it is of other settings than those in force. */
  isOfChange: boolean;
  isBusy: boolean;
  failure: string | null;
};

/** Somebody saved between our look and our save. */
export type Conflict = { theirs: QueueSettingsAnswer; merged: Merged };

export type QueueForm = {
  queue: Queue;
  /** Who answers in this workspace, by name; and what queues and people are called, by id. */
  people: readonly { id: string; name: string }[];
  names: Names;
  /** What is in force, as far as we know; null before it came. */
  base: ReadonlySignal<QueueSettingsAnswer | null>;
  failure: ReadonlySignal<string | null>;
  draft: ReadonlySignal<Draft>;
  /** Settings that differ from those in force, and from the defaults, by path. */
  changed: ReadonlySignal<readonly string[]>;
  apart: ReadonlySignal<ReadonlySet<string>>;
  /** Everything that is wrong, and the part of it that is said: a field that nobody has left yet is not finished. */
  issues: ReadonlySignal<readonly Issue[]>;
  shown: ReadonlySignal<readonly Issue[]>;
  /** Counts saves that something stood in the way of: the summary takes the focus with each. */
  refusals: ReadonlySignal<number>;
  isSaving: ReadonlySignal<boolean>;
  said: ReadonlySignal<Said>;
  conflict: ReadonlySignal<Conflict | null>;
  preview: ReadonlySignal<PreviewState>;
  load(): Promise<void>;
  change(next: (draft: Draft) => Draft): void;
  /** The field has been left: what is wrong in it may be said. */
  touch(path: string): void;
  reset(paths: readonly string[]): void;
  discard(): void;
  save(): Promise<void>;
  /** After a conflict: mine on top of theirs, still unsaved; or theirs alone. */
  keepMine(): void;
  takeTheirs(): void;
  previewAgain(): void;
  close(): void;
};

/** The settings of one queue being edited. Nothing that was typed is lost by an answer. */
export function openQueueForm(queue: Queue, queues: readonly Queue[], api: SettingsApi): QueueForm {
  const base = signal<QueueSettingsAnswer | null>(null);
  const baseDraft = signal<Draft>(DEFAULT_DRAFT);
  const failure = signal<string | null>(null);
  const draft = signal<Draft>(DEFAULT_DRAFT);
  const touched = signal<ReadonlySet<string>>(new Set());
  const hasTried = signal(false);
  /** What the server said of exactly this draft. */
  const answered = signal<readonly Issue[]>([]);
  const refusals = signal(0);
  const isSaving = signal(false);
  const said = signal<Said>(null);
  const conflict = signal<Conflict | null>(null);
  const preview = signal<PreviewState>({ data: null, isOfChange: false, isBusy: false, failure: null });
  const again = signal(0);

  const read = computed(() => readDraft(draft.value, queue, queues));
  const changed = computed(() => changedPaths(baseDraft.value, draft.value));
  const apart = computed(() => new Set(changedPaths(DEFAULT_DRAFT, draft.value)));
  const issues = computed<readonly Issue[]>(() => (read.value.ok ? answered.value : read.value.issues));
  const shown = computed(() =>
    issues.value.filter(({ path }) => hasTried.value || touched.value.has(path) || answered.value.length > 0),
  );
  /** As a text, so that a draft that means the same asks for no other preview. */
  const wanted = computed(() => (base.value !== null && read.value.ok ? JSON.stringify(read.value.settings) : null));

  function settle(answer: QueueSettingsAnswer, next: Draft = draftOf(answer.settings)): void {
    batch(() => {
      base.value = answer;
      baseDraft.value = draftOf(answer.settings);
      draft.value = next;
      answered.value = [];
      touched.value = new Set();
      hasTried.value = false;
      conflict.value = null;
    });
  }

  let asked = 0;
  async function askPreview(settings: string): Promise<void> {
    asked += 1;
    const mine = asked;
    const isOfChange = changed.peek().length > 0;
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
        answered.value = placeIssues(answer.refusal.issues, draft.peek());
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
    const timer = setTimeout(() => void askPreview(settings), isFirst ? 0 : PREVIEW_AFTER_MS);
    isFirst = false;
    return () => clearTimeout(timer);
  });

  async function save(): Promise<void> {
    const before = base.peek();
    if (isSaving.peek() || before === null || conflict.peek() !== null) return;
    const current = read.peek();
    hasTried.value = true;
    said.value = null;
    if (!current.ok) {
      refusals.value += 1;
      return;
    }
    isSaving.value = true;
    const sent = draft.peek();
    const answer = await api.save(queue.id, current.settings, before.revision);
    if (answer.ok) {
      // What was typed while it was on its way stays, and is unsaved.
      settle(answer.value, draft.peek() === sent ? draftOf(answer.value.settings) : draft.peek());
      said.value = { tone: 'good', words: `Saved. ${queue.name} works by these settings now.` };
    } else if (answer.refusal.kind === 'conflict') {
      await meet();
    } else if (answer.refusal.issues !== undefined) {
      batch(() => {
        answered.value = placeIssues(answer.refusal.issues ?? [], sent);
        refusals.value += 1;
      });
    } else {
      said.value = { tone: 'bad', words: `Not saved. ${answer.refusal.message} What you changed is kept here.` };
    }
    isSaving.value = false;
  }

  /** Somebody was faster: what they made of it, beside what we did. */
  async function meet(): Promise<void> {
    const newer = await api.load(queue.id);
    if (newer.ok)
      conflict.value = {
        theirs: newer.value,
        merged: mergeOnto(baseDraft.peek(), draft.peek(), draftOf(newer.value.settings)),
      };
    else
      said.value = {
        tone: 'bad',
        words: `Not saved: somebody else changed these settings, and theirs could not be loaded. ${newer.refusal.message}`,
      };
  }

  const agents = new Map(queues.flatMap((one) => one.agents).map(({ id, name }) => [id, name]));
  return {
    queue,
    people: [...agents].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name)),
    names: new Map([...agents, ...queues.map(({ id, name }) => [id, name] as const)]),
    base,
    failure,
    draft,
    changed,
    apart,
    issues,
    shown,
    refusals,
    isSaving,
    said,
    conflict,
    preview,
    async load() {
      failure.value = null;
      const answer = await api.load(queue.id);
      if (answer.ok) settle(answer.value);
      else failure.value = answer.refusal.message;
    },
    change(next) {
      batch(() => {
        draft.value = next(draft.peek());
        answered.value = [];
        said.value = null;
      });
    },
    touch(path) {
      if (!touched.peek().has(path)) touched.value = new Set([...touched.peek(), path]);
    },
    reset(paths) {
      this.change((before) => paths.reduce((one, path) => withPath(one, path, DEFAULT_DRAFT), before));
    },
    discard() {
      const before = base.peek();
      if (before === null) return;
      settle(before);
      said.value = { tone: 'good', words: 'Your changes are discarded.' };
    },
    save,
    keepMine() {
      const met = conflict.peek();
      if (met === null) return;
      settle(met.theirs, met.merged.draft);
      said.value = { tone: 'good', words: 'Your changes are on top of the newer settings, and not saved yet.' };
    },
    takeTheirs() {
      const met = conflict.peek();
      if (met === null) return;
      settle(met.theirs);
      said.value = { tone: 'good', words: 'These are the newer settings. Your changes are discarded.' };
    },
    previewAgain() {
      again.value += 1;
    },
    close: stop,
  };
}
