// @ts-check
import { el } from './dom.js';
import { stopSupport } from './support.js';

/** @param {Record<string, { title: string }>} pages */
export function navigation(pages) {
  return el(
    'nav',
    { class: 'site-nav', 'aria-label': 'Main' },
    el(
      'ul',
      {},
      Object.entries(pages).map(([href, { title }]) => el('li', {}, el('a', { href }, title))),
    ),
  );
}

/** @param {any} session */
export function accountMenu({ user, users, account }) {
  const choice = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ detail) =>
    el(
      'button',
      { type: 'submit', name: 'user', value: id, 'aria-current': (user?.id ?? 'signed-out') === id && 'true' },
      el('span', {}, label),
      el('small', {}, detail),
    );
  const next = el('input', { type: 'hidden', name: 'next' });
  const menu = el(
    'details',
    { class: 'account-menu' },
    el('summary', {}, user ? `Signed in as ${user.name}` : 'Signed out', user && el('small', {}, account.name)),
    el(
      'form',
      { method: 'post', action: '/switch-user', onsubmit: leave },
      el('p', { class: 'hint' }, 'Switch to'),
      next,
      users.map((/** @type {any} */ other) => choice(other.id, other.name, companies[other.accountId] ?? '')),
      choice('signed-out', 'Sign out', 'Look around without an account'),
    ),
  );
  function leave() {
    next.value = location.pathname;
    stopSupport();
  }
  menu.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  return menu;
}

/** @type {Record<string, string>} */
const companies = {
  acc_northwind: 'Northwind Enterprise, Enterprise plan',
  acc_bluebird: 'Bluebird, Pro plan',
  acc_solo: 'Solo, Free plan',
};
