// @ts-check
// All that this site knows about its support widget. The function exists from the first line of the document: until the
// real one has loaded it queues, and if that never loads nothing here notices.

/** @type {(...call: any[]) => void} */
const baton = (...call) => /** @type {any} */ (window).Baton(...call);

/** Before anything is known about the visitor: a page that cannot load its data is a page on which help is wanted. */
export function startSupport() {
  baton('boot');
}

/** @param {any} session Somebody who is signed out stays anonymous and is never identified. */
export function introduceVisitor({ user, account }) {
  if (!user) return;
  baton('identify', fetchIdentityToken);
  baton('setContext', 'plan', { label: 'Plan', type: 'config', value: account.planLabel });
  baton('setContext', 'renewal', { label: 'Renewal', type: 'status', value: account.renewalAt });
  baton('setContext', 'invoices', { label: 'Invoices', type: 'metric', value: account.invoiceCount });
  baton('setContext', 'seats', { label: 'Seats used', type: 'metric', value: account.seats.used });
  baton('setContext', 'features', { label: 'Features', type: 'list', value: account.features });
  const provider = account.integrations.find((/** @type {any} */ entry) => entry.name === 'Stripe');
  if (provider) {
    baton('setContext', 'payment_provider', {
      label: 'Payment provider',
      type: 'integration',
      value: `Stripe: ${provider.state}`,
    });
  }
  if (account.customerSuccess) {
    baton('setContext', 'success_manager', {
      label: 'Customer success',
      type: 'relationship',
      value: account.customerSuccess,
    });
  }
}

async function fetchIdentityToken() {
  const response = await fetch('/identity-token');
  if (!response.ok) throw new Error(`identity token: ${response.status}`);
  return (await response.json()).token;
}

/** @param {string} area */
export function reportPage(area) {
  baton('page', { area });
}

/** @param {string} key @param {string} label @param {string} value */
export function reportFailure(key, label, value) {
  baton('setContext', key, { label, type: 'error', value });
}

/** Another person is about to use this browser: nothing of the first may stay behind. */
export function stopSupport() {
  baton('shutdown');
}
