import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Found = { id: string; nodes: { target: unknown; html: string; failureSummary?: string }[] };

/** Marks of a recording stand where things happened, as near to each other as that was; the list of steps has the same, a line each (WCAG 2.5.8, equivalent). */
const isNoEquivalent = (found: Found): Found => ({
  ...found,
  nodes: found.nodes.filter(({ html }) => !(found.id === 'target-size' && /class="mark /.test(html))),
});

/** What is wrong on this screen, inside `within` or anywhere, a line a rule. */
export async function wrongOn(page: Page, within?: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Whatever fades has faded.
    await page.waitForTimeout(200);
    // Not by a script tag: the pages' policy takes none of others.
    await page.evaluate(AXE);
    const violations = (await page.evaluate(
      async ([tags, root]) => {
        const { axe } = globalThis as unknown as {
          axe: { run(root: unknown, options: object): Promise<{ violations: unknown }> };
        };
        return (await axe.run(root ?? document, { runOnly: { type: 'tag', values: tags } })).violations;
      },
      [TAGS, within] as const,
    )) as Found[];
    for (const { id, nodes } of violations.map(isNoEquivalent).filter(({ nodes }) => nodes.length > 0))
      found.push(
        `${colorScheme}: ${id}: ${nodes.map(({ target, failureSummary }) => `${JSON.stringify(target)} ${failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`,
      );
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
