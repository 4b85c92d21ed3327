import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight, settingsPart } from '../support/looks.ts';
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

const mine = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Inbox' }).getByRole('link', { name }).click();
const signedInAt = (page: Page) => page.getByRole('region', { name: 'Where you are signed in' });
const elsewhere = (page: Page) =>
  signedInAt(page).getByRole('button', { name: /^Sign out Chrome on Linux, signed in / });
const hasFocus = (field: Locator) => expect.poll(() => field.evaluate((node) => node.matches(':focus'))).toBe(true);
const NEXT = 'four quiet herons wade';

describe('[S39] [S41] an agent', () => {
  it('changes the password, and ends what they are signed in on', { timeout: 150_000 }, async () => {
    const there = await workAs(browser, baton, 'jonas@baton.test', { isAvailable: false });
    const { page: here, complaints } = await workAs(browser, baton, 'jonas@baton.test', { isAvailable: false });
    await mine(here, 'Jonas Weber');
    await here.getByRole('button', { name: 'Change your password' }).click();
    const dialog = here.getByRole('dialog', { name: 'Change your password' });
    const [present, next] = [dialog.getByLabel('Present password'), dialog.getByLabel('New password')];
    const change = dialog.getByRole('button', { name: 'Change', exact: true });
    await change.click();
    await dialog.getByText('Enter the password that you have now.').waitFor();
    await hasFocus(present);
    await looksRight(here, 'account-password');
    expect(await wrongOn(here, 'dialog')).toEqual([]);

    await present.fill('not the password');
    await next.fill('seven 7');
    await change.click();
    await dialog.getByText('A password has at least 8 characters.').waitFor();
    await hasFocus(next);
    await next.fill(NEXT);
    await next.press('Enter');
    await dialog.getByText('That is not your password.').waitFor();
    await hasFocus(present);

    await present.fill('baton-demo-2026');
    await next.fill('jonasweber1');
    await next.press('Enter');
    await dialog.getByText('This one is little more than your name').waitFor();
    await hasFocus(next);
    await next.fill(NEXT);

    // Behind dots until somebody wants to see it; pasted as well as typed.
    for (const field of [present, next]) await expect.poll(() => field.getAttribute('type')).toBe('password');
    await dialog.getByRole('checkbox', { name: 'Show both' }).check();
    for (const field of [present, next]) await expect.poll(() => field.getAttribute('type')).toBe('text');
    await next.press('ControlOrMeta+a');
    await next.press('ControlOrMeta+x');
    await expect.poll(() => next.inputValue()).toBe('');
    await dialog.getByRole('checkbox', { name: 'Show both' }).uncheck();
    await next.press('ControlOrMeta+v');
    await expect.poll(() => next.inputValue()).toBe(NEXT);
    await expect.poll(() => present.getAttribute('autocomplete')).toBe('current-password');
    await expect.poll(() => next.getAttribute('autocomplete')).toBe('new-password');
    await present.fill('baton-demo-2026');
    await change.click();
    await here.getByText('Your password is changed. You are signed out in one other place.').waitFor();
    await here.getByText('Last changed').waitFor();

    const again = there.page.getByRole('dialog', { name: 'Sign in again' });
    await again.waitFor();
    await expect.poll(() => again.getByLabel('Password').getAttribute('type')).toBe('password');
    await again.getByLabel('Password').fill('baton-demo-2026');
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.getByText('That e-mail and password do not belong together.').waitFor();
    await again.getByLabel('Password').fill(NEXT);
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.waitFor({ state: 'detached' });

    await here.reload();
    await signedInAt(here).getByText('(this one)').waitFor();
    await expect.poll(() => elsewhere(here).count()).toBe(1);
    await looksRight(here, 'account-sessions');
    expect(await wrongOn(here)).toEqual([]);
    await elsewhere(here).press('Enter');
    const sure = here.getByRole('dialog', { name: 'Sign out Chrome on Linux?' });
    await sure.waitFor();
    expect(await wrongOn(here, 'dialog')).toEqual([]);
    await sure.getByRole('button', { name: 'Sign out', exact: true }).click();
    await here.getByText('Chrome on Linux is signed out. Here you stay signed in.').waitFor();
    await expect.poll(() => elsewhere(here).count()).toBe(0);
    await hasFocus(here.getByRole('heading', { name: 'Where you are signed in' }));
    await again.waitFor();
    // The wrong one, which is said in words as well.
    const told = [...complaints.all, ...there.complaints.all].filter((text) => !text.includes('status of 400'));
    expect(told).toEqual([]);
    for (const page of [here, there.page]) await page.context().close();
  });
});

describe('[S42] an admin', () => {
  it('signs a member out everywhere, and the log says so', { timeout: 120_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await settingsPart(page, 'Members');
    await page.getByRole('button', { name: 'Sign out Maya Okafor' }).click();
    const sure = page.getByRole('dialog', { name: 'Sign Maya Okafor out?' });
    await sure.waitFor();
    expect(await wrongOn(page, 'dialog')).toEqual([]);
    await sure.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByText('Maya Okafor is signed out everywhere.').waitFor();
    await looksRight(page, 'members-signed-out');
    expect(await wrongOn(page)).toEqual([]);
    await maya.page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await settingsPart(page, 'Log');
    await page.getByText('signed Maya Okafor out everywhere').waitFor();
    for (const all of [complaints.all, maya.complaints.all]) expect(all).toEqual([]);
    for (const one of [page, maya.page]) await one.context().close();
  });
});
