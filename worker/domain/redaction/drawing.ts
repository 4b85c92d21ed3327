import { isDecodedAtOnce, MAX_PICTURE_PIXELS, PICTURE_RULES } from './picture-size.ts';

/** What an SVG picture may be made of: each draws what is written there once. No filter, pattern, marker, animation, style, script or picture in a picture. */
const ELEMENTS = new Set(
  'svg g a path rect circle ellipse line polyline polygon defs symbol use switch text tspan title desc linearGradient radialGradient stop clipPath mask'.split(
    ' ',
  ),
);
/**
 * Elements that draw others again, through each other as often as one multiplies by the other: of eight references the worst are three
 * levels of three and two, eighteen drawings.
 */
const MAX_REFERENCES = 8;
const REFERENCE = /<use\b|\b(?:mask|clip-path)\s*[=:]/gi;
/** Longer ones are no icon and no logo. */
const MAX_CHARS = 100_000;
const SVG = /^data:image\/svg/i;
/** Names a type, and nothing that a reader of addresses would take out first. */
const PICTURE = /^\s*data:image\/[\w.+-]+[;,]/i;
/** Entities and references to characters spell what is not written there; other character sets and name spaces say it in other letters. */
const SPELT_OTHERWISE =
  /<!(?:ENTITY\b|DOCTYPE[^>]*\[)|<\?xml-|&#|\bxmlns:(?!xlink\s*=|svg\s*=)|encoding\s*=\s*["'](?!utf-8)/i;
/** Styles that spell a name in two ways, say of a mask what is not counted, or hand down from above what was counted once. */
const STYLED_OTHERWISE = /\\|\/\*|\bmask-(?:image|border|box)|\ball\s*:|\binherit\b/i;
const COSTLY = /\bfilter\s*[=:]/i;

/**
 * [X8] Whether a browser draws the picture of a data address in an instant. A drawing (SVG) may copy its own parts, and these copies each
 * other: half a kilobyte is billions of shapes, which hold the page that shows it. What cannot be read here is none.
 */
export function isDrawnAtOnce(address: string, maxPixels = MAX_PICTURE_PIXELS): boolean {
  if (!PICTURE.test(address) || address.includes('\\')) return false;
  const url = address.trim();
  if (!SVG.test(url)) return isDecodedAtOnce(url, maxPixels);
  if (url.length > MAX_CHARS) return false;
  const drawing = drawingIn(url);
  if (drawing === null || SPELT_OTHERWISE.test(drawing) || STYLED_OTHERWISE.test(drawing) || COSTLY.test(drawing))
    return false;
  for (const [, name] of drawing.matchAll(/<([^/!?][^\s<>/]*)/g)) if (!ELEMENTS.has(name as string)) return false;
  return (drawing.match(REFERENCE)?.length ?? 0) <= MAX_REFERENCES;
}

function drawingIn(url: string): string | null {
  const comma = url.indexOf(',');
  const head = url.slice(0, comma);
  if (comma < 0 || /charset\s*=\s*"?(?!utf-?8|us-ascii)/i.test(head)) return null;
  try {
    const body = url.slice(comma + 1).replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeURIComponent(run));
    const text = /;\s*base64\s*$/i.test(head)
      ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(
          Uint8Array.from(atob(body), (one) => one.charCodeAt(0)),
        )
      : body;
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

export const DRAWING_RULES: readonly unknown[] = [
  [...ELEMENTS],
  MAX_REFERENCES,
  REFERENCE,
  MAX_CHARS,
  PICTURE,
  SPELT_OTHERWISE,
  STYLED_OTHERWISE,
  COSTLY,
  ...PICTURE_RULES,
];
