// @ts-check
import { card, el, notice } from '../dom.js';
import { formatDay } from '../format.js';

/** @param {import('../app.js').PageContext} context */
export function accountPage({ session: { user, account } }) {
  const rows = (/** @type {[string, any][]} */ pairs) =>
    el(
      'dl',
      { class: 'facts' },
      pairs.map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))),
    );
  return el(
    'div',
    { class: 'columns' },
    el(
      'div',
      { class: 'stack' },
      card(
        'Profile',
        rows([
          ['Name', user?.name ?? 'Guest'],
          ['E-mail', user?.email ?? 'None'],
          ['Role', user?.role ?? 'Viewer'],
          ['Workspace', account.name],
        ]),
      ),
      card(
        'Team',
        rows([
          ['Seats', `${account.seats.used} of ${account.seats.included} used`],
          ['Roles', 'Owner, Admin, Finance, Viewer'],
        ]),
        readOnlyAction('Invite member'),
      ),
    ),
    el(
      'div',
      { class: 'stack' },
      card(
        'Security',
        rows([
          ['Two-factor authentication', 'Off'],
          ['Single sign-on', account.tier === 'enterprise' ? 'SAML, enforced' : 'Part of the Enterprise plan'],
          ['Audit log', account.tier === 'enterprise' ? 'Kept for 12 months' : 'Part of the Enterprise plan'],
        ]),
        readOnlyAction('Set up two-factor'),
      ),
      card(
        'Your data',
        rows([
          ['Data region', 'European Union'],
          [account.tier === 'free' ? 'Usage resets' : 'Subscription renews', formatDay(account.renewalAt)],
        ]),
        readOnlyAction('Request data export'),
        readOnlyAction('Cancel subscription'),
      ),
    ),
  );
}

/** @param {string} label */
function readOnlyAction(label) {
  const told = notice('status');
  const tell = () => {
    told.textContent = `“${label}” is switched off in this demonstration workspace.`;
  };
  return el('div', { class: 'read-only' }, el('button', { type: 'button', onclick: tell }, label), told);
}
