/**
 * Which attributes of a recorded element may be shown: those that say how something looks, and few that say in words what it is. What is in
 * neither list is dropped, so that an attribute that nobody thought of is no leak. Read by the page before anything leaves it, and on arrival.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Layout of HTML, geometry and paint of SVG; the recorder's own (`rr_…`) are sizes and places. */
const SHAPE = words(
  'class id type dir lang width height rows cols colspan rowspan span size hidden disabled checked selected multiple readonly required open role tabindex rel media start reversed align valign border cellpadding cellspacing bgcolor color face noshade nowrap min max step maxlength contenteditable draggable controls muted loop inert popover slot part loading decoding data-private data-baton-unmask rr_width rr_height rr_scrollleft rr_scrolltop rr_open_mode ' +
    'viewbox d points x x1 x2 y y1 y2 cx cy r rx ry fx fy fr dx dy rotate transform offset opacity mask filter orient display visibility overflow refx refy in in2 result mode operator k1 k2 k3 k4 order scale seed slope intercept amplitude exponent stddeviation basefrequency numoctaves edgemode values from to by begin dur end additive accumulate attributename calcmode keytimes keysplines keypoints repeatcount repeatdur pathlength xmlns xmlns:xlink version focusable preserveaspectratio spreadmethod cursor',
);
const SHAPE_FAMILY =
  /^(?:(?:fill|stroke|stop|flood|clip|marker|font|letter|word|text|color|dominant|alignment|baseline|paint|shape|image|vector|pointer|lighting)-[a-z-]+|fill|stroke|marker(?:width|height|units)|[a-z]+units|(?:gradient|pattern)transform)$/;

/** Read to people, or by the host's scripts: words that somebody may have filled in. */
const READABLE = words('title alt placeholder label summary value content');
const READABLE_FAMILY = /^(?:aria|data)-[a-z][a-z-]{0,40}$/;

/** Style sheets ask for these; their values are from a closed list, and what is not in it is not shown. */
const STATE =
  /^(?:aria-(?:expanded|selected|checked|pressed|disabled|hidden|current|invalid|busy|orientation|sort|haspopup|modal|live|level|required|readonly)|data-(?:(?:[a-z]{1,10}-)?(?:state|theme|mode|scheme|side|align|orientation|placement|variant|size|open|closed|active|selected|checked|disabled|expanded|visible|loading|status)))$/;
const STATE_VALUE =
  /^(?:|true|false|mixed|open|opened|closed|on|off|active|inactive|checked|unchecked|indeterminate|visible|hidden|selected|disabled|enabled|expanded|collapsed|loading|loaded|idle|dark|light|auto|system|top|right|bottom|left|start|end|center|middle|horizontal|vertical|none|ascending|descending|other|page|step|location|date|time|menu|listbox|tree|grid|dialog|polite|assertive|grammar|spelling|primary|secondary|success|warning|danger|error|info|default|xs|sm|md|lg|xl|small|medium|large|\d)$/;

/** Says how it looks, not what it is about. Names in lower case. */
export const isShape = (name: string): boolean => SHAPE.has(name) || SHAPE_FAMILY.test(name);

/** Says something in words, which only the host may let through. */
export const isReadable = (name: string): boolean => READABLE.has(name) || READABLE_FAMILY.test(name);

/** One of few values of one of few names: it cannot say anything about anybody. */
export const isState = (name: string, value: string): boolean => STATE.test(name) && STATE_VALUE.test(value);
