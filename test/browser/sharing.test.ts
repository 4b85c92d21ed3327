import { readdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('[X12] [X13] a visitor whose browser asks for privacy', { timeout: 120_000 }, () => {
  it('is asked before anything is sent, sees who looks, and ends it at once', async () => {
    const jonas = await workAs(browser, baton, 'jonas@baton.test');
    const { page, complaints } = await visitDemo(browser, baton, { path: '/api-keys' });
    await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
    await page.reload();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/segments/') && request.method() === 'PUT') sent.push(request.url());
    });
    const panel = await openPanel(page);
    await write(panel, 'The key is not created, I want to talk to a human');
    await panel.getByText('May support see this page').waitFor();
    await acceptOffer(jonas.page);
    await jonas.page.getByText('The visitor has not agreed yet').waitFor();
    // What is done meanwhile stays here.
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await page.waitForTimeout(3000);
    expect(sent).toEqual([]);

    await panel.getByRole('button', { name: 'Show it' }).click();
    await panel.getByText('Jonas Weber can see this page now.').waitFor({ timeout: 15_000 });
    // The minutes before it come along: from where the trouble was.
    await replayed(jonas.page).getByRole('heading').first().waitFor({ timeout: 20_000 });
    expect(sent.length).toBeGreaterThan(0);

    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByText('Support does not see this page.').waitFor();
    await jonas.page.getByText('Stopped showing their page').waitFor();
    await page.waitForTimeout(1500);
    const before = sent.length;
    await page.getByRole('link', { name: 'Reports' }).first().click();
    await page.waitForTimeout(3000);
    expect(sent.length).toBe(before);
    // [X14] And what was shown can be had back.
    await panel.getByText('What support can see').click();
    await panel.getByRole('button', { name: 'Delete the recording' }).click();
    await panel.getByRole('button', { name: 'Delete it for good' }).click();
    await panel.getByText('The recording was deleted').waitFor();
    await jonas.page.getByText('The recording was deleted').waitFor();
    const blobs = () =>
      readdirSync(baton.stateDir, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && entry.parentPath.includes('blobs'),
      );
    await expect.poll(() => blobs().length, { timeout: 5000 }).toBe(0);
    expect([complaints.violations, jonas.complaints.violations]).toEqual([[], []]);
    await page.context().close();
    await jonas.page.context().close();
  });
});
