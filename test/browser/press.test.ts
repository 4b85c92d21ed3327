import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baton as BatonCall, BootOptions } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';

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

type Visit = { page: Page; violations: string[]; bodies: string[] };

/** The demo site with another policy, whose owner boots like this. */
async function visit(
  worker: BootOptions['worker'],
  policy: (before: string) => string,
  seal = (_: Page) => {},
): Promise<Visit> {
  const context = await browser.newContext();
  // A document that a test answers has no address, so the browser would not let it reach this machine.
  await context.grantPermissions(['local-network-access'], { origin: baton.demoOrigin });
  await context.addCookies([{ name: 'ledgerline_user', value: 'usr_tom', url: baton.demoOrigin }]);
  const page = await context.newPage();
  const violations: string[] = [];
  const bodies: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) violations.push(message.text());
  });
  page.on('request', (request) => {
    if (request.method() !== 'GET') bodies.push(request.url());
  });
  await page.route(`${baton.demoOrigin}/settings`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    headers['content-security-policy'] = policy(headers['content-security-policy'] ?? '');
    await route.fulfill({ response, headers });
  });
  await page.addInitScript((option) => {
    const calls: unknown[][] = [['boot', { worker: option }]];
    const stub = Object.assign((...call: unknown[]) => void calls.push(call), { q: calls });
    if (window === top) (window as unknown as { Baton: unknown }).Baton = stub;
  }, worker);
  seal(page);
  await page.goto(`${baton.demoOrigin}/settings`);
  return { page, violations, bodies };
}

const recorderOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder);
const holdsRing = (page: Page, host: string, timeout = 15_000) =>
  expect.poll(() => recorderOf(page), { timeout }).toMatchObject({ host, dropped: 0 });
const withFrame = (policy: string) => `${policy}; frame-src ${baton.origin}`;

describe('where a recording is compressed', () => {
  it('in a worker of a hidden frame, where the page’s policy lets one in', async () => {
    const { page, violations } = await visit('frame', withFrame);
    await holdsRing(page, 'frame');
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(1000);
    expect(page.workers().map((worker) => worker.url())).toEqual([
      expect.stringContaining(`${baton.origin}/widget/press-worker-`),
    ]);
    expect(violations).toEqual([]);
    // The frame is nobody’s business: no name, no place, no focus.
    await expect.poll(() => page.locator('baton-widget iframe').getAttribute('aria-hidden')).toBe('true');
    await page.context().close();
  });

  it('goes on where its frame is taken away in the middle', async () => {
    const { page } = await visit('frame', withFrame);
    await holdsRing(page, 'frame');
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(1000);
    const before = (await recorderOf(page))?.ringBytes ?? 0;
    // A site that replaces its whole body: the widget comes back, and the frame in it loads anew.
    await page.evaluate(() => document.body.append(document.querySelector('baton-widget') as Element));
    await page.evaluate(() => document.body.append(document.createElement('p')));
    await holdsRing(page, 'page');
    await page.evaluate(() => document.body.append('more'));
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(before);
    expect((await recorderOf(page))?.dropped).toBe(0);
    await page.context().close();
  });

  it('in a worker made of a blob, where its owner says so', async () => {
    const { page, violations } = await visit(
      'blob',
      (policy) =>
        `${policy.replace(/require-trusted-types-for 'script';?/, '').replace(/trusted-types 'none';?/, '')}; worker-src blob:`,
    );
    await holdsRing(page, 'blob');
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(1000);
    expect(violations).toEqual([]);
    await page.context().close();
  });

  it('on the page’s own thread where there is a policy and nobody said that it allows more; and without a violation', async () => {
    const { page, violations, bodies } = await visit(undefined, (policy) => policy);
    await holdsRing(page, 'page');
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(1000);
    expect(violations).toEqual([]);
    // Nobody needs help: nothing of what is recorded leaves.
    expect(bodies.filter((url) => url.includes('/segments/'))).toEqual([]);
    await page.context().close();
  });

  it('on the page’s own thread when the frame does not come, and in this tab no frame is tried again', {
    timeout: 60_000,
  }, async () => {
    const { page } = await visit(
      'frame',
      withFrame,
      (sealed) => void sealed.route('**/press/**', (route) => route.abort()),
    );
    await holdsRing(page, 'page', 30_000);
    await expect.poll(async () => (await recorderOf(page))?.ringBytes).toBeGreaterThan(1000);
    expect(
      await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.endsWith(':no-frame'))),
    ).toHaveLength(1);
    await page.context().close();
  });

  it('[S44] in a frame hears the page that put it there, and nobody beside it', async () => {
    const { page } = await visit('frame', withFrame);
    await holdsRing(page, 'frame');
    const press = page.frames().find((one) => one.url().startsWith(`${baton.origin}/`)) as Frame;
    /** Whether a worker answers whoever hands a port to that window. */
    const isServed = (asking: Page | Frame, its: string) =>
      asking.evaluate(
        `new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(true);
          setTimeout(resolve, 1500, false);
          (${its}).postMessage('', '*', [port2]);
        })`,
      );
    expect(await isServed(press, 'window')).toBe(false);
    const inPage = "document.querySelector('baton-widget').shadowRoot.querySelector('iframe[src]').contentWindow";
    expect(await isServed(page, inPage)).toBe(true);
    await page.context().close();
  });
});
