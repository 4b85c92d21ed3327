// @ts-check
import { getJson } from '../api.js';
import { badge, el, notice, skeleton, table } from '../dom.js';
import { formatCount, formatDay, formatMoney } from '../format.js';

/** @type {Record<string, 'good' | 'warn' | 'bad' | 'quiet'>} */
const TONES = { Active: 'good', 'Past due': 'bad', Paused: 'warn', Cancelled: 'quiet' };
const REQUIRED_COLUMNS = ['name', 'email'];
/** A larger file is a mistake more often than a customer list. */
const MAX_IMPORT_BYTES = 5 * 1024 * 1024;

/** @param {import('../app.js').PageContext} context */
export function customersPage({ signal }) {
  const slot = el('div', { class: 'stack' }, skeleton(12));
  getJson('/api/customers', signal).then(
    ({ ok, body }) =>
      slot.replaceChildren(
        ...(ok ? list(body.customers) : [el('p', { role: 'alert' }, 'The customers could not be loaded.')]),
      ),
    () => {},
  );
  return slot;
}

function list(/** @type {any[]} */ customers) {
  const count = el('p', { class: 'hint', role: 'status' }, describe(customers.length, customers.length));
  const result = notice('status');
  const filter = el('input', {
    id: 'customer-filter',
    type: 'search',
    autocomplete: 'off',
    placeholder: 'Name, e-mail, country or status',
  });
  const grid = table({
    caption: 'Customers',
    columns: [
      { label: 'Name' },
      { label: 'Plan' },
      { label: 'Status' },
      { label: 'Country' },
      { label: 'Customer since' },
      { label: 'Balance', number: true },
    ],
    rows: customers.map((customer) => [
      [el('strong', {}, customer.name), el('small', {}, customer.email)],
      customer.plan,
      badge(customer.status, TONES[customer.status] ?? 'quiet'),
      customer.country,
      formatDay(customer.since),
      formatMoney(customer.balance),
    ]),
  });
  const rows = [...grid.querySelectorAll('tbody tr')];
  const haystacks = customers.map(({ name, email, country, status }) =>
    `${name} ${email} ${country} ${status}`.toLowerCase(),
  );
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const [index, row] of rows.entries()) {
      row.hidden = !haystacks[index]?.includes(wanted);
      if (!row.hidden) shown += 1;
    }
    count.textContent = describe(shown, customers.length);
  });
  const file = el('input', { id: 'customer-file', type: 'file', accept: '.csv,text/csv', class: 'visually-hidden' });
  file.addEventListener('change', async () => {
    const chosen = file.files[0];
    if (chosen) result.textContent = await checkImport(chosen);
    file.value = '';
  });
  return [
    el(
      'div',
      { class: 'toolbar' },
      el('div', { class: 'field' }, el('label', { for: 'customer-filter' }, 'Filter customers'), filter),
      el(
        'div',
        { class: 'actions' },
        file,
        el('label', { for: 'customer-file', class: 'button' }, 'Import CSV'),
        el('button', { type: 'button', onclick: () => download(customers) }, 'Download CSV'),
      ),
    ),
    count,
    result,
    grid,
  ];
}

/** @param {number} shown @param {number} total */
function describe(shown, total) {
  if (shown === total) return `${formatCount(total)} customers`;
  return shown === 0
    ? 'No customer matches. Try part of a name, or a status such as “past due”.'
    : `${formatCount(shown)} of ${formatCount(total)} customers`;
}

/** @param {File} file */
async function checkImport(file) {
  if (file.size > MAX_IMPORT_BYTES)
    return 'This file is larger than 5 MB. Split it and import the parts one after the other.';
  const [header = '', ...lines] = (await file.text()).split(/\r?\n/).filter(Boolean);
  const columns = header.split(',').map((column) => column.trim().toLowerCase());
  const absent = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (absent.length > 0) return `The first line must name the columns. Missing: ${absent.join(', ')}.`;
  return `Rows that can be imported: ${formatCount(lines.length)}. Importing itself is switched off in this demonstration workspace.`;
}

/** @param {any[]} customers */
function download(customers) {
  const columns = ['id', 'name', 'email', 'plan', 'status', 'country', 'balance', 'since'];
  const lines = [
    columns.join(','),
    ...customers.map((customer) => columns.map((column) => customer[column]).join(',')),
  ];
  const href = URL.createObjectURL(new Blob([lines.join('\n')], { type: 'text/csv' }));
  el('a', { href, download: 'ledgerline-customers.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
