// Loaded when somebody opens it: nothing is broken most of the time.
import { useEffect, useId, useState } from 'preact/hooks';
import { AREA_RULE, isArea } from '#domain/queue/incident.ts';
import type { IncidentsAnswer } from '#protocol/incidents.ts';
import { randomId } from '../../kit/random-id.ts';
import type { Answer, Refusal } from '../api.ts';
import { incidentsOn } from '../inbox/Incidents.tsx';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { isSupervisor } from '../inbox/supervision.ts';
import { Time } from '../kit/Time.tsx';
import { Skeleton } from './Skeleton.tsx';
import { incidentsApi } from './settings-api.ts';

type Running = IncidentsAnswer['running'][number];

/** What is broken for many just now. Not saved like the settings beside it: it is said once, and is true at once. */
export default function IncidentsPage({ role, feeds }: { role: string; feeds: readonly QueueFeed[] }) {
  const [incidents, setIncidents] = useState<IncidentsAnswer | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const take = (answer: Answer<IncidentsAnswer>): Refusal | null => {
    if (answer.ok) setIncidents(answer.value);
    return answer.ok ? null : answer.refusal;
  };
  const load = async () => setFailure(take(await incidentsApi.load())?.message ?? null);
  // Whoever else says or ends one: the queues tell it.
  const live = incidentsOn(feeds)
    .map(({ id }) => id)
    .join();
  useEffect(() => void load(), [live]);
  const supervises = isSupervisor(role);

  if (incidents === null) {
    return failure === null ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The incidents could not be loaded</h2>
        <p>{failure}</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void load()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  const end = async ({ id, title }: Running) => {
    const refusal = take(await incidentsApi.end(id));
    setFailure(refusal?.message ?? null);
    if (refusal === null) setSaid(`“${title}” has ended. Those who wait about it are ranked as before.`);
  };
  return (
    <div class="s-column">
      <div class="s-groups">
        {!supervises && (
          <p class="s-read-only">You can look, not change: only supervisors, admins and owners say what is broken.</p>
        )}
        <section class="s-group" aria-labelledby="incidents-running">
          <header>
            <h2 id="incidents-running">Running incidents</h2>
          </header>
          <p class="s-lead">
            Something is broken for many. Who waits about it moves forward by the minutes that each queue gives an
            incident, and its name stands in the explanation.
          </p>
          {incidents.running.length === 0 && <p class="s-none">Nothing is known to be broken.</p>}
          <ul class="s-incidents">
            {incidents.running.map((incident) => (
              <li key={incident.id}>
                <span>
                  <strong>{incident.title}</strong>
                  <span class="quiet">
                    {' '}
                    {whereOf(incident)}, said by {incident.by} <Time at={incident.startedAt} focusable />
                  </span>
                </span>
                {supervises && (
                  <button
                    type="button"
                    class="secondary"
                    aria-label={`It works again: ${incident.title}`}
                    onClick={() => void end(incident)}
                  >
                    Works again
                  </button>
                )}
              </li>
            ))}
          </ul>
          <p class="s-said" role="status">
            {said}
          </p>
          {failure !== null && (
            <p class="failure" role="alert">
              {failure}
            </p>
          )}
        </section>
        {supervises && (
          <NewIncident
            areas={incidents.areas}
            start={async (title, area, id) => {
              const refusal = take(await incidentsApi.start(id, { title, area }));
              if (refusal === null) setSaid(`“${title}” is known to everybody now.`);
              return refusal;
            }}
          />
        )}
        {incidents.ended.length > 0 && (
          <section class="s-group" aria-labelledby="incidents-ended">
            <header>
              <h2 id="incidents-ended">Ended</h2>
            </header>
            <ul class="s-incidents">
              {incidents.ended.map((incident) => (
                <li key={incident.id}>
                  <span>
                    {incident.title}
                    <span class="quiet">
                      {' '}
                      {whereOf(incident)}, ended by {incident.endedBy} <Time at={incident.endedAt} focusable />
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

const whereOf = ({ area }: { area: string | null }): string => (area === null ? 'everywhere' : `in ${area}`);

type NewIncidentProps = {
  areas: readonly string[];
  start(title: string, area: string | null, id: string): Promise<Refusal | null>;
};

function NewIncident({ areas, start }: NewIncidentProps) {
  const [title, setTitle] = useState('');
  const [area, setArea] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ path: string; message: string } | null>(null);
  // Kept until it is taken: sent twice it is one incident.
  const [key, setKey] = useState(() => `inc_${randomId(20)}`);
  const id = useId();
  const submit = async () => {
    if (isBusy) return;
    if (title.trim().length < 3) {
      setProblem({ path: 'title', message: 'Say in a few words what is broken.' });
      document.getElementById(`${id}-title`)?.focus();
      return;
    }
    const where = area.trim().toLowerCase();
    if (where !== '' && !isArea(where)) {
      setProblem({ path: 'area', message: AREA_RULE.charAt(0).toUpperCase() + AREA_RULE.slice(1) });
      document.getElementById(`${id}-area`)?.focus();
      return;
    }
    setBusy(true);
    const refusal = await start(title.trim(), where || null, key);
    setBusy(false);
    if (refusal === null) {
      setTitle('');
      setArea('');
      setProblem(null);
      setKey(`inc_${randomId(20)}`);
      return;
    }
    const issue = refusal.issues?.[0];
    setProblem({ path: issue?.path ?? '', message: issue?.message ?? refusal.message });
  };
  const field = (path: 'title' | 'area') => ({
    id: `${id}-${path}`,
    'aria-describedby': problem?.path === path ? `${id}-problem` : `${id}-${path}-help`,
    ...(problem?.path === path ? { 'aria-invalid': true } : {}),
  });
  return (
    <section class="s-group" aria-labelledby={`${id}-heading`}>
      <header>
        <h2 id={`${id}-heading`}>Declare an incident</h2>
      </header>
      <form
        class="s-incident-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="s-row">
          <label for={`${id}-title`}>What is broken</label>
          <input
            {...field('title')}
            type="text"
            maxLength={120}
            autoComplete="off"
            placeholder="Card payments fail"
            value={title}
            onInput={({ currentTarget }) => setTitle(currentTarget.value)}
          />
          <p id={`${id}-title-help`} class="s-help">
            Agents read it in the explanation of every rank that it moves.
          </p>
        </div>
        <div class="s-row">
          <label for={`${id}-area`}>Product area</label>
          <input
            {...field('area')}
            type="text"
            list={`${id}-areas`}
            maxLength={64}
            autoComplete="off"
            spellcheck={false}
            placeholder="everywhere"
            value={area}
            onInput={({ currentTarget }) => setArea(currentTarget.value)}
          />
          <datalist id={`${id}-areas`}>
            {areas.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <p id={`${id}-area-help`} class="s-help">
            The first part of the page’s address, such as billing. Empty is everywhere.
          </p>
        </div>
        {problem !== null && (
          <p id={`${id}-problem`} class="failure" role="alert">
            {problem.message}
          </p>
        )}
        <div class="s-deeds">
          <button type="submit" class="primary" aria-disabled={isBusy}>
            {isBusy ? 'Working…' : 'Declare incident'}
          </button>
        </div>
      </form>
    </section>
  );
}
