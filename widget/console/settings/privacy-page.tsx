// Loaded when somebody opens it: most people never change what is recorded.
import { useEffect, useId, useState } from 'preact/hooks';
import type { PrivacySettings } from '#protocol/privacy.ts';
import { LazyPart } from '../LazyRoom.tsx';
import { Skeleton } from './Skeleton.tsx';
import { privacyApi } from './settings-api.ts';

const MODES = [
  {
    mode: 'on_escalation',
    name: 'When a person is asked for',
    help: 'The last five minutes of the page, and what follows until it is resolved. The visitor sees that it is so, and can stop it.',
  },
  {
    mode: 'ask',
    name: 'When the visitor agrees',
    help: 'They are asked when a person comes. Until then nothing leaves the page.',
  },
  { mode: 'always', name: 'Always', help: 'From the beginning of each conversation.' },
  { mode: 'off', name: 'Never', help: 'No recording. Steps, errors and the page’s address still come along.' },
] as const satisfies { mode: PrivacySettings['capture']; name: string; help: string }[];

const MAX_DAYS = 3650;

const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);

/** What is recorded and kept of visitors, and for whom it is asked for, what there is of one of them. */
export default function PrivacyPage({ role }: { role: string }) {
  const isAdmin = ADMINS.has(role);
  return (
    <>
      <Recorded isReadOnly={!isAdmin} />
      {isAdmin && (
        <LazyPart
          name="Exports and erasures"
          load={() => import('./privacy-jobs.tsx')}
          props={{ isOwner: role === 'owner' }}
        />
      )}
    </>
  );
}

/** [X12] [X14] What is recorded, and how long it is kept. */
function Recorded({ isReadOnly }: { isReadOnly: boolean }) {
  const [saved, setSaved] = useState<PrivacySettings | null>(null);
  const [capture, setCapture] = useState<PrivacySettings['capture']>('on_escalation');
  const [days, setDays] = useState('');
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const show = (settings: PrivacySettings) => {
    setSaved(settings);
    setCapture(settings.capture);
    setDays(settings.recordingDays === null ? '' : String(settings.recordingDays));
    setProblem('');
  };
  const load = async () => {
    setProblem('');
    const answer = await privacyApi.load();
    if (answer.ok) show(answer.value);
    else setProblem(answer.refusal.message);
  };
  useEffect(() => void load(), []);
  if (saved === null)
    return problem === '' ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>What is recorded could not be loaded</h2>
        <p>{problem}</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void load()}>
            Try again
          </button>
        </div>
      </div>
    );
  const recordingDays = days.trim() === '' ? null : Number(days);
  const isRight =
    recordingDays === null || (Number.isInteger(recordingDays) && recordingDays >= 1 && recordingDays <= MAX_DAYS);
  const isChanged = capture !== saved.capture || recordingDays !== saved.recordingDays;
  const save = async (event: Event) => {
    event.preventDefault();
    setSaid('');
    if (!isRight) {
      setProblem(`Whole days, from 1 to ${MAX_DAYS.toLocaleString('en')}; empty is until somebody deletes it.`);
      document.getElementById(`${id}-days`)?.focus();
      return;
    }
    setBusy(true);
    const answer = await privacyApi.save({ capture, recordingDays }, saved);
    setBusy(false);
    if (!answer.ok) {
      setProblem(answer.refusal.message);
      return;
    }
    show(answer.value);
    setSaid('Saved. It counts for conversations that begin from now on; what is too old is deleted within minutes.');
  };
  return (
    <form class="s-column" onSubmit={(event) => void save(event)}>
      <div class="s-groups">
        {isReadOnly && (
          <p class="s-read-only">You can look, not change: only owners and admins say what is recorded.</p>
        )}
        <section class="s-group" aria-labelledby={`${id}-mode`}>
          <header>
            <h2 id={`${id}-mode`}>What is recorded</h2>
          </header>
          <p class="s-lead">
            What is typed is always hidden. Where the browser asks for privacy (Global Privacy Control), visitors are
            asked first whatever is chosen here.
          </p>
          <div role="radiogroup" aria-labelledby={`${id}-mode`} class="s-modes">
            {MODES.map(({ mode, name, help }) => (
              <label key={mode}>
                <input
                  type="radio"
                  name={`${id}-capture`}
                  value={mode}
                  checked={capture === mode}
                  disabled={isReadOnly}
                  onChange={() => setCapture(mode)}
                />
                <span>
                  <strong>{name}</strong>
                  <span class="quiet">{help}</span>
                </span>
              </label>
            ))}
          </div>
        </section>
        <section class="s-group" aria-labelledby={`${id}-kept`}>
          <header>
            <h2 id={`${id}-kept`}>How long recordings are kept</h2>
          </header>
          <p class="s-lead">
            After its last second, once the conversation is over. Then every byte is deleted; the conversation, the
            steps and the report stay. Visitors and supervisors can delete one at any time.
          </p>
          <p>
            <label for={`${id}-days`}>Days</label>{' '}
            <input
              id={`${id}-days`}
              inputMode="numeric"
              size={6}
              value={days}
              disabled={isReadOnly}
              aria-invalid={!isRight}
              aria-describedby={`${id}-help`}
              onInput={(event) => setDays(event.currentTarget.value)}
            />{' '}
            <span id={`${id}-help`} class="quiet">
              empty: until somebody deletes it
            </span>
          </p>
        </section>
        <p class="s-said" role="status">
          {said}
        </p>
        {problem !== '' && (
          <p class="failure" role="alert">
            {problem}
          </p>
        )}
        {!isReadOnly && (
          <div class="s-deeds">
            <button type="submit" class="primary" disabled={isBusy || !isChanged}>
              {isBusy ? 'Saving…' : 'Save'}
            </button>
            {isChanged && (
              <button type="button" class="secondary" disabled={isBusy} onClick={() => show(saved)}>
                Discard
              </button>
            )}
          </div>
        )}
      </div>
    </form>
  );
}
