import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, panelOf, visitDemo, workAs, write } from '../support/people.ts';

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

const cardOf = (page: Page) => page.getByRole('dialog', { name: 'Guide' });
const ringOf = (page: Page) => page.locator('baton-widget .ring');
const logOf = (page: Page) => panelOf(page).getByRole('log', { name: 'Conversation' });
const showMe = (page: Page) => panelOf(page).getByRole('button', { name: 'Show me on the page' });
const inNav = (page: Page, name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
const createKey = (page: Page) => page.getByRole('button', { name: 'Create key', exact: true });
const deed = (page: Page, name: string) => cardOf(page).getByRole('button', { name, exact: true });
const step = (page: Page, n: number) => cardOf(page).getByText(`Step ${n} of 4`).waitFor();

/** The ring stands off by five pixels on every side. */
async function surrounds(page: Page, target: Locator): Promise<void> {
  const boxes = async () => {
    const [ring, inside] = [await ringOf(page).boundingBox(), await target.boundingBox()];
    if (ring === null || inside === null) return 'nowhere';
    const off = [inside.x - ring.x, inside.y - ring.y, ring.width - inside.width - 5, ring.height - inside.height - 5];
    return off.every((by) => Math.abs(by - 5) <= 1.5) ? 'around it' : `off by ${off.map(Math.round)}`;
  };
  await expect.poll(boxes, { timeout: 5000 }).toBe('around it');
}

/** What the page consists of, without us. */
const hostMarkup = (page: Page) =>
  page.evaluate(() => {
    const copy = document.documentElement.cloneNode(true) as Element;
    copy.querySelector('baton-widget')?.remove();
    return copy.outerHTML;
  });

async function asked(path: string, options: BrowserContextOptions = {}, onRequest?: (url: string) => void) {
  // Nobody in particular: each a conversation of their own.
  const visit = await visitDemo(browser, baton, { path, user: 'signed-out', options });
  visit.page.on('request', (request) => onRequest?.(request.url()));
  const panel = await openPanel(visit.page);
  await write(panel, 'How do I create an API key?');
  await showMe(visit.page).waitFor();
  return { ...visit, panel };
}

/** On the page of the keys, at a step. */
async function atStep(n: number) {
  const visit = await asked('/api-keys');
  await createKey(visit.page).waitFor();
  await showMe(visit.page).click();
  for (let i = 1; i < n; i += 1) {
    await step(visit.page, i);
    await deed(visit.page, 'Next').click();
  }
  await step(visit.page, n);
  return visit;
}

/** Changes the page's own button, and puts others beside it. */
const changeCreateKey = (page: Page, change: (button: HTMLElement) => void) =>
  page
    .locator('form')
    .filter({ has: page.getByLabel('Key name') })
    .locator('button')
    .evaluate(change as (button: Element) => void);

const endsWith = (page: Page, words: string) => logOf(page).getByText(words).waitFor({ timeout: 8000 });
const leftovers = async (page: Page) => [await cardOf(page).count(), await ringOf(page).count()];

describe('[H6] a guide', () => {
  it('shows nothing before the visitor agrees, then each step where it is, and goes on as they do it', async () => {
    const loaded: string[] = [];
    const { page, complaints, panel } = await asked('/', { viewport: { width: 1280, height: 560 } }, (url) =>
      loaded.push(url),
    );
    await expect.poll(() => logOf(page).innerText()).toContain('Press Create key.');
    await expect.poll(() => logOf(page).innerText()).not.toContain('guide:');
    await page.waitForTimeout(500);
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    expect(loaded.filter((url) => /\/widget\/guide-/.test(url))).toEqual([]);
    const before = await hostMarkup(page);

    await showMe(page).click();
    await step(page, 1);
    await surrounds(page, inNav(page, 'API keys'));
    await expect.poll(() => panel.isHidden()).toBe(true);
    expect(await hostMarkup(page)).toBe(before);
    expect(await ringOf(page).evaluate((node) => getComputedStyle(node).pointerEvents)).toBe('none');
    expect(new URL(page.url()).pathname).toBe('/');

    await inNav(page, 'API keys').click();
    await step(page, 2);
    await surrounds(page, page.getByLabel('Key name'));
    // A click only begins to fill a field.
    await page.getByLabel('Key name').click();
    await page.keyboard.type('importer');
    await step(page, 2);
    await expect.poll(() => page.getByLabel('Key name').inputValue()).toBe('importer');
    await page.keyboard.press('Tab');
    await step(page, 3);
    await surrounds(page, page.getByLabel('Mode'));
    await page.getByLabel('Mode').focus();
    await page.keyboard.press('ArrowDown');
    await step(page, 4);
    await surrounds(page, createKey(page));
    // It is in sight, and the ring goes with it.
    const box = await createKey(page).boundingBox();
    expect(box !== null && box.y > 0 && box.y + box.height < 560).toBe(true);
    await page.mouse.move(400, 300);
    await page.mouse.wheel(0, -80);
    await page.waitForTimeout(300);
    expect((await createKey(page).boundingBox())?.y).not.toBe(box?.y);
    await surrounds(page, createKey(page));

    await createKey(page).click();
    await endsWith(page, 'The guide was followed to its end: 4 steps');
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    await expect.poll(() => panel.getByRole('button', { name: 'Yes, bring in a person' }).count()).toBe(0);
    expect(complaints).toEqual({ all: [], violations: [] });
    await page.context().close();
  });

  it('on another page than the step’s says where to go, goes nowhere by itself, and goes on there', async () => {
    const { page } = await asked('/billing');
    await showMe(page).click();
    await step(page, 1);
    await deed(page, 'Next').click();
    await step(page, 2);
    await cardOf(page).getByText('This step is on /api-keys. Go there, and the guide goes on.').waitFor();
    await expect.poll(() => ringOf(page).isVisible()).toBe(false);
    // Longer than what is missing may be missing.
    await page.waitForTimeout(2600);
    expect(new URL(page.url()).pathname).toBe('/billing');
    await inNav(page, 'API keys').click();
    await surrounds(page, page.getByLabel('Key name'));
    // Also over a page that is loaded anew.
    await page.reload();
    await step(page, 2);
    await surrounds(page, page.getByLabel('Key name'));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('shutdown'));
    await expect.poll(() => page.locator('baton-widget').count()).toBe(0);
    await page.reload();
    await page.getByRole('button', { name: 'Support' }).waitFor();
    await page.waitForTimeout(1500);
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    await page.context().close();
  });

  it('ends with words and the offer of a person where there is no such element, and the agent reads it', {
    timeout: 90_000,
  }, async () => {
    const { page, panel } = await atStep(4);
    await surrounds(page, createKey(page));
    await changeCreateKey(page, (button) => {
      button.textContent = 'Make a key';
      (button as HTMLButtonElement).disabled = true;
    });
    const words = 'The guide ended at step 4 of 4: there is no button “Create key” here that can be used';
    // Not at once: pages redraw what is there.
    await page.waitForTimeout(1000);
    await expect.poll(() => cardOf(page).count()).toBe(1);
    await expect.poll(() => ringOf(page).isVisible()).toBe(false);
    await endsWith(page, words);
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    await panel.getByRole('button', { name: 'Yes, bring in a person' }).click();
    await logOf(page)
      .getByText(/^BTN-\d+$/)
      .waitFor();
    const { page: desk } = await workAs(browser, baton, 'jonas@baton.test');
    await acceptOffer(desk);
    await desk.getByText(words).first().waitFor();
    await desk.context().close();
    await page.context().close();
  });

  it('ends where the page is left in the middle of a step', async () => {
    const { page } = await atStep(2);
    await surrounds(page, page.getByLabel('Key name'));
    await inNav(page, 'Billing').click();
    await endsWith(page, 'The guide ended at step 2 of 4: the page was left');
    await page.context().close();
  });

  it('does not choose between two that are the same', async () => {
    const { page } = await atStep(3);
    await changeCreateKey(page, (button) => button.after(button.cloneNode(true)));
    await deed(page, 'Next').click();
    await step(page, 4);
    await expect.poll(() => ringOf(page).isVisible()).toBe(false);
    await endsWith(page, 'The guide ended at step 4 of 4: there is more than one button “Create key” here');
    await page.context().close();
  });

  it('counts only what can be seen and used', async () => {
    const { page } = await atStep(3);
    await changeCreateKey(page, (button) => {
      const beside = (change: (copy: HTMLButtonElement) => void) => {
        const copy = button.cloneNode(true) as HTMLButtonElement;
        change(copy);
        button.before(copy);
      };
      beside((copy) => copy.style.setProperty('display', 'none'));
      beside((copy) => copy.style.setProperty('visibility', 'hidden'));
      beside((copy) => copy.style.setProperty('opacity', '0'));
      beside((copy) => copy.setAttribute('aria-hidden', 'true'));
      beside((copy) => copy.setAttribute('aria-disabled', 'true'));
      beside((copy) => copy.setAttribute('inert', ''));
      beside((copy) => {
        copy.disabled = true;
      });
      beside((copy) => {
        copy.textContent = 'Create key now';
      });
      button.id = 'the-one';
    });
    await deed(page, 'Next').click();
    await surrounds(page, page.locator('#the-one'));
    await page.locator('#the-one').evaluate((button) => (button as HTMLElement).style.setProperty('display', 'none'));
    await endsWith(page, 'The guide ended at step 4 of 4: there is no button “Create key” here that can be used');
    await page.context().close();
  });

  it.each(['an open shadow root', 'a frame of the same origin'])('finds it in %s', async (where) => {
    const { page } = await atStep(3);
    await changeCreateKey(page, (button) => button.remove());
    await page.evaluate((place) => {
      const made = document.createElement('button');
      made.append(Object.assign(document.createElement('span'), { textContent: 'Create key' }));
      const holder = document.createElement(place === 'an open shadow root' ? 'div' : 'iframe');
      document.querySelector('main')?.append(holder);
      if (holder instanceof HTMLIFrameElement) holder.contentDocument?.body.append(made);
      else holder.attachShadow({ mode: 'open' }).append(made);
    }, where);
    await deed(page, 'Next').click();
    const made =
      where === 'an open shadow root'
        ? createKey(page)
        : page.frameLocator('main iframe').getByRole('button', { name: 'Create key' });
    await surrounds(page, made);
    await made.click();
    await endsWith(page, 'The guide was followed to its end: 4 steps');
    await page.context().close();
  });

  it('is followed and ended with the keyboard alone, and brings the focus back', async () => {
    const { page } = await asked('/api-keys');
    await showMe(page).focus();
    await page.keyboard.press('Enter');
    const isFocused = (one: Locator) => expect.poll(() => one.evaluate((node) => node.matches(':focus'))).toBe(true);
    await isFocused(cardOf(page));
    await page.keyboard.press('Tab');
    await isFocused(deed(page, 'Next'));
    await page.keyboard.press('Enter');
    await step(page, 2);
    await isFocused(deed(page, 'Next'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await step(page, 1);
    await page.keyboard.press('Tab');
    await isFocused(deed(page, 'Go to it'));
    await page.keyboard.press('Enter');
    await isFocused(inNav(page, 'API keys'));
    // What the visitor does with the keyboard is done by them.
    await page.keyboard.press('Enter');
    await step(page, 2);
    await deed(page, 'Stop').focus();
    await page.keyboard.press('Escape');
    await endsWith(page, 'The guide was stopped at step 2 of 4');
    await isFocused(showMe(page));
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    // Escape counts from the page as well.
    await page.keyboard.press('Enter');
    await step(page, 1);
    await page.getByLabel('Key name').focus();
    await page.keyboard.press('Escape');
    await endsWith(page, 'The guide was stopped at step 1 of 4');
    await isFocused(page.getByLabel('Key name'));
    await page.context().close();
  });

  it('moves on for what the visitor does, not for what the page does', async () => {
    const { page } = await atStep(4);
    await surrounds(page, createKey(page));
    await createKey(page).evaluate((button) => (button as HTMLElement).click());
    await page.waitForTimeout(500);
    await step(page, 4);
    await page.context().close();
  });

  it('fits a phone, and does not cover what was done there', async () => {
    const { page } = await asked('/api-keys', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await showMe(page).click();
    for (let n = 1; n < 4; n += 1) {
      await step(page, n);
      await deed(page, 'Next').click();
    }
    await step(page, 4);
    await surrounds(page, createKey(page));
    const [card, target] = [await cardOf(page).boundingBox(), await createKey(page).boundingBox()];
    if (card === null || target === null) throw new Error('nothing there');
    expect(card.x >= 0 && card.x + card.width <= 390).toBe(true);
    expect(card.y + card.height <= target.y || card.y >= target.y + target.height).toBe(true);
    await createKey(page).click();
    await expect.poll(() => leftovers(page)).toEqual([0, 0]);
    await page.waitForTimeout(300);
    await expect.poll(() => panelOf(page).isHidden()).toBe(true);
    await page.context().close();
  });
});
