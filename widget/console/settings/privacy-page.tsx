// Loaded when somebody opens it: most people never change what is recorded.
import { useEffect, useId, useState } from 'preact/hooks';
import { isShorter } from '#domain/privacy/kept.ts';
import type { PrivacyPreview, PrivacySettings } from '#protocol/privacy.ts';
import { LazyPart } from '../LazyRoom.tsx';
import type { Told } from '../requests.ts';
import { previewKept } from './kept-api.ts';
import { DaysField, KeptTable, Shorter } from './kept-parts.tsx';
import { daysTyped, goesAlong } from './kept-words.ts';
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

/** [X12] [X14] [Y10] What is recorded, and how long that and the rest is kept. */
function Recorded({ isReadOnly }: { isReadOnly: boolean }) {
  const [saved, setSaved] = useState<PrivacySettings | null>(null);
  const [capture, setCapture] = useState<PrivacySettings['capture']>('on_escalation');
  const [days, setDays] = useState('');
  const [talkDays, setTalkDays] = useState('');
  /** What a shorter time would delete, while it is asked whether it shall. */
  const [doomed, setDoomed] = useState<PrivacyPreview | null>(null);
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const show = (settings: PrivacySettings) => {
    setSaved(settings);
    setCapture(settings.capture);
    setDays(String(settings.recordingDays ?? ''));
    setTalkDays(String(settings.conversationDays ?? ''));
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
  const recordingDays = daysTyped(days);
  const conversationDays = daysTyped(talkDays);
  const isChanged =
    capture !== saved.capture || recordingDays !== saved.recordingDays || conversationDays !== saved.conversationDays;
  const next: PrivacySettings = {
    capture,
    recordingDays: recordingDays ?? null,
    conversationDays: conversationDays ?? null,
  };
  const typing = (into: (text: string) => void) => (text: string) => {
    into(text);
    setProblem('');
  };
  const put = async (): Promise<Told> => {
    const answer = await privacyApi.save(next, saved);
    if (!answer.ok) return { ok: false, message: answer.refusal.message };
    show(answer.value);
    setSaid(
      'Saved. What is recorded counts for conversations that begin from now on; what is too old is deleted from the next minute on.',
    );
    return { ok: true, seq: null };
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (isBusy || !isChanged) return;
    setSaid('');
    setProblem('');
    const wrong = recordingDays === undefined ? 'days' : conversationDays === undefined ? 'talk-days' : null;
    if (wrong !== null) {
      setProblem('Nothing was saved: a number of days is not right.');
      document.getElementById(`${id}-${wrong}`)?.focus();
      return;
    }
    setBusy(true);
    // [Y11] What is gone does not come back: whoever keeps less hears first what that deletes.
    if (
      isShorter(saved.recordingDays, next.recordingDays) ||
      isShorter(saved.conversationDays, next.conversationDays)
    ) {
      const answer = await previewKept(next);
      if (answer.ok) setDoomed(answer.value);
      else setProblem(`What would be deleted could not be counted, so nothing was saved. ${answer.refusal.message}`);
    } else {
      const told = await put();
      if (!told.ok) setProblem(told.message);
    }
    setBusy(false);
  };
  return (
    <>
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
            <DaysField
              id={`${id}-days`}
              label="Days after the last second"
              otherwise="until somebody deletes it"
              value={days}
              isReadOnly={isReadOnly}
              onInput={typing(setDays)}
            />
          </section>
          <section class="s-group" aria-labelledby={`${id}-talks`}>
            <header>
              <h2 id={`${id}-talks`}>How long conversations and people are kept</h2>
            </header>
            <p class="s-lead">
              After its last word a conversation goes, also one that the assistant had alone, with everything that was
              said, noted, handed over and recorded; one in which somebody waits or works stays. A person goes once they
              have no conversation left and were not seen for as long.
            </p>
            <DaysField
              id={`${id}-talk-days`}
              label="Days after the last word"
              otherwise="until somebody erases the person"
              value={talkDays}
              isReadOnly={isReadOnly}
              onInput={typing(setTalkDays)}
            />
            {goesAlong(next) !== null && <p class="quiet">{goesAlong(next)}</p>}
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
      <div class="s-column">
        <div class="s-groups">
          <KeptTable kept={saved} />
        </div>
      </div>
      {doomed !== null && <Shorter doomed={doomed} kept={next} onSave={put} onClose={() => setDoomed(null)} />}
    </>
  );
}
