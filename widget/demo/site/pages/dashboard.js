// @ts-check
import { getJson } from '../api.js';
import { badge, card, el, skeleton, svg } from '../dom.js';
import { formatChange, formatCount, formatMoney, formatMonth } from '../format.js';

const WIDTH = 960;
const HEIGHT = 260;
const AXIS = 34;

/** @param {import('../app.js').PageContext} context */
export function dashboardPage({ session, signal }) {
  const slot = el('div', { class: 'stack' }, skeleton(8));
  getJson('/api/dashboard', signal).then(
    ({ ok, body }) =>
      slot.replaceChildren(
        ...(ok ? figures(body, session) : [el('p', { role: 'alert' }, 'Your figures could not be loaded.')]),
      ),
    () => {},
  );
  return slot;
}

function figures(/** @type {any} */ summary, /** @type {any} */ session) {
  const metric = (/** @type {string} */ label, /** @type {string} */ value, /** @type {string} */ note) =>
    el(
      'div',
      { class: 'metric' },
      el('dt', {}, label),
      el('dd', { class: 'metric-value' }, value),
      el('dd', { class: 'hint' }, note),
    );
  return [
    el(
      'dl',
      { class: 'metrics' },
      metric(
        'Monthly recurring revenue',
        formatMoney(summary.recurring),
        `${formatChange(summary.recurringChange)} on last month`,
      ),
      metric('Collected this month', formatMoney(summary.collected), 'Payouts arrive after 3 working days'),
      metric('Outstanding', formatMoney(summary.outstanding), 'Sent and not yet due'),
      metric('Overdue invoices', formatCount(summary.overdueInvoices), 'Reminders go out on days 3, 7 and 14'),
    ),
    el(
      'section',
      { class: 'card', 'aria-labelledby': 'revenue-title' },
      el('h2', { id: 'revenue-title' }, 'Revenue, last 12 months'),
      el('p', { class: 'hint' }, 'In US dollars, updated every hour.'),
      barChart(summary.months),
    ),
    card(
      'Connections',
      el(
        'ul',
        { class: 'plain-list' },
        session.account.integrations.map((/** @type {any} */ entry) =>
          el(
            'li',
            {},
            el('strong', {}, entry.name),
            badge(
              entry.state === 'error' ? 'needs attention' : entry.state,
              { connected: 'good', error: 'bad' }[entry.state] ?? 'quiet',
            ),
            el('span', { class: 'hint' }, entry.note),
          ),
        ),
      ),
    ),
  ];
}

/** @param {{ month: string, amount: number }[]} months */
function barChart(months) {
  const top = Math.max(...months.map((month) => month.amount)) * 1.08;
  const step = WIDTH / months.length;
  const height = HEIGHT - AXIS - 16;
  const label = months.map(({ month, amount }) => `${formatMonth(month)} ${formatMoney(amount)}`).join(', ');
  return svg(
    'svg',
    { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `Revenue by month: ${label}` },
    [0.25, 0.5, 0.75, 1].map((share) => {
      const y = 16 + height * (1 - share);
      return svg('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y, y2: y });
    }),
    months.map(({ month, amount }, index) => {
      const bar = (amount / top) * height;
      const x = index * step;
      return [
        svg(
          'rect',
          {
            class: index === months.length - 1 ? 'bar current' : 'bar',
            x: x + 8,
            y: 16 + height - bar,
            width: step - 16,
            height: bar,
            rx: 4,
          },
          svg('title', {}, `${formatMonth(month)}: ${formatMoney(amount)}`),
        ),
        svg('text', { class: 'tick', x: x + step / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }, formatMonth(month)),
      ];
    }),
  );
}
