// @ts-check
import { getJson } from './api.js';
import { el, skeleton } from './dom.js';
import { accountPage } from './pages/account.js';
import { apiKeysPage } from './pages/api-keys.js';
import { billingPage } from './pages/billing.js';
import { customersPage } from './pages/customers.js';
import { dashboardPage } from './pages/dashboard.js';
import { notFoundPage } from './pages/not-found.js';
import { reportsPage } from './pages/reports.js';
import { settingsPage } from './pages/settings.js';
import { accountMenu, navigation } from './shell.js';
import { introduceVisitor, reportPage, startSupport } from './support.js';

/**
 * @typedef {{ session: any, signal: AbortSignal }} PageContext
 * @typedef {{ title: string, area: string, draw(context: PageContext): any }} Page
 * @type {Record<string, Page>}
 */
const pages = {
  '/': { title: 'Dashboard', area: 'dashboard', draw: dashboardPage },
  '/customers': { title: 'Customers', area: 'customers', draw: customersPage },
  '/billing': { title: 'Billing', area: 'billing', draw: billingPage },
  '/api-keys': { title: 'API keys', area: 'api-keys', draw: apiKeysPage },
  '/reports': { title: 'Reports', area: 'reports', draw: reportsPage },
  '/settings': { title: 'Settings', area: 'settings', draw: settingsPage },
  '/account': { title: 'Account', area: 'account', draw: accountPage },
};
const missing = { title: 'Page not found', area: 'dashboard', draw: notFoundPage };

/** @type {AbortController | undefined} */
let leaving;

const main = el('main', { id: 'main', tabindex: '-1' }, skeleton(6));
const nav = navigation(pages);
const menu = el('div', { class: 'account-slot' });
document
  .getElementById('app')
  ?.append(
    el(
      'header',
      { class: 'site-header' },
      el(
        'a',
        { class: 'brand', href: '/' },
        el('img', { src: '/site/logo.svg', alt: '', width: 28, height: 28 }),
        'Ledgerline',
      ),
      menu,
    ),
    nav,
    main,
  );

startSupport();
const { ok, body: session } = await getJson('/api/session');
if (ok) {
  introduceVisitor(session);
  menu.append(accountMenu(session));
  show();
} else {
  main.replaceChildren(
    el('h1', {}, 'Ledgerline is not answering'),
    el('p', {}, 'Nothing is lost. Reload the page in a minute.'),
  );
}

function show({ focus = false } = {}) {
  leaving?.abort();
  leaving = new AbortController();
  const page = pages[location.pathname] ?? missing;
  document.title = `${page.title} · Ledgerline`;
  for (const link of nav.querySelectorAll('a')) {
    if (link.getAttribute('href') === location.pathname) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'center' });
    } else link.removeAttribute('aria-current');
  }
  const heading = el('h1', { tabindex: '-1' }, page.title);
  const sample = session.user
    ? null
    : el('p', { class: 'sample-note' }, 'You are signed out and looking at a sample workspace.');
  main.replaceChildren(
    el('div', { class: 'page-head' }, heading, sample),
    page.draw({ session, signal: leaving.signal }),
  );
  if (focus) {
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  reportPage(page.area);
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  if (!(link.pathname in pages) || link.hash) return;
  event.preventDefault();
  if (link.pathname !== location.pathname) history.pushState(null, '', link.pathname);
  show({ focus: true });
});
addEventListener('popstate', () => show({ focus: true }));
