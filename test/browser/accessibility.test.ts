import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, visitDemo, workAs, write } from '../support/people.ts';

/* Every screen by axe's rules of WCAG 2.2, levels A and AA, in light and in dark. What it finds is a list of rules with the elements; contrast is among them. */

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

describe('axe finds nothing', () => {
  it('where a visitor is answered and handed over', { timeout: 120_000 }, async () => {
    const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    const panel = await openPanel(page);
    expect(await wrongOn(page, 'baton-widget')).toEqual([]);
    await write(panel, 'How do I download an invoice?');
    await panel
      .getByRole('link', { name: /invoice/i })
      .first()
      .waitFor();
    await write(panel, 'How do I create an API key?');
    await panel.getByRole('button', { name: 'Show me on the page' }).click();
    const guide = page.getByRole('dialog', { name: 'Guide' });
    await guide.getByText('Step 1 of 4').waitFor();
    expect(await wrongOn(page, 'baton-widget'), 'guide').toEqual([]);
    await guide.getByRole('button', { name: 'Stop' }).click();
    await write(panel, 'I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    expect(await wrongOn(page, 'baton-widget')).toEqual([]);
  });

  it('where an agent works', { timeout: 240_000 }, async () => {
    const { page } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    expect(await wrongOn(page)).toEqual([]);
    await page.getByRole('switch', { name: 'Available' }).click();
    await page.getByRole('region', { name: 'Offers' }).getByRole('button', { name: 'Accept' }).waitFor();
    expect(await wrongOn(page)).toEqual([]);
    await acceptOffer(page);
    for (const tab of ['Why', 'Steps', 'Account', 'History']) {
      await page.getByRole('region', { name: 'Context' }).getByRole('tab', { name: tab }).click();
      expect(await wrongOn(page), tab).toEqual([]);
    }
    for (const name of ['Resolve', 'Transfer', 'Escalate']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await wrongOn(page), name).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${baton.origin}/console/#/metrics`);
    await page
      .getByRole('heading', { name: /Metrics/ })
      .first()
      .waitFor();
    expect(await wrongOn(page)).toEqual([]);
  });

  it('in every part of the settings', { timeout: 240_000 }, async () => {
    const { page } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    const parts = page.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('link');
    await parts.first().waitFor();
    const wrong: Record<string, string[]> = {};
    for (const part of await parts.all()) {
      await part.click();
      await page.locator('.s-group').first().waitFor();
      const found = await wrongOn(page);
      if (found.length > 0) wrong[(await part.textContent()) ?? ''] = found;
    }
    expect(wrong).toEqual({});
  });

  it('on the pages that anybody sees', { timeout: 120_000 }, async () => {
    const page = await browser.newPage();
    for (const path of ['/', '/console/', '/help/pk_demo_ledgerline/card-declined', '/nowhere']) {
      await page.goto(`${baton.origin}${path}`);
      await page.waitForTimeout(300);
      expect(await wrongOn(page), path).toEqual([]);
    }
    await page.close();
  });
});
