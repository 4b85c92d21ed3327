import type { Browser } from 'playwright-core';
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

describe('[G26] intents in the settings', () => {
  it('are named, refused with their place, saved, learnt and tried', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Intents', exact: true }).click();
    const form = page.getByRole('form', { name: 'Settings of Intents' });
    await form.getByRole('group', { name: 'api-keys' }).waitFor();
    await form.getByRole('button', { name: 'Add an intent' }).click();
    const name = form.getByRole('textbox', { name: 'Name of intent 7' });
    await expect.poll(() => name.evaluate((node) => node.matches(':focus'))).toBe(true);
    await page.keyboard.type('hiring');
    const examples = form.getByRole('textbox', { name: 'Examples of hiring, one a line' });
    await examples.fill('are you hiring\nsend my resume to you');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('At least 3 examples').first().waitFor();
    await examples.fill(
      'are you hiring\nsend my resume to you\n\nopen positions at your company\nyou charged my card two times',
    );
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Line 4: this is an example of billing already').first().waitFor();
    await examples.fill('are you hiring\nsend my resume to you\n\nopen positions at your company');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved. It is being learnt').waitFor();
    const model = page.getByRole('complementary', { name: 'The model' });
    await model.getByText('All that was saved has been learnt.').waitFor({ timeout: 60_000 });
    await model.getByRole('textbox', { name: 'Try a message' }).fill('do you have open positions');
    await model.getByRole('button', { name: 'Try' }).click();
    await model.getByText(/hiring \(\d+ % if it is about any of them\), one of ours/).waitFor();
    expect(complaints.all.filter((text) => !text.includes('status of 400'))).toEqual([]);
    await page.context().close();
  });

  it('[G27] are corrected by whoever answers', { timeout: 120_000 }, async () => {
    const visitor = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    const panel = await openPanel(visitor.page);
    await write(panel, 'my card was refused, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test');
    await page.getByRole('button', { name: 'Accept' }).click();
    const context = page.getByRole('region', { name: 'Context' });
    await context.getByRole('tab', { name: 'Why' }).click();
    await context.getByRole('button', { name: 'Say what it is about' }).click();
    await context.getByRole('combobox', { name: 'It is about' }).selectOption('account');
    await context.getByRole('button', { name: 'Save' }).click();
    await context.getByText('Noted. The model learns from it').waitFor();
    await context.getByRole('button', { name: 'Say what it is about' }).click();
    await context.getByText('Somebody has said so before').waitFor();
    await expect.poll(() => context.getByRole('combobox', { name: 'It is about' }).inputValue()).toBe('account');
    expect(complaints.all.filter((text) => !text.includes('status of 400'))).toEqual([]);
    await page.context().close();
    await visitor.page.context().close();
  });
});
