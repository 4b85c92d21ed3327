import type { GuideStep } from '#domain/guide/guide.ts';
import { readGuide } from '#domain/guide/read-guide.ts';
import { cutAtHeadings, plainLine } from '#domain/markdown/cut.ts';

/** `guide`: the steps of it that point at something on the page; left out where there are none. */
export type Section = { heading: string; text: string; guide?: GuideStep[] };

/** An article cut at its headings. Text before the first heading belongs to the title; an empty section is left out. */
export const sectionsOf = (markdown: string): Section[] =>
  cutAtHeadings(markdown)
    .map((section) => {
      const { steps } = readGuide(section);
      const said = { heading: section.heading, text: plainText(section.lines) };
      return steps.length === 0 ? said : { ...said, guide: steps };
    })
    .filter(({ text }) => text !== '');

/** Markdown as text to quote: emphasis, links and code marks off, paragraphs as one line, steps and list items as a line each. */
function plainText(lines: readonly string[]): string {
  const out: string[] = [];
  let open = false;
  for (const raw of lines) {
    const line = raw.trim();
    if (line === '' || /^(?:```|~~~|<!--|---+$|\*\*\*+$)/.test(line)) {
      open = false;
      continue;
    }
    const item = /^(?:(\d{1,3})[.)]|[-*+])\s+(.*)$/.exec(line);
    if (item) {
      out.push(`${item[1] ? `${item[1]}.` : '-'} ${plainLine(item[2]!)}`);
      open = true;
    } else if (open) {
      out[out.length - 1] += ` ${plainLine(line)}`;
    } else {
      out.push(plainLine(line.replace(/^>\s?/, '')));
      open = true;
    }
  }
  return out.join('\n');
}
