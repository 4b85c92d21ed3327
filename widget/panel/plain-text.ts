export type Inline = { kind: 'text' | 'strong' | 'link'; text: string };
export type Block =
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

/** Addresses are shown in full: a text that hides where it leads is how people are fooled. */
const LINK = /https?:\/\/[^\s<>"'`{}|\\^]+/g;
/** Punctuation after an address belongs to the sentence; a closing bracket too, unless the address opened it. */
const TRAILING = /[.,;:!?…]+$/;
const STRONG = /\*\*([^*\n]{1,200})\*\*/g;
const ORDERED = /^\s*(\d{1,3})[.)]\s+(.*)$/;
const BULLET = /^\s*[-*•]\s+(.*)$/;

/** Messages are text, never markup. Lines, numbered and bulleted lists, bold names and addresses are recognised; nothing else is. */
export function readText(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const last = blocks.at(-1);
    const ordered = ORDERED.exec(line);
    const bullet = ordered ? null : BULLET.exec(line);
    if (ordered || bullet) {
      const item = readInline(ordered?.[2] ?? bullet?.[1] ?? '');
      if (last?.kind === 'list' && last.ordered === (ordered !== null)) last.items.push(item);
      else blocks.push({ kind: 'list', ordered: ordered !== null, start: Number(ordered?.[1] ?? 1), items: [item] });
    } else if (line.trim() === '') {
      if (last?.kind === 'paragraph' && last.lines.length > 0) blocks.push({ kind: 'paragraph', lines: [] });
    } else if (last?.kind === 'paragraph') last.lines.push(readInline(line));
    else blocks.push({ kind: 'paragraph', lines: [readInline(line)] });
  }
  return blocks.filter((block) => block.kind === 'list' || block.lines.length > 0);
}

function readInline(line: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of line.matchAll(LINK)) {
    const url = trimLink(match[0]);
    parts.push(...readStrong(line.slice(from, match.index)), { kind: 'link', text: url });
    from = match.index + url.length;
  }
  return [...parts, ...readStrong(line.slice(from))];
}

function readStrong(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(STRONG)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'strong', text: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

function trimLink(url: string): string {
  let trimmed = url.replace(TRAILING, '');
  while (trimmed.endsWith(')') && trimmed.split(')').length > trimmed.split('(').length)
    trimmed = trimmed.slice(0, -1).replace(TRAILING, '');
  return trimmed;
}
