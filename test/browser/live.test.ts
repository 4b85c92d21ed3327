import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('live is what the visitor has before them, in whichever tab', { timeout: 120_000 }, async () => {
  const jonas = await workAs(browser, baton, 'jonas@baton.test');
  const { page: first } = await visitDemo(browser, baton, { path: '/api-keys' });
  await first.getByRole('button', { name: 'Create key' }).first().click();
  const panel = await openPanel(first);
  await write(panel, 'The key is not created, I want to talk to a human');
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
  await acceptOffer(jonas.page);
  const scene = replayed(jonas.page);
  const live = jonas.page.getByRole('region', { name: 'Replay' }).getByRole('button', { name: 'Live' });
  const isPressed = () => live.getAttribute('aria-pressed');
  await scene.getByRole('heading', { name: 'API keys' }).first().waitFor({ timeout: 20_000 });

  // Another visit: the tab of the trouble is over, and what is live is elsewhere.
  const context = first.context();
  await first.close();
  await expect.poll(() => live.getAttribute('title'), { timeout: 15_000 }).toBe('The visitor is not on the page');
  const second = await context.newPage();
  await second.goto(`${baton.demoOrigin}/reports`);
  await expect.poll(() => live.getAttribute('aria-disabled'), { timeout: 20_000 }).toBe('false');
  await scene.getByRole('heading', { name: 'API keys' }).first().waitFor();
  await live.click();
  await scene.getByRole('heading', { name: 'Reports' }).first().waitFor({ timeout: 20_000 });
  await expect.poll(isPressed).toBe('true');
  await second.getByRole('link', { name: 'Customers' }).first().click();
  await scene.getByRole('heading', { name: 'Customers' }).first().waitFor({ timeout: 20_000 });

  // One more tab beside it, and back.
  const third = await context.newPage();
  await third.goto(`${baton.demoOrigin}/settings`);
  await scene.getByRole('heading', { name: 'Settings' }).first().waitFor({ timeout: 20_000 });
  await expect.poll(isPressed).toBe('true');
  await second.bringToFront();
  await second.getByRole('link', { name: 'Dashboard' }).first().click();
  await scene.getByRole('heading', { name: 'Dashboard' }).first().waitFor({ timeout: 20_000 });

  // [O7] While they look nothing waits for its second to be over.
  const took: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    await second.waitForTimeout(150 * i);
    const from = Date.now();
    await second.evaluate((text) => {
      (document.querySelector('h1') as HTMLElement).textContent = text;
    }, `Heading ${i}`);
    await scene.getByRole('heading', { name: `Heading ${i}` }).waitFor();
    took.push(Date.now() - from);
  }
  expect(took.sort((a, b) => a - b)[4]).toBeLessThan(900);

  // [X12] Who stops showing their page is not live any more, whatever was pressed; who shows it again may be followed again.
  const asked = await openPanel(second);
  await asked.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(isPressed).toBe('false');
  await expect.poll(() => live.getAttribute('title')).toBe('What the visitor has before them is not recorded');
  await expect.poll(() => live.getAttribute('aria-disabled')).toBe('true');
  await asked.getByRole('button', { name: 'Show it' }).click();
  await expect.poll(() => live.getAttribute('aria-disabled'), { timeout: 20_000 }).toBe('false');
  expect(await isPressed()).toBe('false');
  await live.click();
  await expect.poll(isPressed, { timeout: 20_000 }).toBe('true');

  // Whoever takes the time line is no longer following: nothing changes under their hands.
  await jonas.page
    .getByRole('button', { name: 'Moment of trouble' })
    .or(jonas.page.getByTitle('Moment of trouble (m)'))
    .first()
    .click();
  await expect.poll(isPressed).toBe('false');
  expect(jonas.complaints.violations).toEqual([]);
  await jonas.page.context().close();
  await context.close();
});
