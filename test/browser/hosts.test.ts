import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceAnswer } from '#protocol/workspace.ts';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { HOST_PAGES, type HostPage } from '../support/host-pages.ts';
import { type HostSite, startHostSite } from '../support/host-site.ts';
import { keepLedger, type Ledger } from '../support/page-ledger.ts';
import { openPanel, panelOf, write } from '../support/people.ts';
import { overNetwork } from '../support/transport.ts';

let baton: Baton;
let browser: Browser;
let site: HostSite;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  site = await startHostSite(baton.origin);
  await allow(site.origin);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await baton?.stop();
  baton?.remove();
});

/** The site becomes one of the workspace's, as an admin makes it one. */
async function allow(origin: string): Promise<void> {
  const ines = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'ines@baton.test');
  const { revision, name, allowedOrigins } = (await (await ines.get('/v1/workspace')).json()) as WorkspaceAnswer;
  const saved = await fetch(`${baton.origin}/v1/workspace`, {
    method: 'PUT',
    headers: ines.headers,
    body: JSON.stringify({ revision, name, allowedOrigins: [...allowedOrigins, origin] }),
  });
  expect(saved.status).toBe(200);
}

type HostWindow = {
  hostPage: { before: Promise<string>; test(): Promise<string>; replaced(): string; keys(): string };
  swap(): void;
  ledger(): Ledger;
  Baton(call: string): void;
};

/** What the page's own tests say, as one text. */
const ownTests = (page: Page | Frame) => page.evaluate(() => (window as unknown as HostWindow).hostPage.test());
const swap = (page: Page) => page.evaluate(() => (window as unknown as HostWindow).swap());
const call = (page: Page, name: string) => page.evaluate((what) => (window as unknown as HostWindow).Baton(what), name);

/** What the browser says of the page's own requests, and of what the page itself does to others. */
const isExpected = (line: string, host?: HostPage) =>
  /status of 404/.test(line) || (host?.complains?.test(line) ?? false);

type Visit = { page: Page; before: string; said(): string[] };

async function visit(path: string, host?: HostPage, prepare?: (page: Page) => Promise<unknown>): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  await prepare?.(page);
  await page.goto(`${site.origin}${path}`);
  const before = await page.evaluate(() => (window as unknown as HostWindow).hostPage.before);
  return { page, before, said: () => said.filter((line) => !isExpected(line, host)) };
}

const ask = async (panel: Locator) => {
  await write(panel, 'How do I download an invoice?');
  await panel.getByRole('log', { name: 'Conversation' }).getByRole('link').first().waitFor();
};
const handOver = async (panel: Locator) => {
  await panel.getByRole('button', { name: 'Talk to a person' }).click();
  await panel
    .getByText(/^BTN-\d+$/)
    .first()
    .waitFor();
};

const recorder = (page: Page | Frame) =>
  page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder);
/** Whether something has gone up, and what was lost. A busy machine has more than one piece ready by then. */
const sent = async (page: Page | Frame) => {
  const { uploaded = 0, dropped } = (await recorder(page)) ?? {};
  return { any: uploaded > 0, dropped };
};

const working = HOST_PAGES.filter(({ silent }) => silent === undefined);
const silent = HOST_PAGES.filter((host) => host.silent !== undefined);

describe('the widget on a hostile page', () => {
  it('is asked to work on most of them', () => {
    expect(working.length).toBeGreaterThanOrEqual(20);
  });

  it.each(working)('[H1] works on “$name”, and the page’s own tests say the same', async (host) => {
    const { page, before, said } = await visit(`/p/${host.name}`, host);
    await page.getByRole('button', { name: 'Support' }).waitFor();
    for (let n = 0; n < (host.swaps ?? 0); n += 1) {
      await swap(page);
      await page.waitForTimeout(50);
    }
    await ask(await openPanel(page));
    expect(await ownTests(page)).toBe(before);
    if (host.swaps) await swap(page);
    await handOver(panelOf(page));
    if (host.records) await expect.poll(() => sent(page)).toEqual({ any: true, dropped: 0 });
    await expect.poll(() => page.locator('baton-widget').count()).toBe(1);
    await call(page, 'shutdown');
    await expect.poll(() => page.locator('baton-widget').count()).toBe(0);
    expect(await page.evaluate(() => (window as unknown as HostWindow).hostPage.replaced())).toBe('');
    expect(await ownTests(page)).toBe(before);
    expect(said()).toEqual([]);
    await page.context().close();
  });

  it.each(silent)('[H2] is silent on “$name”: $silent', async (host) => {
    const { page, before, said } = await visit(`/p/${host.name}`, host);
    if (host.until === 'written') await write(await openPanel(page), 'Is anybody there?');
    // Longer than the first three tries of whoever would try on.
    await page.waitForTimeout(4000);
    expect(await ownTests(page)).toBe(before);
    await expect.poll(() => page.getByRole('button', { name: 'Support' }).count()).toBe(0);
    expect(said()).toEqual(host.says ? [expect.stringMatching(host.says)] : []);
    await page.context().close();
  });

  it('[H1] works inside a frame, and leaves the page around it alone', async () => {
    const { page, before, said } = await visit('/framed');
    const inside = page.frameLocator('#inside');
    await inside.getByRole('button', { name: 'Support' }).click();
    await ask(inside.getByRole('dialog', { name: 'Support' }));
    await handOver(inside.getByRole('dialog', { name: 'Support' }));
    // The browser forgets a way back while any frame of the page is being opened, ours too.
    const frame = (await (await page.locator('#inside').elementHandle())?.contentFrame()) as Frame;
    await expect.poll(() => sent(frame), { timeout: 20_000 }).toMatchObject({ any: true });
    expect(await ownTests(page)).toBe(before);
    expect(await page.evaluate(() => 'Baton' in window)).toBe(false);
    expect(said()).toEqual([]);
    await page.context().close();
  });

  it('[H3] rejects nothing where a part of it cannot be loaded', async () => {
    const { page, before, said } = await visit('/p/plain');
    // Somebody who has a conversation: the widget asks for its parts by itself.
    await ask(await openPanel(page));
    await page.getByRole('button', { name: 'Close' }).click();
    await page.route(/\/widget\/(?:panel|conversation|recorder)-/, (route) => route.abort());
    await page.reload();
    await page.getByRole('button', { name: 'Support' }).click();
    await page.getByText('Support could not be loaded').waitFor({ state: 'attached' });
    await page.waitForTimeout(2000);
    expect(await ownTests(page)).toBe(before);
    expect(said().filter((line) => !/net::ERR_FAILED/.test(line))).toEqual([]);
    await page.context().close();
  });
});

describe('[H4] shut down, the widget', () => {
  const ledger = (page: Page) => page.evaluate(() => (window as unknown as HostWindow).ledger());

  it('leaves no listener, observer, timer, socket, frame or word of its own, and boots again', async () => {
    const { page, said } = await visit('/p/plain', undefined, async (made) => {
      await made.addInitScript(keepLedger);
      // The recorder's frame does not answer: it is still waited for when the end comes.
      await made.route(/\/press\//, () => {});
    });
    const button = page.getByRole('button', { name: 'Support' });
    // Until the launcher is there the tag itself listens for errors; what it hands over is no measure.
    await button.waitFor();
    await call(page, 'shutdown');
    await button.waitFor({ state: 'detached' });
    const bare = await ledger(page);
    for (let round = 0; round < 2; round += 1) {
      await call(page, 'boot');
      const panel = await openPanel(page);
      await ask(panel);
      await handOver(panel);
      // The recorder comes when the page is idle, and is to be among what goes.
      await expect
        .poll(() => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder.state))
        .toBe('uploading');
      const busy = await ledger(page);
      expect(busy.WebSocket).toBe(1);
      expect(busy['listener storage']).toBeGreaterThanOrEqual(1);
      expect(busy.MutationObserver).toBeGreaterThanOrEqual(2);
      await call(page, 'shutdown');
      expect(await ledger(page)).toEqual(bare);
      expect(await page.evaluate(() => (window as unknown as HostWindow).hostPage.keys())).toBe('');
      expect(page.frames()).toHaveLength(1);
      expect(await page.evaluate(() => Object.keys(window).filter((name) => /baton/i.test(name)))).toEqual(['Baton']);
    }
    expect(said()).toEqual([]);
    await page.context().close();
  });

  it('leaves alone what the page has wrapped after it, and what is wrapped goes on', async () => {
    const { page, before } = await visit('/p/plain');
    await page.getByRole('button', { name: 'Support' }).waitFor();
    await page.evaluate(() => {
      const [plainFetch, plainPush] = [window.fetch, history.pushState];
      const counts = { fetch: 0, push: 0 };
      window.fetch = (...rest) => {
        counts.fetch += 1;
        return plainFetch(...rest);
      };
      history.pushState = function (...rest) {
        counts.push += 1;
        return plainPush.apply(this, rest);
      };
      Object.assign(window, { counts, mine: [window.fetch, history.pushState] });
    });
    await call(page, 'shutdown');
    const text = await ownTests(page);
    expect(text).toBe(before.replace('globals: ', 'globals: counts,mine'));
    const kept = await page.evaluate(() => {
      const { mine, counts } = window as unknown as { mine: unknown[]; counts: { fetch: number; push: number } };
      return [mine[0] === window.fetch, mine[1] === history.pushState, counts.fetch, counts.push];
    });
    expect(kept).toEqual([true, true, 2, 1]);
    await page.context().close();
  });
});

describe('[H5] a pinned tag', () => {
  /** The page with one byte more in the file that is called so. */
  const tampered = (part: string) =>
    visit('/pinned/plain', undefined, async (made) => {
      await made.route(new RegExp(`/widget/${part}-[^/]+\\.js$`), async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${await response.text()}\n;globalThis.tampered = true;` });
      });
    });
  /** A part that is being checked is a link in the head until it is there: the page may see it at any look. */
  const withoutLinks = (text: string) => text.replace(/ link/g, '');
  const isTampered = (page: Page) => page.evaluate(() => 'tampered' in window);

  it.each(['plain', 'strict-policy', 'nonce-and-trusted-types'])('works on “%s”, every part checked', async (name) => {
    const asked: string[] = [];
    const { page, before, said } = await visit(`/pinned/${name}`, undefined, async (made) => {
      made.on('request', (request) => asked.push(request.url()));
    });
    await ask(await openPanel(page));
    await write(panelOf(page), 'How do I create an API key?');
    await panelOf(page).getByRole('button', { name: 'Show me on the page' }).click();
    // [H6] This page has nothing of what the article speaks of.
    await panelOf(page).getByText('The guide ended at step 1 of 4').waitFor();
    await handOver(panelOf(page));
    expect(withoutLinks(await ownTests(page))).toBe(withoutLinks(before));
    expect(said()).toEqual([]);
    expect(asked.some((url) => url.endsWith('/baton.js'))).toBe(false);
    // The one that is preloaded is the one that is imported: nothing is asked for twice.
    const parts = asked.filter((url) => /\/widget\/(?!press-worker)/.test(url));
    expect(parts.length).toBeGreaterThanOrEqual(6);
    expect(new Set(parts).size).toBe(parts.length);
    await expect.poll(() => page.locator('head link').count()).toBe(0);
    await page.context().close();
  });

  it('is served to every origin, and for as long as browsers keep anything', async () => {
    const [path] = (await (await fetch(`${site.origin}/pinned/plain`)).text()).match(/widget\/baton-[^"]+/) ?? [];
    const { headers } = await fetch(`${baton.origin}/${path}`, { headers: { origin: 'https://anybody.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toContain('immutable');
  });

  it.each(['baton', 'capture', 'launcher'])('runs nothing where a byte of “%s” has changed', async (part) => {
    const { page, before } = await tampered(part);
    await page.waitForTimeout(2500);
    expect(await isTampered(page)).toBe(false);
    await expect.poll(() => page.locator('baton-widget').count()).toBe(0);
    expect(withoutLinks(await ownTests(page))).toBe(withoutLinks(before));
    await page.context().close();
  });

  it.each(['conversation', 'panel'])('opens no panel where a byte of “%s” has changed', async (part) => {
    const { page, before } = await tampered(part);
    await page.getByRole('button', { name: 'Support' }).click();
    await page.getByText('Support could not be loaded').waitFor({ state: 'attached' });
    expect(await isTampered(page)).toBe(false);
    expect(withoutLinks(await ownTests(page))).toBe(withoutLinks(before));
    await page.context().close();
  });

  it.each(['recorder', 'press'])('records nothing where a byte of “%s” has changed, and answers', async (part) => {
    const { page, before } = await tampered(part);
    await ask(await openPanel(page));
    await handOver(panelOf(page));
    await page.waitForTimeout(2000);
    expect(await isTampered(page)).toBe(false);
    const state = () => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder.state);
    expect(await state()).toBe('not loaded');
    expect(withoutLinks(await ownTests(page))).toBe(withoutLinks(before));
    await page.context().close();
  });
});
