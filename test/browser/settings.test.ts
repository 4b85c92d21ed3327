import type { Browser, Locator, Page } from 'playwright-core';
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

const formOf = (page: Page, queue: string) => page.getByRole('form', { name: `Settings of ${queue}` });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
/** Once it has the focus: what is typed before that goes elsewhere. */
async function type(page: Page, control: Locator, text: string): Promise<void> {
  await expect.poll(() => hasFocus(control)).toBe(true);
  await page.keyboard.type(text);
}
const hasFocus = (control: Locator) => control.evaluate((node) => node.matches(':focus'));

/** On a phone nothing of it is cut off. */
async function inSight(page: Page, controls: Locator[]): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const control of controls) {
    const { x, width } = (await control.boundingBox()) ?? { x: -1, width: 0 };
    expect([x >= 0, x + width <= 390]).toEqual([true, true]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function askForPerson(user: string): Promise<void> {
  const { page } = await visitDemo(browser, baton, { path: '/billing', user });
  const panel = await openPanel(page);
  await write(panel, 'I was charged twice, I want to talk to a human');
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
  await page.context().close();
}

async function openSettings(email: string, queue = 'Billing') {
  const person = await workAs(browser, baton, email, { isAvailable: false });
  await person.page.getByRole('link', { name: 'Settings' }).click();
  await person.page.getByRole('link', { name: queue, exact: true }).click();
  await formOf(person.page, queue).waitFor();
  return person;
}

/** Who waits, as the console shows it at the side. */
const line = (page: Page) =>
  page
    .getByRole('region', { name: 'Queue Billing' })
    .getByRole('listitem')
    .evaluateAll((rows) => rows.flatMap((row) => /enterprise|free/.exec(row.textContent ?? '')?.[0] ?? []));

describe('[Q11] an admin', () => {
  it('sees who would change places, saves, and the line is so', { timeout: 120_000 }, async () => {
    await askForPerson('usr_priya');
    await askForPerson('usr_lena');
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await formOf(page, 'Billing').waitFor();
    await expect.poll(() => line(page)).toEqual(['enterprise', 'free']);
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText('2 people wait now. Change a setting to see').waitFor();

    // The more urgent are never due later.
    for (const severity of ['critical', 'high']) await field(page, `Target for Free, ${severity}, minutes`).fill('1');
    const target = field(page, 'Target for Free, normal, minutes');
    await target.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('1');
    await preview.getByText('2 of 2 who wait change places.').waitFor();
    const first = preview.getByRole('row').filter({ hasText: 'up 1' });
    await expect.poll(() => first.textContent()).toMatch(/^2 → 1.*Lena Fischer.*due/);
    await first.getByRole('button', { name: /^BTN-\d+, why/ }).press('Enter');
    await preview.getByRole('row', { name: /^free target, severity normal 120 1$/ }).waitFor();
    // Nothing has happened yet.
    expect(await line(page)).toEqual(['enterprise', 'free']);

    await target.press('Enter');
    await page.getByText('Saved. Billing works by these settings now.').waitFor();
    await expect.poll(() => line(page)).toEqual(['free', 'enterprise']);
    await preview.getByText('2 people wait now').waitFor();
    await page.reload();
    await page.getByText('Last changed by Ines Duarte').waitFor();
    await expect.poll(() => target.inputValue()).toBe('1');
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('is led to what is wrong, and nothing is sent', { timeout: 60_000 }, async () => {
    const { page, complaints } = await openSettings('ines@baton.test', 'General');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(request.url());
    });
    const offer = field(page, 'Time to answer an offer');
    await offer.fill('30');
    await expect.poll(() => offer.getAttribute('aria-invalid')).toBeNull();
    await field(page, 'Cool-down').fill('a while');
    // Left, and so it is said.
    await expect.poll(() => offer.getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Save' }).click();
    const summary = page.getByRole('group', { name: 'Not saved: 2 things are to be corrected' });
    await expect.poll(() => hasFocus(summary)).toBe(true);
    await summary.getByRole('button', { name: 'Time to answer an offer' }).press('Enter');
    await expect.poll(() => hasFocus(offer)).toBe(true);
    const described = (await offer.getAttribute('aria-describedby')) ?? '';
    const words = await page.evaluate(
      (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent),
      described,
    );
    expect(words[0]).toBe('Say the unit too: “30 s” or “30 min”.');
    expect(sent).toEqual([]);
    await offer.fill('45 s');
    await field(page, 'Cool-down').fill('2 min');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. General works by these settings now.').waitFor();
    expect(sent).toHaveLength(1);
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('makes a path with the keyboard; what only the server knows is said beside the step', {
    timeout: 60_000,
  }, async () => {
    const { page } = await openSettings('ines@baton.test', 'Technical');
    const add = page.getByRole('button', { name: 'Add a step' });
    await add.press('Enter');
    await type(page, field(page, 'Step 1, after'), '10 min');
    await page.getByRole('combobox', { name: 'Step 1, what happens' }).selectOption({ label: 'Send it to queue' });
    await page.getByRole('combobox', { name: 'Step 1, queue' }).selectOption({ label: 'General' });
    await add.press('Enter');
    await type(page, field(page, 'Step 2, after'), '2 min');
    await field(page, 'Step 2, minutes forward').fill('15');
    await page.keyboard.press('Enter');
    const summary = page.getByRole('group', { name: /^Not saved/ });
    await summary.getByText('A step cannot come before the one above it.').waitFor();
    // It takes the focus a moment later; a key that is pressed before would be pressed there.
    await expect.poll(() => hasFocus(summary)).toBe(true);
    const up = page.getByRole('button', { name: 'Move step 2 up' });
    await up.press('Enter');
    await page.getByText('The step is number 1 of 2 now.').waitFor();
    // At the top there is no further up: the focus is on the way down of the same step.
    await expect.poll(() => hasFocus(page.getByRole('button', { name: 'Move step 1 down' }))).toBe(true);
    await expect.poll(() => field(page, 'Step 1, after').inputValue()).toBe('2 min');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Technical works by these settings now.').waitFor();

    await page.getByRole('link', { name: 'General', exact: true }).click();
    await formOf(page, 'General').waitFor();
    await add.press('Enter');
    await type(page, field(page, 'Step 1, after'), '1 h');
    await page.getByRole('combobox', { name: 'Step 1, what happens' }).selectOption({ label: 'Send it to queue' });
    const to = page.getByRole('combobox', { name: 'Step 1, queue' });
    await to.selectOption({ label: 'Technical' });
    await page
      .locator('[id="set-path.0.to-issue"]', { hasText: 'From there the work would come back to General.' })
      .waitFor();
    await expect.poll(() => to.getAttribute('aria-invalid')).toBe('true');
    await page.context().close();
  });

  it('is asked before unsaved changes are left behind', { timeout: 60_000 }, async () => {
    const { page } = await openSettings('ines@baton.test', 'General');
    const wrapUp = field(page, 'Wrap-up time');
    await wrapUp.fill('3 min');
    for (const leave of ['Technical', 'Metrics']) {
      await page.getByRole('link', { name: leave, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
      await dialog.getByRole('button', { name: 'Keep editing' }).click();
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => wrapUp.inputValue()).toBe('3 min');
      expect(new URL(page.url()).hash).toMatch(/^#\/settings\/que_/);
    }
    await page.goBack();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard and leave' }).click();
    await wrapUp.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'General', exact: true }).click();
    await expect.poll(() => wrapUp.inputValue()).toBe('0 s');

    await wrapUp.fill('3 min');
    await page.getByText('1 unsaved change.').waitFor();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await expect.poll(() => wrapUp.inputValue()).toBe('0 s');
    await page.getByRole('link', { name: 'Metrics', exact: true }).click();
    await page.getByRole('heading', { name: 'Metrics' }).waitFor();
    await page.context().close();
  });

  it('[Q14] who was slower sees the newer settings, and saves on top of them', { timeout: 60_000 }, async () => {
    const one = await openSettings('ines@baton.test', 'General');
    const other = await openSettings('ines@baton.test', 'General');
    await field(one.page, 'Unanswered offers').fill('3');
    await one.page.getByRole('button', { name: 'Save' }).click();
    await one.page.getByText('Saved.').waitFor();
    await field(other.page, 'Wrap-up time').fill('90 s');
    await other.page.getByRole('button', { name: 'Save' }).click();
    const box = other.page.getByRole('group', { name: /^Ines Duarte changed these settings after you opened them/ });
    await expect.poll(() => hasFocus(box)).toBe(true);
    await box.getByRole('row', { name: 'Unanswered offers 1 in a row 3 in a row not changed' }).waitFor();
    await box.getByRole('button', { name: 'Put my changes on top' }).click();
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByText('Saved. General works by these settings now.').waitFor();
    await one.page.reload();
    await formOf(one.page, 'General').waitFor();
    await expect.poll(() => field(one.page, 'Unanswered offers').inputValue()).toBe('3');
    await expect.poll(() => field(one.page, 'Wrap-up time').inputValue()).toBe('90 s');
    await Promise.all([one, other].map(({ page }) => page.context().close()));
  });
});

describe('[Q16] an admin', () => {
  it('makes a queue and calls it something else: every console has it, and the log says what it was', {
    timeout: 120_000,
  }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'New queue' }).click();
    await formOf(page, 'the new queue').waitFor();
    const name = field(page, 'Name');
    await name.fill('billing');
    await name.press('Enter');
    const summary = page.getByRole('group', { name: 'Not saved: 1 thing is to be corrected' });
    await summary.getByText('Another queue is called that.').waitFor();
    await summary.getByRole('button', { name: 'Name' }).press('Enter');
    await expect.poll(() => hasFocus(name)).toBe(true);
    await name.fill('Refunds & returns');
    await page.getByRole('radio', { name: 'Second line' }).check();
    await inSight(page, [name, page.getByRole('button', { name: 'Make the queue' })]);
    await page.getByRole('button', { name: 'Make the queue' }).click();
    await formOf(page, 'Refunds & returns').waitFor();
    await page.getByText('Triggers and routes call it refunds-returns, whatever its name.').waitFor();
    await page.getByRole('region', { name: 'Queue Refunds & returns' }).waitFor();
    await expect.poll(() => page.getByRole('radio', { name: 'Second line' }).isChecked()).toBe(true);

    // Whoever opens the settings has it too, and hears of another name while they look.
    await expect.poll(() => maya.page.getByRole('region', { name: 'Queue Refunds & returns' }).count()).toBe(0);
    await maya.page.getByRole('link', { name: 'Settings' }).click();
    await maya.page.getByRole('region', { name: 'Queue Refunds & returns' }).waitFor();
    await expect.poll(() => maya.page.getByRole('link', { name: 'New queue' }).count()).toBe(0);
    await name.fill('Refunds');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Refunds works by these settings now.').waitFor();
    await page.getByRole('region', { name: 'Queue Refunds', exact: true }).waitFor();
    await maya.page.getByRole('region', { name: 'Queue Refunds', exact: true }).waitFor();
    await maya.page.getByRole('link', { name: 'Refunds', exact: true }).waitFor();
    await inSight(page, [name, page.getByRole('radio', { name: 'Engineering' })]);

    await page.getByRole('link', { name: 'Log', exact: true }).click();
    const line = (words: string) => page.getByRole('listitem').filter({ hasText: `Ines Duarte ${words}` });
    await line('made the queue Refunds & returns').getByText('tier 2').waitFor();
    await line('gave Refunds & returns another name').getByText('Refunds & returns → Refunds').waitFor();
    expect([...complaints.all, ...maya.complaints.all]).toEqual([]);
    await Promise.all([page.context().close(), maya.page.context().close()]);
  });
});

describe('[M2] an admin', () => {
  it('sends a topic elsewhere, and is told before what that would have done', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Routes', exact: true }).click();
    await formOf(page, 'Routes').waitFor();
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText(/^Change a route to see where the last \d+ hand-overs? would have gone/).waitFor();
    const topics = page.getByRole('region', { name: 'By topic' });
    const billing = topics.getByRole('combobox', { name: 'Queue of billing' });
    await billing.selectOption({ label: 'General' });
    await preview.getByText(/would have gone elsewhere/).waitFor();
    await preview.getByText('to General instead of Billing').waitFor();

    await page.getByRole('button', { name: 'Add a topic' }).press('Enter');
    await type(page, page.getByRole('combobox', { name: 'Topic 3', exact: true }), 'billing');
    await page.getByRole('button', { name: 'Save' }).click();
    const summary = page.getByRole('group', { name: 'Not saved: 2 things are to be corrected' });
    await summary.getByText('Billing is there twice.').waitFor();
    await summary.getByRole('button', { name: 'Topic 3, queue' }).press('Enter');
    await expect.poll(() => hasFocus(billing.last())).toBe(true);
    await page.getByRole('combobox', { name: 'Topic 3', exact: true }).fill('vat');
    await topics.getByRole('combobox', { name: 'Queue of vat' }).selectOption({ label: 'Billing' });
    await inSight(page, [
      page.getByRole('button', { name: 'Remove vat' }),
      page.getByRole('combobox', { name: 'Everything else' }),
    ]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Within a minute everything that is handed over goes by it.').waitFor();
    await page.reload();
    await formOf(page, 'Routes').waitFor();
    await expect.poll(() => billing.inputValue()).toBe('general');
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Ines Duarte changed which queue work comes to' })
      .getByText('topic billing: Billing → General; topic vat: none → Billing')
      .waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });
});

describe('[K11] an admin', () => {
  it('changes what is promised and when somebody is there; a day that makes no sense is refused in its row', {
    timeout: 60_000,
  }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Promises', exact: true }).click();
    await formOf(page, 'Promises').waitFor();
    const promise = field(page, 'First reply for Pro, high, minutes');
    // [K15] More urgent work is promised nothing later.
    await promise.fill('1 h');
    await page
      .getByText('high cannot be promised later than normal, which is promised after 30 min.')
      .first()
      .waitFor();
    await promise.fill('25 min');
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText('2 people are owed something now. Nothing changes for them.').waitFor();
    const free = field(page, 'First reply for Free, normal, minutes');
    await free.fill('6 h');
    await preview.getByText('By these promises: 1 due later or not at all.').waitFor();
    await preview.getByText(/due in .+, was due in /).waitFor();
    await free.fill('120');
    await page.getByRole('combobox', { name: 'Pro counts in' }).selectOption({ label: 'Dublin office' });
    const monday = field(page, 'Monday');
    await monday.fill('9-17, 16-18');
    const save = page.getByRole('button', { name: 'Save' });
    await save.click();
    const summary = page.getByRole('group', { name: 'Not saved: 1 thing is to be corrected' });
    await summary.getByRole('button', { name: 'Calendar 1, Monday' }).press('Enter');
    await expect.poll(() => hasFocus(monday)).toBe(true);
    await expect.poll(() => monday.getAttribute('aria-invalid')).toBe('true');
    await monday.fill('9-12, 13-18');
    await monday.press('Enter');
    await page.getByText('Saved. These are the promises now').waitFor();
    await page.reload();
    await formOf(page, 'Promises').waitFor();
    await expect.poll(() => promise.inputValue()).toBe('25');
    await expect.poll(() => monday.inputValue()).toBe('09:00–12:00, 13:00–18:00');
    expect(complaints.all.filter((text) => !text.includes('400'))).toEqual([]);
    await page.context().close();
  });
});

describe('an agent who is no admin', () => {
  it('reads the settings and is told why there is nothing to save', { timeout: 60_000 }, async () => {
    const { page, complaints } = await openSettings('maya@baton.test', 'Billing');
    await page.getByText('only owners and admins of the workspace change how a queue works').waitFor();
    const editable = await formOf(page, 'Billing')
      .locator('input:not([readonly], :disabled, :checked), select:not(:disabled)')
      .count();
    expect(editable).toBe(0);
    for (const name of ['Save', 'Discard changes', 'Add a step', 'Add an area'])
      await expect.poll(() => page.getByRole('button', { name }).count()).toBe(0);
    // What is in force, and the line that it makes.
    await expect.poll(() => field(page, 'Target for Free, normal, minutes').inputValue()).toBe('1');
    await page.getByRole('region', { name: 'The line' }).getByText('2 people wait now, in this order.').waitFor();
    await page.getByRole('link', { name: 'Promises', exact: true }).click();
    await page.getByText('only owners and admins of the workspace change what is promised').waitFor();
    await expect.poll(() => field(page, 'Monday').getAttribute('readonly')).not.toBeNull();
    await expect.poll(() => page.getByRole('button', { name: /^(Save|Add|Remove|Reset)/ }).count()).toBe(0);
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('is told when they cannot be loaded, and tries again', { timeout: 60_000 }, async () => {
    const { page } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const settings = /\/v1\/queues\/.*\/settings$/;
    await page.route(settings, (route) => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('alert').getByText('The settings of Billing could not be loaded').waitFor();
    await page.unroute(settings);
    await page.getByRole('button', { name: 'Try again' }).click();
    await formOf(page, 'Billing').waitFor();
    await page.context().close();
  });
});

describe('[P8] a supervisor', () => {
  it('says by keyboard what is broken, everybody sees it, and that it works again', { timeout: 120_000 }, async () => {
    await askForPerson('usr_tom');
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Incidents', exact: true }).click();
    await page.getByText('Nothing is known to be broken.').waitFor();

    const title = page.getByRole('textbox', { name: 'What is broken' });
    const say = page.getByRole('button', { name: 'Declare incident' });
    await say.press('Enter');
    await page.getByRole('alert').getByText('Say in a few words what is broken.').waitFor();
    await type(page, title, 'Card payments fail');
    await page.getByRole('combobox', { name: 'Product area' }).fill('billing/cards');
    await title.press('Enter');
    await page.getByRole('alert').getByText('An area is one part of an address').waitFor();
    await page.getByRole('combobox', { name: 'Product area' }).fill('billing');
    await title.press('Enter');
    await page.getByRole('status').getByText('“Card payments fail” is known to everybody now.').waitFor();
    await expect.poll(() => title.inputValue()).toBe('');

    const told = maya.page.getByRole('region', { name: 'Broken just now' });
    await told.getByRole('link', { name: 'Incident in billing: Card payments fail' }).waitFor();
    const waiting = maya.page.getByRole('region', { name: 'Queue Billing' }).getByRole('link').first();
    const why = await waiting.getAttribute('aria-describedby');
    await expect.poll(() => maya.page.locator(`#${why}`).textContent()).toContain('incident: Card payments fail');
    // Who may not say it sees it, and who did.
    await told.getByRole('link').first().click();
    await maya.page.getByText('You can look, not change: only supervisors').waitFor();
    await expect.poll(() => maya.page.getByRole('button', { name: 'Declare incident' }).count()).toBe(0);

    await page.getByRole('button', { name: 'It works again: Card payments fail' }).press('Enter');
    await page.getByText('Nothing is known to be broken.').waitFor();
    await maya.page.getByText('Nothing is known to be broken.').waitFor();
    await page.getByRole('region', { name: 'Ended' }).getByText('ended by Ines Duarte').waitFor();
    await expect.poll(() => told.count()).toBe(0);
    expect([...complaints.all, ...maya.complaints.all]).toEqual([]);
    await Promise.all([page.context().close(), maya.page.context().close()]);
  });
});

describe('[A7] a supervisor', () => {
  const reach = (page: Page) => page.getByRole('region', { name: 'Who waits now' });

  it('gives an agent a queue and skills while they work; it is said before whom they could be offered, and they are asked at once', {
    timeout: 120_000,
  }, async () => {
    await askForPerson('nobody');
    const maya = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page
      .getByRole('navigation', { name: 'Agents' })
      .getByRole('link', { name: /^Maya Okafor away, 0 of 3$/ })
      .click();
    await formOf(page, 'Maya Okafor').waitFor();
    const billing = page.getByRole('checkbox', { name: 'Billing' });
    const save = page.getByRole('button', { name: 'Save' });
    await reach(page).getByText('Change something to see what it would mean for them.').waitFor();
    await billing.press('Space');
    await reach(page).getByText('could no longer be offered to Maya Okafor:').waitFor();
    await save.press('Enter');
    await page.getByText('Saved. It holds for Maya Okafor and the queues from now on.').waitFor();

    await maya.page.getByRole('switch', { name: 'Available' }).click();
    const offers = maya.page.getByRole('region', { name: 'Offers' });
    await page.getByRole('link', { name: /^Maya Okafor available, 0 of 3$/ }).waitFor();
    await expect.poll(() => offers.getByRole('button', { name: 'Accept' }).count()).toBe(0);

    await billing.press('Space');
    await page.getByRole('button', { name: 'Add a skill' }).press('Enter');
    await type(page, page.getByRole('combobox', { name: 'Skill 2' }), 'vat returns');
    await field(page, 'Level of vat returns').fill('11');
    await save.click();
    const summary = page.getByRole('group', { name: 'Not saved: 2 things are to be corrected' });
    await summary.getByText('A level is a whole number from 1 to 10.').waitFor();
    await summary.getByRole('button', { name: 'Skill 2, name' }).press('Enter');
    await expect.poll(() => hasFocus(page.getByRole('combobox', { name: 'Skill 2' }))).toBe(true);
    await page.getByRole('combobox', { name: 'Skill 2' }).fill('vat');
    await field(page, 'Level of vat').fill('2');
    await reach(page).getByText('could be offered to Maya Okafor besides:').waitFor();

    await page.getByRole('link', { name: 'Log', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Keep editing' }).click();
    await save.click();
    await page.getByText('Saved. It holds for Maya Okafor').waitFor();
    await offers.getByRole('button', { name: 'Accept' }).first().waitFor();

    await inSight(page, [page.getByRole('button', { name: 'Remove billing' }), field(page, 'Capacity'), save]);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    const said = page.getByRole('listitem').filter({ hasText: 'Ines Duarte changed what Maya Okafor can do' });
    await said.first().getByText('skills billing → billing, vat:2; queues General → Billing, General').waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'changed how General works' })
      .getByText('Unanswered offers')
      .waitFor();
    expect([...complaints.all, ...maya.complaints.all]).toEqual([]);

    await maya.page.getByRole('link', { name: 'Settings' }).click();
    await maya.page.getByRole('link', { name: 'Agents', exact: true }).click();
    await maya.page.getByText('only supervisors, admins and owners change what agents can do').waitFor();
    await expect.poll(() => maya.page.getByRole('button', { name: /^(Save|Add|Remove)/ }).count()).toBe(0);
    await Promise.all([page.context().close(), maya.page.context().close()]);
  });
});
