// Loaded when somebody opens it: keys are made seldom.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { AREAS, type Area, SCOPES, type Scope } from '#domain/workspace/scope.ts';
import type { ApiKeyEntry, MadeApiKey } from '#protocol/api-keys.ts';
import { exactTime } from '../../panel/wording.ts';
import { Time } from '../kit/Time.tsx';
import { AdminsOnly, CopyBox, LoadFailed, Sure } from './admin-parts.tsx';
import { Skeleton } from './Skeleton.tsx';
import { apiKeysApi } from './workspace-api.ts';

/** [S15] The keys with which programs of the company call the API. */
export default function ApiKeysPage({ isAdmin }: { isAdmin: boolean }) {
  const [keys, setKeys] = useState<ApiKeyEntry[] | null>(null);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await apiKeysApi.load();
    if (answer.ok) setKeys(answer.value.keys);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => {
    if (isAdmin) void load();
  }, [isAdmin]);
  if (!isAdmin) return <AdminsOnly what="API keys" />;
  if (keys === null)
    return failure === '' ? <Skeleton /> : <LoadFailed what="The API keys" why={failure} onAgain={() => void load()} />;
  return <Keys keys={keys} onChanged={setKeys} />;
}

type KeysProps = { keys: readonly ApiKeyEntry[]; onChanged(now: ApiKeyEntry[]): void };

function Keys({ keys, onChanged }: KeysProps) {
  const [made, setMade] = useState<MadeApiKey | null>(null);
  const [ending, setEnding] = useState<ApiKeyEntry | null>(null);
  const [said, setSaid] = useState('');
  const secret = useRef<HTMLDivElement>(null);
  // What is shown once must not come about out of sight.
  useEffect(() => secret.current?.scrollIntoView({ block: 'nearest' }), [made]);
  return (
    <div class="s-column">
      <div class="s-groups">
        <section class="s-group" aria-labelledby="api-keys-list">
          <header>
            <h2 id="api-keys-list">API keys</h2>
          </header>
          <p class="s-lead">
            With a key a program of yours calls the <a href="/docs/">API</a>, as far as the key’s scopes go. What it
            does stands in the log under its name.
          </p>
          {made !== null && (
            <div class="s-box warn" role="status" ref={secret}>
              <h3>The secret of {keys.find(({ id }) => id === made.id)?.name}</h3>
              <p>
                Copy it to where your program keeps its secrets. It is shown this once and never again; whoever loses it
                makes another key.
              </p>
              <CopyBox label="Secret of the new key" text={made.secret} />
              <div class="s-deeds">
                <button type="button" class="secondary" onClick={() => setMade(null)}>
                  I have it
                </button>
              </div>
            </div>
          )}
          {keys.length === 0 ? (
            <p class="s-none">There is no key: nothing calls the API but this console.</p>
          ) : (
            <ul class="s-incidents s-members">
              {keys.map((key) => (
                <li key={key.id}>
                  <span>
                    <strong>{key.name}</strong>
                    <span class="quiet s-detail">{key.scopes.join(', ')}</span>
                    <span class="quiet s-detail">
                      Made by {key.createdBy} <Time at={key.createdAt} focusable />.{' '}
                      {key.usedAt === null ? (
                        'Never used.'
                      ) : (
                        <>
                          Last used <Time at={key.usedAt} focusable />.
                        </>
                      )}{' '}
                      <Ends at={key.expiresAt} />
                    </span>
                  </span>
                  <button
                    type="button"
                    class="secondary"
                    aria-label={`End ${key.name}`}
                    onClick={() => {
                      setSaid('');
                      setEnding(key);
                    }}
                  >
                    End…
                  </button>
                </li>
              ))}
            </ul>
          )}
          <p class="s-said" role="status">
            {said}
          </p>
        </section>
        <NewKey
          onMade={(now) => {
            setMade(now);
            setSaid('');
            onChanged(now.keys);
          }}
        />
      </div>
      {ending !== null && (
        <Sure
          title={`End ${ending.name}?`}
          verb="End the key"
          onClose={() => setEnding(null)}
          onSure={async () => {
            const answer = await apiKeysApi.end(ending.id);
            if (answer.ok) {
              if (made?.id === ending.id) setMade(null);
              setSaid(`${ending.name} opens nothing any more.`);
              onChanged(answer.value.keys);
            }
            return answer;
          }}
        >
          Whatever still calls with it is refused from now on. This cannot be undone.
        </Sure>
      )}
    </div>
  );
}

function Ends({ at }: { at: number | null }) {
  if (at === null) return <>Does not end by itself.</>;
  return (
    <>
      {at <= Date.now() ? 'Ended by itself on' : 'Ends on'}{' '}
      <time dateTime={new Date(at).toISOString()}>{exactTime(at)}</time>.
    </>
  );
}

const LIVES = [
  { days: 30, name: '30 days' },
  { days: 90, name: '90 days' },
  { days: 365, name: 'a year' },
  { days: null, name: 'until it is ended' },
] as const;

/** What an area is called where somebody chooses. */
const AREA_WORDS: Record<Area, string> = {
  agents: 'Agents and what they can do',
  articles: 'Articles',
  audit: 'The log',
  conversations: 'Conversations, with everything that was written',
  incidents: 'Incidents',
  intents: 'Intents',
  metrics: 'Metrics',
  people: 'What is known of people’s accounts',
  policies: 'Policies',
  promises: 'Promises and calendars',
  queues: 'Queues and routes',
  recordings: 'Recordings of pages',
};

function NewKey({ onMade }: { onMade(now: MadeApiKey): void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set());
  const [life, setLife] = useState(1);
  const [problem, setProblem] = useState<{ at: 'name' | 'scopes' | 'form'; message: string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLFieldSetElement>(null);
  const id = useId();
  const wrong = (at: 'name' | 'scopes' | 'form', message: string): void => {
    setProblem({ at, message });
    if (at === 'name') field.current?.focus();
    if (at === 'scopes') list.current?.querySelector('input')?.focus();
  };
  const make = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return wrong('name', 'Give it a name: what calls with it.');
    if (scopes.size === 0) return wrong('scopes', 'Choose at least one: a key without scopes opens nothing.');
    setProblem(null);
    setBusy(true);
    const days = LIVES[life]?.days ?? null;
    const answer = await apiKeysApi.make({ name: name.trim(), scopes: [...scopes], days });
    setBusy(false);
    if (!answer.ok) return wrong('form', answer.refusal.message);
    setName('');
    setScopes(new Set());
    onMade(answer.value);
  };
  const choose = (scope: Scope, isChosen: boolean): void => {
    const now = new Set(scopes);
    if (isChosen) now.add(scope);
    else now.delete(scope);
    setScopes(now);
    setProblem(null);
  };
  const said = (at: string) =>
    problem?.at === at ? { 'aria-invalid': true, 'aria-describedby': `${id}-problem` } : {};
  const sentence = problem !== null && (
    <p id={`${id}-problem`} class="failure" role="alert">
      {problem.message}
    </p>
  );
  return (
    <form class="s-group" noValidate aria-labelledby={`${id}-title`} onSubmit={(event) => void make(event)}>
      <header>
        <h2 id={`${id}-title`}>Make a key</h2>
      </header>
      <div class="s-invite">
        <label for={`${id}-name`}>Name</label>
        <input
          ref={field}
          id={`${id}-name`}
          type="text"
          autocomplete="off"
          maxLength={80}
          placeholder="Nightly report"
          value={name}
          {...said('name')}
          onInput={({ currentTarget }) => {
            setName(currentTarget.value);
            setProblem(null);
          }}
        />
        <label for={`${id}-life`}>lives</label>
        <select id={`${id}-life`} value={life} onChange={({ currentTarget }) => setLife(Number(currentTarget.value))}>
          {LIVES.map(({ name: words }, index) => (
            <option key={words} value={index}>
              {words}
            </option>
          ))}
        </select>
      </div>
      {problem?.at === 'name' && sentence}
      <fieldset class="s-scopes" ref={list} {...said('scopes')}>
        <legend>What it may do</legend>
        <ul>
          {AREAS.map((area) => (
            <li key={area}>
              <span>{AREA_WORDS[area]}</span>
              {(['read', 'write'] as const).map((what) => {
                const scope: Scope = `${area}:${what}`;
                if (!SCOPES.includes(scope)) return <span key={what} />;
                const isImplied = what === 'read' && scopes.has(`${area}:write`);
                return (
                  <label key={what}>
                    <input
                      type="checkbox"
                      aria-label={`${what === 'read' ? 'Read' : 'Change'}: ${AREA_WORDS[area]}`}
                      checked={scopes.has(scope) || isImplied}
                      disabled={isImplied}
                      onChange={({ currentTarget }) => choose(scope, currentTarget.checked)}
                    />
                    {what === 'read' ? 'read' : 'change'}
                  </label>
                );
              })}
            </li>
          ))}
        </ul>
      </fieldset>
      {problem !== null && problem.at !== 'name' && sentence}
      <div class="s-deeds">
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Making…' : 'Make the key'}
        </button>
      </div>
    </form>
  );
}
