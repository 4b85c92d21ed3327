import { GUIDE_LINK } from './guide-link.ts';

/** A section as it was written. Text before the first heading belongs to the title: its heading is empty. */
export type CutSection = { heading: string; lines: string[] };

const FENCE = /^\s*(?:```|~~~)/;

/** An article cut at its headings, without its front matter. */
export function cutAtHeadings(markdown: string): CutSection[] {
  const body = markdown.replace(/^---\n[\s\S]*?\n---\n/, '');
  const sections: CutSection[] = [{ heading: '', lines: [] }];
  let fenced = false;
  for (const line of body.split(/\r?\n/)) {
    if (FENCE.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    // A first-level heading repeats the title.
    if (heading) sections.push({ heading: heading[1] === '#' ? '' : plainLine(heading[2]!), lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections;
}

/** The lines that are no code. */
export function withoutCode(lines: readonly string[]): string[] {
  let fenced = false;
  return lines.filter((line) => {
    if (!FENCE.test(line)) return !fenced;
    fenced = !fenced;
    return false;
  });
}

/** One line's words: emphasis, links, guides and code marks off. */
export function plainLine(line: string): string {
  return line
    .replace(GUIDE_LINK, '$1')
    .replace(/!\[([^\]\n]{0,300})\]\([^)\n]{0,500}\)/g, '$1')
    .replace(/\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)/g, '$1')
    .replace(/\*\*|__/g, '')
    .replace(/`/g, '')
    .replace(/(^|[\s(])[*_](\S[^*_\n]{0,200})[*_](?=[\s.,;:!?)]|$)/g, '$1$2')
    .trim();
}
