import type { BugReport } from '#domain/escalation/escalation.ts';
import type { Replay } from '../replay/replay.ts';
import { timeOfDay } from '../wording.ts';

/** What support found out, as an engineer wants to read it. */
export function Report({ report, replay }: { report: BugReport; replay: Replay | null }) {
  const shown = replay?.phase.value === 'shown';
  return (
    <article class="report">
      <p class="answer-line">{report.title}</p>
      <dl class="stack">
        <Part name="Expected" text={report.expected} />
        <Part name="Actual" text={report.actual} />
        <Part name="Hypothesis" text={report.hypothesis} />
        <Part name="Business impact" text={report.businessImpact} />
      </dl>
      <h3>Failed requests</h3>
      {report.failedRequests.length === 0 ? (
        <p class="quiet">None were seen.</p>
      ) : (
        <ul class="plain-list mono">
          {report.failedRequests.map(({ method, path, status, count }) => (
            <li key={`${method} ${path} ${status}`}>
              {method} {path} → {status === 0 ? 'no answer' : status} ×{count}
            </li>
          ))}
        </ul>
      )}
      <h3>Steps</h3>
      {report.steps.length === 0 ? (
        <p class="quiet">None were seen.</p>
      ) : (
        <ol class="numbered">
          {report.steps.map((step, i) => (
            <li key={i}>{step}</li>
          ))}
        </ol>
      )}
      <h3>Environment</h3>
      <dl class="rows">
        {report.environment.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {report.replay !== null && (
        <p>
          <button
            type="button"
            class="secondary"
            aria-disabled={!shown}
            onClick={() => report.replay !== null && replay?.seek(report.replay.at - 1000)}
          >
            Replay at {timeOfDay(report.replay.at)}
          </button>
          {!shown && <span class="quiet"> The recording is not here yet.</span>}
        </p>
      )}
    </article>
  );
}

function Part({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text === '' ? <span class="quiet">Not said.</span> : text}</dd>
    </div>
  );
}
