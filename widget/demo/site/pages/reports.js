// @ts-check
import { getJson } from '../api.js';
import { card, el, field, skeleton, table } from '../dom.js';
import { formatMoney } from '../format.js';

/** The defect this page demonstrates: a report is offered whose definition was never shipped. */
const REPORTS = [
  { id: 'revenue-by-plan', title: 'Revenue by plan' },
  { id: 'ageing', title: 'Invoice ageing' },
  { id: 'churn', title: 'Customer churn' },
];
/** @type {Record<string, { columns: string[] }>} */
const definitions = {};

/** @param {import('../app.js').PageContext} context */
export function reportsPage({ signal }) {
  const cash = el(
    'div',
    {},
    el('p', { class: 'hint', role: 'status' }, 'Working out the next 30 days. This takes a few seconds.'),
    skeleton(2),
  );
  getJson('/api/reports/slow', signal).then(
    ({ ok, body }) =>
      cash.replaceChildren(
        ok
          ? el(
              'dl',
              { class: 'facts' },
              el('div', {}, el('dt', {}, 'Received so far'), el('dd', {}, formatMoney(body.receivedSoFar))),
              el('div', {}, el('dt', {}, `Expected in ${body.days} days`), el('dd', {}, formatMoney(body.expectedIn))),
            )
          : el('p', { role: 'alert' }, 'The forecast could not be worked out.'),
      ),
    () => {},
  );
  return el(
    'div',
    { class: 'columns' },
    el('div', { class: 'stack' }, builder()),
    el('div', { class: 'stack' }, card('Cash flow forecast', cash)),
  );
}

function builder() {
  const report = el(
    'select',
    {},
    REPORTS.map(({ id, title }) => el('option', { value: id }, title)),
  );
  const period = el(
    'select',
    {},
    ['This month', 'Last month', 'This quarter', 'Last 12 months'].map((name) => el('option', {}, name)),
  );
  const output = el(
    'div',
    { class: 'report-output' },
    el('p', { class: 'hint' }, 'Choose a report and a period, then press Run report. The result appears here.'),
  );
  return card(
    'Build a report',
    el(
      'div',
      { class: 'stack' },
      el(
        'div',
        { class: 'field-pair wide' },
        field({ id: 'report', label: 'Report', control: report }),
        field({ id: 'period', label: 'Period', control: period }),
      ),
      el(
        'div',
        { class: 'actions' },
        el('button', { type: 'button', class: 'primary', onclick: run }, 'Run report'),
        // Drawn in the last release, connected to nothing: a dead click on purpose.
        el('button', { type: 'button' }, 'Export'),
      ),
      output,
    ),
  );

  function run() {
    const { columns } = /** @type {{ columns: string[] }} */ (definitions[report.value]);
    output.replaceChildren(table({ caption: report.value, columns: columns.map((label) => ({ label })), rows: [] }));
  }
}
