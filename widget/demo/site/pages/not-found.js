// @ts-check
import { el } from '../dom.js';

export function notFoundPage() {
  return el(
    'div',
    { class: 'card' },
    el('p', {}, 'There is nothing at this address. It may have been renamed, or the link was cut short.'),
    el('p', {}, el('a', { href: '/' }, 'Go to the dashboard')),
  );
}
