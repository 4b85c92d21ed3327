import type { MetricsAnswer } from '#protocol/http.ts';
import { endsToday } from './day-series.ts';
import { count, dayNameLong, duration, outOf, percent, type Rate, type Spread } from './wording.ts';

/** The charts as numbers: for screen readers, for copying, and for whoever wants the exact one. Newest first. */
export function DayTable({ metrics }: { metrics: MetricsAnswer }) {
  const { days } = metrics;
  return (
    <details class="m-details">
      <summary>Days as a table</summary>
      {/* biome-ignore lint/a11y: what scrolls must be reachable by keyboard, and is no fieldset */}
      <div class="m-scroll" role="group" aria-label="By day" tabIndex={0}>
        <table class="m-table m-days">
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              <th scope="col">Conversations</th>
              <th scope="col">Escalation rate</th>
              <th scope="col">Mis-escalation rate</th>
              <th scope="col">Time to escalation</th>
              <th scope="col">First human response</th>
              <th scope="col">Resolution time</th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  {dayNameLong(row.key)}
                  {row === days.at(-1) && endsToday(metrics) && ', so far'}
                </th>
                <td>{count(row.conversations)}</td>
                <td>{rate(row.escalationRate)}</td>
                <td>{rate(row.misEscalationRate)}</td>
                <td>{spread(row.timeToEscalation)}</td>
                <td>{spread(row.timeToFirstResponse)}</td>
                <td>{spread(row.resolutionTime)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const rate = (one: Rate): string => (one.rate === null ? 'none' : `${percent(one.rate)} (${outOf(one)})`);
const spread = ({ medianMs, count: n }: Spread): string => (n === 0 ? 'none' : `${duration(medianMs)} (n ${count(n)})`);
