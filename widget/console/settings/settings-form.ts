import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Answer } from '../api.ts';
import {
  type Catalogue,
  changedPaths,
  type Merged,
  mergeOnto,
  type Names,
  type Values,
  withPath,
  wordsAt,
} from './catalogue.ts';
import type { Issue } from './draft.ts';

type LastChange = { name: string; at: number } | null;
type Said = { tone: 'good' | 'bad'; words: string } | null;

/** What a field needs of the form that it is in. */
export type FieldForm = {
  values: ReadonlySignal<Values>;
  defaults: ReadonlySignal<Values>;
  setText(path: string, text: string): void;
  /** Settings that differ from the defaults, by path. */
  apart: ReadonlySignal<ReadonlySet<string>>;
  /** The part of what is wrong that is said: a field that nobody has left yet is not finished. */
  shown: ReadonlySignal<readonly Issue[]>;
  /** The field has been left: what is wrong in it may be said. */
  touch(path: string): void;
  reset(paths: readonly string[]): void;
  /** What may be picked at a path. */
  choicesOf(path: string): readonly { id: string; name: string }[];
};

/** Somebody saved between our look and our save: what they changed, in words. */
export type ConflictView = {
  who: string;
  at: number | null;
  /** `mine` is null where only they changed something. */
  rows: readonly { path: string; label: string; was: string; now: string; mine: string | null }[];
};

/** What a page of settings shows beside its fields. */
export type SettingsForm = FieldForm & {
  isLoaded: ReadonlySignal<boolean>;
  /** Why they could not be loaded. */
  failure: ReadonlySignal<string | null>;
  lastChange: ReadonlySignal<LastChange>;
  /** Settings that differ from those in force, by path. */
  changed: ReadonlySignal<readonly string[]>;
  /** Everything that is wrong. */
  issues: ReadonlySignal<readonly Issue[]>;
  /** Counts saves that something stood in the way of: the summary takes the focus with each. */
  refusals: ReadonlySignal<number>;
  isSaving: ReadonlySignal<boolean>;
  said: ReadonlySignal<Said>;
  conflict: ReadonlySignal<ConflictView | null>;
  labelOf(path: string): string;
  load(): Promise<void>;
  discard(): void;
  save(): Promise<void>;
  /** After a conflict: mine on top of theirs, still unsaved; or theirs alone. */
  keepMine(): void;
  takeTheirs(): void;
};

/** The same with what only the page itself knows: its draft, its settings, and the answer that they came with. */
export type DraftForm<D, S, A> = SettingsForm & {
  base: ReadonlySignal<A | null>;
  draft: ReadonlySignal<D>;
  /** The draft as settings, or what is wrong with it. */
  read: ReadonlySignal<ReadResult<S>>;
  change(next: (draft: D) => D): void;
  /** The server's objections to exactly this draft. */
  object(issues: readonly Issue[]): void;
};

export type ReadResult<S> = { ok: true; settings: S } | { ok: false; issues: Issue[] };

/** What differs between one page of settings and another. */
export type FormSubject<D, S, A> = {
  catalogue: Catalogue<D>;
  load(): Promise<Answer<A>>;
  /** Settings that were made from `base`. */
  save(settings: S, base: A): Promise<Answer<A>>;
  /** Before anything has come. */
  empty: D;
  draftOf(answer: A): D;
  defaultsOf(answer: A): D;
  lastChangeOf(answer: A): LastChange;
  read(draft: D): ReadResult<S>;
  /** The server's issues at the controls of the page. */
  placeIssues(issues: readonly Issue[], draft: D): Issue[];
  namesOf(draft: D): Names;
  choicesOf(draft: D, path: string): readonly { id: string; name: string }[];
  /** Said when it is saved. */
  saved(answer: A): string;
};

/** Settings being edited. Nothing that was typed is lost by an answer. */
export function openForm<D extends { values: Values }, S, A>(subject: FormSubject<D, S, A>): DraftForm<D, S, A> {
  const { catalogue } = subject;
  const base = signal<A | null>(null);
  const baseDraft = signal<D>(subject.empty);
  const defaultDraft = signal<D>(subject.empty);
  const failure = signal<string | null>(null);
  const draft = signal<D>(subject.empty);
  const touched = signal<ReadonlySet<string>>(new Set());
  const hasTried = signal(false);
  /** What the server said of exactly this draft. */
  const answered = signal<readonly Issue[]>([]);
  const refusals = signal(0);
  const isSaving = signal(false);
  const said = signal<Said>(null);
  const met = signal<{ theirs: A; merged: Merged<D> } | null>(null);

  const read = computed(() => subject.read(draft.value));
  const changed = computed(() => changedPaths(catalogue, baseDraft.value, draft.value));
  const own = new Set(catalogue.fields.flatMap(({ path, isOwn }) => (isOwn ? [path] : [])));
  const apart = computed(
    () => new Set(changedPaths(catalogue, defaultDraft.value, draft.value).filter((path) => !own.has(path))),
  );
  const issues = computed<readonly Issue[]>(() => (read.value.ok ? answered.value : read.value.issues));
  const shown = computed(() =>
    issues.value.filter(({ path }) => hasTried.value || touched.value.has(path) || answered.value.length > 0),
  );
  const conflict = computed<ConflictView | null>(() => {
    if (met.value === null) return null;
    const { theirs, merged } = met.value;
    const newer = subject.draftOf(theirs);
    const by = subject.lastChangeOf(theirs);
    const words = (one: D, path: string) => wordsAt(catalogue, one, path, subject.namesOf(one));
    return {
      who: by?.name ?? 'Somebody else',
      at: by?.at ?? null,
      rows: merged.theirs.map((path) => ({
        path,
        label: catalogue.labelOf(path),
        was: words(baseDraft.value, path),
        now: words(newer, path),
        mine: merged.both.includes(path) ? words(merged.draft, path) : null,
      })),
    };
  });

  function settle(answer: A, next: D = subject.draftOf(answer)): void {
    batch(() => {
      base.value = answer;
      baseDraft.value = subject.draftOf(answer);
      defaultDraft.value = subject.defaultsOf(answer);
      draft.value = next;
      answered.value = [];
      touched.value = new Set();
      hasTried.value = false;
      met.value = null;
    });
  }

  function change(next: (draft: D) => D): void {
    batch(() => {
      draft.value = next(draft.peek());
      answered.value = [];
      said.value = null;
    });
  }

  /** Somebody was faster: what they made of it, beside what we did. */
  async function meet(): Promise<void> {
    const newer = await subject.load();
    if (newer.ok)
      met.value = {
        theirs: newer.value,
        merged: mergeOnto(catalogue, baseDraft.peek(), draft.peek(), subject.draftOf(newer.value)),
      };
    else
      said.value = {
        tone: 'bad',
        words: `Not saved: somebody else changed these settings, and theirs could not be loaded. ${newer.refusal.message}`,
      };
  }

  return {
    base,
    draft,
    read,
    change,
    object(objections) {
      answered.value = subject.placeIssues(objections, draft.peek());
    },
    values: computed(() => draft.value.values),
    defaults: computed(() => defaultDraft.value.values),
    isLoaded: computed(() => base.value !== null),
    lastChange: computed(() => (base.value === null ? null : subject.lastChangeOf(base.value))),
    failure,
    changed,
    apart,
    issues,
    shown,
    refusals,
    isSaving,
    said,
    conflict,
    labelOf: catalogue.labelOf,
    choicesOf: (path) => subject.choicesOf(draft.value, path),
    setText: (path, text) => change((one) => ({ ...one, values: { ...one.values, [path]: text } })),
    async load() {
      failure.value = null;
      const answer = await subject.load();
      if (answer.ok) settle(answer.value);
      else failure.value = answer.refusal.message;
    },
    touch(path) {
      if (!touched.peek().has(path)) touched.value = new Set([...touched.peek(), path]);
    },
    reset: (paths) =>
      change((before) => paths.reduce((one, path) => withPath(catalogue, one, path, defaultDraft.peek()), before)),
    discard() {
      const before = base.peek();
      if (before === null) return;
      settle(before);
      said.value = { tone: 'good', words: 'Your changes are discarded.' };
    },
    async save() {
      const before = base.peek();
      if (isSaving.peek() || before === null || met.peek() !== null) return;
      const current = read.peek();
      hasTried.value = true;
      said.value = null;
      if (!current.ok) {
        refusals.value += 1;
        return;
      }
      isSaving.value = true;
      const sent = draft.peek();
      const answer = await subject.save(current.settings, before);
      if (answer.ok) {
        // What was typed while it was on its way stays, and is unsaved.
        settle(answer.value, draft.peek() === sent ? subject.draftOf(answer.value) : draft.peek());
        said.value = { tone: 'good', words: subject.saved(answer.value) };
      } else if (answer.refusal.kind === 'conflict') {
        await meet();
      } else if (answer.refusal.issues !== undefined) {
        const objections = answer.refusal.issues;
        batch(() => {
          answered.value = subject.placeIssues(objections, sent);
          refusals.value += 1;
        });
      } else {
        said.value = { tone: 'bad', words: `Not saved. ${answer.refusal.message} What you changed is kept here.` };
      }
      isSaving.value = false;
    },
    keepMine() {
      const before = met.peek();
      if (before === null) return;
      settle(before.theirs, before.merged.draft);
      said.value = { tone: 'good', words: 'Your changes are on top of the newer settings, and not saved yet.' };
    },
    takeTheirs() {
      const before = met.peek();
      if (before === null) return;
      settle(before.theirs);
      said.value = { tone: 'good', words: 'These are the newer settings. Your changes are discarded.' };
    },
  };
}
