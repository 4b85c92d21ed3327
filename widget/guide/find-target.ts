import type { GuideStep } from '#domain/guide/guide.ts';
import { accessibleName, roleOf } from '../capture/accessible-name.ts';

/** Whatever may have one of a guide's roles. */
const CONTROLS = '[role],a,button,input,select,textarea,summary,option,[contenteditable]';
/** Sites draw these themselves, over a native one that is there and cannot be seen. */
const DRAWN = /^(?:checkbox|radio|switch)$/;

type Wanted = Pick<GuideStep, 'role' | 'name'>;

/** Names are compared as a reader would: spaces and capitals make no difference, a word more or less does. */
const plain = (name: string): string => name.replace(/\s+/g, ' ').trim().toLowerCase();

/** [H6] Every control of this role and name that the visitor could use now, also in open shadow roots and frames of the same origin; never one of ours. */
export function findTargets({ role, name }: Wanted, ours: Element): Element[] {
  const found: Element[] = [];
  const wanted = plain(name);
  const look = (root: Document | ShadowRoot) => {
    for (const node of root.querySelectorAll(CONTROLS))
      if (roleOf(node) === role && plain(accessibleName(node)) === wanted && isUsable(node, role)) found.push(node);
    for (const node of root.querySelectorAll('*')) {
      if (node === ours) continue;
      if (node.shadowRoot) look(node.shadowRoot);
      // Null where it is another site's.
      const inner = /^i?frame$/i.test(node.tagName) ? (node as HTMLIFrameElement).contentDocument : null;
      if (inner) look(inner);
    }
  };
  look(document);
  return found;
}

/** Seen, enabled and reachable by assistive technology, as far as the page says. */
export function isUsable(node: Element, role: string): boolean {
  const { width, height } = node.getBoundingClientRect();
  return (
    node.isConnected &&
    width > 0 &&
    height > 0 &&
    node.checkVisibility({ checkVisibilityCSS: true, checkOpacity: !DRAWN.test(role) }) &&
    !node.matches(':disabled,[aria-disabled=true]') &&
    !node.closest('[inert],[aria-hidden=true]')
  );
}

/** Where it is in the window, also from inside frames. */
export function rectOf(node: Element): DOMRect {
  const { left, top, width, height } = node.getBoundingClientRect();
  const at = new DOMRect(left, top, width, height);
  for (let frame = frameOf(node); frame !== null; frame = frameOf(frame)) {
    const outer = frame.getBoundingClientRect();
    at.x += outer.left + frame.clientLeft;
    at.y += outer.top + frame.clientTop;
  }
  return at;
}

const frameOf = (node: Element): Element | null => node.ownerDocument.defaultView?.frameElement ?? null;
