import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight } from '../support/looks.ts';
import { acceptOffer, openPanel, visitDemo, workAs, write } from '../support/people.ts';

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

const WORDS = 'I see the refused payments.';

describe('[S31] an agent', () => {
  it('signs out everywhere else; what is written there is there after signing in again', {
    timeout: 120_000,
  }, async () => {
    const there = await workAs(browser, baton, 'maya@baton.test');
    const { page: visitor } = await visitDemo(browser, baton, { path: '/billing' });
    const panel = await openPanel(visitor);
    await write(panel, 'I was charged twice, let me talk to a human');
    await acceptOffer(there.page);
    const reply = there.page.getByRole('textbox', { name: 'Reply' });
    await reply.fill(WORDS);

    const { page: here } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await here.getByRole('navigation', { name: 'Inbox' }).getByRole('link', { name: 'Maya Okafor' }).click();
    await here.getByRole('button', { name: 'Sign out everywhere else' }).click();
    const sure = here.getByRole('dialog');
    expect(await wrongOn(here, 'dialog')).toEqual([]);
    await sure.getByRole('button', { name: 'Sign out', exact: true }).click();
    await here.getByText('Signed out in one other place. Here you stay signed in.').waitFor();
    await looksRight(here, 'account-elsewhere');
    expect(await wrongOn(here)).toEqual([]);

    // Nobody touches it: its socket is closed, and its ticket refused.
    const again = there.page.getByRole('dialog', { name: 'Sign in again' });
    await again.waitFor();
    await again.getByLabel('Password').fill('baton-demo-2026');
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.waitFor({ state: 'detached' });
    await expect.poll(() => reply.inputValue()).toBe(WORDS);
    await there.page.getByRole('button', { name: 'Send', exact: true }).click();
    await panel.getByText(WORDS).waitFor();
    expect(there.complaints.all).toEqual([]);
  });
});
