/**
 * A link that points at an element of the visitor's page: `[Save](#guide:button "Save changes")`. Its parts: the words, what stands behind `#guide:`, and the name in
 * its quotes, if there is one. Whoever does not know guides sees a link within the page.
 */
export const GUIDE_LINK =
  /\[([^\]\n]{0,300})\]\(\s*#guide:([^\s)"']{0,300})(?:\s+("(?:[^"\\\n]|\\.){0,300}"|'(?:[^'\\\n]|\\.){0,300}'))?\s*\)/g;

/** The same, also where it cannot be read: with a quote that is not closed, or with more behind the name. */
export const GUIDE_ATTEMPT = /\[[^\]\n]{0,300}\]\(\s*#guide:(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^)\n])*\)?/g;
