import { useState } from 'preact/hooks';
import type { MetricsAnswer } from '#protocol/http.ts';
import type { Grouping } from './metrics-query.ts';
import { RateCell } from './RateCell.tsx';
import { type SortKey, sortRows } from './sort-rows.ts';
import { count, duration, groupName, type Rate, type Spread } from './wording.ts';

type Row = MetricsAnswer['total'];
type ColumnId =
  | 'name'
  | 'conversations'
  | 'escalations'
  | 'rate'
  | 'mis'
  | 'toEscalation'
  | 'toFirstResponse'
  | 'resolution';
type Column = {
  id: ColumnId;
  label: string;
  by: SortKey;
};

const GROUP_WORD: Record<Grouping, string> = { queue: 'Queue', topic: 'Topic', area: 'Product area' };

/** Bars of a column share one scale; a column of small rates is still not drawn as if they were large. */
const LEAST_SCALE = 0.1;
/** The longest bar ends before its column does, so that its interval can be seen too. */
const WHISKER_ROOM = 1.25;

const columnsFor = (by: Grouping): Column[] => [
  { id: 'name', label: GROUP_WORD[by], by: ({ key }) => groupName(key) },
  // By queue every row has all conversations as its denominator: a column of one number.
  ...(by === 'queue'
    ? []
    : [{ id: 'conversations', label: 'Conversations', by: (row) => row.conversations } satisfies Column]),
  { id: 'escalations', label: 'Escalations', by: (row) => row.escalations },
  {
    id: 'rate',
    label: by === 'queue' ? 'Share of conversations' : 'Escalation rate',
    by: (row) => row.escalationRate.rate,
  },
  { id: 'mis', label: 'Mis-escalation rate', by: (row) => row.misEscalationRate.rate },
  { id: 'toEscalation', label: 'Time to escalation', by: (row) => row.timeToEscalation.medianMs },
  { id: 'toFirstResponse', label: 'First human response', by: (row) => row.timeToFirstResponse.medianMs },
  { id: 'resolution', label: 'Resolution time', by: (row) => row.resolutionTime.medianMs },
];

export function GroupTable({ metrics }: { metrics: MetricsAnswer }) {
  const [sort, setSort] = useState<{ id: ColumnId; ascending: boolean }>({ id: 'escalations', ascending: false });
  const { by, groups, total } = metrics;
  const columns = columnsFor(by);
  const sorted = columns.find(({ id }) => id === sort.id) ?? (columns[1] as Column);
  const rows = sortRows(groups, sorted.by, sort.ascending);
  const scaleOf = (rateOf: (row: Row) => Rate) =>
    Math.max(LEAST_SCALE, ...groups.map((row) => (rateOf(row).rate ?? 0) * WHISKER_ROOM));
  const scales = { rate: scaleOf((row) => row.escalationRate), mis: scaleOf((row) => row.misEscalationRate) };
  return (
    // biome-ignore lint/a11y: what scrolls must be reachable by keyboard, and is no fieldset
    <div class="m-scroll" role="group" aria-label={`By ${GROUP_WORD[by].toLowerCase()}`} tabIndex={0}>
      <table class="m-table">
        <thead>
          <tr>
            {columns.map(({ id, label }) => (
              <th
                key={id}
                scope="col"
                class={id === 'name' ? undefined : id === 'rate' || id === 'mis' ? 'm-rates' : 'm-number'}
                aria-sort={id === sorted.id ? (sort.ascending ? 'ascending' : 'descending') : undefined}
              >
                <button
                  type="button"
                  onClick={() => setSort({ id, ascending: id === sort.id ? !sort.ascending : id === 'name' })}
                >
                  {label}
                  <span aria-hidden="true">{id === sorted.id ? (sort.ascending ? '\u00a0↑' : '\u00a0↓') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" class={row.key === '' ? 'm-none' : undefined}>
                {groupName(row.key)}
              </th>
              <Cells row={row} by={by} scales={scales} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Everything</th>
            <Cells row={total} by={by} scales={null} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Cells({ row, by, scales }: { row: Row; by: Grouping; scales: { rate: number; mis: number } | null }) {
  return (
    <>
      {by !== 'queue' && <td class="m-number">{count(row.conversations)}</td>}
      <td class="m-number">{count(row.escalations)}</td>
      <td>
        <RateCell rate={row.escalationRate} scale={scales?.rate ?? null} />
      </td>
      <td>
        <RateCell rate={row.misEscalationRate} scale={scales?.mis ?? null} />
      </td>
      <SpreadCell spread={row.timeToEscalation} />
      <SpreadCell spread={row.timeToFirstResponse} />
      <SpreadCell spread={row.resolutionTime} />
    </>
  );
}

function SpreadCell({ spread }: { spread: Spread }) {
  if (spread.medianMs === null) return <td class="m-number m-none">none yet</td>;
  return (
    <td class="m-number">
      <b>{duration(spread.medianMs)}</b>
      <small>
        90th {duration(spread.p90Ms)} · n {count(spread.count)}
      </small>
    </td>
  );
}
