import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, replayed, visitDemo, workAs, write } from '../support/people.ts';

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

/** Before any script of the page: its clock is wrong by so much. */
function wrongBy(ms: number): void {
  const Right = Date;
  const now = Right.now.bind(Right);
  Right.now = () => now() + ms;
  // What `new Date()` says is off by the same.
  globalThis.Date = new Proxy(Right, {
    construct: (of, args) => Reflect.construct(of, args.length === 0 ? [now() + ms] : args),
  });
}

describe('[X15] a visitor whose clock is wrong', () => {
  it.each([
    ['three hours ahead', 3 * 3_600_000, 'usr_priya'],
    ['two days behind', -2 * 86_400_000, 'usr_lena'],
  ])('%s: trail, trouble and recording are told by ours', { timeout: 120_000 }, async (_, ms, user) => {
    const began = Date.now();
    const maya = await workAs(browser, baton, 'maya@baton.test');
    // All times that the console is told.
    const told = { trail: [] as number[], segments: [] as number[] };
    maya.page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (!String(payload).startsWith('{')) return;
        const frame = JSON.parse(String(payload)) as { trail?: { at: number }[] };
        for (const { at } of frame.trail ?? []) told.trail.push(at);
      }),
    );
    maya.page.on('response', async (response) => {
      if (!/\/v1\/recordings\/rec_\w+$/.test(response.url())) return;
      const { segments } = (await response.json()) as { segments: { fromAt: number; toAt: number }[] };
      told.segments.push(...segments.flatMap(({ fromAt, toAt }) => [fromAt, toAt]));
    });
    const first = await visitDemo(browser, baton, { path: '/settings', user });
    // Another tab, which has had the wrong clock from the start.
    const page = await first.page.context().newPage();
    await page.addInitScript(wrongBy, ms);
    await page.goto(`${baton.demoOrigin}/billing`);
    expect(Math.abs((await page.evaluate(() => Date.now())) - ms - Date.now())).toBeLessThan(60_000);
    const state = () => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder.state);
    await expect.poll(state, { timeout: 20_000 }).toBe('recording');
    await page.getByLabel('Card number').fill('4929 1234 5678 9012');
    await page.getByLabel('Expiry date').fill('11/29');
    await page.getByLabel('CVC').fill('917');
    await page.getByLabel('Name on card').fill('Canary Plover');
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('Your card was declined').waitFor();
    const panel = await openPanel(page);
    await write(panel, 'I was charged twice, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    await acceptOffer(maya.page);
    await replayed(maya.page).getByRole('heading', { name: 'Billing' }).waitFor({ timeout: 20_000 });
    // The trouble is in the recording, not hours before or after it.
    const replay = maya.page.getByRole('region', { name: 'Replay' });
    await expect.poll(() => replay.innerText()).toMatch(/Failed/);
    await expect.poll(() => replay.innerText()).not.toContain('before this recording');

    for (const times of [told.trail, told.segments]) {
      expect(times.length).toBeGreaterThan(1);
      expect(times.filter((at) => at < began - 5000 || at > Date.now() + 5000)).toEqual([]);
    }
    expect(maya.complaints.all).toEqual([]);
    await maya.page.context().close();
    await page.context().close();
  });
});
