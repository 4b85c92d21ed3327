import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { toSteps } from '#domain/timeline/steps.ts';
import { FieldOf, Missing } from '../kit/FieldOf.tsx';
import type { Replay } from '../replay/replay.ts';
import { plural, timeOfDay, withoutMarks } from '../wording.ts';
import { CopyScript } from './CopyScript.tsx';

const SLACK_MS = 1000;

type StepsProps = { bundle: ContextBundle | null; trail: readonly Breadcrumb[]; replay: Replay | null };

/** What the visitor did, live; a step leads to its place in the replay, and the replay marks the step it is at. */
export function Steps({ bundle, trail, replay }: StepsProps) {
  const kept = bundle?.steps;
  const steps = trail.length > 0 ? toSteps(trail) : kept?.status === 'present' ? kept.value : [];
  const troubles = steps.filter(({ trouble }) => trouble);
  const shown = replay?.phase.value === 'shown';
  const at = shown ? (replay?.player.value.at ?? null) : null;
  // The click that opened the page is a blink older than the first picture of it.
  const startAt = shown ? (replay?.span.value.fromAt ?? 0) - SLACK_MS : Number.POSITIVE_INFINITY;
  const current = at === null ? -1 : steps.findLastIndex((step) => step.at <= at);
  const moment = bundle?.recording.status === 'present' ? bundle.recording.value.momentOfTrouble : null;
  if (steps.length === 0) {
    return <Missing reason={kept?.status === 'missing' ? kept.reason : 'the widget has not sent any steps yet'} />;
  }
  return (
    <>
      <p class="answer-line">
        {moment !== null ? (
          <>
            Trouble began at {timeOfDay(moment.at)}: <Named text={moment.because} />.
          </>
        ) : troubles.length > 0 ? (
          <>
            {plural(troubles.length, 'step')} of {steps.length} went wrong.
          </>
        ) : (
          <>{plural(steps.length, 'step')}, none of which went wrong.</>
        )}
      </p>
      <ol class="steps">
        {steps.map((step, i) => (
          <li
            key={`${step.at} ${step.refs[0]?.tab} ${step.refs[0]?.n}`}
            aria-current={i === current ? 'step' : undefined}
          >
            <button
              type="button"
              class={`step ${step.trouble ? 'trouble' : ''} ${i === current ? 'current' : ''}`}
              aria-disabled={step.at < startAt}
              title={
                step.at >= startAt
                  ? 'Show in the replay'
                  : shown
                    ? 'Before the recording begins'
                    : 'The recording is not here yet'
              }
              onClick={() => replay?.seek(step.at - 500)}
            >
              <span class="n number">{step.n}</span>
              <span class="grow">
                {step.trouble && <span class="tag bad">Trouble</span>} <Named text={step.text} />
              </span>
              <time class="number quiet" dateTime={new Date(step.at).toISOString()}>
                {timeOfDay(step.at)}
              </time>
            </button>
          </li>
        ))}
      </ol>
      {trail.length > 0 && (
        <CopyScript
          trail={trail}
          troubleAt={moment?.at ?? null}
          title={withoutMarks(moment?.because ?? 'What a visitor ran into')}
        />
      )}
      <h3>Failures at the hand-over</h3>
      {bundle === null ? (
        <Missing reason="nobody has asked for a person yet, so nothing was put together" />
      ) : (
        <FieldOf field={bundle.failures}>
          {({ errors, requests }) =>
            errors.length + requests.length === 0 ? (
              <p class="quiet">No errors and no failed requests were seen.</p>
            ) : (
              <ul class="plain-list mono">
                {requests.map(({ at, method, path, status }, i) => (
                  <li key={`r${i}`}>
                    {method} {path} → {status === 0 ? 'no answer' : status} <span class="quiet">{timeOfDay(at)}</span>
                  </li>
                ))}
                {errors.map(({ at, message }, i) => (
                  <li key={`e${i}`}>
                    {message} <span class="quiet">{timeOfDay(at)}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </FieldOf>
      )}
    </>
  );
}

/** Names of things on the page stand between asterisks; here they stand out. */
function Named({ text }: { text: string }) {
  return <>{text.split(/\*([^*]+)\*/).map((part, i) => (i % 2 === 1 ? <em key={i}>{part}</em> : part))}</>;
}
