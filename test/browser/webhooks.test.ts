import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { looksRight, settingsPart } from '../support/looks.ts';
import { openPanel, visitDemo, workAs, write } from '../support/people.ts';

let baton: Baton;
let browser: Browser;
let receiver: HookReceiver;
beforeAll(async () => {
  [baton, browser, receiver] = await Promise.all([startBaton(), launchBrowser(), startHookReceiver()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
  await receiver?.close();
});

/** As if its minute had come. */
const ringTheClock = async () =>
  expect((await fetch(`${baton.origin}/cdn-cgi/local/scheduled`)).status).toBeLessThan(300);
const isFocused = (page: Page, name: string) =>
  page.getByRole('textbox', { name }).evaluate((node) => node.matches(':focus'));

describe('[S28] [S29] an admin', () => {
  it('makes a webhook, sees whether it arrives, and has what failed sent again', { timeout: 240_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await settingsPart(page, 'Webhooks');
    await page.getByText('There is no webhook').waitFor();
    await looksRight(page, 'webhooks-none');
    const form = page.getByRole('form', { name: 'Make a webhook' });
    const make = form.getByRole('button', { name: 'Make the webhook' });
    await make.click();
    await form.getByText('Say where to').waitFor();
    await expect.poll(() => isFocused(page, 'Address')).toBe(true);
    const address = form.getByRole('textbox', { name: 'Address' });
    await address.fill('https://10.1.2.3/in');
    await address.press('Enter');
    await form.getByText('Choose at least one event.').waitFor();
    await form.getByRole('checkbox', { name: /conversation\.started/ }).press('Space');
    await address.press('Enter');
    await form.getByText('The address must name its host, not a number.').waitFor();
    await expect.poll(() => isFocused(page, 'Address')).toBe(true);
    await expect.poll(() => address.getAttribute('aria-invalid')).toBe('true');
    await looksRight(page, 'webhooks-wrong');
    await address.fill(receiver.url);
    await address.press('Enter');
    const host = new URL(receiver.url).host;
    const box = page.getByRole('textbox', { name: `Secret of ${host}` });
    const secret = await box.inputValue();
    expect(secret).toMatch(/^whsec_/);
    await looksRight(page, 'webhooks-made');
    await page.getByRole('button', { name: 'I have it' }).click();
    await expect.poll(() => box.count()).toBe(0);

    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test arrived: answered 204.').waitFor();
    const [test] = receiver.got;
    expect(new Webhook(secret).verify(test?.body ?? '', test?.headers ?? {})).toMatchObject({ type: 'webhook.test' });
    receiver.answerWith(500);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test did not arrive: answered 500. Only 2xx counts.').waitFor();

    // What happens is told, and one who says that nobody wants it is off.
    receiver.answerWith(410);
    const { page: visitor } = await visitDemo(browser, baton, { user: 'usr_priya' });
    await write(await openPanel(visitor), 'How do I download an invoice?');
    await expect
      .poll(
        async () => {
          await ringTheClock();
          return receiver.got.length;
        },
        { timeout: 60_000, interval: 1000 },
      )
      .toBe(3);
    await visitor.context().close();
    await settingsPart(page, 'API keys');
    await settingsPart(page, 'Webhooks');
    await page.getByText('Its receiver answered 410').waitFor();
    const told = page.getByRole('button', { name: 'What was told' });
    await told.press('Enter');
    const log = page.getByRole('region', { name: 'What was told' });
    const row = log.getByRole('row', { name: /conversation\.started/ });
    await row.getByText('Answered 410').waitFor();
    await expect.poll(() => row.getByRole('button').count()).toBe(0);
    await looksRight(page, 'webhooks-gone');
    expect(await wrongOn(page)).toEqual([]);
    receiver.answerWith(204);
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('It is on').waitFor();
    await row.getByRole('button', { name: /^Send again: conversation\.started/ }).press('Enter');
    await row.getByText('Arrived (204)').waitFor();
    expect(receiver.got.at(-1)?.headers['webhook-id']).toBe(receiver.got.at(-2)?.headers['webhook-id']);
    await log.getByRole('combobox', { name: 'Show' }).selectOption('Given up');
    await expect.poll(() => log.getByRole('row').count()).toBe(2);
    await looksRight(page, 'webhooks-log');
    // Of what was refused on the way the browser says that it was.
    expect(complaints.all.filter((line) => !line.includes('status of 400'))).toEqual([]);
    await page.context().close();
  });

  it('gives another secret, is warned before a third, and removes it', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await settingsPart(page, 'Webhooks');
    await page.getByRole('button', { name: 'Another secret…' }).click();
    await page.getByRole('dialog').getByText('For a day both sign').waitFor();
    await page.getByRole('button', { name: 'Make another' }).click();
    await page.getByText('The one before signs along until').waitFor();
    const secret = page.getByRole('textbox', { name: /^Secret of / });
    const second = await secret.inputValue();
    await page.getByRole('button', { name: 'Another secret…' }).click();
    const dialog = page.getByRole('dialog', { name: /another secret\?$/ });
    await dialog.getByText('ends the older of them at once').waitFor();
    await looksRight(page, 'webhooks-third');
    expect(await wrongOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => secret.inputValue()).toBe(second);
    await page.getByRole('button', { name: 'Another secret…' }).click();
    await dialog.getByRole('button', { name: 'End it and make another' }).click();
    await expect.poll(() => secret.inputValue()).not.toBe(second);
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('What happens meanwhile is not told later.').waitFor();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('There is no webhook').waitFor();
    await settingsPart(page, 'Log');
    for (const words of ['made a webhook', 'sent a test', 'had an event sent again', 'another secret', 'removed the'])
      await page.getByText(words).first().waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('is told when they could not be loaded, and tries again; others are told whose they are', {
    timeout: 90_000,
  }, async () => {
    const { page } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.route('**/v1/webhooks', (route) => route.abort());
    await settingsPart(page, 'Webhooks');
    await page.getByRole('heading', { name: 'The webhooks could not be loaded' }).waitFor();
    await page.unroute('**/v1/webhooks');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('There is no webhook').waitFor();
    await page.context().close();
    const { page: maya } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await settingsPart(maya, 'Webhooks');
    await maya.getByText('Only owners and admins see webhooks.').waitFor();
    await maya.context().close();
  });
});
