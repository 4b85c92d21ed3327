export type Section = { heading: string; text: string };

/** An article cut at its headings. Text before the first heading belongs to the title; an empty section is left out. */
export function sectionsOf(markdown: string): Section[] {
  const body = markdown.replace(/^---\n[\s\S]*?\n---\n/, '');
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let fenced = false;
  for (const line of body.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    // A first-level heading repeats the title.
    if (heading) sections.push({ heading: heading[1] === '#' ? '' : plainLine(heading[2]!), lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, text: plainText(lines) })).filter(({ text }) => text !== '');
}

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

function plainLine(line: string): string {
  return line
    .replace(/!\[([^\]\n]{0,300})\]\([^)\n]{0,500}\)/g, '$1')
    .replace(/\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)/g, '$1')
    .replace(/\*\*|__/g, '')
    .replace(/`/g, '')
    .replace(/(^|[\s(])[*_](\S[^*_\n]{0,200})[*_](?=[\s.,;:!?)]|$)/g, '$1$2')
    .trim();
}
