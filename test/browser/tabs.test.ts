import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordingManifest } from '#protocol/http.ts';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPanel, visitDemo } from '../support/people.ts';
import { overNetwork } from '../support/transport.ts';

let baton: Baton;
let browser: Browser;
let maya: Agent;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  maya = await Agent.signIn(overNetwork(baton.origin, baton.demoOrigin), 'maya@baton.test');
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

const debug = (page: Page) => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug'));
const recorderIs = (page: Page, state: string) =>
  expect.poll(async () => (await debug(page))?.recorder.state, { timeout: 15_000 }).toBe(state);
const tabOf = async (page: Page) => (await debug(page))?.trail.tab ?? '';

/** Which recordings the pages of a visitor upload to. */
function recordingsOf(page: Page): Set<string> {
  const found = new Set<string>();
  page.context().on('request', (request) => {
    const id = /\/v1\/recordings\/(rec_\w+)\/segments\//.exec(request.url())?.[1];
    if (id !== undefined && request.method() === 'PUT') found.add(id);
  });
  return found;
}

const segmentsOf = async (id: string) =>
  ((await (await maya.get(`/v1/recordings/${id}`)).json()) as RecordingManifest).segments;

/** All that the server has of a tab, as text. */
async function storedOf(id: string, tab: string): Promise<string> {
  const numbers = (await segmentsOf(id)).filter((one) => one.tab === tab).map(({ n }) => n);
  const parts = await Promise.all(
    numbers.map(async (n) => (await maya.get(`/v1/recordings/${id}/segments/${tab}/${n}`)).text()),
  );
  return parts.join('\n');
}

/** The numbers of a tab: what is there, and that nothing is missing between. */
async function numbersOf(id: string, tab: string): Promise<number[]> {
  const numbers = (await segmentsOf(id))
    .filter((one) => one.tab === tab)
    .map(({ n }) => n)
    .sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, i) => i));
  return numbers;
}

async function askForPerson(page: Page): Promise<void> {
  const panel = await openPanel(page);
  await panel.getByRole('button', { name: 'Talk to a person' }).click();
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
}

const say = (page: Page, text: string) =>
  page.evaluate((words) => {
    (document.querySelector('h1') as HTMLElement).textContent = words;
  }, text);

describe('[O4] the tabs of a visitor', { timeout: 120_000 }, () => {
  it('are one recording with a stream for each, which go on over reloads', async () => {
    const { page: first } = await visitDemo(browser, baton, { path: '/billing' });
    const uploads = recordingsOf(first);
    const second = await first.context().newPage();
    await second.goto(`${baton.demoOrigin}/reports`);
    await recorderIs(first, 'recording');
    await recorderIs(second, 'recording');
    await say(second, 'Before anybody asked');
    await askForPerson(first);
    await recorderIs(first, 'uploading');
    await recorderIs(second, 'uploading');
    await say(first, 'Said in the first');
    await say(second, 'Said in the second');
    const tabs = [await tabOf(first), await tabOf(second)] as [string, string];
    expect(new Set(tabs).size).toBe(2);
    await expect.poll(() => uploads.size).toBe(1);
    const [recordingId] = [...uploads] as [string];
    await expect.poll(() => storedOf(recordingId, tabs[0]), { timeout: 15_000 }).toContain('Said in the first');
    await expect.poll(() => storedOf(recordingId, tabs[1]), { timeout: 15_000 }).toContain('Said in the second');
    expect(await storedOf(recordingId, tabs[1])).toContain('Before anybody asked');
    expect(await storedOf(recordingId, tabs[0])).not.toContain('the second');
    const before = (await numbersOf(recordingId, tabs[1])).length;

    // Changed and loaded again in one breath: nothing of it was sent yet.
    await say(second, 'As it went');
    await second.reload();
    await recorderIs(second, 'uploading');
    await say(second, 'After it came back');
    expect(await tabOf(second)).toBe(tabs[1]);
    await expect.poll(() => storedOf(recordingId, tabs[1]), { timeout: 15_000 }).toContain('After it came back');
    await expect.poll(() => storedOf(recordingId, tabs[1]), { timeout: 15_000 }).toContain('As it went');
    expect((await numbersOf(recordingId, tabs[1])).length).toBeGreaterThan(before);
    await say(first, 'Said in the first again');
    await expect.poll(() => storedOf(recordingId, tabs[0]), { timeout: 15_000 }).toContain('first again');
    await numbersOf(recordingId, tabs[0]);
    expect([...new Set((await segmentsOf(recordingId)).map(({ tab }) => tab))].sort()).toEqual([...tabs].sort());
    expect([...uploads]).toEqual([recordingId]);
    await first.context().close();
  });
});

/** When the last thing happened that this browser keeps of a tab. */
const keptUntil = (page: Page, tab: string) =>
  page.evaluate(async (of) => {
    let last = 0;
    for (const { name } of await indexedDB.databases())
      await new Promise<void>((resolve) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => {
          const all = request.result.transaction('pieces').objectStore('pieces').openCursor();
          all.onsuccess = () => {
            const cursor = all.result;
            if (cursor === null) {
              request.result.close();
              return resolve();
            }
            if ((cursor.key as unknown[])[1] === of) last = Math.max(last, (cursor.value as { to: number }).to);
            cursor.continue();
          };
        };
      });
    return last;
  }, tab);

describe('[O7] a tab that is closed', { timeout: 120_000 }, () => {
  it('loses nothing: what no press had the time for goes up behind it', async () => {
    // The last word comes soon after the piece of its second was made, or just before the next.
    for (const phaseMs of [0, 300, 700]) {
      const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out' });
      const uploads = recordingsOf(page);
      await recorderIs(page, 'recording');
      await askForPerson(page);
      await recorderIs(page, 'uploading');
      await say(page, 'First words');
      await page.waitForTimeout(1500 + phaseMs);
      const tab = await tabOf(page);
      const [id] = [...uploads];
      await say(page, 'Last words');
      await page.waitForTimeout(30);
      await page.close();
      await expect.poll(() => storedOf(id as string, tab), { timeout: 10_000 }).toContain('Last words');
      await numbersOf(id as string, tab);
    }
  });
});

describe('[O7] a tab that is killed', { timeout: 180_000 }, () => {
  it('loses a second at most, at whatever moment: of what the server has, and of what the browser keeps', async () => {
    const lost: { server: number; browser: number }[] = [];
    // Over the second in which a piece is made.
    for (const phaseMs of [0, 170, 340, 510, 680, 850]) {
      const { page } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out' });
      const uploads = recordingsOf(page);
      const beside = await page.context().newPage();
      await beside.goto(`${baton.demoOrigin}/styles.css`);
      await page.bringToFront();
      await recorderIs(page, 'recording');
      await askForPerson(page);
      await recorderIs(page, 'uploading');
      await page.evaluate(() => {
        const heading = document.querySelector('h1') as HTMLElement;
        setInterval(() => {
          heading.textContent = `It is ${Math.round(performance.now())}`;
        }, 20);
      });
      await page.waitForTimeout(2500 + phaseMs);
      const tab = await tabOf(page);
      const crashed = page.waitForEvent('crash');
      const devtools = await page.context().newCDPSession(page);
      const killedAt = Date.now();
      // Never answered: nobody is left to do it.
      void devtools.send('Page.crash').catch(() => {});
      await crashed;
      // What had arrived is stored by then.
      await beside.waitForTimeout(1000);
      const [id] = [...uploads];
      const stored = (await segmentsOf(id as string)).reduce((last, { toAt }) => Math.max(last, toAt), 0);
      await numbersOf(id as string, tab);
      lost.push({ server: killedAt - stored, browser: killedAt - (await keptUntil(beside, tab)) });
      await page.context().close();
    }
    for (const { server, browser: kept } of lost) {
      expect(server).toBeLessThanOrEqual(1000);
      expect(kept).toBeLessThanOrEqual(1000);
    }
  });

  it('has its name, its trail and its last minutes when it is loaded again; a copy of a living one has none of it', async () => {
    const { page: first } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out' });
    const page = await first.context().newPage();
    // It goes without a word: what it does when it is left never happens.
    await page.addInitScript(() => {
      for (const name of ['pagehide', 'visibilitychange'])
        addEventListener(name, (event) => event.stopImmediatePropagation(), true);
    });
    await page.goto(`${baton.demoOrigin}/billing`);
    await recorderIs(page, 'recording');
    await page.getByRole('link', { name: 'Reports' }).click();
    await expect.poll(async () => (await debug(page))?.recorder.ringSeconds, { timeout: 15_000 }).toBeGreaterThan(4);
    const before = await debug(page);
    await page.reload();
    await recorderIs(page, 'recording');
    const after = await debug(page);
    expect(after?.trail.tab).toBe(before?.trail.tab);
    expect(after?.trail.crumbs).toBeGreaterThan(before?.trail.crumbs ?? 0);
    await expect
      .poll(async () => (await debug(page))?.recorder.ringSeconds)
      .toBeGreaterThan(before?.recorder.ringSeconds ?? 0);

    const opened = page.context().waitForEvent('page');
    // The browser gives it a copy of what this tab keeps.
    await page.evaluate(() => void window.open('/billing', '_blank'));
    const copy = await opened;
    await recorderIs(copy, 'recording');
    expect(await tabOf(copy)).not.toBe(after?.trail.tab);
    await page.context().close();
  });
});
