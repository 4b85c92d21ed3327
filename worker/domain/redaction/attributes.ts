/**
 * Which attributes of a recorded element may be shown: those that say how something looks, and few that say in words what it is. What is in
 * neither list is dropped, so that an attribute that nobody thought of is no leak. Read by the page before anything leaves it, and on arrival.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Layout of HTML, geometry and paint of SVG; the recorder's own (`rr_…`) are sizes and places. */
const SHAPE = words(
  'class id type dir lang width height rows cols colspan rowspan span size hidden disabled checked selected multiple readonly open role tabindex rel media start reversed align valign border bgcolor color min max step maxlength contenteditable popover inert slot part data-private data-baton-unmask rr_width rr_height rr_scrollleft rr_scrolltop rr_open_mode ' +
    'viewbox d points x x1 x2 y y1 y2 cx cy r rx ry dx dy rotate offset opacity mask filter orient display overflow refx refy in in2 result mode stddeviation values from to by begin dur attributename repeatcount xmlns preserveaspectratio',
);
const SHAPE_FAMILY = /^(?:fill|stroke|stop|flood|clip|marker|font|text|dominant)(?:-[a-z]+)*$|units$|transform$/;

/** Read to people, or by the host's scripts: words that somebody may have filled in. */
const READABLE = words('title alt placeholder label summary value content');
const READABLE_FAMILY = /^(?:aria|data)-[a-z][a-z-]{0,40}$/;

/** Style sheets ask for these; their values are from a closed list, and what is not in it is not shown. */
const STATE =
  /^(?:aria-(?:expanded|selected|checked|pressed|disabled|hidden|current|invalid|busy|sort)|(?:aria|data)-orientation|data-(?:state|theme|mode|side|align|active|selected|open|disabled))$/;
const STATE_VALUE =
  /^(?:|true|false|mixed|open|closed|on|off|(?:in)?active|(?:un)?checked|visible|hidden|dark|light|top|right|bottom|left|start|end|center|horizontal|vertical|ascending|descending|page|step|\d)$/;

/** Says how it looks, not what it is about. Names in lower case. */
export const isShape = (name: string): boolean => SHAPE.has(name) || SHAPE_FAMILY.test(name);

/** Says something in words, which only the host may let through. */
export const isReadable = (name: string): boolean => READABLE.has(name) || READABLE_FAMILY.test(name);

/** One of few values of one of few names: it cannot say anything about anybody. */
export const isState = (name: string, value: string): boolean => STATE.test(name) && STATE_VALUE.test(value);

/** Integers that long are no measure, and would be somebody's number. */
const LONG_INTEGER = /(?<![.\d])\d{11,}/g;

/** What a shape attribute says, without what is a secret in any text; figures in groups are measures and stay. Undefined: it is none. */
export function shapeValue(name: string, value: string, redact: (text: string) => string): string | undefined {
  // A path is made of figures and a few letters, and is far too long to be read as text.
  if (name === 'd' && !/^[mzlhvcsqtae\d\s,.+-]*$/i.test(value)) return undefined;
  const isName = name !== 'd' && /@|%|\d{7}|[\w-]{20}/.test(value) && /[a-z]/i.test(value);
  return isName ? redact(value) : value.replace(LONG_INTEGER, '0');
}

export const ATTRIBUTE_RULES: readonly unknown[] = [
  [...SHAPE],
  SHAPE_FAMILY,
  [...READABLE],
  READABLE_FAMILY,
  STATE,
  STATE_VALUE,
  LONG_INTEGER,
];
