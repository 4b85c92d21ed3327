import { reachesBack } from './day-series.ts';
import type { Metrics } from './load-metrics.ts';
import {
  count,
  countChange,
  duration,
  FEW,
  interval,
  outOf,
  percent,
  type Rate,
  rateChange,
  type Spread,
  spreadChange,
} from './wording.ts';

/** The window in seven numbers, each beside the window before. */
export function Headlines({ metrics }: { metrics: Metrics }) {
  const { total: now } = metrics.current;
  // A window from before anybody counted is no window to compare with.
  const before = reachesBack(metrics.before) ? metrics.before.total : null;
  // Said once below, not on every tile.
  const earlier = before === null ? null : `the ${metrics.choice.days} days before`;
  return (
    <>
      <dl class="m-headlines">
        <Headline
          name="Conversations"
          value={count(now.conversations)}
          detail={`${count(now.escalations)} escalations`}
          change={before && countChange(now.conversations, before.conversations)}
          earlier={earlier}
        />
        <RateHeadline
          name="Escalation rate"
          now={now.escalationRate}
          before={before?.escalationRate}
          earlier={earlier}
        />
        <RateHeadline
          name="Mis-escalation rate"
          now={now.misEscalationRate}
          before={before?.misEscalationRate}
          earlier={earlier}
        />
        <RateHeadline
          name="Abandonment rate"
          now={now.abandonmentRate}
          before={before?.abandonmentRate}
          earlier={earlier}
        />
        <SpreadHeadline
          name="Time to escalation"
          now={now.timeToEscalation}
          before={before?.timeToEscalation}
          earlier={earlier}
        />
        <SpreadHeadline
          name="First human response"
          now={now.timeToFirstResponse}
          before={before?.timeToFirstResponse}
          earlier={earlier}
        />
        <SpreadHeadline
          name="Resolution time"
          now={now.resolutionTime}
          before={before?.resolutionTime}
          earlier={earlier}
        />
      </dl>
      {before === null && (
        <p class="m-no-earlier">Counting began in this window, so there is nothing earlier to compare with.</p>
      )}
    </>
  );
}

type Compared<T> = { name: string; now: T; before: T | undefined; earlier: string | null };

function RateHeadline({ name, now, before, earlier }: Compared<Rate>) {
  const few = now.denominator > 0 && now.denominator < FEW;
  return (
    <Headline
      name={name}
      value={percent(now.rate)}
      detail={few ? `${outOf(now)} · ${interval(now)}` : outOf(now)}
      change={before ? rateChange(now, before) : null}
      earlier={earlier}
    />
  );
}

function SpreadHeadline({ name, now, before, earlier }: Compared<Spread>) {
  return (
    <Headline
      name={name}
      value={duration(now.medianMs)}
      detail={now.count === 0 ? 'none yet' : `90th ${duration(now.p90Ms)} · n ${count(now.count)}`}
      change={before ? spreadChange(now, before) : null}
      earlier={earlier}
    />
  );
}

function Headline({
  name,
  value,
  detail,
  change,
  earlier,
}: {
  name: string;
  value: string;
  detail: string;
  change: string | null;
  earlier: string | null;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="m-value">{value}</dd>
      <dd>{detail}</dd>
      {earlier !== null && (
        <dd class="m-change" title={change === null ? undefined : `Against ${earlier}`}>
          {change ?? <span class="m-none">no earlier data</span>}
          {change !== null && <span class="m-unseen">, against {earlier}</span>}
        </dd>
      )}
    </div>
  );
}
