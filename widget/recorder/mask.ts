import { redactText, stripUrl } from '#domain/redaction/redact.ts';
import { EMPTY_IMAGE } from '../kit/empty-image.ts';

/** Fixed, so that not even the length of what it hides is told. */
export const MASK = '••••';
/** Longer ones are pictures and files from the page; short ones are icons, and the replay may show them. */
const MAX_DATA_URL_CHARS = 2048;
const MAX_CSS_DATA_URL_CHARS = 8192;
/** Shorter text holds no card, IBAN or key. */
const MIN_REDACTED_CHARS = 5;
const MAX_REMEMBERED = 4000;
/** So many nodes are taken out, with what is below them, before they are forgotten: it costs a look at every node there is. */
const FORGET_AFTER_REMOVED = 1000;

/** rrweb's numbers; importing its enum would bring its code into the tests of this file. */
const EventKind = { FullSnapshot: 2, Incremental: 3, Meta: 4, Custom: 5, Plugin: 6 } as const;
const SourceKind = { Mutation: 0, Input: 5 } as const;
const NodeKind = { Element: 2, Text: 3, Cdata: 4, Comment: 5 } as const;

type Attributes = Record<string, unknown>;
type RecordedNode = {
  id: number;
  type: number;
  tagName?: string;
  attributes?: Attributes;
  textContent?: string;
  childNodes?: RecordedNode[];
};
export type RecordedEvent = { type: number; timestamp: number; data: unknown };

/** What is known of a recorded element, for the later events that name it only by id. */
type Kind = {
  tag: string;
  inputType: string;
  /** Inside something private: nothing that people or the host wrote there is kept. */
  isPrivate: boolean;
  /** Inside an editable element: its text is typed text. */
  isTyped: boolean;
};

/** What only its own attributes say of a node. The rest is inherited, from ancestors that may change later. */
type Known = Kind & {
  parentId: number | null;
  /** Text that says something: what it says may become private after it was recorded. */
  isText: boolean;
};

const NOTHING: Kind = { tag: '', inputType: '', isPrivate: false, isTyped: false };
/** Of a node that no event has told of: nothing says that it may be shown. */
const UNKNOWN: Kind = { tag: '', inputType: '', isPrivate: true, isTyped: false };
/** After a change of one of these an element may be something else. */
const TELLING = ['type', 'contenteditable', 'data-private', 'class', 'role'];
/** What is asked for there is nobody's business, and neither is a hint at it. */
const SECRET_TYPES = new Set(['password', 'hidden']);
const BUTTON_TYPES = new Set(['submit', 'button', 'reset']);
/** Inside something private only what the layout needs stays. Whatever is not here goes: a new attribute is not a new leak. */
const KEPT_IN_PRIVATE = new Set([
  'class',
  'style',
  'id',
  'role',
  'type',
  'dir',
  'lang',
  'width',
  'height',
  'rows',
  'cols',
  'colspan',
  'rowspan',
  'hidden',
  'disabled',
  'data-private',
  'viewbox',
  'd',
  'fill',
  'stroke',
  'xmlns',
  'rel',
  'rr_width',
  'rr_height',
  'rr_scrollleft',
  'rr_scrolltop',
  '_csstext',
]);
const URL_ATTRIBUTES = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'poster',
  'cite',
  'data',
  'background',
  'longdesc',
  'ping',
  'xlink:href',
  'rr_src',
  'manifest',
]);
/** On a control these say, or may say, what was entered. */
const ENTERED_ATTRIBUTES = new Set([
  'value',
  'placeholder',
  'aria-valuenow',
  'aria-valuetext',
  'aria-description',
  'list',
  'alt',
  'title',
  'rr_value',
]);
const OPEN_META = new Set(['viewport', 'theme-color', 'color-scheme']);

export type EventMasker = {
  mask<Event extends RecordedEvent>(event: Event): Event;
  /** Nodes that it knows. */
  size(): number;
};

/**
 * Masks every event before it enters the ring. rrweb masks what is entered, and only that: its masking reaches neither hidden inputs nor
 * attributes, and of what is private it would ask the page node by node. Works on the events alone, with what earlier events said about the tree, so that it is tested without a page.
 */
export function createEventMasker(): EventMasker {
  let known = new Map<number, Known>();
  const remembered = new Map<string, string>();
  /** Placeholders that a script wrote later: it may have written what was typed. Over snapshots too, for ids stay. */
  const rewritten = new Set<number>();
  /** Placeholders that were let through. */
  let hints = new Set<number>();

  /** Taken out and not put back. */
  let removed = new Set<number>();

  const redact = (text: string): string => {
    if (text.length < MIN_REDACTED_CHARS) return text;
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const { text: redacted } = redactText(text);
    // Tables and lists say the same words thousands of times.
    if (text.length < 200) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(text, redacted);
    }
    return redacted;
  };

  const maskText = (text: string, parent: Kind): string => {
    if (parent.tag === 'style') return maskCss(text);
    if (parent.isPrivate || parent.isTyped || parent.tag === 'textarea') return text.trim() === '' ? text : MASK;
    return redact(text);
  };

  /** With all that its ancestors say now. Nodes that were taken out are still known: what happens in them is no less private. */
  function kindAt(id: number): Kind {
    const own = known.get(id);
    if (own === undefined) return UNKNOWN;
    let { isPrivate, isTyped, parentId } = own;
    while (parentId !== null && !(isPrivate && isTyped)) {
      const above: Known | undefined = known.get(parentId);
      isPrivate ||= above?.isPrivate ?? true;
      isTyped ||= above?.isTyped ?? false;
      parentId = above?.parentId ?? null;
    }
    return { ...own, isPrivate, isTyped };
  }

  /** First the shape, then the words: in one event a child may come before the ancestor that makes it private. */
  function learnTree(node: RecordedNode, parentId: number | null): void {
    const isText = node.type === NodeKind.Text || node.type === NodeKind.Cdata;
    const kind = node.type === NodeKind.Element ? kindOf(node.tagName ?? '', node.attributes ?? {}) : NOTHING;
    // Whatever moves is behind its new parent.
    if (removed.delete(node.id)) known.delete(node.id);
    known.set(node.id, { ...kind, parentId, isText: isText && (node.textContent ?? '').trim() !== '' });
    for (const child of node.childNodes ?? []) learnTree(child, node.id);
  }

  function maskTree(node: RecordedNode, parent: Kind): void {
    if (node.type === NodeKind.Comment) {
      node.textContent = '';
      return;
    }
    if (node.type === NodeKind.Text || node.type === NodeKind.Cdata) {
      if (typeof node.textContent === 'string') node.textContent = maskText(node.textContent, parent);
      return;
    }
    let kind = parent;
    if (node.type === NodeKind.Element) {
      const own = known.get(node.id) ?? UNKNOWN;
      kind = { ...own, isPrivate: own.isPrivate || parent.isPrivate, isTyped: own.isTyped || parent.isTyped };
      node.attributes = maskAttributes(node.attributes ?? {}, kind, node.id);
    }
    for (const child of node.childNodes ?? []) maskTree(child, kind);
  }

  /**
   * A page that lives for days must not be remembered with everything that was ever on it. An event about what is forgotten is masked as one
   * about something unknown. A parent is nearly always known before its children; one that is not leaves them to the next time.
   */
  function forgetRemoved(): void {
    for (const [id, { parentId }] of known)
      if (parentId !== null && (removed.has(parentId) || !known.has(parentId))) removed.add(id);
    for (const id of removed) {
      known.delete(id);
      hints.delete(id);
      rewritten.delete(id);
    }
    removed = new Set();
  }

  /** Words that were recorded before their ancestor became private: without this they would stay on the agent's screen. */
  function wordsBelow(hidden: ReadonlySet<number>): number[] {
    const words: number[] = [];
    for (const [id, { isText, parentId }] of known) {
      // A style sheet's text is no word.
      if (!isText || (parentId !== null && known.get(parentId)?.tag === 'style')) continue;
      let at = parentId;
      while (at !== null && !hidden.has(at)) at = known.get(at)?.parentId ?? null;
      if (at !== null) words.push(id);
    }
    return words;
  }

  function maskAttributes(attributes: Attributes, kind: Kind, id: number): Attributes {
    const masked: Attributes = {};
    for (const [name, value] of Object.entries(attributes)) {
      const isHint = name.toLowerCase() === 'placeholder' && typeof value === 'string' && mayHint(kind, id);
      if (isHint) hints.add(id);
      const next = isHint ? redact(value) : maskAttribute(name.toLowerCase(), value, kind, attributes);
      if (next !== undefined) masked[name] = next;
    }
    return masked;
  }

  /** A placeholder is the page's own text, and without it an empty field looks like one with something in it. */
  const mayHint = ({ tag, inputType, isPrivate, isTyped }: Kind, id: number): boolean =>
    (tag === 'textarea' || (tag === 'input' && !SECRET_TYPES.has(inputType))) &&
    !isPrivate &&
    !isTyped &&
    !rewritten.has(id);

  /** The attribute's new value; undefined leaves it out. */
  function maskAttribute(name: string, value: unknown, kind: Kind, all: Attributes): unknown {
    if (name.startsWith('on') || name === 'nonce' || name === 'integrity' || name === 'srcdoc') return undefined;
    // Nothing private is in a number, a flag, or a removed attribute.
    if (value !== null && typeof value === 'object')
      return name === 'style' ? maskDeclarations(value as Record<string, unknown>) : undefined;
    if (typeof value !== 'string')
      return kind.isPrivate && (name === 'checked' || name === 'selected') && value ? false : value;
    if (kind.isPrivate && !KEPT_IN_PRIVATE.has(name)) return value === '' ? '' : URL_ATTRIBUTES.has(name) ? '#' : MASK;
    if (isControl(kind) && (ENTERED_ATTRIBUTES.has(name) || (name.startsWith('data-') && name !== 'data-private'))) {
      if (value === '') return '';
      // What a button says is a label that the page wrote.
      if (kind.tag === 'input' && BUTTON_TYPES.has(kind.inputType) && name !== 'placeholder') return redact(value);
      return MASK;
    }
    if (kind.isTyped && !KEPT_IN_PRIVATE.has(name) && name !== 'contenteditable' && !name.startsWith('aria-label'))
      return value === '' ? '' : MASK;
    if (kind.tag === 'meta' && name === 'content') return OPEN_META.has(String(all.name ?? '')) ? value : MASK;
    if (URL_ATTRIBUTES.has(name)) return maskUrl(value, kind.tag);
    if (name === 'srcset' || name === 'imagesrcset') return '';
    if (name === '_csstext' || name === 'style') return maskCss(value);
    if (name === 'class' || name === 'd') return value;
    return redact(value);
  }

  function maskMutation(data: Record<string, unknown>): void {
    const adds = list<{ parentId: number; node: RecordedNode }>(data.adds);
    const texts = list<{ id: number; value: unknown }>(data.texts);
    const changes = list<{ id: number; attributes: Attributes }>(data.attributes);
    // Before anything is masked: what becomes private in this event is private in all of it.
    for (const { id } of list<{ id: number }>(data.removes)) removed.add(id);
    for (const { parentId, node } of adds) learnTree(node, parentId);
    const hidden = new Set<number>();
    for (const { id, attributes } of changes) {
      const before = known.get(id);
      if (before === undefined || !TELLING.some((name) => name in attributes)) continue;
      // A password that is shown becomes `type="text"`; what was private or typed once is so from now on.
      const now = kindOf(before.tag, { type: before.inputType, ...attributes });
      const isPrivate = before.isPrivate || now.isPrivate;
      const isTyped = before.isTyped || now.isTyped;
      if (isPrivate !== before.isPrivate || isTyped !== before.isTyped) hidden.add(id);
      known.set(id, { ...before, inputType: now.inputType, isPrivate, isTyped });
    }
    for (const { id, attributes } of changes) if ('placeholder' in attributes) rewritten.add(id);
    for (const { parentId, node } of adds) maskTree(node, kindAt(parentId));
    for (const text of texts) {
      if (typeof text.value !== 'string') continue;
      const node = known.get(text.id);
      if (node !== undefined) node.isText = text.value.trim() !== '';
      text.value = maskText(text.value, node?.parentId == null ? UNKNOWN : kindAt(node.parentId));
    }
    for (const change of changes) change.attributes = maskAttributes(change.attributes, kindAt(change.id), change.id);
    if (hidden.size === 0) return;
    for (const id of hints) {
      if (mayHint(kindAt(id), id)) continue;
      hints.delete(id);
      changes.push({ id, attributes: { placeholder: MASK } });
    }
    data.attributes = changes;
    const masked = new Set([...texts.map(({ id }) => id), ...adds.flatMap(({ node }) => idsOf(node))]);
    const late = wordsBelow(hidden).filter((id) => !masked.has(id));
    data.texts = [...texts, ...late.map((id) => ({ id, value: MASK }))];
  }

  return {
    size: () => known.size,
    mask(event) {
      const data = event.data as Record<string, unknown> | null;
      if (data === null || typeof data !== 'object') return event;
      switch (event.type) {
        case EventKind.Meta:
          data.href = maskUrl(String(data.href ?? ''), 'a');
          return event;
        case EventKind.FullSnapshot:
          known = new Map();
          hints = new Set();
          removed = new Set();
          learnTree(data.node as RecordedNode, null);
          maskTree(data.node as RecordedNode, NOTHING);
          return event;
        case EventKind.Incremental:
          if (data.source === SourceKind.Mutation) {
            maskMutation(data);
            if (removed.size >= FORGET_AFTER_REMOVED) forgetRemoved();
          } else if (data.source === SourceKind.Input) {
            if (typeof data.text === 'string' && data.text !== '') data.text = MASK;
            if (kindAt(data.id as number).isPrivate && 'isChecked' in data) data.isChecked = false;
          } else event.data = redactStrings(data, redact);
          return event;
        default:
          event.data = redactStrings(data, redact);
          return event;
      }
    },
  };
}

function kindOf(tagName: string, attributes: Attributes): Kind {
  const tag = tagName.toLowerCase();
  const editable = attributes.contenteditable;
  return {
    tag,
    inputType: tag === 'input' || tag === 'button' ? String(attributes.type ?? 'text').toLowerCase() : '',
    isPrivate:
      ('data-private' in attributes && attributes['data-private'] !== null) ||
      / rr-mask /.test(` ${attributes.class ?? ''} `),
    isTyped: (typeof editable === 'string' && editable.toLowerCase() !== 'false') || attributes.role === 'textbox',
  };
}

const isControl = ({ tag }: Kind): boolean =>
  tag === 'input' || tag === 'textarea' || tag === 'select' || tag === 'option';

const idsOf = (node: RecordedNode): number[] => [node.id, ...(node.childNodes ?? []).flatMap(idsOf)];

const list = <Item>(value: unknown): Item[] => (Array.isArray(value) ? (value as Item[]) : []);

/** Scheme, host and path. Queries and fragments hold secrets too often, data holds pictures of people. */
export function maskUrl(url: string, tag: string): string {
  if (url === '') return url;
  if (url.startsWith('#')) return tag === 'use' || tag === 'image' ? url : '#';
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'data') return /^\s*data:image\//i.test(url) && url.length <= MAX_DATA_URL_CHARS ? url : EMPTY_IMAGE;
  if (scheme === 'about' || scheme === 'blob') return `${scheme}:`;
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return '#';
  const host = /^\s*(?:https?:)?\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url)?.[1];
  return host === undefined ? stripUrl(url) : `${scheme ?? 'https'}://${host}${stripUrl(url)}`;
}

/** Styles keep their pictures up to a size; addresses in them lose query and fragment, except references inside the document. */
function maskCss(css: string): string {
  return css.replace(/url\(\s*(['"]?)([^'")]*)\1\s*\)/g, (whole, _quote: string, url: string) => {
    if (url.startsWith('data:')) return url.length <= MAX_CSS_DATA_URL_CHARS ? whole : `url("${EMPTY_IMAGE}")`;
    return url.startsWith('#') ? whole : `url("${url.replace(/[?#].*$/, '')}")`;
  });
}

function maskDeclarations(style: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(style).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? maskCss(value)
        : Array.isArray(value)
          ? value.map((part) => (typeof part === 'string' ? maskCss(part) : part))
          : value,
    ]),
  );
}

/** Whatever else carries text: style rules, selections, custom events. */
function redactStrings(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return value.includes('url(') ? maskCss(value) : redact(value);
  if (Array.isArray(value))
    return typeof value[0] === 'number' ? value : value.map((item) => redactStrings(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactStrings(item, redact)]));
}
