import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, replayed, visitDemo, workAs, write } from '../support/people.ts';

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

const debug = (page: Page) => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug'));
const recorderIs = (page: Page, state: string) =>
  expect.poll(async () => (await debug(page))?.recorder.state, { timeout: 15_000 }).toBe(state);
const becomes = (page: Page, user: string) =>
  page.context().addCookies([{ name: 'ledgerline_user', value: user, url: baton.demoOrigin }]);

/** What this browser keeps of recordings, by visitor and tab. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const keysOf = (name: string) =>
      new Promise<string[]>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => {
          const all = request.result.transaction('pieces').objectStore('pieces').getAllKeys();
          all.onsuccess = () => {
            request.result.close();
            resolve(all.result.map((key) => (key as unknown[]).slice(0, 2).join(' ')));
          };
        };
      });
    const databases = await indexedDB.databases();
    return [...new Set((await Promise.all(databases.map(({ name }) => keysOf(name ?? '')))).flat())];
  });

async function payInVain(page: Page, times: number): Promise<void> {
  await page.getByLabel('Card number').fill('4929 1234 5678 9012');
  await page.getByLabel('Expiry date').fill('11/29');
  await page.getByLabel('CVC').fill('917');
  await page.getByLabel('Name on card').fill('Canary Plover');
  for (let i = 0; i < times; i += 1) {
    const refused = page.waitForResponse((response) => response.status() === 402);
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await refused;
  }
  await page.getByText('Your card was declined').waitFor();
}

async function askForPerson(page: Page): Promise<void> {
  const panel = await openPanel(page);
  await write(panel, 'I was charged twice, I want to talk to a human');
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
}

describe('a page that is loaded again', () => {
  it('keeps the last minutes before: the agent sees the refused payment', { timeout: 150_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    const { page, complaints } = await visitDemo(browser, baton, { path: '/billing' });
    await recorderIs(page, 'recording');
    await payInVain(page, 2);
    // At once: what was not compressed yet must come along too.
    await page.reload();
    await recorderIs(page, 'recording');
    // And once more, to another page.
    await page.goto(`${baton.demoOrigin}/reports`);
    await askForPerson(page);

    await acceptOffer(maya.page);
    const replay = maya.page.getByRole('region', { name: 'Replay' });
    const scene = replayed(maya.page);
    await scene.getByRole('heading', { name: 'Billing' }).waitFor({ timeout: 20_000 });
    await expect.poll(() => replay.innerText()).not.toContain('before this recording');
    await replay.getByRole('button', { name: 'Play' }).click();
    await scene.getByText('Your card was declined').waitFor({ timeout: 20_000 });
    expect(await scene.locator('html').innerHTML()).not.toMatch(/4929|917|Canary/);
    // The site's own logo cannot come along, and its place says so.
    const logo = scene.locator('img').first();
    expect(await logo.evaluate((node) => getComputedStyle(node).content)).toContain('Image%20not%20shown');
    await replay.getByRole('button', { name: 'Live' }).click();
    await scene.getByRole('heading', { name: 'Reports' }).first().waitFor({ timeout: 15_000 });

    // A reload in the middle of the upload leaves no hole.
    await page.reload();
    await recorderIs(page, 'uploading');
    await page.getByRole('link', { name: 'API keys' }).click();
    await scene.getByRole('heading', { name: 'API keys' }).first().waitFor({ timeout: 20_000 });
    await expect.poll(() => replay.innerText()).not.toContain('did not arrive');
    expect(complaints.violations).toEqual([]);
    await maya.page.context().close();
    await page.context().close();
  });

  it('says so where the browser keeps nothing and the trouble is older than the recording', async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    const { page, complaints } = await visitDemo(browser, baton, { path: '/billing', user: 'usr_lena' });
    await page.addInitScript(() => {
      // Of what the page before wrote as it went only the recording is taken away.
      for (const key of Object.keys(sessionStorage)) if (key.endsWith(':unsaved')) sessionStorage.removeItem(key);
      Object.defineProperty(window, 'indexedDB', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    await page.reload();
    await recorderIs(page, 'recording');
    await payInVain(page, 1);
    await page.reload();
    await recorderIs(page, 'recording');
    await askForPerson(page);
    await acceptOffer(maya.page);
    const replay = maya.page.getByRole('region', { name: 'Replay' });
    await replay.getByText(/The trouble began at .* before this recording/).waitFor({ timeout: 20_000 });
    expect(complaints.all).toEqual([]);
    await maya.page.context().close();
    await page.context().close();
  });

  it('has nothing of the last person, and nothing of anybody who signed out', async () => {
    const { page } = await visitDemo(browser, baton, { path: '/settings', user: 'usr_tom' });
    await recorderIs(page, 'recording');
    await page.reload();
    await recorderIs(page, 'recording');
    await expect.poll(() => kept(page), { timeout: 15_000 }).toHaveLength(1);
    const [toms] = await kept(page);
    // Not by the site's own menu, which shuts support down: a site may forget to.
    await becomes(page, 'signed-out');
    await page.reload();
    await recorderIs(page, 'recording');
    await expect.poll(() => kept(page), { timeout: 15_000 }).not.toContain(toms);
    expect((await debug(page))?.recorder.ringSeconds).toBeLessThan(5);
    await page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('shutdown'));
    await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    await page.context().close();
  });
});
