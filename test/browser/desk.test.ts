import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
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

const billingOf = (page: Page) => page.getByRole('region', { name: 'Queue Billing' });

async function askForPerson(user: string): Promise<Page> {
  const { page } = await visitDemo(browser, baton, { path: '/billing', user });
  const panel = await openPanel(page);
  await write(panel, 'I was charged twice, I want to talk to a human');
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
  return page;
}

describe('a supervisor', () => {
  it('closes and opens a queue, moves work in line, offers it and takes it back', { timeout: 120_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const ines = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });

    // Everybody reads it, only the supervisor can do it.
    await expect.poll(() => maya.page.getByRole('button', { name: /Close queue/ }).count()).toBe(0);
    await ines.page.getByRole('button', { name: 'Close queue Billing' }).click();
    await billingOf(maya.page)
      .getByText(/^Closed by Ines Duarte at .*; newcomers are told\.$/)
      .waitFor();
    await ines.page.getByRole('button', { name: 'Open queue Billing' }).click();
    await ines.page.getByRole('button', { name: 'Close queue Billing' }).waitFor();
    expect(
      await billingOf(maya.page)
        .getByText(/Closed by/)
        .count(),
    ).toBe(0);

    const visitor = await askForPerson('usr_priya');
    const row = billingOf(ines.page).getByRole('listitem').filter({ hasText: 'charged twice' });
    await row.waitFor();
    const menu = row.getByRole('button', { name: /^More for BTN-/ });
    expect(
      await billingOf(maya.page)
        .getByRole('button', { name: /^More for/ })
        .count(),
    ).toBe(0);

    // The card of a row is of now, and whole in a low window; Escape sends it away while the pointer rests; it may be pointed at.
    const theirs = billingOf(maya.page).getByRole('link').filter({ hasText: 'charged twice' });
    const card = maya.page.getByRole('tooltip');
    await maya.page.setViewportSize({ width: 1280, height: 420 });
    await theirs.hover();
    await card.waitFor();
    await menu.click();
    await row.getByRole('button', { name: 'Move forward 5 min' }).click();
    await card.getByText('moved by Ines Duarte').waitFor();
    await menu.click();
    await row.getByRole('button', { name: 'Move back 15 min' }).click();
    await card.getByText('+10 min').waitFor();
    await expect.poll(() => card.getByText('moved by Ines Duarte').count()).toBe(1);
    const box = (await card.boundingBox())!;
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(420);
    await maya.page.mouse.move(box.x + 40, box.y + 20, { steps: 8 });
    await maya.page.waitForTimeout(500);
    await expect.poll(() => card.count()).toBe(1);
    await maya.page.keyboard.press('Escape');
    await expect.poll(() => card.count()).toBe(0);
    await theirs.hover();
    await expect.poll(() => card.count()).toBe(0);
    await maya.page.mouse.move(1200, 20);
    await maya.page.waitForTimeout(500);
    await theirs.hover();
    await card.waitFor();
    await maya.page.mouse.move(1200, 20);
    await card.waitFor({ state: 'hidden' });
    await theirs.focus();
    await card.waitFor();
    await maya.page.keyboard.press('Escape');
    expect([await card.count(), await theirs.evaluate((node) => node.matches(':focus'))]).toEqual([0, true]);
    await maya.page.setViewportSize({ width: 1280, height: 800 });

    // [B6] Who opens it reads the same, also what is given while they read.
    await theirs.click();
    await maya.page.getByRole('tab', { name: 'Why' }).click();
    const why = maya.page.getByRole('tabpanel', { name: 'Why' });
    await why.getByText('moved by Ines Duarte').waitFor();
    await menu.click();
    await row.getByRole('button', { name: 'Move back 15 min' }).click();
    await why.getByText('+25 min').waitFor();
    await maya.page.goBack();

    // And with a finger, where there is no room beside the list.
    const phone = await workAs(browser, baton, 'maya@baton.test', {
      isAvailable: false,
      options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    });
    const here = billingOf(phone.page).getByRole('button', { name: /^Why here: .*charged twice/ });
    await here.tap();
    await expect.poll(() => here.getAttribute('aria-expanded')).toBe('true');
    await billingOf(phone.page).locator('.why-inline').getByText('moved by Ines Duarte').waitFor();
    await here.tap();
    await expect.poll(() => billingOf(phone.page).locator('.why-inline').count()).toBe(0);
    await phone.page.context().close();

    // With the keyboard alone.
    const place = () => row.locator('[id^="why-"]').textContent();
    await menu.focus();
    await ines.page.keyboard.press('Enter');
    await ines.page.keyboard.press('Tab');
    await ines.page.keyboard.press('Enter');
    await expect.poll(place).toContain('Ines Duarte');
    await expect.poll(() => menu.evaluate((node) => node.matches(':focus'))).toBe(true);

    // Whoever cannot take it is named with the reason; whoever can is asked.
    await menu.click();
    const away = row.getByRole('button', { name: /^Maya Okafor, away/ });
    await expect.poll(() => away.innerText()).toContain('Cannot be offered: is away');
    await expect.poll(() => away.getAttribute('aria-disabled')).toBe('true');
    await ines.page.keyboard.press('Escape');
    await expect.poll(() => away.count()).toBe(0);
    await maya.page.getByRole('switch', { name: 'Available' }).click();
    await maya.page.getByRole('heading', { name: 'An offer is waiting on the left' }).waitFor();
    await billingOf(ines.page).getByText('1 offered').waitFor();
    await acceptOffer(maya.page);
    await billingOf(ines.page).getByText('1 with an agent').waitFor();

    await menu.click();
    await row.getByRole('button', { name: 'Take back' }).click();
    await maya.page
      .getByRole('log', { name: 'Conversation' })
      .getByText('Taken back from you: the work went back in line')
      .waitFor();
    for (const { complaints } of [maya, ines]) expect(complaints.violations).toEqual([]);
    await Promise.all([maya, ines].map(({ page }) => page.context().close()));
    await visitor.context().close();
  });
});

describe('[B7] who looks for a ticket', () => {
  it('finds it by a key, opens it, and moves what waits', { timeout: 120_000 }, async () => {
    const visitor = await askForPerson('usr_tom');
    const ines = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    const { page } = ines;
    await billingOf(page).getByRole('listitem').filter({ hasText: 'charged twice' }).first().waitFor();
    await page.keyboard.press('/');
    const dialog = page.getByRole('dialog', { name: 'Find a conversation' });
    const field = dialog.getByRole('searchbox', { name: /^A ticket’s number/ });
    await expect.poll(() => field.evaluate((node) => node.matches(':focus'))).toBe(true);
    await field.fill('nobody of this name');
    await dialog.getByText('Nothing has “nobody of this name”').waitFor();
    await field.fill('charged twice');
    const row = dialog.getByRole('listitem').filter({ hasText: 'Waits in Billing, number 1' });
    await row.waitFor();
    expect(await wrongOn(page, 'dialog')).toEqual([]);
    const ticket = /BTN-\d+/.exec(await row.innerText())?.[0] as string;
    await field.fill(ticket.toLowerCase());
    await dialog.getByText('1 conversation').waitFor();
    await row.getByRole('button', { name: `More for ${ticket}` }).click();
    await row.getByRole('button', { name: 'Move forward 15 min' }).click();
    await expect
      .poll(() => billingOf(page).locator('[id^="why-"]').first().textContent())
      .toContain('moved by Ines Duarte');
    await row.getByRole('link').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('log', { name: 'Conversation' }).getByText('I was charged twice').first().waitFor();

    // Whoever does not supervise reads along and moves nothing; a search that fails says so.
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await maya.page.getByRole('button', { name: 'Find a conversation' }).click();
    const theirs = maya.page.getByRole('dialog', { name: 'Find a conversation' });
    await theirs.getByRole('searchbox').fill(ticket);
    await theirs.getByText('1 conversation').waitFor();
    await expect.poll(() => theirs.getByRole('button', { name: /^More for/ }).count()).toBe(0);
    await maya.page.route('**/v1/conversations/find', (route) => route.abort());
    await theirs.getByRole('searchbox').fill('Tom');
    await theirs.getByText('Baton cannot be reached').waitFor();
    await maya.page.unroute('**/v1/conversations/find');
    await theirs.getByRole('button', { name: 'Try again' }).click();
    await theirs
      .getByText(/conversation/)
      .first()
      .waitFor();
    expect(ines.complaints.violations).toEqual([]);
    await Promise.all([maya.page, page, visitor].map((one) => one.context().close()));
  });
});

describe('an agent', () => {
  it('whose reply could not be sent finds it after a reload, and it arrives once', { timeout: 120_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    let isCut = false;
    await maya.page.routeWebSocket(/\/conversations\//, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        if (!isCut || !String(frame).includes('message.send')) server.send(frame);
      });
    });
    await maya.page.reload();
    await maya.page.getByRole('switch', { name: 'Available' }).waitFor();
    const visitor = await askForPerson('usr_tom');
    await acceptOffer(maya.page);
    isCut = true;
    await maya.page.getByRole('textbox', { name: 'Reply' }).fill('written before the reload');
    await maya.page.getByRole('button', { name: 'Send', exact: true }).click();
    await maya.page.getByText('sending…').waitFor();
    isCut = false;
    await maya.page.reload();
    const log = visitor.getByRole('log', { name: 'Conversation' });
    await log.getByText('written before the reload').waitFor();
    await maya.page.getByText('written before the reload').waitFor();
    await expect.poll(() => maya.page.getByText('sending…').count()).toBe(0);
    await expect.poll(() => maya.page.getByText('written before the reload').count()).toBe(1);
    await expect.poll(() => log.getByText('written before the reload').count()).toBe(1);

    // What a bug report lacks is said beside the field, and the first such field has the focus.
    await maya.page.getByRole('button', { name: 'Escalate' }).click();
    const dialog = maya.page.getByRole('dialog');
    await dialog.getByLabel('Actual').fill('402');
    await dialog.getByRole('button', { name: 'Escalate' }).click();
    await dialog.getByText('Say what should have happened.').waitFor();
    const expected = dialog.getByLabel('Expected');
    await expect.poll(() => expected.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => expected.evaluate((node) => node.matches(':focus'))).toBe(true);
    await expect.poll(() => dialog.getByText('Say what happened instead.').count()).toBe(0);
    await maya.page.context().close();
    await visitor.context().close();
  });

  it('answers and resolves by keyboard alone, and never by accident', { timeout: 120_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    const visitor = await askForPerson('signed-out');
    await acceptOffer(maya.page);
    const press = (key: string) => maya.page.keyboard.press(key);
    const isFocused = (name: string) =>
      expect.poll(() => maya.page.evaluate(() => document.activeElement?.textContent)).toContain(name);
    const dialog = maya.page.getByRole('dialog');
    await isFocused('charged twice');

    // Escape leaves the box, and the next key is a shortcut and not a letter of the next reply.
    await press('r');
    const reply = maya.page.getByRole('textbox', { name: 'Reply' });
    await expect.poll(() => reply.evaluate((node) => node.matches(':focus'))).toBe(true);
    await maya.page.keyboard.type('Both charges are refunded.');
    await press('Enter');
    await press('Escape');
    await isFocused('charged twice');
    await press('?');
    await dialog.getByText('Leave the reply box: keys are shortcuts again').waitFor();
    await press('Escape');
    // While it closes, keys are still the dialog's; then the focus is back where it was.
    await dialog.waitFor({ state: 'detached' });
    await isFocused('charged twice');

    // The replay fills the screen, with what works it. Whether it may is the browser's to say: one without a screen says no at times.
    await maya.page.evaluate(() => {
      Element.prototype.requestFullscreen = function () {
        document.body.dataset.fills = this.getAttribute('aria-label') ?? '';
        return Promise.resolve();
      };
    });
    const filling = async () => {
      await press('f');
      return maya.page.evaluate(() => document.body.dataset.fills);
    };
    await expect.poll(filling).toBe('Replay');

    // No answer is given beforehand: Enter asks for one.
    await press('e');
    await dialog.getByRole('radiogroup', { name: 'How did it end?' }).waitFor();
    await expect.poll(() => dialog.getByRole('radio', { checked: true }).count()).toBe(0);
    await press('Enter');
    await dialog.getByText('Say how it ended.').waitFor();
    await expect
      .poll(() =>
        dialog
          .getByRole('radio')
          .first()
          .evaluate((node) => node.matches(':focus')),
      )
      .toBe(true);
    await press('Space');
    await expect.poll(() => dialog.getByText('Say how it ended.').count()).toBe(0);
    await press('Enter');
    await maya.page.getByText('You resolved this').waitFor();
    // The line comes first, where the work stands a moment later.
    await expect.poll(() => reply.count()).toBe(0);

    await maya.page.getByRole('button', { name: 'Flag as unnecessary' }).click();
    await dialog.getByRole('radiogroup', { name: 'Why was no person needed?' }).waitFor();
    await expect.poll(() => dialog.getByRole('radio', { checked: true }).count()).toBe(0);
    await press('Enter');
    await dialog.getByText('Say why no person was needed.').waitFor();
    await maya.page.context().close();
    await visitor.context().close();
  });

  it('is told at once what is no e-mail address, and an old error goes when the next try begins', async () => {
    const page = await browser.newPage();
    await page.goto(`${baton.origin}/console/`);
    const email = page.getByRole('textbox', { name: 'E-mail' });
    const signIn = page.getByRole('button', { name: 'Sign in', exact: true });
    await email.fill('maya');
    await signIn.click();
    await page.getByText('This is not an e-mail address.').waitFor();
    await expect.poll(() => email.evaluate((node) => node.matches(':focus'))).toBe(true);
    await email.fill('maya@baton.test');
    await expect.poll(() => page.getByText('This is not an e-mail address.').count()).toBe(0);
    await page.getByLabel('Password').fill('wrong');
    await signIn.click();
    await page.getByText('do not belong together').waitFor();
    await page.getByLabel('Password').fill('wrong again');
    await expect.poll(() => page.getByText('do not belong together').count()).toBe(0);
    await page.close();
  });
});

describe('who cannot wait', () => {
  it('is told that support is closed, says how to be answered, and the agent sees it', {
    timeout: 120_000,
  }, async () => {
    const ines = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await ines.page.getByRole('button', { name: 'Close queue Billing' }).click();
    const page = await askForPerson('usr_lena');
    const ticket = page.getByRole('region', { name: /^Ticket BTN-/ });
    // What comes first is not that somebody is next.
    await expect.poll(() => ticket.locator('footer strong').textContent()).toBe('Support is closed for now');
    await ticket.getByText(/Your place is kept\. You are .* in line\./).waitFor();

    // With the keyboard alone; a mistake keeps the form and the focus.
    await ticket.getByRole('button', { name: 'Reach me another way' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    const address = ticket.getByLabel('E-mail address');
    await address.fill('tom');
    await page.keyboard.press('Enter');
    await ticket.getByRole('alert').getByText('Write an e-mail address, such as name@example.com.').waitFor();
    expect(
      await address.evaluate(
        (node) => node.getRootNode() instanceof ShadowRoot && (node.getRootNode() as ShadowRoot).activeElement === node,
      ),
    ).toBe(true);
    await address.fill('lena@quiltworks.example');
    await page.keyboard.press('Enter');
    await ticket.getByText('Whoever takes this writes to lena@quiltworks.example.').waitFor();
    expect(
      await ticket
        .getByRole('button', { name: 'Change' })
        .evaluate((node) => (node.getRootNode() as ShadowRoot).activeElement === node),
    ).toBe(true);

    // It is still so after a reload, and it is the first thing that whoever takes the work sees.
    await page.reload();
    await ticket.getByText('Whoever takes this writes to lena@quiltworks.example.').waitFor();
    await ines.page.getByRole('button', { name: 'Open queue Billing' }).click();
    const maya = await workAs(browser, baton, 'maya@baton.test');
    await acceptOffer(maya.page);
    const link = maya.page.getByRole('main').getByRole('link', { name: 'lena@quiltworks.example' });
    await expect.poll(() => link.getAttribute('href')).toBe('mailto:lena@quiltworks.example');
    expect(maya.complaints.all).toEqual([]);
  });
});

describe('a queue in strict order', () => {
  it('says in words what orders it, to who reads the row, the preview and the offer', {
    timeout: 120_000,
  }, async () => {
    // What is offered does not wait: nobody is there until the line has been read.
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const available = maya.page.getByRole('switch', { name: 'Available' });
    if ((await available.getAttribute('aria-checked')) === 'true') await available.click();
    await expect.poll(() => available.getAttribute('aria-checked')).toBe('false');
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await askForPerson('usr_priya');
    await page.getByRole('link', { name: 'Settings' }).click();
    // On a phone no part of the settings is out of sight.
    await page.setViewportSize({ width: 390, height: 844 });
    for (const part of ['Promises', 'Incidents']) {
      const box = (await page.getByRole('link', { name: part, exact: true }).boundingBox())!;
      expect(box.x + box.width).toBeLessThanOrEqual(390);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('link', { name: 'Billing', exact: true }).click();
    await page.getByRole('radio', { name: /^By severity, then age/ }).check();
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview
      .getByRole('button', { name: /^BTN-\d+, why/ })
      .first()
      .click();
    const words = /Ordered by severity \(\w+\), then by age/;
    await expect.poll(() => preview.textContent()).toMatch(words);
    await preview.getByText('Now: Ordered by due time.').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. Billing works by these settings now.').waitFor();
    const row = billingOf(page).getByRole('listitem').filter({ hasText: 'Waiting' }).locator('[id^="why-"]').first();
    await expect.poll(() => row.textContent()).toMatch(words);
    await expect.poll(() => row.textContent()).not.toContain('target');
    await billingOf(page)
      .getByRole('button', { name: /^More for BTN-/ })
      .first()
      .click();
    await billingOf(page).getByText('minutes move work among its own severity').waitFor();
    await available.click();
    // What was offered and not answered before may have to run out first.
    await maya.page.getByRole('region', { name: 'Offers' }).getByText(words).first().waitFor({ timeout: 70_000 });
    expect([complaints.all, maya.complaints.all]).toEqual([[], []]);
  });
});
