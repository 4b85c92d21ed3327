import { useEffect, useState } from 'preact/hooks';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { TraceRow } from '#domain/triggers/evaluate.ts';
import { type Entry, wasSaid } from '../conversation/entries.ts';
import { RankSum } from '../inbox/RankSum.tsx';
import type { InLine } from '../inbox/rank-order.ts';
import { FieldOf } from '../kit/FieldOf.tsx';
import { Time } from '../kit/Time.tsx';
import { percent, plural, sentenceOf, withoutEnd, withoutMarks } from '../wording.ts';
import { ArticleLabel } from './ArticleLabel.tsx';
import { attemptWords, decisionLine, neededWords, signalRows, writerWords } from './describe.ts';
import { IntentLabel } from './IntentLabel.tsx';
import { sayRow } from './trigger-words.ts';

/** In words; as it stands in the policy for whoever points at it or asks. */
function TriggerLine({ row }: { row: TraceRow }) {
  const { text, raw } = sayRow(row);
  return <li title={raw}>{text}</li>;
}

/** [T15] What little would have led elsewhere; nothing where that is not known. */
export function NearestLine({ trace }: { trace: readonly TraceRow[] }) {
  const [words, setWords] = useState<string | null>(null);
  useEffect(() => {
    let isHere = true;
    // It evaluates policies, which nothing else here does. Without it the rest of the answer stands.
    import('./nearest-words.ts').then(
      ({ sayNearest }) => isHere && setWords(sayNearest(trace)),
      () => undefined,
    );
    return () => {
      isHere = false;
    };
  }, [trace]);
  return words === null ? null : (
    <p class="quiet">
      <strong>Nearest change:</strong> {words}
    </p>
  );
}

type WhyProps = {
  bundle: ContextBundle;
  entries: readonly Entry[];
  isTaken: boolean;
  /** [B6] While it waits: how its queue ranks it now. The bundle knows that only of what the conversation asked for itself. */
  inLine: InLine | null;
};

export function Why({ bundle, entries, isTaken, inLine }: WhyProps) {
  return (
    <>
      <p class="answer-line">{decisionLine(bundle)}</p>
      <FieldOf field={bundle.triggers}>
        {({ trace }) => {
          const matched = trace.filter(({ outcome }) => outcome === 'matched');
          const rest = trace.filter(({ outcome }) => outcome !== 'matched');
          return (
            <>
              <ul class="sentences">
                {matched.map((row) => (
                  <TriggerLine key={row.triggerId} row={row} />
                ))}
              </ul>
              <NearestLine trace={trace} />
              {rest.length > 0 && (
                <details>
                  <summary>Why not: {plural(rest.length, 'trigger')} that did not decide</summary>
                  <ul class="sentences quiet">
                    {rest.map((row) => (
                      <TriggerLine key={row.triggerId} row={row} />
                    ))}
                  </ul>
                </details>
              )}
            </>
          );
        }}
      </FieldOf>

      <h3>Where it went and how it ranks</h3>
      <FieldOf field={bundle.routing}>
        {({ queue, because, rank, dueAt }) => (
          <>
            <p>
              {queue}
              {because.length > 0 && <>: {withoutEnd(because.map(withoutMarks).join('; '))}</>}. Severity{' '}
              {bundle.severity}.
            </p>
            <RankSum
              terms={inLine?.entry.rank ?? rank}
              dueAt={inLine?.entry.dueAt ?? dueAt}
              standing={inLine?.standing ?? null}
              isTaken={isTaken}
            />
          </>
        )}
      </FieldOf>

      <h3>What the assistant tried</h3>
      <FieldOf field={bundle.attempts}>
        {(attempts) => (
          <ol class="attempts">
            {attempts.map((attempt) => (
              <li key={attempt.at}>
                <p>
                  <strong>“{attempt.question}”</strong> <Time at={attempt.at} />
                </p>
                <p>
                  {attemptWords(attempt, wasSaid(entries, attempt.text))}
                  {attempt.text !== '' && <>: {attempt.text}</>}
                </p>
                {attempt.citations.length > 0 && (
                  <p class="quiet">
                    From{' '}
                    {attempt.citations
                      .map(({ title, heading }) => (heading ? `${title} › ${heading}` : title))
                      .join('; ')}
                  </p>
                )}
                <p class="quiet">
                  Gate: {sentenceOf(attempt.verdict.because).toLowerCase()}, coverage{' '}
                  {percent(attempt.verdict.coverage)}, confidence {percent(attempt.verdict.confidence)}
                  {neededWords(attempt.verdict)}.
                  {attempt.failedBecause !== null && <> Did not help: {withoutEnd(attempt.failedBecause)}.</>}
                </p>
                {writerWords(attempt) !== null && <p class="quiet">{writerWords(attempt)}</p>}
              </li>
            ))}
          </ol>
        )}
      </FieldOf>

      <ArticleLabel key={`${bundle.conversationId}/article`} conversationId={bundle.conversationId} />

      <h3>Signals</h3>
      <FieldOf field={bundle.signals}>
        {(signals) => (
          <>
            <dl class="rows">
              {signalRows(signals).map(({ label, value, because }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    {value}
                    {because !== null && <span class="quiet"> from {because}</span>}
                  </dd>
                </div>
              ))}
            </dl>
            <p class="quiet small">Estimated by {signals.model}.</p>
            <IntentLabel
              key={bundle.conversationId}
              conversationId={bundle.conversationId}
              read={signals.intent?.name ?? null}
            />
          </>
        )}
      </FieldOf>

      <h3>In short</h3>
      <FieldOf field={bundle.transcript}>
        {({ messages, summary }) => (
          <>
            <ul class="plain-list summary">
              {summary.map((line, i) => (
                <li key={i}>{line}</li>
              ))}
            </ul>
            <p class="quiet small">
              {plural(messages, 'message')} at the hand-over; put together <Time at={bundle.assembledAt} />, bundle
              version {bundle.version}.
            </p>
          </>
        )}
      </FieldOf>
    </>
  );
}
