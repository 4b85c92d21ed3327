// Loaded when somebody opens it: intents change less often than anything else here.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { IntentSettings, IntentsAnswer, IntentTried } from '#protocol/intents.ts';
import { Icon } from '../kit/Icon.tsx';
import { Time } from '../kit/Time.tsx';
import { INTENTS_PART } from '../route.ts';
import { percent, plural } from '../wording.ts';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { IssueLine } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import {
  EMPTY_INTENTS,
  examplesOf,
  INTENTS,
  type IntentDraft,
  type IntentsDraft,
  intentCatalogue,
  intentsDraftOf,
  newIntent,
  placeIntentIssues,
  readIntents,
} from './intent-draft.ts';
import { intentsApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

type IntentsForm = DraftForm<IntentsDraft, IntentSettings[], IntentsAnswer>;

/** How often to look whether what was saved has been learnt. */
const LOOK_MS = 2000;

const openIntentsForm = (): IntentsForm =>
  openForm<IntentsDraft, IntentSettings[], IntentsAnswer>({
    catalogue: intentCatalogue,
    load: intentsApi.load,
    save: (intents, { revision }) => intentsApi.save(intents, revision),
    empty: EMPTY_INTENTS,
    draftOf: intentsDraftOf,
    defaultsOf: intentsDraftOf,
    lastChangeOf: ({ changed }) => changed,
    read: readIntents,
    placeIssues: placeIntentIssues,
    namesOf: () => new Map(),
    choicesOf: () => [],
    saved: () => 'Saved. It is being learnt, and reads messages within a minute.',
  });

/** [G26] What visitors want, as this workspace names it. */
export default function IntentsPage({ isReadOnly }: { isReadOnly: boolean }) {
  const form = useMemo(openIntentsForm, []);
  useEffect(() => void form.load(), [form]);
  const shared = { form, isReadOnly };
  return (
    <FormPage
      {...shared}
      name="Intents"
      what="what visitors want"
      isHere={(to) => to.page === 'settings' && to.part === INTENTS_PART}
      aside={<Model form={form} />}
    >
      <GroupSection
        {...shared}
        id="intents"
        title="What visitors want"
        lead="Each with some messages in visitors’ own words. Routes, triggers and metrics know it by its name. Agents correct it where it was wrong, and that is learnt too."
        paths={[]}
      >
        <IntentRows {...shared} />
      </GroupSection>
    </FormPage>
  );
}

function IntentRows({ form, isReadOnly }: { form: IntentsForm; isReadOnly: boolean }) {
  const { intents } = form.draft.value;
  const list = useRef<HTMLDivElement>(null);
  const change = (next: (intents: readonly IntentDraft[]) => readonly IntentDraft[]) =>
    form.change((draft) => ({ ...draft, intents: next(draft.intents) }));
  const update = (key: string, part: Partial<IntentDraft>) =>
    change((rows) => rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <div ref={list}>
      {intents.length === 0 && (
        <p class="s-none">
          None yet: what a message is about is the part of the product that the nearest article is in.
        </p>
      )}
      {intents.map((intent, index) => (
        <IntentRow
          key={intent.key}
          form={form}
          isReadOnly={isReadOnly}
          intent={intent}
          index={index}
          update={(part) => update(intent.key, part)}
          remove={() => {
            change((rows) => rows.filter(({ key }) => key !== intent.key));
            focusLater('.s-add');
          }}
        />
      ))}
      {!isReadOnly && (
        <button
          id={idOf(INTENTS)}
          type="button"
          class="secondary s-add"
          onClick={() => {
            change((rows) => [...rows, newIntent()]);
            focusLater('.s-intent:last-of-type input');
          }}
        >
          Add an intent
        </button>
      )}
      <IssueLine path={INTENTS} issue={issueAt(form, INTENTS)} />
    </div>
  );
}

type IntentRowProps = {
  form: IntentsForm;
  isReadOnly: boolean;
  intent: IntentDraft;
  index: number;
  update(part: Partial<IntentDraft>): void;
  remove(): void;
};

function IntentRow({ form, isReadOnly, intent, index, update, remove }: IntentRowProps) {
  const pathOf = (part: string) => `${INTENTS}.${index}.${part}`;
  const issueOf = (part: string) => issueAt(form, pathOf(part));
  const called = intent.name.trim() || `intent ${index + 1}`;
  const articles = form.base.value?.articles ?? [];
  const count = examplesOf(intent).length;
  return (
    <fieldset class="s-intent" aria-label={called}>
      <p class="s-intent-head">
        <input
          id={idOf(pathOf('name'))}
          type="text"
          autoComplete="off"
          spellcheck={false}
          aria-label={`Name of intent ${index + 1}`}
          placeholder="billing"
          value={intent.name}
          readOnly={isReadOnly}
          {...describedBy(pathOf('name'), issueOf('name'))}
          onInput={({ currentTarget }) => update({ name: currentTarget.value })}
          onBlur={() => leave(form, pathOf('name'))}
        />
        {!isReadOnly && (
          <button type="button" class="plain" aria-label={`Remove ${called}`} title="Remove" onClick={remove}>
            <Icon name="close" />
          </button>
        )}
      </p>
      <IssueLine path={pathOf('name')} issue={issueOf('name')} />
      <label for={idOf(pathOf('examples'))} class="s-help">
        What they write, one message a line <span class="number">({count})</span>
      </label>
      <textarea
        id={idOf(pathOf('examples'))}
        rows={Math.min(8, Math.max(3, count + (isReadOnly ? 0 : 1)))}
        aria-label={`Examples of ${called}, one a line`}
        value={intent.examples}
        readOnly={isReadOnly}
        {...describedBy(pathOf('examples'), issueOf('examples'))}
        onInput={({ currentTarget }) => update({ examples: currentTarget.value })}
        onBlur={() => leave(form, pathOf('examples'))}
      />
      <IssueLine path={pathOf('examples')} issue={issueOf('examples')} />
      <details>
        <summary>Articles that answer it ({intent.articles.length})</summary>
        <ul class="s-intent-articles">
          {articles.map(({ slug, title }) => (
            <li key={slug}>
              <label>
                <input
                  type="checkbox"
                  checked={intent.articles.includes(slug)}
                  disabled={isReadOnly}
                  onChange={({ currentTarget }) =>
                    update({
                      articles: currentTarget.checked
                        ? [...intent.articles, slug]
                        : intent.articles.filter((one) => one !== slug),
                    })
                  }
                />{' '}
                {title}
              </label>
            </li>
          ))}
        </ul>
      </details>
      <IssueLine path={pathOf('articles')} issue={issueOf('articles')} />
    </fieldset>
  );
}

/** The model that reads messages now: what it was made of, how right it is, and a place to try it. */
function Model({ form }: { form: IntentsForm }) {
  const [newest, setNewest] = useState<IntentsAnswer | null>(null);
  const base = form.base.value;
  const told = newest !== null && newest.revision >= (base?.revision ?? 0) ? newest : base;
  const isLearning = told?.isLearning ?? false;
  useEffect(() => {
    if (!isLearning) return;
    const timer = setInterval(async () => {
      const answer = await intentsApi.load();
      if (answer.ok) setNewest(answer.value);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isLearning, base]);
  if (told === null) return null;
  const { model, refused, labels } = told;
  return (
    <aside class="s-preview" aria-labelledby="intents-model">
      <h2 id="intents-model">The model</h2>
      <p role="status">
        {isLearning
          ? model === null
            ? 'It is being learnt. Until then the nearest articles say what a message is about.'
            : 'What was saved is being learnt. Until then the one below reads messages.'
          : model === null
            ? 'There is none: it needs two intents.'
            : 'All that was saved has been learnt.'}
      </p>
      {model !== null && (
        <dl class="rows">
          <div>
            <dt>Learnt</dt>
            <dd>
              <Time at={model.trainedAt} focusable /> from {plural(model.examples, 'example')}
            </dd>
          </div>
          <div>
            <dt>Right</dt>
            <dd>
              {model.judged.rows === 0
                ? 'not known yet: no label of an agent is set aside'
                : `${model.judged.right} of ${model.judged.rows} labels that it has not learnt from`}
            </dd>
          </div>
          <div>
            <dt>Labels</dt>
            <dd>{plural(labels, 'conversation')} that agents said the intent of</dd>
          </div>
          <div>
            <dt>Known by</dt>
            <dd>
              <code>{model.hash.slice(0, 12)}</code>
            </dd>
          </div>
        </dl>
      )}
      {refused !== null && refused.judged.before !== null && (
        <p class="s-refused">
          What was learnt <Time at={refused.trainedAt} focusable /> is not in use: it has {refused.judged.right} of{' '}
          {refused.judged.rows} labels right, the one in use {refused.judged.before.right}. More examples where it is
          wrong would help.
        </p>
      )}
      {model !== null && <TryIt />}
    </aside>
  );
}

function TryIt() {
  const id = useId();
  const [text, setText] = useState('');
  const [tried, setTried] = useState<IntentTried | null>(null);
  const [problem, setProblem] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    const answer = await intentsApi.try(text.trim());
    setTried(answer.ok ? answer.value : null);
    setProblem(answer.ok ? '' : answer.refusal.message);
  };
  return (
    <form onSubmit={(event) => void submit(event)} class="s-try">
      <label for={id}>Try a message</label>
      <p class="s-control">
        <input
          id={id}
          type="text"
          autoComplete="off"
          value={text}
          maxLength={2000}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="secondary">
          Try
        </button>
      </p>
      <div role="status">
        {tried !== null && (
          <p>
            <strong>{tried.name}</strong> ({percent(tried.confidence)} if it is about any of them),{' '}
            {tried.inScope.value ? 'one of ours' : 'none of ours'} ({percent(tried.inScope.probability)}).
            {tried.reasons.length > 0 && <> From {tried.reasons.map(({ word }) => word).join(', ')}.</>}
          </p>
        )}
      </div>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
