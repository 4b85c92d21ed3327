// Loaded when somebody opens it: a workspace is set up once.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { originProblems } from '#domain/workspace/origin-problem.ts';
import { MAX_TOKENS_PER_DAY } from '#domain/workspace/token-limit.ts';
import type { NewSigningKey, WorkspaceAnswer } from '#protocol/workspace.ts';
import { Time } from '../kit/Time.tsx';
import { AnswerCostsGroup } from './AnswerCosts.tsx';
import { AdminsOnly, CopyBox, LoadFailed, Sure } from './admin-parts.tsx';
import { Skeleton } from './Skeleton.tsx';
import { SIGNING_LANGUAGES, type SigningLanguage, signingSnippet } from './signing-snippet.ts';
import { workspaceApi } from './workspace-api.ts';

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const limitText = (tokens: number | null): string => (tokens === null ? '' : String(tokens));

/** Null is no limit, undefined no number. People write large numbers with marks between the thousands. */
function readLimit(text: string): number | null | undefined {
  const plain = text.replace(/[\s,.’'_]/g, '');
  if (plain === '') return null;
  return /^\d{1,13}$/.test(plain) && Number(plain) <= MAX_TOKENS_PER_DAY ? Number(plain) : undefined;
}

/** [S10] [S11] [G24] What the workspace is called, which pages may embed the tag, and the keys that its hosts sign with. */
export default function WorkspacePage({ isAdmin }: { isAdmin: boolean }) {
  const [saved, setSaved] = useState<WorkspaceAnswer | null>(null);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await workspaceApi.load();
    if (answer.ok) setSaved(answer.value);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => {
    if (isAdmin) void load();
  }, [isAdmin]);
  if (!isAdmin) return <AdminsOnly what="how the workspace is set up" />;
  if (saved === null)
    return failure === '' ? (
      <Skeleton />
    ) : (
      <LoadFailed what="The workspace" why={failure} onAgain={() => void load()} />
    );
  return (
    <div class="s-column">
      <div class="s-groups">
        <NameSitesAndLimit key={saved.revision} saved={saved} onSaved={setSaved} onReload={() => void load()} />
        <AnswerCostsGroup />
        <SigningKeys workspace={saved} onChanged={setSaved} onReload={() => void load()} />
      </div>
    </div>
  );
}

type NameSitesAndLimitProps = { saved: WorkspaceAnswer; onSaved(now: WorkspaceAnswer): void; onReload(): void };

function NameSitesAndLimit({ saved, onSaved, onReload }: NameSitesAndLimitProps) {
  const [name, setName] = useState(saved.name);
  const [sites, setSites] = useState(saved.allowedOrigins.join('\n'));
  const [limit, setLimit] = useState(limitText(saved.aiTokensPerDay));
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState('');
  const [isConflict, setConflict] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const origins = linesOf(sites);
  const nameProblem = name.trim() === '' ? 'A workspace has a name.' : null;
  const siteProblems =
    origins.length === 0
      ? ['At least one site: without one nobody could write.']
      : originProblems(origins).map(({ index, message }) => `Line ${index + 1}, “${origins[index]}”, ${message}.`);
  const tokens = readLimit(limit);
  const limitProblem = tokens === undefined ? 'A whole number of tokens, or nothing where there is no limit.' : null;
  const isChanged =
    name !== saved.name ||
    origins.join('\n') !== saved.allowedOrigins.join('\n') ||
    limit.trim() !== limitText(saved.aiTokensPerDay);
  const save = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    setProblem('');
    setConflict(false);
    if (nameProblem !== null || siteProblems.length > 0 || tokens === undefined) {
      const first = nameProblem !== null ? 'name' : siteProblems.length > 0 ? 'sites' : 'limit';
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setBusy(true);
    const answer = await workspaceApi.save(
      { name: name.trim(), allowedOrigins: origins, aiTokensPerDay: tokens },
      saved.revision,
    );
    setBusy(false);
    if (answer.ok) {
      onSaved(answer.value);
      return;
    }
    setConflict(answer.refusal.kind === 'conflict');
    setProblem(answer.refusal.message);
  };
  const wrongName = tried ? nameProblem : null;
  const wrongSites = tried ? siteProblems : [];
  return (
    <form ref={form} noValidate aria-labelledby={`${id}-title`} onSubmit={(event) => void save(event)}>
      <section class="s-group">
        <header>
          <h2 id={`${id}-title`}>Name, sites and the assistant</h2>
        </header>
        <p class="s-lead">
          {saved.changed === null ? (
            'As it was when the workspace was made.'
          ) : (
            <>
              Last changed by {saved.changed.name} <Time at={saved.changed.at} focusable />.
            </>
          )}
        </p>
        <div class="s-row s-wide s-stack">
          <div class="s-words">
            <label for={`${id}-name`}>Name</label>
            <p class="s-help">Visitors see it in the panel.</p>
          </div>
          <div>
            <div class="s-control">
              <input
                id={`${id}-name`}
                name="name"
                type="text"
                maxLength={80}
                value={name}
                {...(wrongName === null ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-name-problem` })}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </div>
            {wrongName !== null && (
              <p id={`${id}-name-problem`} class="s-issue">
                {wrongName}
              </p>
            )}
          </div>
        </div>
        <div class="s-row s-wide s-stack">
          <div class="s-words">
            <label for={`${id}-sites`}>Sites that may embed the tag</label>
            <p id={`${id}-sites-help`} class="s-help">
              One a line, as browsers say it: https://app.example.com. No path, no wildcard; each subdomain is a site of
              its own. A page of any other site gets no support.
            </p>
          </div>
          <div>
            <textarea
              id={`${id}-sites`}
              name="sites"
              class="s-lines"
              rows={Math.min(10, Math.max(3, origins.length + 1))}
              spellcheck={false}
              value={sites}
              {...(wrongSites.length === 0 ? {} : { 'aria-invalid': true })}
              aria-describedby={`${wrongSites.length === 0 ? '' : `${id}-sites-problem `}${id}-sites-help`}
              onInput={(event) => setSites(event.currentTarget.value)}
            />
            {wrongSites.length > 0 && (
              <div id={`${id}-sites-problem`}>
                {wrongSites.map((words) => (
                  <p key={words} class="s-issue">
                    {words}
                  </p>
                ))}
              </div>
            )}
          </div>
        </div>
        <div class="s-row s-wide s-stack">
          <div class="s-words">
            <label for={`${id}-limit`}>Most tokens of a model in a day</label>
            <p id={`${id}-limit-help`} class="s-help">
              Where the assistant asks a language model. When they are used up it answers from your articles alone until
              midnight UTC. Empty is no limit. Used today: {saved.aiTokensToday.toLocaleString()}.
            </p>
          </div>
          <div>
            <div class="s-control">
              <input
                id={`${id}-limit`}
                name="limit"
                type="text"
                inputMode="numeric"
                value={limit}
                {...(tried && limitProblem !== null ? { 'aria-invalid': true } : {})}
                aria-describedby={`${tried && limitProblem !== null ? `${id}-limit-problem ` : ''}${id}-limit-help`}
                onInput={(event) => setLimit(event.currentTarget.value)}
              />
            </div>
            {tried && limitProblem !== null && (
              <p id={`${id}-limit-problem`} class="s-issue">
                {limitProblem}
              </p>
            )}
          </div>
        </div>
        {problem !== '' && (
          <p class="failure" role="alert">
            {problem}{' '}
            {isConflict && (
              <button type="button" class="link" onClick={onReload}>
                Look at the newer settings
              </button>
            )}
          </p>
        )}
        <div class="s-deeds">
          <button type="submit" class="primary" disabled={isBusy || !isChanged}>
            {isBusy ? 'Saving…' : 'Save'}
          </button>
          {isChanged && (
            <button
              type="button"
              class="secondary"
              disabled={isBusy}
              onClick={() => {
                setName(saved.name);
                setSites(saved.allowedOrigins.join('\n'));
                setLimit(limitText(saved.aiTokensPerDay));
                setTried(false);
                setProblem('');
              }}
            >
              Discard
            </button>
          )}
        </div>
      </section>
    </form>
  );
}

type SigningKeysProps = { workspace: WorkspaceAnswer; onChanged(now: WorkspaceAnswer): void; onReload(): void };

function SigningKeys({ workspace, onChanged, onReload }: SigningKeysProps) {
  const [made, setMade] = useState<NewSigningKey | null>(null);
  const [ending, setEnding] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { keys, publicKey } = workspace;
  const make = async () => {
    setProblem('');
    setBusy(true);
    const answer = await workspaceApi.makeKey();
    setBusy(false);
    if (answer.ok) setMade(answer.value);
    else setProblem(answer.refusal.message);
    onReload();
  };
  const kid = (made ?? keys.at(-1))?.kid;
  return (
    <section class="s-group" aria-labelledby="workspace-keys">
      <header>
        <h2 id="workspace-keys">Signing keys</h2>
      </header>
      <p class="s-lead">
        Your server signs who is signed in with one of these. To change keys without an outage: make the second one, let
        your server sign with it, and end the first a quarter of an hour later.
      </p>
      {made !== null && (
        <div class="s-box warn" role="status">
          <h3>The secret of {made.kid}</h3>
          <p>
            Copy it to your server’s environment now. It is shown this once and never again; whoever loses it makes
            another key.
          </p>
          <CopyBox label={`Secret of ${made.kid}`} text={made.secret} />
          <div class="s-deeds">
            <button type="button" class="secondary" onClick={() => setMade(null)}>
              I have it
            </button>
          </div>
        </div>
      )}
      {keys.length === 0 ? (
        <p class="s-none">No key is live: nobody can be signed in to support until there is one.</p>
      ) : (
        <ul class="s-incidents">
          {keys.map((key) => (
            <li key={key.kid}>
              <span>
                <code>{key.kid}</code>
                <span class="quiet s-detail">
                  {key.createdBy === null ? 'Came with the workspace' : `Made by ${key.createdBy}`}{' '}
                  <Time at={key.createdAt} focusable />
                </span>
              </span>
              <button type="button" class="secondary" aria-label={`End ${key.kid}`} onClick={() => setEnding(key.kid)}>
                End…
              </button>
            </li>
          ))}
        </ul>
      )}
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      <div class="s-deeds">
        <button type="button" class="secondary" disabled={isBusy || keys.length >= 2} onClick={() => void make()}>
          {isBusy ? 'Making…' : 'Make a key'}
        </button>
        {keys.length >= 2 && (
          <span class="quiet s-beside">Two are live, which is the most. End one to make another.</span>
        )}
      </div>
      {kid !== undefined && <HowToSign kid={kid} publicKey={publicKey} />}
      {ending !== null && (
        <Sure
          title={`End ${ending}?`}
          verb="End the key"
          onClose={() => setEnding(null)}
          onSure={async () => {
            const answer = await workspaceApi.endKey(ending);
            if (answer.ok) {
              if (made?.kid === ending) setMade(null);
              onChanged(answer.value);
            }
            return answer;
          }}
        >
          {`From now on no token that is signed with it is accepted; visits that have begun go on for at most twelve hours. This cannot be undone. ${
            keys.length === 1
              ? 'It is the only key: support pauses for everybody who is signed in on your sites, until your server signs with a new one.'
              : 'Support pauses for everybody whose token your server still signs with it.'
          }`}
        </Sure>
      )}
    </section>
  );
}

/** [S11] The code for a company's own server, in the languages that most of them are written in. */
function HowToSign({ kid, publicKey }: { kid: string; publicKey: string }) {
  const [language, setLanguage] = useState<SigningLanguage>('node');
  const id = useId();
  return (
    <details class="s-import">
      <summary>How to sign with {kid}</summary>
      <p class="s-language">
        <label for={id}>Your server is written in</label>
        <select
          id={id}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as SigningLanguage)}
        >
          {SIGNING_LANGUAGES.map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </select>
      </p>
      <CopyBox key={language} label="How to sign" text={signingSnippet(language, { kid, publicKey })} />
    </details>
  );
}
