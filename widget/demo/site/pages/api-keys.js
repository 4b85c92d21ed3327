// @ts-check
import { getJson, postJson } from '../api.js';
import { card, el, field, notice, showFieldErrors, skeleton, table } from '../dom.js';
import { formatDay } from '../format.js';
import { reportFailure } from '../support.js';

/** @param {import('../app.js').PageContext} context */
export function apiKeysPage({ signal }) {
  const keys = el('div', {}, skeleton(3));
  getJson('/api/keys', signal).then(
    ({ ok, body }) =>
      keys.replaceChildren(ok ? keyTable(body.keys) : el('p', { role: 'alert' }, 'The keys could not be loaded.')),
    () => {},
  );
  return el('div', { class: 'stack' }, card('Your keys', keys), card('New key', keyForm()));
}

function keyTable(/** @type {any[]} */ keys) {
  return table({
    caption: 'API keys',
    columns: [{ label: 'Name' }, { label: 'Key' }, { label: 'Created' }, { label: 'Last used' }],
    rows: keys.map((key) => [
      key.name,
      el('code', {}, key.shown),
      formatDay(key.createdAt),
      key.lastUsedAt ? formatDay(key.lastUsedAt) : 'Never',
    ]),
  });
}

function keyForm() {
  const failure = notice('alert');
  const name = el('input', { autocomplete: 'off', maxlength: 60 });
  const mode = el('select', {}, el('option', { value: 'live' }, 'Live'), el('option', { value: 'test' }, 'Test'));
  const form = el(
    'form',
    { novalidate: true, class: 'stack narrow' },
    el('p', { class: 'hint' }, 'A key is shown once, when it is made. Keep it on your server, never in a page.'),
    field({ id: 'key-name', label: 'Key name', hint: 'For example the service that will use it.', control: name }),
    field({ id: 'key-mode', label: 'Mode', control: mode }),
    failure,
    el('button', { type: 'submit', class: 'primary' }, 'Create key'),
  );
  let pending = false;
  form.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (pending) return;
    showFieldErrors(form, {});
    failure.textContent = '';
    pending = true;
    const { status, body } = await postJson('/api/keys', {
      name: name.value.trim() || 'Untitled key',
      mode: mode.value,
    });
    pending = false;
    const reference = body?.requestId ?? 'none';
    failure.textContent = `Something went wrong on our side and no key was made. Your existing keys still work. Reference: ${reference}.`;
    reportFailure('last_api_error', 'Last API error', `POST /api/keys ${status}, reference ${reference}`);
  });
  return form;
}
