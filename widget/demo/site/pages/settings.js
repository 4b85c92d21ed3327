// @ts-check
import { getJson, postJson } from '../api.js';
import { badge, card, el, field, notice, showFieldErrors, skeleton } from '../dom.js';

const COUNTRIES = {
  AT: 'Austria',
  FR: 'France',
  DE: 'Germany',
  NL: 'Netherlands',
  ES: 'Spain',
  GB: 'United Kingdom',
  US: 'United States',
};
const CURRENCIES = { USD: 'US dollar', EUR: 'Euro', GBP: 'Pound sterling' };
/** @type {Record<string, string>} */
const CONTROL_IDS = {
  companyName: 'company-name',
  billingEmail: 'billing-email',
  country: 'country',
  vatNumber: 'vat-number',
  currency: 'currency',
};

/** @param {import('../app.js').PageContext} context */
export function settingsPage({ session, signal }) {
  const company = el('div', {}, skeleton(8));
  getJson('/api/settings', signal).then(
    ({ ok, body }) =>
      company.replaceChildren(ok ? companyForm(body) : el('p', { role: 'alert' }, 'The settings could not be loaded.')),
    () => {},
  );
  return el(
    'div',
    { class: 'columns' },
    el('div', { class: 'stack' }, card('Company', company)),
    el('div', { class: 'stack' }, card('Integrations', integrations(session.account.integrations))),
  );
}

function companyForm(/** @type {any} */ settings) {
  const outcome = notice('alert');
  const saved = notice('status');
  const options = (/** @type {Record<string, string>} */ names, /** @type {string} */ chosen) =>
    Object.entries(names).map(([value, name]) => el('option', { value, selected: value === chosen }, name));
  const controls = {
    companyName: el('input', { autocomplete: 'organization', value: settings.companyName }),
    billingEmail: el('input', { type: 'email', autocomplete: 'email', value: settings.billingEmail }),
    country: el('select', { autocomplete: 'country' }, options(COUNTRIES, settings.country)),
    vatNumber: el('input', { autocomplete: 'off', value: settings.vatNumber }),
    currency: el('select', {}, options(CURRENCIES, settings.currency)),
  };
  const form = el(
    'form',
    { novalidate: true, class: 'stack' },
    field({ id: 'company-name', label: 'Company name', control: controls.companyName }),
    field({
      id: 'billing-email',
      label: 'Billing e-mail',
      hint: 'Invoices and payment reminders go here.',
      control: controls.billingEmail,
    }),
    field({ id: 'country', label: 'Country', control: controls.country }),
    field({
      id: 'vat-number',
      label: 'VAT number',
      hint: 'With the country letters, for example DE123456789.',
      control: controls.vatNumber,
    }),
    field({ id: 'currency', label: 'Invoice currency', control: controls.currency }),
    outcome,
    saved,
    el('button', { type: 'submit', class: 'primary' }, 'Save changes'),
  );
  form.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    saved.textContent = '';
    outcome.textContent = '';
    const values = Object.fromEntries(Object.entries(controls).map(([key, control]) => [key, control.value.trim()]));
    const early = checkEarly(values);
    if (Object.keys(early).length > 0) return refuse(early);
    const { ok, body } = await postJson('/api/settings', values);
    if (ok) {
      showFieldErrors(form, {});
      saved.textContent = 'Saved. New invoices use these details.';
    } else if (body?.fields) refuse(body.fields);
    else outcome.textContent = 'The changes could not be saved. What you typed is still here; try again.';
  });

  /** @param {Record<string, string>} errors */
  function refuse(errors) {
    const count = Object.keys(errors).length;
    outcome.textContent =
      count === 1
        ? 'One field needs your attention. Nothing was saved.'
        : `${count} fields need your attention. Nothing was saved.`;
    showFieldErrors(
      form,
      Object.fromEntries(Object.entries(errors).map(([key, message]) => [CONTROL_IDS[key] ?? key, message])),
    );
  }
  return form;
}

/** What needs no server: the rest, such as the shape of a VAT number, it decides. @param {Record<string, string>} values */
function checkEarly(values) {
  return {
    ...(values.companyName ? {} : { companyName: 'Enter the company name as it should appear on invoices.' }),
    ...(values.billingEmail?.includes('@')
      ? {}
      : { billingEmail: 'Enter an e-mail address such as accounts@company.com.' }),
  };
}

function integrations(/** @type {any[]} */ entries) {
  return el(
    'ul',
    { class: 'plain-list' },
    entries.map((entry) =>
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
  );
}
