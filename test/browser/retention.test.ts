import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight, settingsPart } from '../support/looks.ts';
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

const DAY_MS = 86_400_000;
const conversationOn = (page: Page) =>
  page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.conversation?.id ?? null);

/** While nobody runs: everything that was said is so much older. */
function makeOlder(dir: string, ms: number): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(join(entry.parentPath, entry.name));
    const has = (table: string) =>
      database.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(table) !== undefined;
    if (has('crumbs')) database.exec(`update entries set at = at - ${ms}`);
    if (has('conversations')) database.exec(`update conversations set updated_at = updated_at - ${ms}`);
    database.close();
  }
}

const theTable = (page: Page) => page.getByRole('table', { name: 'What is kept, and for how long' });

describe('[Y10] [Y11] a workspace that keeps less', () => {
  it('is told what goes before it goes; who has it open begins anew', { timeout: 240_000 }, async () => {
    const { page: visitor, complaints: theirs } = await visitDemo(browser, baton, { user: 'usr_priya' });
    let begun = 0;
    visitor.on('request', (request) => {
      if (request.method() === 'POST' && new URL(request.url()).pathname === '/v1/conversations') begun += 1;
    });
    const panel = await openPanel(visitor);
    await write(panel, 'Where is my invoice? The canary is Zqcanaryword');
    await expect.poll(() => conversationOn(visitor)).toMatch(/^cnv_/);
    await panel.getByRole('log').getByText('Zqcanaryword').waitFor();
    const old = await conversationOn(visitor);

    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await settingsPart(page, 'Privacy');
    await theTable(page).getByRole('row', { name: 'Recordings 30 days after their last second' }).waitFor();
    await theTable(page).getByRole('row', { name: 'Exports of a person 7 days' }).waitFor();
    const recordings = page.getByRole('textbox', { name: 'Days after the last second' });
    const talks = page.getByRole('textbox', { name: 'Days after the last word' });
    const save = page.getByRole('button', { name: 'Save', exact: true });
    for (const wrong of ['0', '3651', 'a week']) {
      await talks.fill(wrong);
      await talks.press('Enter');
      await page.getByRole('alert').getByText('Nothing was saved').waitFor();
      await page.getByText('Write whole days, from 1 to 3,650').waitFor();
      await expect.poll(() => talks.getAttribute('aria-invalid')).toBe('true');
      await expect.poll(() => talks.evaluate((node) => node.matches(':focus'))).toBe(true);
    }
    await looksRight(page, 'retention-wrong');
    await talks.fill('20');
    await page.getByText('none is kept longer than 20 days').waitFor();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await looksRight(page, 'retention-page');
    await theTable(page).evaluate((node) => node.scrollIntoView());
    await looksRight(page, 'retention-table');
    expect(await wrongOn(page)).toEqual([]);
    await talks.fill('');

    // Nothing is so old.
    await recordings.fill('29');
    await save.click();
    const harmless = page.getByRole('dialog', { name: 'Keep less from now on?' });
    await harmless.getByText('Nothing is older than that today.').waitFor();
    await looksRight(page, 'retention-nothing');
    await harmless.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('Saved. What is recorded counts').waitFor();
    await theTable(page).getByRole('row', { name: 'Recordings 29 days after their last second' }).waitFor();

    await baton.stop();
    makeOlder(baton.stateDir, 31 * DAY_MS);
    await baton.restart();

    await page.reload();
    await talks.fill('20');
    await talks.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete what is older?' });
    await dialog.getByText('1 conversation is older than 20 days and will be deleted').waitFor();
    await dialog.getByText('Deleting cannot be undone.').waitFor();
    const typed = dialog.getByRole('textbox', { name: 'Write 1 to delete 1 conversation' });
    await typed.fill('2');
    await typed.press('Enter');
    await dialog.getByText('This is not 1.').waitFor();
    await looksRight(page, 'retention-delete');
    expect(await wrongOn(page)).toEqual([]);
    // Who thinks better of it has changed nothing.
    await page.keyboard.press('Escape');
    await page.reload();
    await expect.poll(() => talks.inputValue()).toBe('');
    await talks.fill('20');
    await talks.press('Enter');
    await typed.fill('1');
    await typed.press('Enter');
    await page.getByText('Saved. What is recorded counts').waitFor();
    await theTable(page)
      .getByRole('row', { name: /^Conversations.*20 days after the last word$/ })
      .waitFor();
    await theTable(page).getByRole('row', { name: 'Recordings as long as their conversation' }).waitFor();
    await theTable(page).evaluate((node) => node.scrollIntoView());
    await looksRight(page, 'retention-saved');

    expect((await fetch(`${baton.origin}/cdn-cgi/local/scheduled`)).status).toBeLessThan(300);
    await panel.getByRole('log').getByText('Zqcanaryword').waitFor({ state: 'detached', timeout: 60_000 });
    const before = begun;
    await write(panel, 'Hello again');
    await panel.getByRole('log').getByText('Hello again').waitFor();
    await expect.poll(() => conversationOn(visitor), { timeout: 30_000 }).toMatch(/^cnv_/);
    expect(await conversationOn(visitor)).not.toBe(old);
    expect(begun - before).toBe(1);

    await page.goto(`${baton.origin}/console/#/c/${old}`);
    await page.getByRole('heading', { name: 'This conversation cannot be opened' }).waitFor();
    await page.getByText('It was deleted, because it was older than this workspace keeps conversations').waitFor();
    expect(theirs.violations).toEqual([]);
    expect(complaints.all.filter((line) => !/status of 404|WebSocket/.test(line))).toEqual([]);
    await Promise.all([page.context().close(), visitor.context().close()]);
  });
});
