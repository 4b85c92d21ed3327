import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import { clip } from './clip.ts';

/** What the host marked as private, and what it keeps out of recordings, is kept out of names as well. */
export const PRIVATE = '[data-private],[data-baton-block],.rr-mask';
/** Stands where a name would have told something private. */
const HIDDEN = 'hidden';
const MAX_NAME_CHARS = 100;
/** Hosts make fields of whatever they like. */
const EDITED = '[role~=textbox],[role~=searchbox]';

const INTERACTIVE =
  'a[href],button,input,select,textarea,summary,label,option,[contenteditable],[role=button],[role=link],[role=tab],[role^=menuitem],[role=option],[role=checkbox],[role=radio],[role=switch],[role=combobox],[role=textbox],[role=slider],[role=spinbutton],[role=treeitem],[role=gridcell],[onclick]';

/** The control that a click was meant for, when it was meant for one. */
export function controlOf(node: Element): Element | null {
  return node.closest(INTERACTIVE);
}

const ROLES: Record<string, string> = {
  A: 'link',
  BUTTON: 'button',
  TEXTAREA: 'textbox',
  SELECT: 'combobox',
  OPTION: 'option',
  SUMMARY: 'button',
  LABEL: 'label',
  IMG: 'img',
  FORM: 'form',
};
const INPUT_ROLES: Record<string, string> = {
  button: 'button',
  submit: 'button',
  reset: 'button',
  image: 'button',
  checkbox: 'checkbox',
  radio: 'radio',
  range: 'slider',
  number: 'spinbutton',
  search: 'searchbox',
};

export function roleOf(node: Element): string {
  const explicit = node.getAttribute('role')?.trim().split(/\s+/)[0];
  if (explicit) return explicit.slice(0, 40).toLowerCase();
  if (node.tagName === 'INPUT') return INPUT_ROLES[(node as HTMLInputElement).type] ?? 'textbox';
  return ROLES[node.tagName] ?? ((node as HTMLElement).isContentEditable ? 'textbox' : 'generic');
}

/**
 * The name under which assistive technology finds a control, redacted and clipped. Never what somebody typed: values and text inside
 * editable or private elements are not read. The order follows the accessible-name computation as far as it needs no layout.
 */
export function accessibleName(node: Element): string {
  if (node.closest(PRIVATE)) return HIDDEN;
  const name =
    namesOf(node.getAttribute('aria-labelledby'), node) ||
    node.getAttribute('aria-label') ||
    labelsOf(node) ||
    buttonLabel(node) ||
    node.getAttribute('alt') ||
    textOf(node) ||
    node.getAttribute('title') ||
    node.getAttribute('placeholder') ||
    '';
  return clip(redactText(name.replace(/\s+/g, ' ').trim(), RECORDED).text, MAX_NAME_CHARS);
}

function namesOf(ids: string | null, node: Element): string {
  if (!ids) return '';
  const root = node.getRootNode() as Document | ShadowRoot;
  return ids
    .trim()
    .split(/\s+/)
    .slice(0, 5)
    .map((id) => root.getElementById?.(id))
    .map((found) => (found ? textOf(found) : ''))
    .join(' ')
    .trim();
}

/** What an element says, itself and as another's label. */
const textOf = (node: Element): string =>
  node.closest(PRIVATE) ? HIDDEN : holdsTypedText(node) ? '' : visibleText(node);

function labelsOf(node: Element): string {
  const labels = (node as HTMLInputElement).labels;
  if (!labels?.length) return '';
  return [...labels].map((label) => textOf(label)).join(' ');
}

/** The value of these is a label that the page wrote, not something typed. */
function buttonLabel(node: Element): string {
  if (node.tagName !== 'INPUT') return '';
  const { type, value } = node as HTMLInputElement;
  return type === 'submit' || type === 'button' || type === 'reset' ? value : '';
}

function holdsTypedText(node: Element): boolean {
  return (
    /^(INPUT|TEXTAREA|SELECT|OPTION|FORM)$/.test(node.tagName) ||
    node.matches(EDITED) ||
    (node as HTMLElement).isContentEditable
  );
}

/** Of whatever window: what is in a frame is no `Element` of ours. */
const isElement = (node: Node): node is Element => node.nodeType === Node.ELEMENT_NODE;

/** Text of an element without its private, editable and hidden parts; stops early, for a click may land on a huge container. */
function visibleText(node: Element): string {
  let text = '';
  const visit = (parent: Node): void => {
    for (let child = parent.firstChild; child && text.length < MAX_NAME_CHARS * 2; child = child.nextSibling) {
      if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue;
      else if (
        isElement(child) &&
        !child.matches(`${PRIVATE},${EDITED},script,style,select,textarea,[contenteditable],[aria-hidden=true]`)
      ) {
        const alt = child.getAttribute('aria-label') ?? child.getAttribute('alt');
        if (alt === null) visit(child);
        else text += alt;
        text += ' ';
      }
    }
  };
  visit(node);
  return text;
}
