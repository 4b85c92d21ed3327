import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, replayed, visitDemo, workAs, write } from '../support/people.ts';
import { openStage } from '../support/replay-stage.ts';
import { pageOfIcons } from '../support/rrweb-versions.ts';

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

/** Another page, in a frame beside whatever else is in the page. */
async function besides(page: Page, address: string): Promise<Frame> {
  await page
    .context()
    .route(address, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Beside</title>' }),
    );
  await page.evaluate(
    (src) =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = resolve;
        frame.src = src;
        document.body.append(frame);
      }),
    address,
  );
  return page.frames().find((one) => one.url() === address) as Frame;
}

describe('[S44] who speaks to one of our windows from another', () => {
  it('is heard by the player if it is the console around it', async () => {
    const { page, player, say } = await openStage(browser, baton);
    const events = pageOfIcons(3);
    const load = {
      type: 'load',
      numbers: [0],
      parts: [{ n: 0, text: JSON.stringify(events) }],
      keyframes: [],
      at: events[0]?.timestamp,
      live: false,
    };
    const pictures = () => player.locator('.replayer-wrapper').count();
    // Of another origin, and of the console's own, which only its window tells from the console.
    for (const address of ['https://beside.test/', `${baton.origin}/beside`])
      await (await besides(page, address)).evaluate((command) => parent.frames[0]?.postMessage(command, '*'), load);
    await page.waitForTimeout(500);
    expect(await pictures()).toBe(0);
    expect(await say(load)).toBe('state');
    await expect.poll(pictures).toBe(1);
    await page.context().close();
  });

  it('is heard by the console if it is the player itself', { timeout: 60_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out' });
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder.state), {
        timeout: 20_000,
      })
      .toBe('recording');
    const panel = await openPanel(page);
    await write(panel, 'I was charged twice, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    await acceptOffer(maya.page);
    await replayed(maya.page).getByRole('heading', { name: 'Billing' }).waitFor({ timeout: 20_000 });
    const said = { type: 'error', message: 'Your session has ended, sign in at evil.test' };
    const player = maya.page.frames().find((one) => one.url().startsWith(baton.replayOrigin)) as Frame;
    const [replayedPage] = player.childFrames();
    const replay = maya.page.getByRole('region', { name: 'Replay' });
    // The window of the replayed page has the player's origin, and the console's own has the console's.
    await replayedPage?.evaluate((message) => top?.postMessage(message, '*'), said);
    await maya.page.evaluate((message) => window.postMessage(message, '*'), said);
    await maya.page.waitForTimeout(500);
    expect(await replay.innerText()).not.toContain('evil.test');
    // The same words from the player are shown: they would have been.
    await player.evaluate((message) => parent.postMessage(message, '*'), said);
    await expect.poll(() => replay.innerText()).toContain('evil.test');
    await maya.page.context().close();
    await page.context().close();
  });
});
