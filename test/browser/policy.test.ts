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

/** Where a picture of each state is wanted. */
const shots = process.env.POLICY_SHOTS;

describe('[T16] the policy in the settings', () => {
  it('is edited, refused at the spot, tried, saved, run in shadow, published and rolled back', {
    timeout: 240_000,
  }, async () => {
    const visitor = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    await write(await openPanel(visitor.page), 'could you show me around the invoices page please');
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    const shoot = async (name: string) => {
      if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: false });
    };
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Policy', exact: true }).click();
    await page.getByRole('button', { name: 'Version 1, in force' }).waitFor();
    await page.getByText('Frustrated on a failing page').click();
    await shoot('1-open');

    // By keyboard: a new trigger has the focus in its name.
    await page.getByRole('button', { name: 'Add a trigger' }).press('Enter');
    const form = page.locator('.s-trigger', { hasText: 'trigger 16' });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('id')))
      .toBe('set-triggers.15.label');
    await page.keyboard.type('Wants to see it');
    const mine = page.locator('.s-trigger', { hasText: 'Wants to see it' });
    await page.getByRole('textbox', { name: 'Why' }).fill('Show them around');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await mine.getByText('At least one, or it never matches.').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Value of the message, in Wants to see it');
    await shoot('2-refused');
    await page.keyboard.type('show me around\n');
    await mine.getByRole('button', { name: 'Add a group' }).click();
    await mine.getByRole('combobox', { name: 'Fact, in Wants to see it' }).nth(1).selectOption('page.errors');
    await mine.getByRole('button', { name: 'Not: turn errors on the page around, in Wants to see it' }).click();
    await mine.getByRole('group', { name: 'not this, in Wants to see it' }).waitFor();

    // The test bench asks what is on the screen, saved or not.
    const bench = page.getByRole('form', { name: 'Test bench' });
    await bench.getByRole('textbox', { name: 'What the visitor writes' }).fill('please show me around the dashboard');
    await bench.getByRole('combobox', { name: 'Set a fact' }).selectOption('page.errors');
    await bench.getByRole('textbox', { name: 'Value of errors on the page' }).fill('1');
    await bench.getByRole('button', { name: 'Try' }).click();
    const aside = page.getByRole('complementary', { name: 'Try and compare' });
    await aside.getByText('Nearest change:').waitFor();
    await aside.getByText('One error on the page fewer, and a person would have been offered.').waitFor();
    await bench.getByRole('textbox', { name: 'Value of errors on the page' }).fill('0');
    await bench.getByRole('button', { name: 'Try' }).click();
    await aside.getByText(/^A person is offered.*“Wants to see it”\.$/).waitFor();
    await aside.getByRole('button', { name: 'Look it up' }).click();
    await aside.getByText(/would have been decided otherwise/).waitFor();
    await aside.getByText(/“Wants to see it” would have a say in/).waitFor();
    await shoot('3-tried');

    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved as version 2.').waitFor();
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('1');
    await page.getByText('Added “Wants to see it”').waitFor();
    await page.getByRole('button', { name: 'Run in shadow' }).click();
    await page.getByText('Version 2 runs in shadow').waitFor();
    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish version 2?' });
    await dialog.getByText('Added “Wants to see it”').waitFor();
    await dialog.getByText(/^\d of the last \d evaluations? would have been decided otherwise\.$/).waitFor();
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByText('Say why.').waitFor();
    await shoot('4-publish');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('Tried in shadow');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Version 2 is in force, everywhere within a minute.').waitFor();

    // What is unsaved is not lost by looking elsewhere.
    await page.getByText('Legal words').first().click();
    await page.locator('.s-trigger', { hasText: 'Legal words' }).getByRole('checkbox', { name: 'On' }).uncheck();
    await page.getByRole('button', { name: 'Version 1, former' }).click();
    await page.getByText('Save the draft or discard your changes first').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Version 1, former' }).click();
    await page.getByRole('button', { name: 'Roll back to this…' }).click();
    const back = page.getByRole('dialog', { name: 'Roll back to version 1?' });
    await back.getByText('Removed “Wants to see it”').waitFor();
    await back.getByRole('textbox', { name: 'Why' }).fill('Too many offers');
    await back.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Version 3 is in force').waitFor();
    await page.getByRole('button', { name: 'Version 2, rolled back' }).waitFor();
    await shoot('5-rolled-back');
    if (shots !== undefined) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.getByText('Frustrated on a failing page').first().click();
      await page.getByText('Frustrated on a failing page').first().scrollIntoViewIfNeeded();
      await shoot('6-dark');
      await page.setViewportSize({ width: 390, height: 844 });
      await shoot('7-phone');
      await page.screenshot({ path: `${shots}/8-phone-whole.png`, fullPage: true });
    }
    await expect.poll(() => form.count()).toBe(0);
    expect(complaints.all).toEqual([]);
    await page.context().close();
    await visitor.page.context().close();
  });

  it('is looked at and tried by everybody, and changed by admins only', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Policy', exact: true }).click();
    await page.getByText('You can look and try, not change').waitFor();
    await page.getByText('Legal words').first().click();
    await expect.poll(() => page.getByRole('button', { name: /Add a|Publish|Remove|Save/ }).count()).toBe(0);
    await page.getByRole('textbox', { name: 'What the visitor writes' }).fill('let me talk to a human');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText(/^It is handed over to a person.*“Asked for a person”/).waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('[T15] Why tells what little would have led elsewhere', { timeout: 120_000 }, async () => {
    const visitor = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    const panel = await openPanel(visitor.page);
    await write(panel, 'my card was refused, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test');
    await page.getByRole('button', { name: 'Accept' }).click();
    const context = page.getByRole('region', { name: 'Context' });
    await context.getByRole('tab', { name: 'Why' }).click();
    await context.getByText('Without the wish for a person, nobody would have been brought in.').waitFor();
    if (shots !== undefined) await page.screenshot({ path: `${shots}/9-why.png` });
    expect(complaints.all).toEqual([]);
    await page.context().close();
    await visitor.page.context().close();
  });
});
