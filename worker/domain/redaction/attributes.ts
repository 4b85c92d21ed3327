/**
 * Which attributes of a recorded element may be shown: those that say how something looks, and few that say in words what it is. What is in
 * no list is dropped, so that an attribute that nobody thought of is no leak, and so is a value that is none of its name's: words under the name of a
 * measure would be a leak too. Read by the page before anything leaves it, and on arrival.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** What a page calls its parts. A name can be anything; what is a secret in any text goes. */
const NAMES = words('class id slot part result in in2');
/** There or not there. */
const FLAGS = words(
  'hidden disabled checked selected multiple readonly required open reversed inert data-private data-baton-unmask',
);
/** Measures and places of HTML and SVG; the recorder's own (`rr_…`) are sizes and places. */
const MEASURES = words(
  'width height rows cols colspan rowspan span size start border min max step maxlength tabindex rr_width rr_height rr_scrollleft rr_scrolltop ' +
    'viewbox x x1 x2 y y1 y2 cx cy r rx ry dx dy rotate offset opacity refx refy stddeviation begin dur repeatcount textlength',
);
/** Colours, keywords, and lists of those and of measures. */
const LOOKS = words(
  'type dir role rel media align valign bgcolor color contenteditable popover rr_open_mode ' +
    'mask filter orient display overflow mode values from to by attributename preserveaspectratio',
);
/** SVG's presentation attributes, and how it counts and turns. */
const PAINT =
  /^(?:fill(?:-(?:opacity|rule))?|stroke(?:-(?:dasharray|dashoffset|linecap|linejoin|miterlimit|opacity|width))?|(?:stop|flood)-(?:color|opacity)|clip-(?:path|rule)|marker(?:-(?:start|mid|end))?|font(?:-(?:family|size|stretch|style|variant|weight))?|text-(?:anchor|decoration|rendering)|dominant-baseline|(?:filter|mask|clippath|marker|pattern|patterncontent|maskcontent|gradient|primitive)units|(?:gradient|pattern)?transform)$/;

/** Read to people, or by the host's scripts: words that somebody may have filled in. What a field holds (`aria-valuetext`), and what only names other elements, is not among them. */
const READABLE = words('title alt placeholder label summary value content');
const ARIA =
  /^aria-(?:label|description|roledescription|placeholder|haspopup|level|live|modal|multiline|readonly|required|value(?:max|min)|(?:col|row)(?:count|index|span)|posinset|setsize)$/;
/** The host's own, which it allows by its word (`data-baton-unmask`) or not at all. */
const OWN = /^data-(?!value$)[a-z][a-z-]{0,40}$/;

/** Style sheets ask for these; their values are from a closed list, and what is not in it is not shown. */
const STATE =
  /^(?:aria-(?:expanded|selected|checked|pressed|disabled|hidden|current|invalid|busy|sort)|(?:aria|data)-orientation|data-(?:state|theme|mode|side|align|active|selected|open|disabled))$/;
const STATE_VALUE =
  /^(?:|true|false|mixed|open|closed|on|off|(?:in)?active|(?:un)?checked|visible|hidden|dark|light|top|right|bottom|left|start|end|center|horizontal|vertical|ascending|descending|page|step|\d)$/;

/** What some names alone may say: a path of figures and few letters, a language tag, a date, the name of a namespace. */
const OF_NAME: Readonly<Record<string, RegExp>> = {
  d: /^[mzlhvcsqtae\d\s,.+-]*$/i,
  points: /^[e\d\s,.+-]*$/i,
  lang: /^[a-z]{2,3}(?:-[a-z\d]{1,8}){0,4}$/i,
  datetime: /^(?:\d[\d\sTZW:.+-]{0,34}|P[\dTYMWDHS.]{1,30})$/,
  xmlns: /^http:\/\/www\.w3\.org\/[\w/]{0,40}$/,
};
const FLAG = /^(?:true|false|until-found)$/;
/** Figures, with what they count. No two alternatives begin alike, and each takes what no other does. */
const MEASURE =
  /^(?:[\d\s.,;:%+-]|(?<=[\d.])(?:e(?![a-z])|p[xtc]|r?em|ex|ch|v[wh]|[cm]m|in|fr|deg|m?s)|auto|none|indefinite)*$/i;
/** All linear: each begins where no other of its own kind goes on. One after the other: a reference inside the document, a colour, a variable, a figure with its unit, a keyword, and the signs between them. */
const PART =
  /url\(\s*["']?#[\w:.-]{1,100}["']?\s*\)|#[\da-f]{3,8}(?![\w-])|var\(\s*--[\w-]{1,60}|(?<![\w])(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?:%|[a-z]{1,4})?(?![\w])|(?<![\w])[a-z]{1,24}(?:-[a-z]{1,24}){0,4}(?![\w-])|[\s,;:/()<>=.*+-]/gi;
/** More words in a row than a keyword has companions are a sentence. */
const SENTENCE = /(?<![a-z-])(?:[a-z-]+\s+){4}[a-z]/i;
/** Fonts have names of several words, in quotes or not. */
const FONT = /["']|(?<=[a-z])\s+\d{1,2}(?!\w)/gi;

/** Says how it looks, not what it is about. Names in lower case. */
export const isShape = (name: string): boolean =>
  NAMES.has(name) ||
  FLAGS.has(name) ||
  MEASURES.has(name) ||
  LOOKS.has(name) ||
  Object.hasOwn(OF_NAME, name) ||
  PAINT.test(name);

/** Says something in words, which only the host may let through. */
export const isReadable = (name: string): boolean =>
  READABLE.has(name) || ARIA.test(name) || STATE.test(name) || OWN.test(name);

/** One of few values of one of few names: it cannot say anything about anybody. */
export const isState = (name: string, value: string): boolean => STATE.test(name) && STATE_VALUE.test(value);

/** Integers that long are no measure, and would be somebody's number. */
const LONG_INTEGER = /(?<![.\d])\d{11,}/g;

/** What a shape attribute says, without what is a secret in any text; figures in groups are measures and stay. Undefined: it is none. */
export function shapeValue(name: string, value: string, redact: (text: string) => string): string | undefined {
  if (NAMES.has(name)) {
    const isName = /@|%|\d{7}|[\w-]{20}/.test(value) && /[a-z]/i.test(value);
    return isName ? redact(value) : value.replace(LONG_INTEGER, '0');
  }
  if (FLAGS.has(name)) return FLAG.test(value) ? value : '';
  return isOfName(name, value) ? value.replace(LONG_INTEGER, '0') : undefined;
}

function isOfName(name: string, value: string): boolean {
  if (Object.hasOwn(OF_NAME, name)) return value === '' || OF_NAME[name]!.test(value);
  if (MEASURES.has(name)) return MEASURE.test(value);
  const said = name.startsWith('font') ? value.replace(FONT, '') : value;
  return !SENTENCE.test(said) && said.replace(PART, '') === '';
}

export const ATTRIBUTE_RULES: readonly unknown[] = [
  [...NAMES],
  [...FLAGS],
  [...MEASURES],
  [...LOOKS],
  PAINT,
  [...READABLE],
  ARIA,
  OWN,
  STATE,
  STATE_VALUE,
  OF_NAME,
  FLAG,
  MEASURE,
  PART,
  SENTENCE,
  FONT,
  LONG_INTEGER,
];
