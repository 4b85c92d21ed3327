import { element, icon, styleSheet } from '../kit/element.ts';
import css from './launcher.css?inline';

export type HostElement = {
  node: HTMLElement;
  shadow: ShadowRoot;
  button: HTMLButtonElement;
  setUnread(count: number): void;
  setOpen(open: boolean): void;
  setHidden(hidden: boolean): void;
  announce(text: string): void;
  remove(): void;
};

export type HostOptions = {
  side: 'left' | 'right';
  theme: 'auto' | 'light' | 'dark';
  hidden: boolean;
  onToggle(): void;
  /** The page has another root: it was written anew, and every listener of before may be gone, in here too. */
  onNewDocument(): void;
};

const BUBBLE_PATH =
  'M21 11.5a8.4 8.4 0 0 1-8.5 8.3 8.7 8.7 0 0 1-3.9-.9L3 20.5l1.7-5.2a8.1 8.1 0 0 1-.7-3.8 8.4 8.4 0 0 1 8.5-8.3A8.4 8.4 0 0 1 21 11.5Z';
const DOWN_PATH = 'm6 9.5 6 6 6-6';
const MAX_BADGE = 9;
/** A page that takes us out so often in a second means it: putting ourselves back for ever would hang it. */
const MAX_RETURNS = 50;
const FIGHT_MS = 1000;
const NAME = 'baton-widget';

/** The one element in the host's page: `<baton-widget>` with everything inside its shadow root. */
export function createHostElement({ side, theme, hidden, onToggle, onNewDocument }: HostOptions): HostElement {
  const node = document.createElement(NAME);
  const shadow = node.attachShadow({ mode: 'open' });
  // Recorders of this family, ours and others', ask for this name before they look inside: what is said here is nobody's replay.
  Object.defineProperty(shadow, Symbol.toStringTag, { value: 'BatonRoot' });
  shadow.adoptedStyleSheets = [styleSheet(css)];
  node.dataset.side = side;
  if (theme !== 'auto') node.dataset.theme = theme;

  const badge = element('span', { class: 'badge', 'aria-hidden': 'true' });
  const described = element('span', { id: 'unread', class: 'unseen' });
  const spoken = element('div', { role: 'status', class: 'unseen' });
  const button = element('button', {
    type: 'button',
    class: 'launcher',
    part: 'button',
    // The name never changes: people and tools find the button by it. What changes is its description.
    'aria-label': 'Support',
    'aria-describedby': 'unread',
    'aria-expanded': 'false',
    'aria-haspopup': 'dialog',
    onclick: onToggle,
  });
  const chat = icon(BUBBLE_PATH);
  const down = icon(DOWN_PATH);
  chat.classList.add('when-closed');
  down.classList.add('when-open');
  button.append(chat, down, badge);
  const inner = element('div', { class: 'root' }, button, described, spoken);
  shadow.append(inner);
  node.hidden = hidden;

  let returns = 0;
  let since = 0;
  // An image of that name would be `document.body`.
  const bodyNow = () => document.querySelector('body');
  const attach = () => {
    if (node.isConnected || returns > MAX_RETURNS) return;
    if (Date.now() - since > FIGHT_MS) {
      since = Date.now();
      returns = 0;
    }
    returns += 1;
    // What a page keeps for the way back has a copy of us in it, without anything inside.
    removeAll();
    bodyNow()?.append(node);
  };
  // Some sites replace the whole body on navigation. Children only: watching the page's subtree would cost.
  const observer = new MutationObserver(() => {
    if (document.documentElement !== root) return onNewDocument();
    attach();
    watch();
  });
  const root = document.documentElement;
  let watched: HTMLElement | null = null;
  const watch = () => {
    if (watched !== null && watched === bodyNow()) return;
    watched = bodyNow();
    observer.disconnect();
    for (const parent of [document, root, watched]) if (parent) observer.observe(parent, { childList: true });
  };
  attach();
  watch();

  return {
    node,
    shadow,
    button,
    setUnread(count) {
      badge.textContent = count === 0 ? '' : count > MAX_BADGE ? `${MAX_BADGE}+` : String(count);
      described.textContent = count === 0 ? '' : count === 1 ? '1 unread message' : `${count} unread messages`;
    },
    setOpen(open) {
      inner.classList.toggle('is-open', open);
      button.setAttribute('aria-expanded', String(open));
    },
    setHidden(next) {
      node.hidden = next;
    },
    announce(text) {
      spoken.textContent = text;
    },
    remove() {
      observer.disconnect();
      removeAll();
      node.remove();
    },
  };
}

function removeAll(): void {
  for (const node of document.querySelectorAll(NAME)) node.remove();
}
