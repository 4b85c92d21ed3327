/**
 * rrweb shows what the pointer is over by a class named `:hover`, so each rule for `:hover` must hold for that class too, and a query for the
 * device’s width for the frame’s. It finds them with a whole CSS parser, which takes a third of a second on the style sheet of a usual
 * application each time a page is built; this looks only at the rules that it concerns. Linear, and what it does not understand stays as it is.
 */
export function adaptCss(css: string): string {
  if (!/:hover|device-(?:width|height)/.test(css)) return css;
  return adaptBlock(css, 0).replace(DEVICE, '$1$2');
}

const DEVICE = /(\(\s*(?:min-|max-)?)device-(width|height)/g;

/** Nobody nests deeper; each level is read once more. */
const MAX_DEPTH = 12;

/** Rules side by side; each is what stands before its `{`, and what is in its braces. */
function adaptBlock(css: string, depth: number): string {
  let out = '';
  let from = 0;
  const skip = new RegExp(SKIPPED);
  for (let at = 0; at < css.length; ) {
    skip.lastIndex = at;
    const found = skip.exec(css);
    if (found === null) break;
    at = skip.lastIndex;
    const sign = found[0];
    if (sign === ';' || sign === '}') {
      out += css.slice(from, at);
      from = at;
      continue;
    }
    if (sign !== '{') continue;
    const before = css.slice(from, at - 1);
    const end = endOf(css, at);
    const body = css.slice(at, end);
    // Rules in rules; a declaration has no brace.
    const isNested = depth < MAX_DEPTH && body.includes('{') && body.includes(':hover');
    out += `${adaptSelectors(before)}{${isNested ? adaptBlock(body, depth + 1) : body}`;
    from = end;
    at = end;
  }
  return out + css.slice(from);
}

/** A comment, a text, an escaped sign, or one of the signs that a rule is made of. */
const SKIPPED = /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|'(?:[^'\\]|\\[\s\S])*(?:'|$)|\\[\s\S]|[{};]/g;

/** Where the brace that was opened before `from` is closed. */
function endOf(css: string, from: number): number {
  const skip = new RegExp(SKIPPED);
  skip.lastIndex = from;
  let depth = 1;
  for (let found = skip.exec(css); found !== null; found = skip.exec(css)) {
    if (found[0] === '{') depth += 1;
    if (found[0] === '}') depth -= 1;
    if (depth === 0) return skip.lastIndex - 1;
  }
  return css.length;
}

function adaptSelectors(before: string): string {
  if (!before.includes(':hover') || /^(?:\s|\/\*[\s\S]*?\*\/)*@/.test(before)) return before;
  const more = selectorsOf(before)
    .map((one) => one.replace(/\/\*[\s\S]*?\*\//g, ''))
    .filter((one) => HOVER.test(one))
    .map((one) => one.replace(EVERY_HOVER, '.\\:hover').trim());
  return more.length === 0 ? before : `${before.trimEnd()},${more.join()}`;
}

const HOVER = /(?<!\\):hover(?![\w-])/;
const EVERY_HOVER = new RegExp(HOVER, 'g');

/** Cut at the commas that are not inside brackets, texts or comments. */
function selectorsOf(list: string): string[] {
  const cut = /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|'(?:[^'\\]|\\[\s\S])*(?:'|$)|\\[\s\S]|[()[\],]/g;
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let found = cut.exec(list); found !== null; found = cut.exec(list)) {
    if ('(['.includes(found[0])) depth += 1;
    if (')]'.includes(found[0])) depth -= 1;
    if (found[0] !== ',' || depth > 0) continue;
    parts.push(list.slice(from, found.index));
    from = cut.lastIndex;
  }
  return [...parts, list.slice(from)];
}
