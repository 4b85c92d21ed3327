import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight as looksAllRight, settingsPart } from '../support/looks.ts';
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

const find = async (page: Page, by: string, whom: string) => {
  await page.getByRole('combobox', { name: 'Find by' }).selectOption(by);
  await page.getByRole('textbox', { name: 'Whom' }).fill(whom);
  await page.getByRole('textbox', { name: 'Whom' }).press('Enter');
};
/** What is looked at is below what is recorded. */
const looksRight = async (page: Page, name: string) => {
  await page.getByRole('heading', { name: 'A person’s data' }).evaluate((node) => node.scrollIntoView());
  await looksAllRight(page, name);
};
const BY_ID = 'the id that your product gives them';

describe('[Y2] [Y9] an owner', () => {
  it('finds somebody, exports what there is, and erases them by writing their id', { timeout: 240_000 }, async () => {
    const { page: visitor } = await visitDemo(browser, baton, { user: 'usr_priya' });
    const panel = await openPanel(visitor);
    await write(panel, 'I was charged twice, the canary is Zqcanaryword');
    await write(panel, 'I want to talk to a human');
    const ticket = panel.getByRole('region', { name: /^Ticket BTN-/ });
    await ticket.waitFor();
    const number = /BTN-\d+/.exec((await ticket.getAttribute('aria-label')) ?? '')?.[0] ?? '';

    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await settingsPart(page, 'Privacy');
    await page.getByText('Nobody was exported or erased yet.').waitFor();
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText('Write the id that your product gives them.').waitFor();
    await find(page, BY_ID, 'usr_nobody');
    await page.getByText('Nothing is known of such a visitor.').waitFor();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Whom' }).evaluate((node) => node.matches(':focus')))
      .toBe(true);
    await looksRight(page, 'privacy-nobody');
    await find(page, 'a conversation', number);
    const found = page.getByRole('region', { name: 'Priya Raman' });
    await found.getByText('usr_priya').waitFor();
    await found.getByText('1 conversation, under way now.').waitFor();
    await looksRight(page, 'privacy-found');
    expect(await wrongOn(page)).toEqual([]);

    await found.getByRole('button', { name: 'Export everything' }).press('Enter');
    const link = page.getByRole('link', { name: /^Download the export of vis_/ });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^prv_.*\.ndjson$/);
    const file = await (await download.createReadStream()).toArray();
    expect(Buffer.concat(file as Buffer[]).toString()).toContain('Zqcanaryword');

    await find(page, BY_ID, 'usr_priya');
    await found.getByRole('button', { name: 'Erase…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase Priya Raman?' });
    const typed = dialog.getByRole('textbox', { name: 'Write usr_priya to erase them' });
    await typed.fill('usr_pria');
    await typed.press('Enter');
    await dialog.getByText('This is not usr_priya.').waitFor();
    await looksRight(page, 'privacy-erase');
    expect(await wrongOn(page)).toEqual([]);
    await typed.fill('usr_priya');
    await typed.press('Enter');
    await page.getByText('The erasure is done: nothing is left in any store.').waitFor({ timeout: 60_000 });
    // The file of before went with her.
    await expect.poll(() => link.count()).toBe(0);
    await page.getByText('The file is gone').waitFor();
    await page.getByText('Receipt').first().click();
    const receipt = page.getByRole('region', { name: 'Exports and erasures' }).getByRole('table').first();
    await receipt.getByRole('row', { name: /^Conversations 1 0$/ }).waitFor();
    await looksRight(page, 'privacy-receipt');
    expect(await wrongOn(page)).toEqual([]);
    await find(page, 'a conversation', number);
    await page.getByText('Whoever was erased stands below.').waitFor();
    // Of what was refused on the way the browser says that it was.
    expect(complaints.all.filter((line) => !line.includes('status of 404'))).toEqual([]);
    await Promise.all([page.context().close(), visitor.context().close()]);
  });

  it('sees how far a job is, that it does not come on, and what follows', { timeout: 90_000 }, async () => {
    const { page } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    const job = {
      ...{ id: 'prv_AAAAAAAAAAAA', kind: 'erasure', visitorId: 'vis_AAAAAAAAAAAA', askedBy: 'Ines Duarte' },
      ...{ askedAt: Date.now() - 60_000, progress: { step: 'recordings', n: 4, of: 8 }, doneAt: null, receipt: null },
      ...{ failures: 3, nextAt: Date.now() + 8000, downloadUntil: null },
    };
    await page.route('**/v1/privacy/jobs', (route) => route.fulfill({ json: { jobs: [job] } }));
    await settingsPart(page, 'Privacy');
    await page.getByText('Step 5 of 8: deleting recordings').waitFor();
    await expect.poll(() => page.getByRole('progressbar', { name: 'Erasure' }).getAttribute('value')).toBe('4');
    await page.getByText('The last 3 tries failed or had to wait. It is tried again by itself').waitFor();
    await looksRight(page, 'privacy-failing');
    expect(await wrongOn(page)).toEqual([]);
    await page.unroute('**/v1/privacy/jobs');
    await page.route('**/v1/privacy/jobs', (route) => route.abort());
    await page.getByText('They go on all the same.').waitFor();
    // What was known stays in sight.
    await page.getByText('Step 5 of 8: deleting recordings').waitFor();
    await page.context().close();
  });
});

describe('[Y9] whoever is no admin', () => {
  it('sees what is recorded, and nothing of exports and erasures', { timeout: 60_000 }, async () => {
    const { page } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await settingsPart(page, 'Privacy');
    await page.getByText('You can look, not change').waitFor();
    await expect.poll(() => page.getByRole('heading', { name: 'Exports and erasures' }).count()).toBe(0);
    await page.context().close();
  });
});
