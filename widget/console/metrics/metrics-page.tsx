// Loaded when somebody opens it: the chart library is not part of the inbox.
import 'uplot/dist/uPlot.min.css';
import './metrics.css';
import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { inWorkspace } from '../which-workspace.ts';
import { Choices } from './Choices.tsx';
import { DayChart } from './DayChart.tsx';
import { DayTable } from './DayTable.tsx';
import { Definitions } from './Definitions.tsx';
import { DAY_CHARTS } from './day-series.ts';
import { GroupTable } from './GroupTable.tsx';
import { Headlines } from './Headlines.tsx';
import { LoadFailed, loadMetrics, type Metrics } from './load-metrics.ts';
import { MovesTable } from './MovesTable.tsx';
import { type Choice, WINDOW_DAYS } from './metrics-query.ts';
import { Skeleton } from './Skeleton.tsx';

const WINDOWS = WINDOW_DAYS.map((value) => ({ value, label: `${value} days` }));
const GROUPINGS = [
  { value: 'queue', label: 'Queue' },
  { value: 'topic', label: 'Topic' },
  { value: 'area', label: 'Product area' },
] as const;

/** Kept while the console is open, so that coming back to the page is coming back to what one looked at. */
let lastChoice: Choice = { days: 30, by: 'queue' };
let lastMetrics: Metrics | null = null;

/** How well escalation works, over a window and by what one wants to compare. */
export default function MetricsPage({ workspaceName }: { workspaceName: string }) {
  const [choice, setChoice] = useState<Choice>(lastChoice);
  const [metrics, setMetrics] = useState<Metrics | null>(lastMetrics);
  const [failure, setFailure] = useState<LoadFailed | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const aborter = new AbortController();
    lastChoice = choice;
    setLoading(true);
    loadMetrics(choice, Date.now(), aborter.signal).then(
      (loaded) => {
        lastMetrics = loaded;
        setMetrics(loaded);
        setFailure(null);
        setLoading(false);
      },
      (cause: unknown) => {
        if (aborter.signal.aborted) return;
        setFailure(cause instanceof LoadFailed ? cause : new LoadFailed('The answer could not be read.'));
        setLoading(false);
      },
    );
    return () => aborter.abort();
  }, [choice.days, choice.by, attempt]);

  const retry = () => setAttempt((n) => n + 1);
  return (
    <section class="m-page" aria-labelledby="metrics-title">
      <header class="m-head">
        <h1 id="metrics-title">
          Metrics <small>{workspaceName}</small>
        </h1>
        <Choices
          legend="Window"
          name="metrics-days"
          options={WINDOWS}
          chosen={choice.days}
          onChoose={(days) => setChoice({ ...choice, days })}
        />
        <Choices
          legend="Compare by"
          name="metrics-by"
          options={GROUPINGS}
          chosen={choice.by}
          onChoose={(by) => setChoice({ ...choice, by })}
        />
        <p class="m-as-of">
          {metrics !== null && (
            <>
              As of <time dateTime={new Date(metrics.loadedAt).toISOString()}>{clock(metrics.loadedAt)}</time>
            </>
          )}{' '}
          <button type="button" onClick={retry} aria-disabled={isLoading}>
            Refresh
          </button>{' '}
          {metrics !== null && metrics.current.total.escalations > 0 && (
            <a
              href={inWorkspace(
                `/v1/metrics/scenario?${new URLSearchParams({ from: String(metrics.current.from), to: String(metrics.current.to) })}`,
              )}
              download
            >
              Download as a scenario
            </a>
          )}
        </p>
      </header>
      {failure !== null && <Failure failure={failure} kept={metrics !== null} onRetry={retry} />}
      <p class="m-unseen" role="status">
        {isLoading ? 'Loading metrics' : metrics !== null && `Metrics of the last ${metrics.choice.days} days`}
      </p>
      {metrics !== null ? (
        <div class={isLoading ? 'm-body old' : 'm-body'} aria-busy={isLoading}>
          <Body metrics={metrics} />
        </div>
      ) : (
        failure === null && <Skeleton />
      )}
    </section>
  );
}

function Body({ metrics }: { metrics: Metrics }) {
  const day = useSignal<number | null>(null);
  const { current, choice } = metrics;
  if (current.total.conversations === 0) {
    return (
      <div class="m-empty">
        <h2>No conversations in this window</h2>
        <p>
          Rates, times and their charts appear here with the first one. <a href="/demo/">Start one in the demo</a>, or
          choose a longer window.
        </p>
      </div>
    );
  }
  return (
    <>
      <Headlines metrics={metrics} />
      <h2>By day</h2>
      <div class="m-charts">
        {DAY_CHARTS.map((spec) => (
          <DayChart key={spec.id} spec={spec} metrics={current} day={day} />
        ))}
      </div>
      <DayTable metrics={current} />
      <h2>By {choice.by === 'area' ? 'product area' : choice.by}</h2>
      <GroupTable metrics={current} />
      <h2>Between queues</h2>
      <MovesTable moves={current.moves} />
      <Definitions />
    </>
  );
}

function Failure({ failure, kept, onRetry }: { failure: LoadFailed; kept: boolean; onRetry(): void }) {
  return (
    <div class="m-failure" role="alert">
      <p>
        <strong>The metrics could not be loaded.</strong> {failure.message}
        {kept && ' What you see is from the last time it worked.'}
        {failure.requestId !== null && <small> Request {failure.requestId}</small>}
      </p>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

const clock = (at: number): string => new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' });
