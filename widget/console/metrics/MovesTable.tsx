import type { MetricsAnswer } from '#protocol/http.ts';
import { RateCell } from './RateCell.tsx';
import { count, duration } from './wording.ts';

const HOW = { transfer: 'transferred', escalation: 'escalated', overflow: 'by its path' } as const;

/** Where work goes from queue to queue, and what of it comes straight back: a pair that often bounces is a rule to change. */
export function MovesTable({ moves }: { moves: MetricsAnswer['moves'] }) {
  if (moves.length === 0) return <p class="m-none">Nothing moved from one queue to another in this window.</p>;
  const scale = Math.max(0.1, ...moves.map(({ bounced }) => (bounced.rate ?? 0) * 1.25));
  return (
    // biome-ignore lint/a11y: what scrolls must be reachable by keyboard, and is no fieldset
    <div class="m-scroll" role="group" aria-label="Between queues" tabIndex={0}>
      <table class="m-table">
        <thead>
          <tr>
            <th scope="col">From → to</th>
            <th scope="col">How</th>
            <th scope="col" class="m-number">
              Moves
            </th>
            <th scope="col" class="m-rates">
              Came straight back
            </th>
            <th scope="col" class="m-number">
              Back after
            </th>
          </tr>
        </thead>
        <tbody>
          {moves.map(({ from, to, kind, bounced, backAfter }) => (
            <tr key={`${from}/${to}/${kind}`}>
              <th scope="row">
                {from} → {to}
              </th>
              <td>{HOW[kind]}</td>
              <td class="m-number">{count(bounced.denominator)}</td>
              <td>
                <RateCell rate={bounced} scale={scale} />
              </td>
              {backAfter.medianMs === null ? (
                <td class="m-number m-none">never</td>
              ) : (
                <td class="m-number">
                  <b>{duration(backAfter.medianMs)}</b>
                  <small>90th {duration(backAfter.p90Ms)}</small>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
