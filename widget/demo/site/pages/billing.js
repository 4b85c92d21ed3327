// @ts-check
import { getJson, postJson } from '../api.js';
import { badge, card, el, field, notice, showFieldErrors, skeleton, table } from '../dom.js';
import { formatDay, formatMoney } from '../format.js';
import { reportFailure } from '../support.js';

/** @type {Record<string, string>} */
const REFUSALS = {
  card_declined: 'Your card was declined. The bank gave no reason. You have not been charged.',
  offline: 'The payment could not be sent. Check your connection; you have not been charged.',
};
/** @type {Record<string, 'good' | 'warn' | 'bad'>} */
const TONES = { paid: 'good', open: 'warn', overdue: 'bad' };

/** @param {import('../app.js').PageContext} context */
export function billingPage({ session, signal }) {
  const invoices = el('div', {}, skeleton(4));
  const payment = el('div', {}, skeleton(6));
  getJson('/api/billing', signal).then(
    ({ ok, body }) => {
      if (!ok) return invoices.replaceChildren(el('p', { role: 'alert' }, 'The invoices could not be loaded.'));
      invoices.replaceChildren(invoiceTable(body.invoices));
      payment.replaceChildren(paymentForm(session.account, body.invoices[0]));
    },
    () => {},
  );
  return el(
    'div',
    { class: 'columns' },
    el('div', { class: 'stack' }, card('Plan', plan(session.account)), card('Invoices', invoices)),
    el('div', { class: 'stack' }, card('Pay an invoice', payment), card('Tax', taxForm())),
  );
}

function plan(/** @type {any} */ account) {
  const row = (/** @type {string} */ term, /** @type {any} */ value) =>
    el('div', {}, el('dt', {}, term), el('dd', {}, value));
  return el(
    'dl',
    { class: 'facts' },
    row('Current plan', account.planLabel),
    row('Price', account.contractValue ? `${formatMoney(account.contractValue)} a year` : 'No charge'),
    row('Seats', `${account.seats.used} of ${account.seats.included} used`),
    row(account.tier === 'free' ? 'Next usage reset' : 'Renews', formatDay(account.renewalAt)),
  );
}

function invoiceTable(/** @type {any[]} */ invoices) {
  return table({
    caption: 'Invoices',
    columns: [
      { label: 'Number' },
      { label: 'Issued' },
      { label: 'Status' },
      { label: 'Amount', number: true },
      { label: 'PDF' },
    ],
    rows: invoices.map((invoice) => [
      invoice.number,
      formatDay(invoice.issuedAt),
      badge(invoice.status, TONES[invoice.status] ?? 'warn'),
      formatMoney(invoice.amount),
      el(
        'a',
        {
          href: `/api/invoice?number=${invoice.number}`,
          download: `${invoice.number}.pdf`,
          'aria-label': `Download ${invoice.number}`,
        },
        'Download',
      ),
    ]),
  });
}

function paymentForm(/** @type {any} */ account, /** @type {any} */ invoice) {
  const { brand, last4, expires } = account.cardOnFile;
  const failure = notice('alert');
  const number = el('input', {
    inputmode: 'numeric',
    autocomplete: 'cc-number',
    maxlength: 23,
    placeholder: '1234 5678 9012 3456',
  });
  const expiry = el('input', { inputmode: 'numeric', autocomplete: 'cc-exp', maxlength: 7, placeholder: 'MM/YY' });
  const code = el('input', { inputmode: 'numeric', autocomplete: 'cc-csc', maxlength: 4, placeholder: '123' });
  const holder = el('input', { autocomplete: 'cc-name', maxlength: 80 });
  const form = el(
    'form',
    { novalidate: true, class: 'stack' },
    el('p', {}, el('strong', {}, formatMoney(invoice.amount)), ` for invoice ${invoice.number}`),
    el(
      'p',
      { class: 'hint' },
      `Leave the fields empty to use the card on file: ${brand} ending ${last4}, expires ${expires}.`,
    ),
    field({ id: 'card-number', label: 'Card number', control: number }),
    el(
      'div',
      { class: 'field-pair' },
      field({ id: 'card-expiry', label: 'Expiry date', control: expiry }),
      field({ id: 'card-cvc', label: 'CVC', control: code }),
    ),
    field({ id: 'card-name', label: 'Name on card', control: holder }),
    failure,
    el('button', { type: 'submit', class: 'primary' }, 'Pay'),
  );
  let pending = false;
  form.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (pending) return;
    const digits = number.value.replace(/\D/g, '');
    const typed = [number, expiry, code, holder].some((input) => input.value.trim() !== '');
    const problems = typed ? checkCard(digits, expiry.value.trim(), code.value.trim(), holder.value.trim()) : {};
    showFieldErrors(form, problems);
    if (Object.keys(problems).length > 0) return;
    pending = true;
    failure.textContent = '';
    // The number stays in the page: the last four digits are all that our server may see.
    const reply = await postJson('/api/pay', { invoice: invoice.number, last4: typed ? digits.slice(-4) : last4 });
    pending = false;
    const reason = reply.body?.error ?? 'unknown';
    failure.textContent = REFUSALS[reason] ?? 'The payment did not go through. You have not been charged.';
    reportFailure('last_payment_error', 'Last payment error', `${reason} on ${invoice.number}`);
  });
  return form;
}

/** @param {string} digits @param {string} expiry @param {string} code @param {string} holder @returns {Record<string, string>} */
function checkCard(digits, expiry, code, holder) {
  return {
    ...(digits.length < 13 || digits.length > 19
      ? { 'card-number': 'Enter the 13 to 19 digits on the front of the card.' }
      : {}),
    ...(/^(0[1-9]|1[0-2])\s*\/\s*(\d{2}|20\d{2})$/.test(expiry) ? {} : { 'card-expiry': 'Use the form MM/YY.' }),
    ...(/^\d{3,4}$/.test(code) ? {} : { 'card-cvc': 'Enter the 3 or 4 digits.' }),
    ...(holder ? {} : { 'card-name': 'Enter the name as printed on the card.' }),
  };
}

function taxForm() {
  const saved = notice('status');
  const form = el(
    'form',
    { class: 'stack' },
    field({
      id: 'tax-id',
      label: 'Tax ID on invoices',
      hint: 'Printed under your company name on every new invoice.',
      control: el('input', { 'data-private': true, autocomplete: 'off', maxlength: 40 }),
    }),
    saved,
    el('button', { type: 'submit' }, 'Save tax ID'),
  );
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    saved.textContent = 'Saved in this browser tab. The demonstration workspace does not store tax IDs.';
  });
  return form;
}
