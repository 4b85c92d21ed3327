// Loaded when somebody opens it: who answers reads articles, and seldom writes one.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { ArticleAnswer, ArticleContent, ArticlesAnswer, AskAnswer, ImportAnswer } from '#protocol/articles.ts';
import { randomId } from '../../kit/random-id.ts';
import { Time } from '../kit/Time.tsx';
import { go, hrefOf, isArticlePart, KNOWLEDGE_PART } from '../route.ts';
import { percent, plural, sentenceOf } from '../wording.ts';
import {
  type ArticleBase,
  type ArticleDraft,
  type ArticlePart,
  articleCatalogue,
  articleDraftOf,
  EMPTY_ARTICLE,
  newArticle,
  readArticle,
} from './article-draft.ts';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { IssueLine } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { GuideNote } from './GuideNote.tsx';
import { Skeleton } from './Skeleton.tsx';
import { articlesApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

type ArticleForm = DraftForm<ArticleDraft, ArticleContent, ArticleBase>;
type ArticleId = ArticleAnswer['id'];

/** [G28] [G29] What the assistant answers from. */
export default function KnowledgePage({ part, isReadOnly }: { part: string | null; isReadOnly: boolean }) {
  const [all, setAll] = useState<ArticlesAnswer | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const load = async () => {
    const answer = await articlesApi.all();
    if (answer.ok) setAll(answer.value);
    setFailure(answer.ok ? null : answer.refusal.message);
  };
  useEffect(() => void load(), []);
  if (all === null) {
    return failure === null ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The articles could not be loaded</h2>
        <p>{failure} The assistant answers as before.</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void load()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  if (isArticlePart(part))
    return <OneArticle key={part} id={part as ArticleId} areas={all.areas} isReadOnly={isReadOnly} changed={load} />;
  return <AllArticles all={all} isReadOnly={isReadOnly} changed={load} />;
}

type AllProps = { all: ArticlesAnswer; isReadOnly: boolean; changed(): Promise<void> };

function AllArticles({ all, isReadOnly, changed }: AllProps) {
  const [wanted, setWanted] = useState('');
  const id = useId();
  const words = wanted.trim().toLowerCase().split(/\s+/);
  const shown = all.articles.filter(({ title, area }) =>
    words.every((word) => `${title} ${area}`.toLowerCase().includes(word)),
  );
  return (
    <div class="s-columns">
      <div class="s-groups">
        {isReadOnly && (
          <p class="s-read-only">
            You can look, not change: only supervisors, admins and owners change what the assistant answers from.
          </p>
        )}
        {!isReadOnly && (
          <details class="s-import" open={all.articles.length === 0}>
            <summary>Import files or pages</summary>
            <Import changed={changed} />
          </details>
        )}
        <section class="s-group" aria-labelledby={`${id}-all`}>
          <header>
            <h2 id={`${id}-all`}>Articles</h2>
            {!isReadOnly && (
              <a class="link" href={hrefOf({ page: 'settings', part: `art_${randomId(21)}` })}>
                New article
              </a>
            )}
          </header>
          <p class="s-lead">
            The assistant says what stands here, and nothing else. What is saved is answered from within seconds.
          </p>
          {all.articles.length > 0 && (
            <p>
              <label for={`${id}-find`}>Find</label>{' '}
              <input
                id={`${id}-find`}
                type="text"
                autoComplete="off"
                value={wanted}
                class="s-find"
                onInput={({ currentTarget }) => setWanted(currentTarget.value)}
              />
            </p>
          )}
          <p role="status" class="quiet small">
            {all.articles.length === 0
              ? 'There are none yet: until there are, every question goes to a person. Write one, or import what you have.'
              : wanted.trim() === ''
                ? plural(all.articles.length, 'article')
                : `${shown.length} of ${plural(all.articles.length, 'article')}`}
          </p>
          <ul class="s-incidents">
            {shown.map((article) => (
              <li key={article.id}>
                <span>
                  <a href={hrefOf({ page: 'settings', part: article.id })}>{article.title}</a>
                  <span class="quiet">
                    {' '}
                    {article.area}
                    {article.aliases > 0 && `, ${plural(article.aliases, 'other name')}`}
                  </span>
                </span>
                <span class="quiet">
                  <Time at={article.updatedAt} focusable />
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <Ask />
    </div>
  );
}

const TYPES = { md: 'markdown', markdown: 'markdown', txt: 'markdown', html: 'html', htm: 'html' } as const;
const OUTCOME = { added: 'added', changed: 'changed', same: 'as it was', refused: 'not taken' } as const;
/** A call takes so many, and so much. */
const MAX_FILES = 50;
const MAX_CHARS = 1_500_000;

/** In calls that are not too large. */
function inCalls<T extends { text: string }>(documents: readonly T[]): T[][] {
  const calls: T[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    if (chars + document.text.length > MAX_CHARS || calls.at(-1)!.length === MAX_FILES) {
      calls.push([]);
      chars = 0;
    }
    calls.at(-1)!.push(document);
    chars += document.text.length;
  }
  return calls;
}

function Import({ changed }: { changed(): Promise<void> }) {
  const [addresses, setAddresses] = useState('');
  const [told, setTold] = useState<ImportAnswer['documents']>([]);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState('');
  const id = useId();
  const done = async () => {
    setBusy('');
    await changed();
  };
  const importFiles = async (files: readonly File[]) => {
    setProblem('');
    setTold([]);
    const typeOf = (name: string) => TYPES[name.split('.').at(-1)?.toLowerCase() as keyof typeof TYPES];
    const readable = files.filter(({ name }) => typeOf(name) !== undefined);
    const documents = await Promise.all(
      readable.map(async (file) => ({ name: file.name, type: typeOf(file.name), text: await file.text() })),
    );
    let sent = 0;
    for (const some of inCalls(documents)) {
      setBusy(`Importing ${sent + 1} to ${sent + some.length} of ${documents.length}…`);
      const answer = await articlesApi.import(some);
      sent += some.length;
      if (answer.ok) setTold((before) => [...before, ...answer.value.documents]);
      else setProblem(answer.refusal.message);
    }
    const others = files.filter((file) => !readable.includes(file));
    if (others.length > 0)
      setProblem(`Only Markdown, text and HTML files: ${others.map(({ name }) => name).join(', ')} was not read.`);
    await done();
  };
  const importPages = async (event: Event) => {
    event.preventDefault();
    const wanted = addresses.split(/\s+/).filter((one) => one !== '');
    const wrong = wanted.find((one) => !URL.canParse(one));
    if (wanted.length === 0 || wanted.length > MAX_FILES || wrong !== undefined) {
      setProblem(
        wanted.length === 0
          ? 'Name at least one address.'
          : wrong === undefined
            ? `At most ${MAX_FILES} addresses at once; a sitemap counts as one.`
            : `“${wrong.slice(0, 80)}” is no address: it begins with https://.`,
      );
      document.getElementById(`${id}-pages`)?.focus();
      return;
    }
    setProblem('');
    setTold([]);
    setBusy(`Fetching ${plural(wanted.length, 'page')}…`);
    const answer = await articlesApi.fetch(wanted);
    if (answer.ok) setTold(answer.value.documents);
    else setProblem(answer.refusal.message);
    await done();
  };
  return (
    <section aria-label="Import">
      <p class="s-lead">
        A file or page of the same name is the same article: it is changed, and keeps the names that it has learnt.
      </p>
      <p>
        <label for={`${id}-files`}>Markdown or HTML files</label>{' '}
        <input
          id={`${id}-files`}
          type="file"
          multiple
          accept=".md,.markdown,.txt,.html,.htm"
          disabled={busy !== ''}
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])];
            currentTarget.value = '';
            if (files.length > 0) void importFiles(files);
          }}
        />
      </p>
      <form noValidate onSubmit={(event) => void importPages(event)} class="s-intent">
        <label for={`${id}-pages`} class="s-help">
          Pages of your own sites, or a sitemap: one address a line
        </label>
        <textarea
          id={`${id}-pages`}
          rows={3}
          spellcheck={false}
          placeholder="https://help.example.com/sitemap.xml"
          value={addresses}
          onInput={({ currentTarget }) => setAddresses(currentTarget.value)}
        />
        <div class="s-deeds">
          <button type="submit" class="secondary" disabled={busy !== ''}>
            Import pages
          </button>
        </div>
      </form>
      <div role="status">
        {busy !== '' && <p>{busy}</p>}
        {busy === '' && told.length > 0 && <p>{sumWords(told)}</p>}
        <ul class="plain-list">
          {told
            .filter(({ outcome }) => outcome !== 'same')
            .map(({ name, outcome, title, because }) => (
              <li key={name}>
                {title ?? name}: {OUTCOME[outcome]}
                {because !== null && <span class="quiet">. {because}</span>}
              </li>
            ))}
        </ul>
      </div>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

const sumWords = (told: ImportAnswer['documents']): string =>
  `${(['added', 'changed', 'same', 'refused'] as const)
    .map((outcome) => [told.filter((one) => one.outcome === outcome).length, OUTCOME[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ')}.`;

type OneProps = { id: ArticleId; areas: readonly string[]; isReadOnly: boolean; changed(): Promise<void> };

function OneArticle({ id, areas, isReadOnly, changed }: OneProps) {
  const form = useMemo(() => openArticleForm(id, changed), [id]);
  useEffect(() => void form.load(), [form]);
  const [removed, setRemoved] = useState<ArticleBase | null>(null);
  const [problem, setProblem] = useState('');
  const base = form.base.value;
  const remove = async () => {
    if (base === null || base.revision === null) return;
    const answer = await articlesApi.remove(id, base.revision);
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setRemoved(base);
    await changed();
  };
  const undo = async (article: ArticleBase) => {
    const answer = await articlesApi.save(id, article, null);
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setRemoved(null);
    await Promise.all([form.load(), changed()]);
  };
  if (removed !== null)
    return (
      <div class="s-column">
        <div class="s-box" role="status">
          <h2>“{removed.title}” is removed</h2>
          <p>The assistant does not answer from it any more. Answers that were given stay as they were.</p>
          {problem !== '' && <p class="failure">{problem}</p>}
          <div class="s-deeds">
            <button type="button" class="primary" onClick={() => void undo(removed)}>
              Undo
            </button>
            <button type="button" class="secondary" onClick={() => go({ page: 'settings', part: KNOWLEDGE_PART })}>
              All articles
            </button>
          </div>
        </div>
      </div>
    );
  const shared = { form, isReadOnly };
  return (
    <FormPage
      {...shared}
      name={base?.title || 'the article'}
      what="what the assistant answers from"
      who="supervisors, admins and owners"
      isHere={(to) => to.page === 'settings' && to.part === id}
      aside={<Ask />}
      inBar={
        base !== null &&
        base.revision !== null && (
          <button type="button" class="link" onClick={() => void remove()}>
            Remove
          </button>
        )
      }
    >
      <p>
        <a href={hrefOf({ page: 'settings', part: KNOWLEDGE_PART })}>All articles</a>
      </p>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      <GroupSection
        {...shared}
        id="article"
        title={base?.revision === null ? 'New article' : 'Article'}
        lead="One question each: the assistant quotes the steps under the best heading, or the sentences nearest to the question."
        paths={[]}
      >
        <Part {...shared} part="title" label="Title" help="As somebody would look for it." />
        <Part
          {...shared}
          part="area"
          label="Product area"
          help="The first part of the address where people need it, such as billing. Empty is none."
          list={areas}
        />
        <Part
          {...shared}
          part="body"
          label="Text"
          help="Markdown: ## for headings, 1. for steps. A step can point at the page: [Save](#guide:button &quot;Save changes&quot;), or only on one page: #guide:button@/settings."
          rows={18}
        />
        <GuideNote body={form.draft.value.body} />
        <Part {...shared} part="keywords" label="Keywords" help="Words that are not in the text, between commas." />
        <Part
          {...shared}
          part="aliases"
          label="Other names"
          help="What people wrote whom it helped, one a line. Agents add to them; they are found by and never said."
          rows={4}
        />
      </GroupSection>
    </FormPage>
  );
}

const openArticleForm = (id: ArticleId, changed: () => Promise<void>): ArticleForm =>
  openForm<ArticleDraft, ArticleContent, ArticleBase>({
    catalogue: articleCatalogue,
    async load() {
      const answer = await articlesApi.load(id);
      // An id that nobody has used is a new article.
      return !answer.ok && answer.refusal.kind === 'not_found' ? { ok: true, value: newArticle(id) } : answer;
    },
    async save(content, { revision }) {
      const answer = await articlesApi.save(id, content, revision);
      if (answer.ok) void changed();
      return answer;
    },
    empty: EMPTY_ARTICLE,
    draftOf: articleDraftOf,
    defaultsOf: articleDraftOf,
    lastChangeOf: () => null,
    read: readArticle,
    placeIssues: (issues) =>
      issues.map(({ path, message }) => ({
        path: path.split('.')[0] ?? '',
        message: message.charAt(0).toUpperCase() + message.slice(1),
      })),
    namesOf: () => new Map(),
    choicesOf: () => [],
    saved: () => 'Saved. The assistant answers from it within seconds.',
  });

type PartProps = {
  form: ArticleForm;
  isReadOnly: boolean;
  part: ArticlePart;
  label: string;
  help: string;
  /** Of a field with several lines. */
  rows?: number;
  list?: readonly string[];
};

function Part({ form, isReadOnly, part, label, help, rows, list }: PartProps) {
  const issue = issueAt(form, part);
  const id = idOf(part);
  const shared = {
    id,
    value: form.draft.value[part],
    readOnly: isReadOnly,
    ...describedBy(part, issue, `${id}-help`),
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => {
      const { value } = currentTarget;
      form.change((draft) => ({ ...draft, [part]: value }));
    },
    onBlur: () => leave(form, part),
  };
  return (
    <div class="s-intent">
      <label for={id}>{label}</label>
      <p id={`${id}-help`} class="s-help">
        {help}
      </p>
      {rows === undefined ? (
        <input type="text" autoComplete="off" list={list === undefined ? undefined : `${id}-list`} {...shared} />
      ) : (
        <textarea rows={rows} {...shared} />
      )}
      {list !== undefined && (
        <datalist id={`${id}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      <IssueLine path={part} issue={issue} />
    </div>
  );
}

/** What a visitor would be told, from what is saved. */
function Ask() {
  const id = useId();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<AskAnswer | null>(null);
  const [problem, setProblem] = useState('');
  const latest = useRef(0);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    latest.current += 1;
    const mine = latest.current;
    const answer = await articlesApi.ask(text.trim());
    if (mine !== latest.current) return;
    setAsked(answer.ok ? answer.value : null);
    setProblem(answer.ok ? '' : answer.refusal.message);
  };
  return (
    <aside class="s-preview" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Ask as a visitor</h2>
      <form onSubmit={(event) => void submit(event)} class="s-ask">
        <label for={id} class="s-help">
          What would be answered from what is saved
        </label>
        <p class="s-control">
          <input
            id={id}
            type="text"
            autoComplete="off"
            maxLength={2000}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <button type="submit" class="secondary">
            Ask
          </button>
        </p>
      </form>
      <div role="status">
        {asked !== null && (
          <>
            <p>
              <strong>{asked.send ? 'It would say' : 'It would say nothing of its own'}</strong>{' '}
              <span class="quiet">
                ({sentenceOf(asked.because).toLowerCase()}, coverage {percent(asked.coverage)}, confidence{' '}
                {percent(asked.confidence)})
              </span>
            </p>
            {asked.answer !== '' && <blockquote class="s-answer">{asked.answer}</blockquote>}
            <ol class="plain-list">
              {asked.passages.map(({ title, heading, score }) => (
                <li key={`${title}/${heading}`}>
                  {heading === '' || heading === title ? title : `${title} › ${heading}`}{' '}
                  <span class="quiet number">{score.toFixed(2)}</span>
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </aside>
  );
}
