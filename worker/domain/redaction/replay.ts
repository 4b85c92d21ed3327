import { MAX_FRAMES, MAX_LEVELS } from '../replay/fold.ts';
import { ADDRESSES, ATTRIBUTE_DISARM_RULES, boxOf, disarmAttributes, frameOf } from './disarm-attributes.ts';
import {
  disarmLooseText,
  forgetTexts,
  MAX_SHEET_RULES,
  redacted,
  rememberingNames,
  rulesIn,
  safeCss,
  TEXT_DISARM_RULES,
  text,
} from './disarm-texts.ts';
import { DRAWING_RULES } from './drawing.ts';
import { stripUrl } from './redact.ts';
import { countSubjects } from './selectors.ts';
import { belowElement, isHidden, OPEN_GROUND, wordsHidden } from './written.ts';

/**
 * Recordings are hostile input: whoever holds a visit token can upload what no recorder ever made, and an agent plays it. This
 * rebuilds every event from the parts that are known to be harmless; what is not listed here does not get through. The player's
 * policy (no scripts of the page, no network) is the second wall, not the reason to be lax here.
 *
 * Event and node kinds are those of rrweb 2 (`@rrweb/types`): event 0 DomContentLoaded, 1 Load, 2 FullSnapshot, 3 Incremental,
 * 4 Meta; node 0 Document, 1 DocumentType, 2 Element, 3 Text, 4 CDATA, 5 Comment.
 */
export type ReplayEvent = { type: number; timestamp: number; data: Record<string, unknown> };

export type Disarmed = { ok: true; events: ReplayEvent[] } | { ok: false; reason: string };

type Loose = Record<string, unknown>;

/** Deeper documents do not exist outside of attacks; a snapshot spends two levels per element. */
const MAX_DEPTH = 1500;
const MAX_VALUES = 3_000_000;
/** The largest real pages have about so many nodes; with more, a player stands still for seconds. */
const MAX_NODES = 100_000;
/** A player reads each rule before it shows anything: of all in a segment. */
const MAX_RULES = 40_000;
/** Rules that are tried on the same elements, times the elements: a second's work. Of one name the largest frameworks have some hundred. */
const MAX_TRIED = 100_000_000;

const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
/** What a date can be: later is no time that anything could be stored under. */
const isTime = (value: unknown): value is number => isNumber(value) && value >= 0 && value <= 8.64e15;
const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= -1;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Disarms a segment's events. Refuses what is no list of events at all, or is nested or large beyond any page. */
export function disarmReplay(value: unknown): Disarmed {
  const checked = checkReplay(value);
  if (!checked.ok) return checked;
  const events: ReplayEvent[] = [];
  const budget = frameBudget();
  for (const { type, timestamp, data } of checked.events) {
    const safe = disarmData(type, data, budget);
    if (safe !== null) events.push({ type, timestamp, data: safe });
  }
  forgetTexts();
  return { ok: true, events };
}

/** An event whose data nobody has looked at. */
export type UncheckedEvent = { type: number; timestamp: number; data: unknown };

/**
 * The first half of `disarmReplay`: whether it is a list of events at all, of a size that a page can have. For a player that disarms each
 * event (`disarmData`) when it comes to it, because most of a long recording is never looked at.
 */
export function checkReplay(value: unknown): { ok: true; events: UncheckedEvent[] } | Extract<Disarmed, { ok: false }> {
  if (!Array.isArray(value) || value.length === 0) return { ok: false, reason: 'a segment is a list of events' };
  if (!isBounded(value)) return { ok: false, reason: 'a segment is nested too deeply or holds too much' };
  const events: UncheckedEvent[] = [];
  for (const event of value) {
    if (!isRecord(event) || !isTime(event.timestamp) || !Number.isInteger(event.type)) {
      return { ok: false, reason: 'an event has a type, a time and data' };
    }
    events.push({ type: event.type as number, timestamp: Math.floor(event.timestamp), data: event.data });
  }
  return { ok: true, events };
}

/** Walks with two plain stacks and no object per value: a large page has millions. */
function isBounded(root: object): boolean {
  const values: object[] = [root];
  const depths: number[] = [0];
  let count = 0;
  let nodes = 0;
  let rules = 0;
  let tried = 0;
  const subjects = new Map<string, number>();
  let depth = 0;
  const look = (inner: unknown): void => {
    count += 1;
    if (typeof inner === 'string') {
      const own = rulesIn(inner);
      // A sheet that is too large by itself is left out; many that are not are refused.
      if (own <= MAX_SHEET_RULES) rules += own;
      if (own > 0 && own <= MAX_SHEET_RULES) tried = Math.max(tried, countSubjects(inner, subjects));
    } else if (typeof inner === 'object' && inner !== null) {
      values.push(inner);
      depths.push(depth + 1);
    }
  };
  while (values.length > 0) {
    const value = values.pop() as object;
    depth = depths.pop() as number;
    if (depth > MAX_DEPTH) return false;
    if (Array.isArray(value)) for (const inner of value) look(inner);
    else {
      if ('tagName' in value || 'textContent' in value) nodes += 1;
      for (const key in value) look((value as Loose)[key]);
    }
    if (nodes > MAX_NODES || count > MAX_VALUES || rules > MAX_RULES || tried * nodes > MAX_TRIED) return false;
  }
  return true;
}

/** Each frame is a document of its own: so many more are frames, the others empty boxes; and so many documents more are written. */
export type FrameBudget = { frames: number; documents: number };
export const frameBudget = (): FrameBudget => ({ frames: MAX_FRAMES, documents: MAX_FRAMES });

/** The second half: an event's data, rebuilt; null when there is nothing in it that may be shown. `budget`: of all events of a segment together. */
export function disarmData(type: number, data: unknown, budget = frameBudget()): Loose | null {
  switch (type) {
    case 0:
    case 1:
      return {};
    case 2: {
      if (!isRecord(data)) return null;
      const node = disarmNode(data.node, budget);
      return node === null ? null : { node, initialOffset: point(data.initialOffset, 'left', 'top') };
    }
    case 3:
      return isRecord(data) ? disarmIncremental(data, budget) : null;
    case 4:
      if (!isRecord(data)) return null;
      return { href: stripUrl(text(data.href)), width: size(data.width), height: size(data.height) };
    default:
      // Custom and plugin events carry anything at all; our recorder makes none.
      return null;
  }
}

const size = (value: unknown): number => (isNumber(value) ? Math.min(Math.max(value, 0), 100_000) : 0);
const number = (value: unknown): number => (isNumber(value) ? value : 0);
const point = (value: unknown, a: string, b: string): Loose => {
  const from = isRecord(value) ? value : {};
  return { [a]: number(from[a]), [b]: number(from[b]) };
};

/** Incremental sources by number; a source that is not here (canvas, media, fonts, log, plugins) is left out. */
function disarmIncremental(data: Loose, budget: FrameBudget): Loose | null {
  const source = data.source;
  const id = isId(data.id) ? data.id : -1;
  switch (source) {
    case 0:
      return data.isAttachIframe === true ? disarmFrame(data, budget) : disarmMutation(data, budget);
    // Mouse, touch and drag.
    case 1:
    case 6:
    case 12:
      return {
        source,
        positions: list(data.positions)
          .filter(isRecord)
          .map((one) => ({
            x: number(one.x),
            y: number(one.y),
            id: isId(one.id) ? one.id : -1,
            timeOffset: number(one.timeOffset),
          })),
      };
    case 2:
      return {
        source,
        type: number(data.type),
        id,
        x: number(data.x),
        y: number(data.y),
        ...(isNumber(data.pointerType) ? { pointerType: data.pointerType } : {}),
      };
    case 3:
      return { source, id, x: number(data.x), y: number(data.y) };
    case 4:
      return { source, width: size(data.width), height: size(data.height) };
    case 5:
      return { source, id, text: redacted(text(data.text)), isChecked: data.isChecked === true };
    case 8:
      return {
        source,
        ...target(data),
        ...(Array.isArray(data.adds) ? { adds: data.adds.filter(isRecord).map(sheetRule) } : {}),
        ...(Array.isArray(data.removes)
          ? { removes: data.removes.filter(isRecord).map(({ index }) => ({ index: ruleIndex(index) })) }
          : {}),
        ...(typeof data.replace === 'string' ? { replace: safeCss(data.replace) } : {}),
        ...(typeof data.replaceSync === 'string' ? { replaceSync: safeCss(data.replaceSync) } : {}),
      };
    case 13:
      return {
        source,
        ...target(data),
        index: list(data.index).filter(isNumber),
        ...(isRecord(data.set)
          ? {
              set: {
                property: text(data.set.property).slice(0, 100),
                value: data.set.value === null ? null : safeCss(text(data.set.value)),
                ...(data.set.priority === 'important' ? { priority: 'important' } : {}),
              },
            }
          : {}),
        ...(isRecord(data.remove) ? { remove: { property: text(data.remove.property).slice(0, 100) } } : {}),
      };
    case 14:
      return {
        source,
        ranges: list(data.ranges)
          .filter(isRecord)
          .map((one) => ({
            start: number(one.start),
            startOffset: number(one.startOffset),
            end: number(one.end),
            endOffset: number(one.endOffset),
          })),
      };
    case 15:
      return {
        source,
        id,
        styleIds: list(data.styleIds).filter(isNumber),
        ...(Array.isArray(data.styles)
          ? {
              styles: data.styles.filter(isRecord).map((one) => ({
                styleId: number(one.styleId),
                rules: list(one.rules).filter(isRecord).map(sheetRule),
              })),
            }
          : {}),
      };
    default:
      return null;
  }
}

const target = (data: Loose): Loose => ({
  ...(isId(data.id) ? { id: data.id } : {}),
  ...(isNumber(data.styleId) ? { styleId: data.styleId } : {}),
});
const ruleIndex = (value: unknown): number | number[] =>
  Array.isArray(value) ? value.filter(isNumber) : number(value);
const sheetRule = (rule: Loose): Loose => ({
  rule: safeCss(text(rule.rule)),
  ...(rule.index === undefined ? {} : { index: ruleIndex(rule.index) }),
});

/** The document of a frame of the page's own origin, whole. Nothing else comes with it. */
function disarmFrame(data: Loose, budget: FrameBudget): Loose | null {
  const [add] = list(data.adds).filter(isRecord);
  if (!isRecord(add?.node) || add.node.type !== 0) return null;
  budget.documents -= 1;
  const node = budget.documents < 0 ? null : disarmNode(add.node, budget);
  if (node === null || !isId(add?.parentId)) return null;
  return {
    source: 0,
    texts: [],
    attributes: [],
    removes: [],
    adds: [{ parentId: add.parentId, nextId: null, node }],
    isAttachIframe: true,
  };
}

function disarmMutation(data: Loose, budget: FrameBudget): Loose {
  // What an event says of the elements that it brings is all that is known of the place of its texts.
  const grounds = groundsOf(list(data.adds).filter(isRecord));
  return {
    source: 0,
    texts: list(data.texts)
      .filter(isRecord)
      .filter(({ id }) => isId(id))
      .map(({ id, value }) => ({
        id,
        value: value === null ? null : wordsHidden(disarmLooseText(text(value)), grounds.get(id) ?? OPEN_GROUND),
      })),
    attributes: list(data.attributes)
      .filter(isRecord)
      .filter(({ id }) => isId(id))
      // The element's name is not known here, so the strictest reading of every attribute applies.
      .map(({ id, attributes }) => ({ id, attributes: disarmAttributes('', isRecord(attributes) ? attributes : {}) })),
    removes: list(data.removes)
      .filter(isRecord)
      .filter(({ id, parentId }) => isId(id) && isId(parentId))
      .map(({ id, parentId, isShadow }) => ({ id, parentId, ...(isShadow === true ? { isShadow } : {}) })),
    adds: list(data.adds)
      .filter(isRecord)
      .flatMap(({ parentId, nextId, previousId, node }) => {
        // Of what is inside it rrweb tells one by one, and its player takes nothing else.
        const safe =
          isRecord(node) && node.type !== 0
            ? disarmNode({ ...node, childNodes: [] }, budget, grounds.get(parentId))
            : null;
        if (safe === null || !isId(parentId)) return [];
        return [
          {
            parentId,
            nextId: isId(nextId) ? nextId : null,
            ...(isId(previousId) ? { previousId } : {}),
            node: safe,
          },
        ];
      }),
  };
}

/** Under which element each node of an event comes to stand, as far as the event itself says it; in whatever order. */
function groundsOf(adds: readonly Loose[]): Map<unknown, number> {
  const byId = new Map<unknown, Loose>();
  for (const add of adds) if (isRecord(add.node)) byId.set(add.node.id, add);
  const grounds = new Map<unknown, number>();
  for (const start of byId.keys()) {
    const path: unknown[] = [];
    for (
      let id: unknown = start;
      byId.has(id) && !grounds.has(id) && path.length < MAX_LEVELS;
      id = byId.get(id)?.parentId
    )
      path.push(id);
    for (const id of path.reverse()) {
      const { node, parentId } = byId.get(id) as { node: Loose; parentId: unknown };
      const above = grounds.get(parentId) ?? OPEN_GROUND;
      const attributes = isRecord(node.attributes) ? node.attributes : {};
      grounds.set(id, node.type === 2 ? belowElement(text(node.tagName).toLowerCase(), attributes, above) : above);
    }
  }
  return grounds;
}

/** Elements that load, run or embed. They stay as empty boxes, because later events name them by id. */
const HOLLOW = new Set(
  'script noscript frame frameset object embed applet base meta portal fencedframe template param source track'.split(
    ' ',
  ),
);
const TAG = /^[a-z][a-z0-9._-]{0,60}$/i;

/**
 * Rebuilds a tree without recursion: depth is the sender's choice. Plain stacks, and objects written out: a large page has a hundred thousand nodes,
 * and somebody waits for its picture.
 */
function disarmNode(root: unknown, budget: FrameBudget, ground = OPEN_GROUND): Loose | null {
  const top: Loose[] = [];
  const nodes: unknown[] = [root];
  const places: Loose[][] = [top];
  const parents: string[] = [''];
  const levels: number[] = [1];
  const grounds: number[] = [ground];
  let level = 1;

  // Last in, first out: pushed backwards so that children keep their order. Each subtree writes only below its own node.
  const queue = (children: unknown, into: Loose[], parent: string, below: number): void => {
    if (!Array.isArray(children) || level >= MAX_LEVELS) return;
    for (let i = children.length - 1; i >= 0; i -= 1) {
      nodes.push(children[i]);
      places.push(into);
      parents.push(parent);
      levels.push(level + 1);
      grounds.push(below);
    }
  };
  while (nodes.length > 0) {
    const node = nodes.pop();
    const into = places.pop() as Loose[];
    const parent = parents.pop() as string;
    level = levels.pop() as number;
    const above = grounds.pop() as number;
    if (!isRecord(node) || !isId(node.id)) continue;
    let made: Loose | null = null;
    switch (node.type) {
      case 0: {
        // A document in a document is a frame's, and comes in an event of its own.
        if (parent !== '') break;
        const childNodes: Loose[] = [];
        made = { id: node.id, type: 0, childNodes };
        if (node.compatMode === 'BackCompat') made.compatMode = 'BackCompat';
        queue(node.childNodes, childNodes, '#document', above);
        break;
      }
      case 1:
        made = { id: node.id, type: 1, name: 'html', publicId: '', systemId: '' };
        break;
      case 2: {
        const tag = text(node.tagName).toLowerCase();
        const attributes = isRecord(node.attributes) ? node.attributes : {};
        const isFrame = tag === 'iframe';
        if (isFrame) budget.frames -= 1;
        const hollow = isHollow(tag, attributes) || (isFrame && budget.frames < 0);
        const childNodes: Loose[] = [];
        const below = belowElement(tag, attributes, above);
        made = {
          id: node.id,
          type: 2,
          // A browser ends on some hundred marquees, one in the other; without moving it says the same.
          tagName: hollow ? 'span' : tag === 'marquee' ? 'div' : tag,
          attributes: hollow
            ? boxOf(attributes)
            : isFrame
              ? frameOf(attributes)
              : disarmAttributes(tag, attributes, isHidden(below)),
          childNodes,
        };
        for (const flag of ELEMENT_FLAGS) if (node[flag] === true) made[flag] = true;
        // Older versions of rrweb did not say it of the host.
        if (!hollow && hasShadow(node.childNodes)) made.isShadowHost = true;
        if (!hollow && !isFrame)
          queue(tag === 'style' ? inOneText(node.childNodes) : node.childNodes, childNodes, tag, below);
        break;
      }
      case 3:
      case 4: {
        const isStyle = parent === 'style' || node.isStyle === true;
        const value = text(node.textContent);
        made = {
          id: node.id,
          type: 3,
          textContent: isStyle
            ? safeCss(value)
            : wordsHidden(parent === '' ? disarmLooseText(value) : redacted(value), above),
        };
        if (isStyle) made.isStyle = true;
        if (node.isShadow === true) made.isShadow = true;
        break;
      }
      case 5:
        made = { id: node.id, type: 5, textContent: '' };
        break;
      default:
        break;
    }
    if (made === null) continue;
    if (isId(node.rootId)) made.rootId = node.rootId;
    into.push(made);
  }
  return top[0] ?? null;
}

const ELEMENT_FLAGS = ['isSVG', 'isShadowHost', 'isShadow', 'needBlock'];

const hasShadow = (children: unknown): boolean =>
  Array.isArray(children) && children.some((child) => isRecord(child) && child.isShadow === true);

function isHollow(tag: string, attributes: Loose): boolean {
  if (!isTag(tag) || ('attributeName' in attributes && ADDRESSES.test(text(attributes.attributeName)))) return true;
  return tag === 'link' && typeof attributes._cssText !== 'string';
}

const isTag = rememberingNames((tag) => TAG.test(tag) && !HOLLOW.has(tag));

/** The parts of a style sheet are read as one by a browser, so they are made harmless as one; the other nodes stay, empty. */
function inOneText(children: unknown): unknown[] {
  const nodes = list(children).filter(isRecord);
  const whole = nodes.map(({ textContent }) => text(textContent)).join('');
  return nodes.map((node, index) => ({ ...node, textContent: index === 0 ? whole : '' }));
}

export const REPLAY_RULES: readonly unknown[] = [
  [...HOLLOW],
  ...ATTRIBUTE_DISARM_RULES,
  ...TEXT_DISARM_RULES,
  ...DRAWING_RULES,
  [MAX_DEPTH, MAX_LEVELS, MAX_VALUES, MAX_NODES, MAX_RULES, MAX_TRIED, MAX_FRAMES],
];
