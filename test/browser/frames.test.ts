import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceAnswer } from '#protocol/workspace.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { type HostSite, startHostSite } from '../support/host-site.ts';
import { shoot } from '../support/looks.ts';
import { acceptOffer, openPanel, workAs } from '../support/people.ts';
import { overNetwork } from '../support/transport.ts';

let baton: Baton;
let browser: Browser;
let site: HostSite;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  site = await startHostSite(baton.origin);
  const ines = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'ines@baton.test');
  const { revision, name, allowedOrigins } = (await (await ines.get('/v1/workspace')).json()) as WorkspaceAnswer;
  await fetch(`${baton.origin}/v1/workspace`, {
    method: 'PUT',
    headers: ines.headers,
    body: JSON.stringify({ revision, name, allowedOrigins: [...allowedOrigins, site.origin] }),
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await baton?.stop();
  baton?.remove();
});

/** What the player shows of each frame: its words and fields; `not recorded` where there is no document. */
async function shown(desk: Page): Promise<Record<string, string>> {
  const player = desk.frames().find((one) => one.url().startsWith(baton.replayOrigin)) as Frame;
  return player.evaluate(() => {
    const page = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement | null)?.contentDocument;
    const wordsOf = (frame: HTMLIFrameElement): string => {
      if (!frame.hasAttribute('data-baton-shown')) return 'not recorded';
      const inner = frame.contentDocument as Document;
      const fields = [...inner.querySelectorAll('input')].map(({ value }) => `[${value}]`);
      const frames = [...inner.querySelectorAll('iframe')].map((one) => `(${wordsOf(one)})`);
      return [inner.body.innerText.replace(/\s+/g, ' ').trim(), ...fields, ...frames].join(' ');
    };
    return Object.fromEntries([...(page?.querySelectorAll('iframe') ?? [])].map((frame) => [frame.id, wordsOf(frame)]));
  });
}

describe('[O12] frames of the visitor’s page', () => {
  it('of its own origin are in the replay, as private as the page; of another they are said to be missing', {
    timeout: 90_000,
  }, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${site.origin}/frames`);
    const panel = await openPanel(page);
    await panel.getByRole('button', { name: 'Talk to a person' }).click();
    await panel
      .getByText(/^BTN-\d+$/)
      .first()
      .waitFor();

    const { page: desk, complaints } = await workAs(browser, baton, 'maya@baton.test');
    await acceptOffer(desk);
    const live = desk.getByRole('region', { name: 'Replay' }).getByRole('button', { name: 'Live' });
    await live.click();
    const order = 'Your order Two boxes are on their way •••• Write to [email] Cancel the order [••••]';
    await expect
      .poll(() => shown(desk), { timeout: 20_000 })
      .toEqual({
        'order-frame': order,
        secret: '•••• •••• •••• •••• •••• [••••]',
        editor: '••••',
        deep: `Outer words (${order})`,
        foreign: 'not recorded',
      });
    await shoot(desk, 'frames');

    // Later words too, in the frame of a frame as well; and what is typed in the editor as little as what stood there.
    const inner = (id: string) => page.frameLocator(`#${id}`);
    await inner('order-frame')
      .locator('#state')
      .evaluate((node) => {
        node.textContent = 'They are here';
      });
    await inner('deep')
      .frameLocator('iframe')
      .locator('#state')
      .evaluate((node) => {
        node.textContent = 'They are there';
      });
    await inner('editor')
      .locator('body')
      .evaluate((node) => {
        const line = node.ownerDocument.createElement('p');
        line.textContent = 'My name is Zebulon';
        node.append(line);
      });
    await inner('secret')
      .locator('h2')
      .evaluate((node) => {
        node.textContent = 'Zebulon';
      });
    await expect.poll(async () => (await shown(desk))['order-frame'], { timeout: 20_000 }).toContain('They are here');
    await expect.poll(async () => (await shown(desk)).deep, { timeout: 20_000 }).toContain('They are there');
    await expect.poll(async () => (await shown(desk)).editor, { timeout: 20_000 }).toBe('•••• ••••');
    expect(JSON.stringify(await shown(desk))).not.toContain('Zebulon');
    const player = desk.frames().find((one) => one.url().startsWith(baton.replayOrigin)) as Frame;
    const colour = await player.evaluate(() => {
      const replayed = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement).contentDocument;
      const frame = replayed?.querySelector('#order-frame') as HTMLIFrameElement;
      return frame.contentWindow?.getComputedStyle(frame.contentDocument?.querySelector('h2') as Element).color;
    });
    expect(colour).toBe('rgb(1, 2, 3)');

    // Opened anew it comes from what is stored.
    await desk.reload();
    await live.click();
    await expect
      .poll(async () => ((await shown(desk).catch(() => ({}))) as Record<string, string>).deep, { timeout: 30_000 })
      .toContain('They are there');
    expect(JSON.stringify(await shown(desk))).not.toContain('Zebulon');
    expect([faults, complaints.violations]).toEqual([[], []]);
    await Promise.all([context.close(), desk.context().close()]);
  });
});
