import { FEW, interval, outOf, percent, type Rate } from './wording.ts';

/** A rate with its bar and what it is a share of. `scale` is the share that fills the bar, the same for a whole column; null draws none. */
export function RateCell({ rate, scale }: { rate: Rate; scale: number | null }) {
  if (rate.rate === null) return <span class="m-none">none yet</span>;
  const few = rate.denominator < FEW;
  return (
    <span class={few ? 'm-rate few' : 'm-rate'}>
      <b>{percent(rate.rate)}</b>
      {scale !== null && <Bar rate={rate.rate} low={rate.low ?? 0} high={rate.high ?? 0} scale={scale} />}
      <small>
        {outOf(rate)}
        {few && <> · {interval(rate)}</>}
      </small>
    </span>
  );
}

function Bar({ rate, low, high, scale }: { rate: number; low: number; high: number; scale: number }) {
  const at = (share: number) => `${Math.min(100, (share / scale) * 100).toFixed(1)}%`;
  return (
    <span class="m-bar" aria-hidden="true">
      <i class="m-fill" style={{ width: at(rate) }} />
      <i class="m-whisker" style={{ left: at(low), width: at(Math.max(0, Math.min(high, scale) - low)) }} />
    </span>
  );
}
