// Loaded when somebody imports a page: nothing else here knows HTML.
import type { Root } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeRemark from 'rehype-remark';
import remarkGfm from 'remark-gfm';
import remarkStringify from 'remark-stringify';
import { unified } from 'unified';

/** A page as a tree, as a browser would read it. Runs nothing. */
export const htmlTree = (text: string): Root => unified().use(rehypeParse).parse(text);

/** A tree as Markdown; what Markdown does not have is left out. */
export const toMarkdown = (tree: Root): string => {
  const processor = unified()
    .use(rehypeRemark)
    .use(remarkGfm)
    .use(remarkStringify, { bullet: '-', listItemIndent: 'one', rule: '-' });
  return processor.stringify(processor.runSync(tree) as never);
};
