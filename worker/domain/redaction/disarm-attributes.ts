import { isReadable, isShape, isState, shapeValue } from './attributes.ts';
import { redacted, rememberingNames, runsSomething, safeCss, text } from './disarm-texts.ts';
import { isDrawnAtOnce } from './drawing.ts';
import { MASK } from './written.ts';

type Loose = Record<string, unknown>;

const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longer than anything that is said in an attribute. */
const MAX_ATTRIBUTE_CHARS = 20_000;

/** Of an element that stays as a box: how large it is, and its names. */
export const boxOf = (attributes: Loose): Loose => {
  const kept: Loose = {};
  for (const name of ['rr_width', 'rr_height', 'class', 'id', 'width', 'height']) {
    const value = attributes[name];
    if (typeof value === 'string' && value.length <= 1000 && runsSomething(value) === '') kept[name] = redacted(value);
  }
  return kept;
};

/** What says how large a frame is and where it stands, and nothing that says what is in it. */
export const frameOf = (attributes: Loose): Loose => {
  const kept = boxOf(attributes);
  for (const name of ['style', 'frameborder', 'hidden']) {
    const value = attributes[name];
    if (typeof value === 'string') kept[name] = safeCss(value);
  }
  return kept;
};

/** Attributes that make a browser fetch, run, navigate or submit, or keep what is in a frame from being written. `href` and `src` are read below. */
const DROPPED = new Set(
  'srcdoc srcset imagesrcset ping action formaction background poster data manifest profile integrity nonce cite codebase classid archive dynsrc lowsrc usemap target http-equiv content autofocus is rr_src rr_captured_src attributionsrc xml:base sandbox csp allow credentialless'.split(
    ' ',
  ),
);
const ATTRIBUTE = /^[a-z_@:][\w.:@-]{0,120}$/i;
/** What an animation may set to values that are harmless in themselves and not there. */
export const ADDRESSES = /^\s*(?:(?:[\w-]+:)?href|src|style|on\w*)\s*$/i;
const IMAGE_DATA = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|svg\+xml)[;,]/i;
/** Attributes of the replay format itself that carry numbers or css. */
const CSS_ATTRIBUTES = new Set(['style', '_csstext']);
const ADDRESSED = /^(?:(?:xlink:)?href|src|rr_dataurl)$/;
/** What may refer to something as css does, and what an animation goes through. */
const PAINT = new Set(
  'fill stroke filter mask clip-path marker marker-start marker-mid marker-end values from to by'.split(' '),
);

/** Names that nobody thought of may do what nobody thought of. */
const isKnown = (name: string): boolean =>
  isShape(name) || (isReadable(name) && !/\d{7}/.test(name)) || CSS_ATTRIBUTES.has(name) || ADDRESSED.test(name);

/** What becomes of an attribute, by its name alone. */
type Reading = 'dropped' | 'href' | 'image' | 'css' | 'paint' | 'shape' | 'words';

const readingOf = rememberingNames((name): Reading => {
  const lower = name.toLowerCase();
  if (!ATTRIBUTE.test(name) || lower.startsWith('on') || DROPPED.has(lower) || !isKnown(lower)) return 'dropped';
  if (lower === 'href' || lower === 'xlink:href') return 'href';
  if (lower === 'src' || lower === 'rr_dataurl') return 'image';
  if (CSS_ATTRIBUTES.has(lower)) return 'css';
  if (PAINT.has(lower)) return 'paint';
  return isShape(lower) ? 'shape' : 'words';
});

/** The attributes of an element that may be shown; `tag` is empty where it is not known, and then the strictest reading applies. `hidden`: it says nothing in words. */
export function disarmAttributes(tag: string, attributes: Loose, hidden = false): Loose {
  const kept: Loose = {};
  for (const name of Object.keys(attributes)) {
    const reading = readingOf(name);
    if (reading === 'dropped') continue;
    const value = attributes[name];
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) {
      kept[name] = value;
    } else if (typeof value === 'string') {
      const next =
        hidden && reading === 'words' ? hiddenWords(name, value) : disarmAttribute(tag, name, reading, value);
      if (next !== undefined) kept[name] = next;
    } else if (isRecord(value) && name.toLowerCase() === 'style') {
      // A change of single style properties: `{ color: 'red', width: ['1px', 'important'], height: false }`.
      kept[name] = styleChange(value);
    }
  }
  return kept;
}

/** A field keeps a sign that there is something in it. */
const hiddenWords = (name: string, value: string): string | undefined =>
  name.toLowerCase() !== 'value' ? (isState(name, value) ? value : undefined) : value && MASK;

function disarmAttribute(tag: string, name: string, reading: Reading, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (reading === 'href') return value.startsWith('#') ? value : lower === 'href' && tag !== 'use' ? '#' : '';
  if (reading === 'image') return IMAGE_DATA.test(value) && isDrawnAtOnce(value) ? value : undefined;
  if (reading === 'css') return safeCss(value);
  if (runsSomething(value) !== '') return undefined;
  if (lower === 'attributename' && ADDRESSES.test(value)) return undefined;
  if (value.length > MAX_ATTRIBUTE_CHARS && lower !== 'd' && lower !== 'points') return undefined;
  if (reading === 'words') return redacted(value);
  const said = shapeValue(lower, value, redacted);
  return reading === 'paint' && said !== undefined ? safeCss(said) : said;
}

function styleChange(change: Loose): Loose {
  const kept: Loose = {};
  for (const [property, value] of Object.entries(change)) {
    if (!/^(?:--)?[\w-]{1,100}$/.test(property) || property === '__proto__') continue;
    if (value === false) kept[property] = false;
    else if (typeof value === 'string') kept[property] = safeCss(value);
    else if (Array.isArray(value))
      kept[property] = [safeCss(text(value[0])), value[1] === 'important' ? 'important' : ''];
  }
  return kept;
}

export const ATTRIBUTE_DISARM_RULES: readonly unknown[] = [
  [...DROPPED],
  ATTRIBUTE,
  ADDRESSES,
  IMAGE_DATA,
  MAX_ATTRIBUTE_CHARS,
];
