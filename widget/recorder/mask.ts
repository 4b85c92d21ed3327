import { isReadable, isShape, isState, shapeValue } from '#domain/redaction/attributes.ts';
import { isQuietPicture, quietCss } from '#domain/redaction/css.ts';
import { RECORDED, redactText, stripUrl } from '#domain/redaction/redact.ts';
import {
  isTypedInto,
  isUnmasked,
  isWrittenTag,
  MASK,
  saysPrivate,
  TELLING,
  UNMASK,
} from '#domain/redaction/written.ts';
import { EMPTY_IMAGE } from '../kit/empty-image.ts';

export { MASK };

/** Longer ones are pictures and files from the page; short ones are icons, and the replay may show them. */
const MAX_DATA_URL_CHARS = 2048;
/** Shorter text holds no card, IBAN, key or number that matters. */
const MIN_REDACTED_CHARS = 5;
const MAX_REMEMBERED = 4000;
/** So many nodes are taken out, with what is below them, before they are forgotten. */
const FORGET_AFTER_REMOVED = 1000;
/** How far around a text its neighbours are read: longer than a card, an address or most keys. */
const NEARBY_CHARS = 64;
const NEARBY_STEPS = 24;

/** rrweb's numbers; importing its enum would bring its code into the tests of this file. */
const EventKind = { FullSnapshot: 2, Incremental: 3, Meta: 4 } as const;
const SourceKind = { Mutation: 0, Input: 5, StyleSheetRule: 8, StyleDeclaration: 13, AdoptedStyleSheet: 15 } as const;
const NodeKind = { Document: 0, Element: 2, Text: 3, Cdata: 4, Comment: 5 } as const;

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
  /** Inside something private, or asking for a secret: nothing that people or the host wrote there is kept. */
  isPrivate: boolean;
  /** Its text is typed or chosen, or a picture's, as is what is below it. */
  isTyped: boolean;
  /** The host said that its words may be shown (`data-baton-unmask`). Private is private all the same. */
  isOpen: boolean;
};

/** What only its own attributes say of a node. The rest is inherited, from ancestors that may change later. */
type Known = Kind & {
  id: number;
  /** Undefined above the document. */
  parent?: Known | undefined;
  /** Text that says something: what it says may become private after it was recorded. */
  isText: boolean;
  /** What it really says, or the beginning and the end of it: the next text may finish what it began. */
  raw: string;
  prev?: Known | undefined;
  next?: Known | undefined;
  first?: Known | undefined;
  last?: Known | undefined;
};

const NOTHING: Kind = { tag: '', inputType: '', isPrivate: false, isTyped: false, isOpen: false };
/** Of a node that no event has told of: nothing says that it may be shown. */
const UNKNOWN: Known = { ...NOTHING, isPrivate: true, id: -1, isText: false, raw: '' };
const A_COMMENT: Kind = { ...NOTHING, tag: '#comment' };
const A_DOCUMENT: Kind = { ...NOTHING, tag: '#document' };
const BUTTON_TYPES = /^(?:submit|button|reset)$/;
/** What these say was chosen or typed. */
const CONTROLS = /^(?:input|textarea|select|option|optgroup|datalist)$/;
/** What a browser does not show as text is of no use to whoever watches. */
const UNSEEN = /^(?:script|noscript|template)$/;
/** A text goes on behind the end of these. */
const INLINE =
  /^(?:span|b|i|em|strong|mark|code|small|u|s|sub|sup|font|kbd|samp|var|time|data|bdi|bdo|ins|del|q|tt|wbr)$/;
const UNFINISHED_EMAIL = /[^\s@]{1,64}@[^\s@]*$/;
const OPEN_META = /^(?:viewport|theme-color|color-scheme)$/;

export type EventMasker = {
  mask<Event extends RecordedEvent>(event: Event): Event;
  /** Nodes that it knows. */
  size(): number;
};

/**
 * Masks every event before it enters the ring: after rrweb's own masking, not instead of it, because that one does not reach hidden
 * inputs and attributes. Works on the events alone, with what earlier events said about the tree, so that it is tested without a page.
 * Attributes that are not known to be harmless are left out. Of a whole document that is written in (`designMode`, as old editors have it in a frame) no event tells: that is
 * asked, by its id.
 */
export function createEventMasker(isWrittenIn: (documentId: number) => boolean = () => false): EventMasker {
  let known = new Map<number, Known>();
  let earlier = known;
  const remembered = new Map<string, string>();
  /** Attributes in words that the host allowed: they go when it no longer does. */
  let shown = new Map<number, Set<string>>();

  /** Taken out and not put back. */
  let removed = new Set<number>();

  const redact = (text: string): string => {
    if (text.length < MIN_REDACTED_CHARS) return text;
    const before = remembered.get(text);
    if (before !== undefined) return before;
    // While it is being written, an address ends before its dot.
    const redacted = redactText(text, RECORDED).text.replace(UNFINISHED_EMAIL, MASK);
    // Tables and lists say the same words thousands of times.
    if (text.length < 200) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(text, redacted);
    }
    return redacted;
  };

  /** The text of a node, or of one that nothing is known about. `crossed` gets the neighbours that it makes a secret with. */
  const maskText = (text: string, parent: Kind, id: number, crossed?: Set<number>): string => {
    if (parent.tag === 'style') return quietCss(text);
    if (UNSEEN.test(parent.tag)) return '';
    if (text.trim() === '') return text;
    const { isPrivate, isTyped } = known.get(id) ?? NOTHING;
    const isWritten = parent.isTyped || isTyped || parent.tag === 'input';
    if (parent.isPrivate || isPrivate || (isWritten && !parent.isOpen)) return MASK;
    const own = redact(text);
    const before = nearby(id, 'prev');
    const after = nearby(id, 'next');
    const joined = before.text + text + after.text;
    // Most texts stand alone, and most that do not say nothing that could be half of something.
    if (joined.length === text.length || !/\d|@|[\w-]{20}/.test(joined)) return own;
    if (wordsOf(joined) === wordsOf(before.text) + wordsOf(text) + wordsOf(after.text)) return own;
    for (const neighbour of [...before.ids, ...after.ids]) crossed?.add(neighbour);
    return MASK;
  };

  /** What is found in it across its parts. Groups of digits are not: a row of page numbers is no telephone. */
  const wordsOf = (text: string): string => redactText(text, { emails: true }).text.replace(/\d{7,}/g, '[number]');

  /** What stands before or behind a text, up to the next box. */
  function nearby(id: number, side: 'prev' | 'next'): { text: string; ids: number[] } {
    const ids: number[] = [];
    let text = '';
    let at = known.get(id);
    for (let steps = 0; at !== undefined && steps < NEARBY_STEPS && text.length < NEARBY_CHARS; steps += 1) {
      if (at[side] === undefined) {
        at = at.parent;
        if (!INLINE.test(at?.tag ?? '-')) break;
        continue;
      }
      at = at[side];
      for (let inner: Known | undefined = at; inner !== undefined && INLINE.test(at.tag); at = inner ?? at)
        inner = side === 'prev' ? at.last : at.first;
      if (at.tag !== '' && !INLINE.test(at.tag)) break;
      if (at.raw === '') continue;
      ids.push(at.id);
      text = side === 'prev' ? at.raw.slice(-NEARBY_CHARS) + text : text + at.raw.slice(0, NEARBY_CHARS);
    }
    return { text, ids };
  }

  /** With all that its ancestors say now. Nodes that were taken out are still known: what happens in them is no less private. */
  function kindAt(id: number | undefined): Kind {
    const own = known.get(id as number) ?? UNKNOWN;
    let { isPrivate, isTyped, isOpen } = own;
    for (let { parent } = own; parent !== undefined; { parent } = parent) {
      isPrivate ||= parent.isPrivate;
      isTyped ||= parent.isTyped || (parent.tag === A_DOCUMENT.tag && isWrittenIn(parent.id));
      isOpen ||= parent.isOpen;
    }
    return { ...own, isPrivate, isTyped, isOpen: isOpen && !isPrivate };
  }

  /** First the shape, then the words: in one event a child may come before the ancestor that makes it private. */
  function learnTree(node: RecordedNode, parent: Known | undefined, nextId?: number | null): void {
    const { id, type, textContent } = node;
    const raw = type === NodeKind.Text || type === NodeKind.Cdata ? rawOf(textContent) : '';
    const kind =
      type === NodeKind.Element
        ? kindOf(node.tagName ?? '', node.attributes ?? {})
        : type === NodeKind.Comment
          ? A_COMMENT
          : type === NodeKind.Document
            ? A_DOCUMENT
            : NOTHING;
    removed.delete(id);
    // Moved, or photographed again: what it once was, it is. A text is also what the place that it was taken from made of it.
    const before = known.get(id) ?? earlier.get(id);
    const was = known.has(id) ? kindAt(id) : before;
    unlink(before);
    // One literal with all that it will have: a page has a hundred thousand of them, and each kind of object costs.
    const own: Known = {
      tag: kind.tag,
      inputType: kind.inputType,
      isPrivate: kind.isPrivate || (was?.isPrivate ?? false),
      isTyped: kind.isTyped || ((kind === NOTHING ? was : before)?.isTyped ?? false),
      isOpen: kind.isOpen,
      id,
      parent,
      isText: raw !== '' && raw.trim() !== '',
      raw,
      prev: undefined,
      next: undefined,
      first: undefined,
      last: undefined,
    };
    known.set(id, own);
    if (parent !== undefined) {
      const next = known.get(nextId as number);
      own.next = next?.parent === parent ? next : undefined;
      own.prev = own.next === undefined ? parent.last : own.next.prev;
      if (own.prev === undefined) parent.first = own;
      else own.prev.next = own;
      if (own.next === undefined) parent.last = own;
      else own.next.prev = own;
    }
    if (node.childNodes !== undefined) for (const child of node.childNodes) learnTree(child, own);
  }

  function unlink(node: Known | undefined): void {
    if (node === undefined) return;
    const { parent, prev, next } = node;
    if (prev !== undefined) prev.next = next;
    if (next !== undefined) next.prev = prev;
    if (parent?.first === node) parent.first = next;
    if (parent?.last === node) parent.last = prev;
    node.prev = node.next = undefined;
  }

  /**
   * A page that lives for days must not be remembered with everything that was ever on it; only what was once private is, should it come
   * back. An event about what is forgotten is masked as one about something unknown.
   */
  function forgetRemoved(): void {
    const waiting = [...removed].flatMap((id) => known.get(id) ?? []);
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let child = node.first; child !== undefined; child = child.next) waiting.push(child);
      if (known.get(node.id) !== node || node.isPrivate || (node.isTyped && !isWrittenTag(node.tag))) continue;
      known.delete(node.id);
      shown.delete(node.id);
    }
    removed = new Set();
  }

  function maskTree(node: RecordedNode, parent: Kind, crossed?: Set<number>): void {
    if (node.type === NodeKind.Comment) {
      node.textContent = '';
      return;
    }
    if (node.type === NodeKind.Text || node.type === NodeKind.Cdata) {
      if (typeof node.textContent === 'string') node.textContent = maskText(node.textContent, parent, node.id, crossed);
      return;
    }
    let kind = node.type === NodeKind.Document && isWrittenIn(node.id) ? { ...parent, isTyped: true } : parent;
    if (node.type === NodeKind.Element) {
      const own = known.get(node.id) ?? UNKNOWN;
      const isPrivate = own.isPrivate || parent.isPrivate;
      const isTyped = own.isTyped || parent.isTyped;
      const isOpen = !isPrivate && (own.isOpen || parent.isOpen);
      // Of most elements their ancestors say nothing new.
      kind =
        own.isPrivate === isPrivate && own.isTyped === isTyped && own.isOpen === isOpen
          ? own
          : { tag: own.tag, inputType: own.inputType, isPrivate, isTyped, isOpen };
      node.attributes = maskAttributes(node.attributes ?? {}, kind, node.id);
    }
    if (node.childNodes !== undefined) for (const child of node.childNodes) maskTree(child, kind, crossed);
  }

  function maskAttributes(attributes: Attributes, kind: Kind, id: number): Attributes {
    const masked: Attributes = {};
    for (const name of Object.keys(attributes)) {
      const lower = name.toLowerCase();
      const next = maskAttribute(lower, attributes[name], kind, attributes);
      if (next === undefined) continue;
      masked[name] = next;
      if (kind.isOpen && isReadable(lower)) shown.set(id, (shown.get(id) ?? new Set()).add(name));
    }
    return masked;
  }

  /** The attribute's new value; undefined leaves it out. */
  function maskAttribute(name: string, value: unknown, kind: Kind, all: Attributes): unknown {
    if (name === 'style' || name === '_csstext')
      return typeof value === 'string' ? quietCss(value) : maskDeclarations(value);
    const isWords = isReadable(name);
    if (typeof value !== 'string') {
      if (!isWords && !isShape(name) && name !== 'href' && name !== 'src') return undefined;
      // A number, a flag or a removed attribute says nothing; what was ticked may.
      if (kind.isPrivate && (name === 'checked' || name === 'selected') && value) return false;
      return typeof value === 'object' && value !== null ? undefined : value;
    }
    if (isShape(name)) return shapeValue(name, value, redact);
    if (isState(name, value)) return kind.isPrivate && name !== 'aria-hidden' ? undefined : value;
    if (name.endsWith('href')) return value.startsWith('#') && kind.tag !== 'a' ? redact(value) : value && '#';
    if (name === 'src') return kind.tag === 'iframe' ? undefined : kind.isPrivate ? EMPTY_IMAGE : pictureOf(value);
    if (name === 'content') return kind.tag === 'meta' && OPEN_META.test(String(all.name)) ? value : undefined;
    if (!isWords) return undefined;
    if (name === 'value') {
      if (value === '') return value;
      if (kind.tag === 'progress' || kind.tag === 'meter')
        return !kind.isPrivate && /^[\d.]{1,6}$/.test(value) ? value : undefined;
      // What a button says is a label that the page wrote.
      if (kind.tag === 'input' && BUTTON_TYPES.test(kind.inputType) && !kind.isPrivate && !kind.isTyped)
        return redact(value);
      return CONTROLS.test(kind.tag) ? MASK : undefined;
    }
    return kind.isOpen ? redact(value) : undefined;
  }

  function maskMutation(data: Record<string, unknown>): void {
    const adds = list<{ parentId: number; nextId: number | null; node: RecordedNode }>(data.adds);
    const texts = list<{ id: number; value: unknown }>(data.texts);
    const changes = list<{ id: number; attributes: Attributes }>(data.attributes);
    for (const { id } of list<{ id: number }>(data.removes)) {
      unlink(known.get(id));
      removed.add(id);
    }
    // Before anything is masked: what becomes private in this event is private in all of it.
    for (const { parentId, nextId, node } of adds) learnTree(node, known.get(parentId) ?? { ...UNKNOWN }, nextId);
    const hidden = new Set<Known>();
    for (const { id, attributes } of changes) {
      const before = known.get(id);
      if (before === undefined || !TELLING.some((name) => name in attributes)) continue;
      const { isPrivate, isTyped, isOpen } = before;
      const now = kindOf(before.tag, { type: before.inputType, ...attributes });
      // A password that is shown becomes `type="text"`; what was private or typed once is so from now on.
      before.isPrivate ||= now.isPrivate;
      before.isTyped ||= now.isTyped || now.inputType !== before.inputType;
      before.inputType = now.inputType;
      if (UNMASK in attributes) before.isOpen = now.isOpen;
      if (before.isPrivate !== isPrivate || before.isTyped !== isTyped || (isOpen && !before.isOpen))
        hidden.add(before);
    }
    for (const { id, value } of texts) {
      const node = known.get(id);
      if (node === undefined || node.tag !== '' || typeof value !== 'string') continue;
      node.raw = rawOf(value);
      node.isText = value.trim() !== '';
    }
    const crossed = new Set<number>();
    for (const { parentId, node } of adds) maskTree(node, kindAt(parentId), crossed);
    for (const text of texts) {
      if (typeof text.value !== 'string') continue;
      const node = known.get(text.id);
      text.value = node?.tag === A_COMMENT.tag ? '' : maskText(text.value, kindAt(node?.parent?.id), text.id, crossed);
    }
    for (const change of changes) change.attributes = maskAttributes(change.attributes, kindAt(change.id), change.id);
    if (hidden.size === 0 && crossed.size === 0) return;
    // What was recorded before it was hidden: without this it would stay on the agent's screen.
    for (const [id, node] of known) {
      let at: Known | undefined = node;
      while (at !== undefined && !hidden.has(at)) at = at.parent;
      if (at === undefined) continue;
      const names = shown.get(id);
      if (names !== undefined && !kindAt(id).isOpen) {
        shown.delete(id);
        changes.push({ id, attributes: Object.fromEntries([...names].map((name) => [name, null])) });
      }
      // A style sheet's text is no word.
      if (!node.isText || node.parent === undefined || node.parent.tag === 'style') continue;
      const { isPrivate, isTyped, isOpen } = kindAt(node.parent.id);
      if (isPrivate || (isTyped && !isOpen)) crossed.add(id);
    }
    data.attributes = changes;
    const masked = new Set([...texts.map(({ id }) => id), ...adds.flatMap(({ node }) => idsOf(node))]);
    data.texts = [...texts, ...[...crossed].filter((id) => !masked.has(id)).map((id) => ({ id, value: MASK }))];
  }

  return {
    size: () => known.size,
    mask(event) {
      const data = event.data as Record<string, unknown> | null;
      if (data === null || typeof data !== 'object') return event;
      switch (event.type) {
        case EventKind.Meta:
          data.href = maskUrl(String(data.href ?? ''));
          return event;
        case EventKind.FullSnapshot: {
          // Ids stay: what was a password in the last snapshot is none the less one in this.
          earlier = known;
          known = new Map();
          shown = new Map();
          removed = new Set();
          learnTree(data.node as RecordedNode, undefined);
          earlier = new Map();
          maskTree(data.node as RecordedNode, NOTHING);
          return event;
        }
        case EventKind.Incremental:
          switch (data.source) {
            case SourceKind.Mutation:
              maskMutation(data);
              if (removed.size >= FORGET_AFTER_REMOVED) forgetRemoved();
              break;
            case SourceKind.Input:
              if (typeof data.text === 'string' && data.text !== '') data.text = MASK;
              if (kindAt(data.id as number).isPrivate && 'isChecked' in data) data.isChecked = false;
              break;
            case SourceKind.StyleSheetRule:
            case SourceKind.StyleDeclaration:
            case SourceKind.AdoptedStyleSheet:
              event.data = maskStrings(data, quietCss);
              break;
            default:
              event.data = maskStrings(data, redact);
          }
          return event;
        default:
          // Loaded, and such. What a plugin or the page would add is no part of the recording.
          event.data = maskStrings(data, () => '');
          return event;
      }
    },
  };
}

function kindOf(tagName: string, attributes: Attributes): Kind {
  const tag = tagName.toLowerCase();
  return {
    tag,
    inputType: tag === 'input' || tag === 'button' ? String(attributes.type ?? 'text').toLowerCase() : '',
    isPrivate: saysPrivate(attributes),
    isTyped: isWrittenTag(tag) || isTypedInto(attributes),
    isOpen: isUnmasked(attributes),
  };
}

const rawOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : '';
  return text.length <= 2 * NEARBY_CHARS ? text : `${text.slice(0, NEARBY_CHARS)}\n${text.slice(-NEARBY_CHARS)}`;
};

const idsOf = (node: RecordedNode): number[] => [node.id, ...(node.childNodes ?? []).flatMap(idsOf)];

const list = <Item>(value: unknown): Item[] => (Array.isArray(value) ? (value as Item[]) : []);

/** Scheme, host and path. Queries and fragments hold secrets too often. */
export function maskUrl(url: string): string {
  const [, scheme, host] = /^\s*(https?):\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? [];
  return host === undefined ? stripUrl(url) : `${scheme}://${host}${stripUrl(url)}`;
}

/** A small picture that came with the page, if it has no words in it. */
const pictureOf = (url: string): string => (isQuietPicture(url, MAX_DATA_URL_CHARS) ? url : EMPTY_IMAGE);

function maskDeclarations(style: unknown): Record<string, unknown> | undefined {
  return typeof style === 'object' && style !== null
    ? (maskStrings(style, quietCss) as Record<string, unknown>)
    : undefined;
}

/** Whatever else carries text: style rules, selections. */
function maskStrings(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map((item) => maskStrings(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskStrings(item, mask)]));
}
