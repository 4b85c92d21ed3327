// Loaded by admins who open Privacy: people are exported and erased seldom.
import './privacy-jobs.css';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { PersonFound, PrivacyJob } from '#protocol/privacy-jobs.ts';
import { exactTime } from '../../panel/wording.ts';
import { ActionForm, Dialog, Field } from '../dialogs/Dialog.tsx';
import { Time } from '../kit/Time.tsx';
import { plural } from '../wording.ts';
import { LoadFailed } from './admin-parts.tsx';
import { downloadHref, privacyJobsApi } from './privacy-jobs-api.ts';
import { doneWords, type FindBy, idToType, progressWords, storeWords, talksWords, wantedOf } from './privacy-words.ts';

/** How often is looked how far a job is, while one is under way. */
const LOOK_AGAIN_MS = 2000;

/** [Y2] [Y9] Everything about one person, to have it or to have it gone. */
export default function PrivacyJobs({ isOwner }: { isOwner: boolean }) {
  const [jobs, setJobs] = useState<readonly PrivacyJob[] | null>(null);
  const [failure, setFailure] = useState('');
  const [said, setSaid] = useState('');
  const before = useRef<readonly PrivacyJob[]>([]);
  const load = async () => {
    const answer = await privacyJobsApi.load();
    setFailure(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    const isUnderWay = (id: string) => before.current.some((one) => one.id === id && one.doneAt === null);
    const ended = answer.value.jobs.find(({ id, doneAt }) => doneAt !== null && isUnderWay(id));
    if (ended !== undefined) setSaid(doneWords(ended));
    before.current = answer.value.jobs;
    setJobs(answer.value.jobs);
  };
  useEffect(() => void load(), []);
  const isUnderWay = jobs?.some(({ doneAt }) => doneAt === null) === true;
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => void load(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isUnderWay]);
  if (jobs === null && failure !== '')
    return <LoadFailed what="Exports and erasures" why={failure} onAgain={() => void load()} />;
  const asked = (job: PrivacyJob) => {
    const isOld = job.doneAt !== null && (jobs ?? []).some(({ id }) => id === job.id);
    setSaid(
      isOld
        ? 'This was done before; its receipt is below.'
        : 'It has begun, and goes on by itself, also when this page is closed.',
    );
    const now = [job, ...(jobs ?? []).filter(({ id }) => id !== job.id)];
    before.current = now;
    setJobs(now);
  };
  return (
    <div class="s-column">
      <div class="s-groups">
        <section class="s-group" aria-labelledby="privacy-person">
          <header>
            <h2 id="privacy-person">A person’s data</h2>
          </header>
          <p class="s-lead">
            Everything that is kept about one visitor: to hand it to them, or to have it gone.
            {!isOwner && ' Only owners erase.'}
          </p>
          <Find isOwner={isOwner} onAsked={asked} />
          <p class="s-said" role="status">
            {said}
          </p>
        </section>
        <section class="s-group" aria-labelledby="privacy-jobs">
          <header>
            <h2 id="privacy-jobs">Exports and erasures</h2>
          </header>
          {failure !== '' && (
            <p class="failure" role="alert">
              How far they are could not be loaded. {failure} They go on all the same.{' '}
              <button type="button" class="link" onClick={() => void load()}>
                Try again
              </button>
            </p>
          )}
          {jobs === null ? (
            <div class="skeleton" aria-hidden="true">
              <i />
              <i />
            </div>
          ) : jobs.length === 0 ? (
            <p class="s-none">
              Nobody was exported or erased yet. Find somebody above; each stands here then, with its receipt.
            </p>
          ) : (
            <ul class="p-jobs">
              {jobs.map((job) => (
                <Job key={job.id} job={job} />
              ))}
            </ul>
          )}
        </section>
      </div>
    </div>
  );
}

const BY = [
  { by: 'subject', name: 'the id that your product gives them', placeholder: 'usr_1042' },
  { by: 'conversation', name: 'a conversation', placeholder: 'BTN-1042' },
] as const satisfies { by: FindBy; name: string; placeholder: string }[];

function Find({ isOwner, onAsked }: { isOwner: boolean; onAsked(job: PrivacyJob): void }) {
  const [by, setBy] = useState<FindBy>('subject');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [found, setFound] = useState<PersonFound | null>(null);
  const [isErasing, setErasing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const result = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => result.current?.focus(), [found]);
  const wrong = (message: string): void => {
    setProblem(message);
    field.current?.focus();
  };
  const find = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setFound(null);
    setProblem('');
    const wanted = wantedOf(by, text);
    if (typeof wanted === 'string') return wrong(wanted);
    setBusy(true);
    const answer = await privacyJobsApi.find(wanted);
    setBusy(false);
    if (answer.ok) setFound(answer.value);
    else
      wrong(
        answer.refusal.kind === 'not_found'
          ? 'Nothing is known of such a visitor. Whoever was erased stands below.'
          : answer.refusal.message,
      );
  };
  const exportNow = async (person: PersonFound) => {
    if (isBusy) return;
    setProblem('');
    setBusy(true);
    const answer = await privacyJobsApi.ask('export', person.visitorId);
    setBusy(false);
    if (!answer.ok) return setProblem(answer.refusal.message);
    setFound(null);
    setText('');
    field.current?.focus();
    onAsked(answer.value);
  };
  return (
    <>
      <form class="s-invite" noValidate onSubmit={(event) => void find(event)}>
        <label for={`${id}-by`}>Find by</label>
        <select
          id={`${id}-by`}
          value={by}
          onChange={({ currentTarget }) => {
            setBy(currentTarget.value as FindBy);
            setProblem('');
          }}
        >
          {BY.map((one) => (
            <option key={one.by} value={one.by}>
              {one.name}
            </option>
          ))}
        </select>
        <input
          ref={field}
          type="text"
          aria-label="Whom"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder={BY.find((one) => one.by === by)?.placeholder}
          value={text}
          {...(problem === '' ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setProblem('');
            setFound(null);
          }}
        />
        <button type="submit" class="secondary" aria-disabled={isBusy}>
          {isBusy && found === null ? 'Looking…' : 'Find'}
        </button>
      </form>
      {problem !== '' && (
        <p id={`${id}-problem`} class="failure" role="alert">
          {problem}
        </p>
      )}
      {found !== null && (
        <section class="p-found" aria-labelledby={`${id}-found`}>
          <h3 id={`${id}-found`} tabIndex={-1} ref={result}>
            {found.name ?? 'A visitor without a name'}
          </h3>
          <p>
            {found.subject === null ? 'Not known to your product' : <>Your id {found.subject}</>}
            {found.email !== null && <>, {found.email}</>}. {talksWords(found)}
            {found.lastSeenAt !== null && (
              <>
                {' '}
                Last seen <Time at={found.lastSeenAt} focusable />.
              </>
            )}
          </p>
          <p class="quiet">
            An export is a file with everything that is kept about them, one thing a line, and with the addresses at
            which their recordings are read. Owners and admins can download it here for seven days. Nothing changes for
            them.
          </p>
          <div class="s-deeds">
            <button type="button" class="primary" aria-disabled={isBusy} onClick={() => void exportNow(found)}>
              {isBusy ? 'Working…' : 'Export everything'}
            </button>
            {isOwner && (
              <button type="button" class="secondary p-erase" onClick={() => setErasing(true)}>
                Erase…
              </button>
            )}
          </div>
        </section>
      )}
      {isErasing && found !== null && (
        <Erase
          person={found}
          onClose={() => setErasing(false)}
          onAsked={(job) => {
            setFound(null);
            setText('');
            onAsked(job);
          }}
        />
      )}
    </>
  );
}

type EraseProps = { person: PersonFound; onAsked(job: PrivacyJob): void; onClose(): void };

/** It cannot be undone: whoever asks writes whom. */
function Erase({ person, onAsked, onClose }: EraseProps) {
  const [typed, setTyped] = useState('');
  const wanted = idToType(person);
  const isRight = typed.trim() === wanted;
  return (
    <Dialog title={`Erase ${person.name ?? wanted}?`} lead="It cannot be undone." onClose={onClose}>
      <ActionForm
        verb="Erase for ever"
        isComplete={isRight}
        onSubmit={async () => {
          const answer = await privacyJobsApi.ask('erasure', person.visitorId);
          if (!answer.ok) return { ok: false, message: answer.refusal.message };
          onAsked(answer.value);
          return { ok: true, seq: null };
        }}
      >
        <ul class="p-what">
          <li>
            {person.live > 0
              ? 'The conversation that is under way ends at once, and whoever works on it gets their slot back.'
              : 'No conversation of theirs is under way.'}
          </li>
          <li>
            Everything that is kept about them goes: name, ids and account,{' '}
            {plural(person.conversations, 'conversation')} with messages, notes and pages, recordings, what was handed
            over to agents, and earlier exports.
          </li>
          <li>What is counted stays, as numbers of nobody.</li>
          <li>Their widget is signed out. Whoever comes back is somebody new.</li>
          <li>Backups of the database keep them for thirty days; whoever comes back out of one is erased again.</li>
        </ul>
        <Field label={`Write ${wanted} to erase them`} problem={isRight ? null : `This is not ${wanted}.`}>
          <input
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </Field>
      </ActionForm>
    </Dialog>
  );
}

function Job({ job }: { job: PrivacyJob }) {
  const { kind, visitorId, askedBy, askedAt, doneAt, failures, nextAt, progress, receipt, downloadUntil } = job;
  const id = useId();
  const name = kind === 'export' ? 'Export' : 'Erasure';
  return (
    <li>
      <div class="p-head">
        <strong id={id}>{name}</strong>
        <span class={failures > 0 && doneAt === null ? 'tag bad' : 'tag'}>
          {doneAt !== null ? 'Done' : failures > 0 ? 'Held up' : 'Under way'}
        </span>
        <span class="quiet">{visitorId}</span>
      </div>
      <p class="quiet">
        Asked for by {askedBy}, <Time at={askedAt} focusable />
        {doneAt !== null && (
          <>
            ; done <Time at={doneAt} focusable />
          </>
        )}
        .
      </p>
      {doneAt === null && (
        <>
          <p class="p-progress">
            <progress max={progress.of} value={progress.n} aria-labelledby={id} /> {progressWords(job)}
          </p>
          {failures > 0 && nextAt !== null && (
            <p class="failure">
              {failures === 1 ? 'The last try' : `The last ${failures} tries`} failed or had to wait. It is tried again
              by itself, next at <time dateTime={new Date(nextAt).toISOString()}>{exactTime(nextAt)}</time>, and goes on
              from this step; what was done stays done.
            </p>
          )}
        </>
      )}
      {kind === 'export' && doneAt !== null && (
        <p>
          {downloadUntil === null ? (
            <span class="quiet">The file is gone: it is kept for seven days, and goes with the visitor.</span>
          ) : (
            <>
              <a href={downloadHref(job)} download aria-label={`Download the export of ${visitorId}`}>
                Download
              </a>{' '}
              <span class="quiet">
                until <time dateTime={new Date(downloadUntil).toISOString()}>{exactTime(downloadUntil)}</time>
              </span>
            </>
          )}
        </p>
      )}
      {receipt !== null && (
        <details>
          <summary>Receipt</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">{kind === 'export' ? 'Written' : 'Found'}</th>
                {kind === 'erasure' && <th scope="col">Left</th>}
              </tr>
            </thead>
            <tbody>
              {Object.entries(receipt.found)
                .filter(([store, count]) => count > 0 || (receipt.left[store] ?? 0) > 0)
                .map(([store, count]) => (
                  <tr key={store}>
                    <th scope="row">{storeWords(store)}</th>
                    <td>{count}</td>
                    {kind === 'erasure' && <td>{receipt.left[store] ?? 0}</td>}
                  </tr>
                ))}
            </tbody>
          </table>
          <p class="quiet">
            {kind === 'erasure' ? 'Every store was looked at again at the end. ' : ''}Job {job.id}.
          </p>
        </details>
      )}
    </li>
  );
}
