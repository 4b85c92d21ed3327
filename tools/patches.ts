// Lines of libraries that are changed while bundling. Each says why; the build fails where one is no longer there.

import type { Plugin } from 'vite';

export type Patch = { file: RegExp; from: string; to: string };

/**
 * rrweb reads an old inline style by writing it to an attribute, which a strict policy reports to the customer as a violation. The same
 * through the style object is allowed.
 */
const RRWEB_STYLE: Patch = {
  file: /node_modules\/@rrweb\/record\/dist\/record\.js$/,
  from: 'old.setAttribute("style", m.oldValue)',
  to: 'old.style.cssText = m.oldValue',
};

/**
 * rrweb keeps what it has written of every node for as long as the node lives, and asks only for its id: half of what recording takes of the
 * page's memory.
 */
const RRWEB_META: Patch = {
  file: /node_modules\/@rrweb\/record\/dist\/record\.js$/,
  from: 'this.idNodeMap.set(id, n);\n    this.nodeMetaMap.set(n, meta);',
  to: 'this.idNodeMap.set(id, n);\n    this.nodeMetaMap.set(n, id);',
};
const RRWEB_ID: Patch = {
  file: RRWEB_META.file,
  from: 'const id = (_a2 = this.getMeta(n)) == null ? void 0 : _a2.id;',
  to: 'const id = this.getMeta(n);',
};

/** Which text is private is decided from the events, for every node: rrweb need not look for it on the page as well. */
const RRWEB_TEXT: Patch = {
  file: RRWEB_META.file,
  from: 'function needMaskingText(node, maskTextClass, maskTextSelector, checkAncestors) {',
  to: 'function needMaskingText() { return false;',
};

/**
 * Canvases, pictures, fonts, what plays, names of elements of the page's own and what frames of other origins would say are not recorded: without
 * their entry points the code for it, and a worker of its own, falls away.
 */
const RRWEB_UNUSED: Patch[] = [
  'function initFontObserver({ fontCb, doc }) {',
  'handleMessage(message) {',
  'transformCrossOriginEvent(iframeEl, e) {',
  'getId(iframe, remoteId, idToRemoteMap, remoteToIdMap) {',
  'getIds(iframe, remoteId) {',
  'getRemoteId(iframe, id, map) {',
  'getRemoteIds(iframe, ids) {',
  'replace(iframeMirror, obj, iframeEl, keys) {',
  'patchRootIdOnNode(node, rootId) {',
  'replaceIdOnNode(node, iframeEl) {',
  'initCanvasFPSObserver(fps, win, blockClass, blockSelector, options) {',
  'initCanvasMutationObserver(win, blockClass, blockSelector) {',
]
  .map((from): Patch => ({ file: RRWEB_META.file, from, to: `${from} return;` }))
  .concat(
    ['if (tagName === "canvas" && recordCanvas) {', 'if (tagName === "img" && inlineImages) {'].map((from) => ({
      file: RRWEB_META.file,
      from,
      to: 'if (false) {',
    })),
    ['initMediaInteractionObserver(o)', 'initCustomElementObserver(o)'].map((from) => ({
      file: RRWEB_META.file,
      from,
      to: '() => {}',
    })),
  );

/**
 * What a snapshot asks of every node, asked for less: the names of its attributes and not an object for each, its children one after the other and
 * not a list of them, and no list of its classes (`start-rrweb.ts` has the class among its selectors). `npm run bench -- capture` has what that is.
 */
const RRWEB_SNAPSHOT: Patch[] = [
  {
    file: RRWEB_META.file,
    from: `  const len = n.attributes.length;
  for (let i = 0; i < len; i++) {
    const attr = n.attributes[i];
    if (!ignoreAttribute(tagName, attr.name, attr.value)) {
      attributes[attr.name] = transformAttribute(
        doc,
        tagName,
        toLowerCase(attr.name),
        attr.value
      );
    }
  }
`,
    to: `  const { getAttributeNames, getAttribute } = Element.prototype;
  for (const name of getAttributeNames.call(n)) {
    const value = getAttribute.call(n, name) ?? "";
    if (!ignoreAttribute(tagName, name, value)) attributes[name] = transformAttribute(doc, tagName, toLowerCase(name), value);
  }
`,
  },
  {
    file: RRWEB_META.file,
    from: `    if (typeof blockClass === "string") {
      if (element.classList.contains(blockClass)) {
        return true;
      }
    } else {`,
    to: '    if (typeof blockClass !== "string") {',
  },
  {
    file: RRWEB_META.file,
    from: 'for (const childN of Array.from(index.childNodes(n))) {\n        const serializedChildNode',
    to: 'for (let childN = index.firstChild(n); childN; childN = index.nextSibling(childN)) {\n        const serializedChildNode',
  },
  ...['parentNode', 'textContent', 'firstChild', 'nextSibling'].map(
    (name): Patch => ({
      file: RRWEB_META.file,
      from: `function ${name}(n) {
  return getUntaintedAccessor("Node", n, "${name}");`,
      to: `let ${name}Of;
function ${name}(n) {
  if (${name}Of) return ${name}Of.call(n);
  const first = getUntaintedAccessor("Node", n, "${name}");
  ${name}Of = untaintedAccessorCache.Node?.${name};
  return first;`,
    }),
  ),
  {
    file: RRWEB_META.file,
    from: `serializeNode(n, {
    doc,
    mirror: mirror2,
    blockClass,
    blockSelector,
    needsMask,
    inlineStylesheet,
    maskInputOptions,
    maskTextFn,
    maskInputFn,
    dataURLOptions,
    inlineImages,
    recordCanvas,
    keepIframeSrcFn,
    newlyAddedElement,
    cssCaptured
  })`,
    to: 'serializeNode(n, options)',
  },
  {
    file: RRWEB_META.file,
    from: `serializeElementNode(n, {
        doc,
        blockClass,
        blockSelector,
        inlineStylesheet,
        maskInputOptions,
        maskInputFn,
        dataURLOptions,
        inlineImages,
        recordCanvas,
        keepIframeSrcFn,
        newlyAddedElement,
        rootId
      })`,
    to: 'serializeElementNode(n, options, rootId)',
  },
  {
    file: RRWEB_META.file,
    from: 'function serializeElementNode(n, options) {',
    to: 'function serializeElementNode(n, options, rootId) {',
  },
  {
    file: RRWEB_META.file,
    from: `    keepIframeSrcFn,
    newlyAddedElement = false,
    rootId
  } = options;`,
    to: `    keepIframeSrcFn = () => false,
    newlyAddedElement = false
  } = options;`,
  },
  {
    file: RRWEB_META.file,
    from: `serializeTextNode(n, {
        doc,
        needsMask,
        maskTextFn,
        rootId,
        cssCaptured
      })`,
    to: 'serializeTextNode(n, options, rootId)',
  },
  {
    file: RRWEB_META.file,
    from: 'function serializeTextNode(n, options) {',
    to: 'function serializeTextNode(n, options, rootId) {',
  },
  {
    file: RRWEB_META.file,
    from: 'const { needsMask, maskTextFn, rootId, cssCaptured } = options;',
    to: 'const { maskTextFn, cssCaptured } = options; const needsMask = false;',
  },
  {
    file: RRWEB_META.file,
    from: 'const bypassOptions = {\n',
    to: 'const bypassOptions = options.isBelow && !options.cssCaptured && options.preserveWhiteSpace === preserveWhiteSpace && (serializedNode.type !== NodeType.Element || serializedNode.attributes._cssText === void 0) ? options : {\n      isBelow: true,\n',
  },
];

/**
 * What a head says of itself to others is not recorded, as rrweb has it, but for what says how the page looks: rrweb's list of the rest is a third of
 * a kilobyte, and what is not in it came out empty.
 */
const RRWEB_HEAD: Patch = {
  file: RRWEB_META.file,
  from: 'function slimDOMExcluded(sn, slimDOMOptions) {',
  to: `function slimDOMExcluded(sn) {
  if (sn.type !== NodeType.Element) return sn.type === NodeType.Comment;
  const { rel, as, name, property } = sn.attributes;
  return sn.tagName === "meta"
    ? !!(property || sn.attributes["http-equiv"] || name && !/^(?:viewport|theme-color|color-scheme)$/i.test(name))
    : sn.tagName === "script" || sn.tagName === "link" && (rel === "preload" ? as === "script" : /^(?:modulepreload|prefetch|shortcut icon)$/.test(rel));`,
};

/** rrweb searches a sheet of several texts for where each of them ends, and says it in comments. Those do not leave the page. */
const RRWEB_SPLITS: Patch = {
  file: RRWEB_META.file,
  from: 'function markCssSplits(cssText, style) {',
  to: 'function markCssSplits(cssText) { return cssText;',
};

/** All that is changed in what records. */
export const RRWEB_RECORD: Patch[] = [
  RRWEB_HEAD,
  RRWEB_SPLITS,
  RRWEB_STYLE,
  RRWEB_META,
  RRWEB_ID,
  RRWEB_TEXT,
  ...RRWEB_UNUSED,
  ...RRWEB_SNAPSHOT,
];

/**
 * rrweb adapts style sheets for its player with a whole CSS parser, a third of a second for those of a usual application whenever a page is built, and
 * a quarter of the player's bytes. Ours (`widget/player/hover-css.ts`) comes with the cache that it is given.
 */
export const RRWEB_CSS: Patch = {
  file: /node_modules\/rrweb\/dist\/rrweb\.js$/,
  from: 'function adaptCssForReplay(cssText, cache) {',
  to: 'function adaptCssForReplay(cssText, cache) { return cache?.stylesWithHoverClass.get(cssText) ?? cssText;',
};

/**
 * The player's page makes no markup of strings [S38], but for two words of rrweb's own: the doctypes by which a page becomes one of the old kind, as the recorded one was. Nothing
 * else can reach this policy.
 */
export const RRWEB_DOCTYPES: Patch[] = [
  {
    file: RRWEB_CSS.file,
    from: 'function buildNodeWithSN(n, options) {',
    to: `const oldDoctypes = globalThis.trustedTypes?.createPolicy("old-doctypes", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
function buildNodeWithSN(n, options) {`,
  },
  ...['XHTML 1.0', 'HTML 4.0'].map((kind): Patch => {
    const text = `"<!DOCTYPE html PUBLIC \\"-//W3C//DTD ${kind} Transitional//EN\\" \\"\\">"`;
    return { file: RRWEB_CSS.file, from: `doc.write(${text})`, to: `doc.write(oldDoctypes.createHTML(${text}))` };
  }),
];

/** A document is written into a frame and into nothing else; a frame whose address changes keeps the one it has until the next is told. */
export const RRWEB_FRAMES: Patch[] = [
  {
    file: RRWEB_CSS.file,
    from: 'attachDocumentToIframe(mutation, iframeEl) {',
    to: 'attachDocumentToIframe(mutation, iframeEl) { if (!iframeEl.contentDocument) return;',
  },
  {
    file: RRWEB_CSS.file,
    from: '} else target.setAttribute(attributeName, value);',
    to: '} else if (target.nodeName !== "IFRAME" || attributeName.toLowerCase() !== "src") target.setAttribute(attributeName, value);\n\t\t\t\t\tthis.onAttribute?.(target, attributeName);',
  },
];

/** On a page that has frozen what objects inherit, an assignment to a name that they inherit throws; a definition does not. */
export const SIGNALS_FROZEN: Patch[] = Object.entries({ valueOf: 'this.value', toString: 'this.value+""' }).map(
  ([name, value]) => ({
    file: /node_modules\/@preact\/signals-core\/dist\/signals-core\.module\.js$/,
    from: `l.prototype.${name}=function(){return ${value}}`,
    to: `Object.defineProperty(l.prototype,"${name}",{value(){return ${value}}})`,
  }),
);

/** A browser without a locale of its own calls its language `en-US@posix`; uPlot hands that to `Intl`, which throws while loading. */
export const UPLOT_LOCALE: Patch = {
  file: /node_modules\/uplot\/dist\/uPlot\.esm\.js$/,
  from: "new Intl.NumberFormat(domEnv ? nav.language : 'en-US')",
  to: 'new Intl.NumberFormat()',
};

/** Changes one line of a library. Fails the build when the library has changed, so that nobody finds out from a customer. */
export const patched = ({ file, from, to }: Patch): Plugin => {
  let replaced = false;
  return {
    name: `patched ${file.source}`,
    transform(code, id) {
      if (!file.test(id)) return null;
      replaced = code.includes(from);
      return { code: code.replaceAll(from, to), map: null };
    },
    buildEnd(error) {
      if (!error && !replaced) this.error(`${file.source} no longer has the line “${from}”; look again`);
    },
  };
};
