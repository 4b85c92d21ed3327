import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { newId } from '../../worker/storage/ids.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPanel, panelOf, visitDemo, workAs, write } from '../support/people.ts';
import { overNetwork } from '../support/transport.ts';

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

const logOf = (panel: Locator) => panel.getByRole('log', { name: 'Conversation' });
/** The visible words of each message, in order. */
const messagesIn = (panel: Locator) => logOf(panel).getByRole('article').allInnerTexts();
const count = async (panel: Locator, text: string) =>
  (await messagesIn(panel)).filter((one) => one.includes(text)).length;

const debug = (page: Page) => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug'));
const unsent = (page: Page) =>
  panelOf(page)
    .getByText(/Sending|Will be sent/)
    .first()
    .waitFor();

/** A visitor whose sockets open and say nothing, until the cut is off. */
async function onLoosePlug(user: string, path: string): Promise<{ page: Page; cut: { off: boolean } }> {
  const cut = { off: false };
  const { page } = await visitDemo(browser, baton, { path, user });
  await page.routeWebSocket(/\/socket$/, (socket) => {
    if (cut.off) socket.connectToServer();
  });
  await page.reload();
  await expect.poll(async () => (await debug(page))?.identity).toBe('attested');
  return { page, cut };
}

describe('the widget on a page with a strict policy', () => {
  it('works there without a violation, a global or an error of its own', async () => {
    const { page, complaints } = await visitDemo(browser, baton, { path: '/billing' });
    const before = await page.evaluate(() => Object.keys(window).filter((name) => /baton/i.test(name)));
    expect(before).toEqual(['Baton']);
    const panel = await openPanel(page);
    await write(panel, 'How do I download an invoice?');
    await logOf(panel).getByRole('link').first().waitFor();
    expect(complaints).toEqual({ all: [], violations: [] });
    const policy = (await page.request.get(page.url())).headers()['content-security-policy'];
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
    await page.context().close();
  });

  it('[L6] offers help to who presses Pay at leisure and is refused each time', async () => {
    const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'usr_tom' });
    const pay = page.getByRole('button', { name: 'Pay', exact: true });
    const offer = page.getByRole('status').filter({ hasText: 'Want help?' });
    const refused = () => page.waitForResponse((response) => response.url().endsWith('/api/pay'));
    for (let i = 0; i < 3; i += 1) {
      await expect.poll(() => offer.count()).toBe(0);
      await Promise.all([refused(), pay.click()]);
      await page.waitForTimeout(900);
    }
    await offer.waitFor();
    await page.context().close();
  });

  it('keeps the conversation over a reload, in a second tab, and in both at once', async () => {
    const { page } = await visitDemo(browser, baton, { user: 'usr_tom' });
    const panel = await openPanel(page);
    await write(panel, 'first from tab one');
    await logOf(panel).getByText('first from tab one').waitFor();
    await page.reload();
    // An open panel is open again.
    await logOf(panelOf(page)).getByText('first from tab one').waitFor();

    const other = await page.context().newPage();
    await other.goto(`${baton.demoOrigin}/customers`);
    const second = await openPanel(other);
    await logOf(second).getByText('first from tab one').waitFor();
    await write(second, 'second from tab two');
    await logOf(panelOf(page)).getByText('second from tab two').waitFor();
    await write(panelOf(page), 'third from tab one');
    await logOf(second).getByText('third from tab one').waitFor();
    await expect.poll(async () => (await messagesIn(panelOf(page))).join()).toBe((await messagesIn(second)).join());
    for (const text of ['first from', 'second from', 'third from'])
      await expect.poll(() => count(second, text)).toBe(1);
    await page.context().close();
  });

  it('sends and gets everything, once and in order, after the connection was cut', async () => {
    const { page } = await visitDemo(browser, baton, { user: 'usr_lena' });
    const panel = await openPanel(page);
    await write(panel, 'before the cut');
    await logOf(panel).getByText('before the cut').waitFor();
    const agent = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'maya@baton.test');
    const own = await agent.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    await panel.getByRole('button', { name: 'Talk to a person' }).click();
    const offer = await offerOn(own);
    await accept(own, offer);
    const work = await agent.conversation(offer.conversationId);
    await logOf(panel).getByText('Maya Okafor has joined').waitFor();

    await baton.kill();
    await write(panel, 'written while nobody listened');
    await panel
      .getByText(/Sending|Will be sent/)
      .first()
      .waitFor();
    await baton.restart();
    const back = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'maya@baton.test');
    const again = await back.conversation(offer.conversationId);
    for (const n of [1, 2, 3]) await again.ask({ type: 'message.send', text: `missed number ${n}` });
    await again.find(
      (frame) =>
        frame.type === 'entries' &&
        frame.entries.some((one) => one.type === 'message' && one.text === 'written while nobody listened'),
      40_000,
    );
    await logOf(panel).getByText('missed number 3').waitFor({ timeout: 40_000 });
    const seen = await messagesIn(panel);
    for (const text of ['before the cut', 'written while', 'missed number 1', 'missed number 2', 'missed number 3'])
      expect(seen.filter((one) => one.includes(text))).toHaveLength(1);
    const places = [1, 2, 3].map((n) => seen.findIndex((one) => one.includes(`missed number ${n}`)));
    expect(places).toEqual([...places].sort((a, b) => a - b));

    // Unread while closed, read when opened.
    await page.getByRole('button', { name: 'Close' }).click();
    await again.ask({ type: 'message.send', text: 'are you still there?' });
    const button = page.getByRole('button', { name: 'Support' });
    await expect.poll(() => button.innerText(), { timeout: 10_000 }).toBe('1');
    await page.getByText('1 unread message').waitFor({ state: 'attached' });
    await button.click();
    await expect.poll(() => button.innerText()).toBe('');
    work.close();
    own.close();
    again.close();
    await page.context().close();
  });

  it.each(['on the next page', 'on the same page'])(
    'hands nothing of one person to the next on the same browser, %s, where the host forgot to shut down',
    async (where) => {
      const { page, cut } = await onLoosePlug('usr_lena', '/settings');
      await write(await openPanel(page), 'only Lena may see this');
      await unsent(page);
      await panelOf(page).getByRole('textbox', { name: 'Message' }).fill('half a thought of Lena');
      await page.context().addCookies([{ name: 'ledgerline_user', value: 'usr_tom', url: baton.demoOrigin }]);
      cut.off = true;
      if (where === 'on the next page') await page.goto(`${baton.demoOrigin}/customers`);
      else
        await page.evaluate(() =>
          (window as unknown as { Baton: BatonCall }).Baton('identify', async () => {
            const answer = (await (await fetch('/identity-token')).json()) as { token: string };
            return answer.token;
          }),
        );
      const field = panelOf(page).getByRole('textbox', { name: 'Message' });
      await expect.poll(() => field.inputValue()).toBe('');
      await write(panelOf(page), `this is Tom ${where}`);
      await expect.poll(async () => (await debug(page))?.conversation?.unacked).toBe(0);
      await logOf(panelOf(page)).getByText(`this is Tom ${where}`).waitFor();
      await expect.poll(() => count(panelOf(page), 'only Lena')).toBe(0);
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(kept).toContain('trail');
      expect(kept).not.toMatch(/Lena/);
      if (where === 'on the next page') expect(kept).not.toContain('/settings');
      await page.context().close();
    },
  );

  it('keeps what could not be sent over a reload, for the one who wrote it', async () => {
    const { page, cut } = await onLoosePlug('usr_lena', '/settings');
    await write(await openPanel(page), 'written before the reload');
    await unsent(page);
    cut.off = true;
    await page.reload();
    await logOf(panelOf(page)).getByText('written before the reload').waitFor();
    await expect.poll(async () => (await debug(page))?.conversation?.unacked).toBe(0);
    await expect.poll(() => count(panelOf(page), 'written before')).toBe(1);
    await page.context().close();
  });

  it('[E7] leaves the line without a word to anybody, and stands in it again when they change their mind', async () => {
    const { page } = await visitDemo(browser, baton, { path: '/reports' });
    const panel = await openPanel(page);
    await write(panel, 'I want to talk to a person');
    const leave = panel.getByRole('button', { name: 'I don’t need a person any more' });
    await leave.waitFor();
    await leave.focus();
    await page.keyboard.press('Enter');
    await logOf(panel).getByText('You left the line').waitFor();
    await expect.poll(() => leave.count()).toBe(0);
    const again = panel.getByRole('button', { name: 'Bring in a person after all' });
    await page.reload();
    await again.waitFor();
    await again.click();
    await leave.waitFor();
    await expect.poll(() => again.count()).toBe(0);
    expect(
      await logOf(panel)
        .getByText(/^BTN-\d+\.2$/)
        .count(),
    ).toBe(1);
    await page.context().close();
  });

  it('[S36] says where a link leads that leaves the site, to the visitor, to the agent and in a help page', {
    timeout: 60_000,
  }, async () => {
    const { page } = await visitDemo(browser, baton, { user: 'usr_tom' });
    const panel = await openPanel(page);
    const text = `Is https://www.ledgerline.test@evil.example/login yours? I came from ${page.url()}`;
    await write(panel, text);
    const shown = `Is https://www.ledgerline.test@evil.example/login (leads to evil.example) yours? I came from ${page.url()}`;
    const message = (where: Locator) => where.getByRole('article').filter({ hasText: 'evil.example/login' }).first();
    await expect.poll(() => message(logOf(panel)).locator('p').first().innerText()).toBe(shown);
    await expect.poll(async () => (await debug(page))?.conversation?.id ?? '').toMatch(/^cnv_/);
    const { page: desk } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await desk.goto(`${baton.origin}/console/#/c/${(await debug(page))?.conversation?.id}`);
    // The console is elsewhere than the workspace's own site, and knows it.
    await desk.getByText('(leads to evil.example)').first().waitFor();
    await expect.poll(() => desk.getByText('(leads to').count()).toBe(1);
    await desk.context().close();

    const ines = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'ines@baton.test');
    const written = await ines.transport.fetch(`/v1/articles/${newId('article')}`, {
      method: 'PUT',
      headers: ines.headers,
      body: JSON.stringify({
        title: 'Where to sign in',
        ...{ area: '', keywords: [], aliases: [], revision: null },
        body: `Go to [your own page](${page.url()}) or to [your bank](https://bank.example@evil.example/a?b=1).`,
      }),
    });
    const { slug } = (await written.json()) as { slug: string };
    await page.goto(`${baton.origin}/help/${DEMO_WORKSPACE.publicKey}/${slug}`);
    await expect
      .poll(() => page.getByRole('main').innerText())
      .toBe('Go to your own page or to your bank (leads to https://bank.example@evil.example/a?b=1).');
    await page.context().close();
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await visitDemo(browser, baton, { path: '/settings', user: 'signed-out' });
    const button = page.getByRole('button', { name: 'Support' });
    await button.waitFor();
    await button.focus();
    await page.keyboard.press('Enter');
    const message = panelOf(page).getByRole('textbox', { name: 'Message' });
    await message.waitFor();
    await expect.poll(() => message.evaluate((node) => node.matches(':focus'))).toBe(true);
    await page.keyboard.type('How do I change the VAT number?');
    await page.keyboard.press('Enter');
    await logOf(panelOf(page)).getByText('How do I change the VAT number?').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await panelOf(page).waitFor({ state: 'hidden' });
    await expect.poll(() => button.evaluate((node) => node.matches(':focus'))).toBe(true);
    await page.context().close();
  });

  it('fills a phone’s screen, with text that does not make it zoom', async () => {
    const options = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out', options });
    const panel = await openPanel(page);
    // It rises into its place; what counts is where it ends.
    const box = async () => Object.values((await panel.boundingBox()) ?? {}).map(Math.round);
    await expect.poll(box).toEqual([0, 0, 390, 844]);
    const size = await panel
      .getByRole('textbox', { name: 'Message' })
      .evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize));
    expect(size).toBeGreaterThanOrEqual(16);
    await page.context().close();
  });
});
