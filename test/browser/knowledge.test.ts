import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPanel, visitDemo, workAs, write } from '../support/people.ts';

let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

const PARTS = ['Title', 'Product area', 'Text', 'Keywords', 'Other names'] as const;
const part = (page: Page, name: (typeof PARTS)[number]) => page.getByRole('textbox', { name, exact: true });
async function ask(page: Page, question: string): Promise<void> {
  const box = page.getByRole('complementary', { name: 'Ask as a visitor' });
  await box.getByRole('textbox').fill(question);
  await box.getByRole('button', { name: 'Ask' }).click();
}

describe('[G28] [G29] what the assistant answers from', () => {
  it('is written, asked, removed and brought back', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Knowledge', exact: true }).click();
    await page.getByRole('link', { name: 'New article' }).click();
    await part(page, 'Title').fill('Paint a zebra');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Write what the assistant may say.').first().waitFor();
    // [G30] What a step points at, and what it cannot.
    const text = (role: string) =>
      `Zebras are painted with stripes.\n\n1. Open the zebra page.\n2. Press [Paint](#guide:${role}).`;
    await part(page, 'Text').fill(text('brush'));
    await page.getByText('“brush” is no role that can be pointed at').waitFor();
    await part(page, 'Text').fill(text('button@/zebras'));
    await page.getByText('Visitors can have shown to them: 1 step.').waitFor();
    await expect.poll(() => page.getByText('is no role').count()).toBe(0);
    await part(page, 'Keywords').fill('zebra, stripes');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. The assistant answers from it').waitFor();
    await ask(page, 'how do i paint a zebra');
    await page.getByText('It would say', { exact: true }).waitFor();
    await page.getByText('1. Open the zebra page.').waitFor();

    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: '“Paint a zebra” is removed' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => part(page, 'Text').inputValue()).toContain('Open the zebra page');
    await page.getByRole('link', { name: 'All articles' }).click();
    await page.getByRole('textbox', { name: 'Find' }).fill('zebra');
    await page.getByText(/^1 of \d+ articles$/).waitFor();

    const { page: site } = await visitDemo(browser, baton, { user: 'usr_tom' });
    const panel = await openPanel(site);
    // A desk in memory is renewed within ten seconds.
    await site.waitForTimeout(11_000);
    await write(panel, 'how do i paint a zebra');
    await panel.getByText('Open the zebra page.').waitFor();
    await site.context().close();
    expect(complaints.all.filter((text) => !/status of (?:400|404)/.test(text))).toEqual([]);
    await page.context().close();
  });

  it('is imported from files and from pages of one’s own site', { timeout: 120_000 }, async () => {
    const { page } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Knowledge', exact: true }).click();
    await page.getByText('Import files or pages').click();
    const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page
      .getByLabel('Markdown or HTML files')
      .setInputFiles([
        file('yak.md', '# Shave a yak\n\nBring a razor.'),
        file('penguin.html', '<main><h1>Feed a penguin</h1><p>Fish at noon.</p><script>alert(1)</script></main>'),
        file('photo.png', 'no text'),
      ]);
    await page.getByText('2 added.').waitFor();
    await page.getByText('photo.png was not read').waitFor();
    await page.getByRole('link', { name: 'Feed a penguin' }).waitFor();
    await page
      .getByRole('textbox', { name: /^Pages of your own sites/ })
      .fill(`${baton.demoOrigin}/\nhttps://elsewhere.example/help`);
    await page.getByRole('button', { name: 'Import pages' }).click();
    await page.getByText(/It is on none of the workspace’s own sites/).waitFor();
    await page.context().close();
  });

  it('learns what people call it from whoever answers', { timeout: 120_000 }, async () => {
    const { page: site } = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    const panel = await openPanel(site);
    await write(panel, 'my plastic was turned away, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test');
    await page.getByRole('button', { name: 'Accept' }).click();
    const context = page.getByRole('region', { name: 'Context' });
    await context.getByRole('tab', { name: 'Why' }).click();
    await context.getByRole('button', { name: 'Say which article answers it' }).click();
    await context
      .getByRole('combobox', { name: 'It is answered by' })
      .selectOption({ label: 'Your card was declined' });
    await context.getByRole('button', { name: 'Save' }).click();
    await context.getByText('finds “Your card was declined” from now on').waitFor();
    expect(complaints.all).toEqual([]);
    await Promise.all([page.context().close(), site.context().close()]);
  });
});
