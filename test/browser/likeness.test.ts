import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordingManifest } from '#protocol/http.ts';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPanel, visitDemo } from '../support/people.ts';
import { openStage } from '../support/replay-stage.ts';
import { overNetwork } from '../support/transport.ts';

/** High enough for every page of the demo as a whole. */
const SIZE = { width: 1280, height: 1400 };
const PATHS = ['/', '/billing', '/customers', '/reports', '/api-keys', '/settings', '/account', '/no-such-page'];
const MOST_DIFFERENT = 0.01;
/** What is not compared must not be most of a page. */
const MOST_LEFT_OUT = 0.1;
/** Of 255, in one colour: below it nobody sees anything. */
const SAME_COLOUR = 16;

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

type Box = { x: number; y: number; width: number; height: number };
type Read = { words: string[]; masked: Box[] };

/**
 * Every text of a document in order, and the places of what is masked by kind: fields, choices and pictures. `wanted`: what the texts are to be
 * instead, before that.
 */
function read(shown: Document, wanted: string[] | null): Read {
  const boxOf = ({ x, y, width, height }: DOMRect): Box => ({ x, y, width, height });
  const texts: Node[] = [];
  const walker = shown.createTreeWalker(shown.body, 4);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest('script,style,noscript,baton-widget') !== null) continue;
    if (node.textContent?.trim() !== '') texts.push(node);
  }
  texts.forEach((node, i) => {
    const text = wanted?.[i];
    if (text !== undefined && text !== node.textContent) node.textContent = text;
  });
  const masked = [...shown.querySelectorAll('input:not([type=checkbox],[type=radio]),select,textarea,img')];
  return {
    words: texts.map(({ textContent }) => textContent ?? ''),
    masked: masked.map((one) => boxOf(one.getBoundingClientRect())),
  };
}

/** Shares of all pixels: that differ outside the boxes, and that are in them. */
const compare = (page: Page, one: Buffer, other: Buffer, boxes: readonly Box[]) =>
  page.evaluate(
    async ([first, second, leftOut, same]) => {
      const pixels = async (png: string) => {
        const image = new Image();
        image.src = `data:image/png;base64,${png}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [a, b] = [await pixels(first), await pixels(second)];
      if (a.width !== b.width || a.height !== b.height) throw new Error('not of one size');
      let [out, different] = [0, 0];
      const isOut = new Uint8Array(a.width * a.height);
      for (const { x, y, width, height } of leftOut)
        for (let row = Math.max(0, Math.floor(y)); row < Math.min(a.height, y + height); row += 1)
          for (let column = Math.max(0, Math.floor(x)); column < Math.min(a.width, x + width); column += 1)
            isOut[row * a.width + column] = 1;
      for (let i = 0; i < isOut.length; i += 1) {
        if (isOut[i] === 1) out += 1;
        else if ([0, 1, 2].some((c) => Math.abs((a.data[i * 4 + c] as number) - (b.data[i * 4 + c] as number)) > same))
          different += 1;
      }
      return { different: different / isOut.length, leftOut: out / isOut.length };
    },
    [one.toString('base64'), other.toString('base64'), boxes, SAME_COLOUR] as const,
  );

describe('[O9] a replay looks like the page', { timeout: 180_000 }, () => {
  it('of all pages of the demo, where it shows what the page shows', async () => {
    const { page } = await visitDemo(browser, baton, { path: '/', options: { viewport: SIZE } });
    let recordingId = '';
    page.on('request', (request) => {
      recordingId = /\/recordings\/(rec_\w+)\/segments\//.exec(request.url())?.[1] ?? recordingId;
    });
    const debug = () => page.evaluate(() => (window as unknown as { Baton: BatonCall }).Baton('debug'));
    const panel = await openPanel(page);
    await panel.getByRole('button', { name: 'Talk to a person' }).click();
    await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
    await page.keyboard.press('Escape');
    const found: { path: string; redacted: number; different: number; leftOut: number }[] = [];
    for (const path of PATHS) {
      await page.goto(`${baton.demoOrigin}${path}`);
      await page.mouse.move(1, 1);
      await expect.poll(async () => (await debug())?.recorder.state, { timeout: 15_000 }).toBe('uploading');
      // The page has come to rest, and all of it has arrived.
      await page.waitForTimeout(5000);
      await expect.poll(async () => (await debug())?.recorder.waiting, { timeout: 15_000 }).toBe(0);
      await page.evaluate(() => {
        (document.querySelector('baton-widget') as HTMLElement).style.visibility = 'hidden';
      });
      const tab = (await debug())?.trail.tab ?? '';
      const manifest = (await (await maya.get(`/v1/recordings/${recordingId}`)).json()) as RecordingManifest;
      const segments = manifest.segments.filter((one) => one.tab === tab);
      const parts = await Promise.all(
        segments.map(async ({ n }) => ({
          n,
          text: await (await maya.get(`/v1/recordings/${recordingId}/segments/${tab}/${n}`)).text(),
        })),
      );
      const last = Math.max(...segments.map(({ toAt }) => toAt));
      const stage = await openStage(browser, baton, SIZE);
      const numbers = segments.map(({ n }) => n).sort((a, b) => a - b);
      const load = { type: 'load', numbers, parts, keyframes: [], at: last, live: false };
      expect(await stage.say(load)).toBe('state');
      await stage.page.waitForTimeout(800);
      await stage.player.evaluate(() => {
        for (const one of document.querySelectorAll<HTMLElement>('.replayer-mouse,.replayer-mouse-tail'))
          one.style.display = 'none';
      });
      const replayed = await stage.page.screenshot({ animations: 'disabled' });
      const shown = (await stage.player.evaluate(
        `(${read})(document.querySelector('.replayer-wrapper iframe').contentDocument, null)`,
      )) as Read;
      // The same texts in the same order. What was redacted is put into the page too: another word takes another place, and all beside it.
      const before = (await page.evaluate(`(${read})(document, null)`)) as Read;
      expect(shown.words.length, path).toBe(before.words.length);
      const redacted = shown.words.filter((text, i) => before.words[i] !== text);
      for (const text of redacted) expect(text).toMatch(/••••|\[[a-z]+\]/);
      const { masked } = (await page.evaluate(`(${read})(document, ${JSON.stringify(shown.words)})`)) as Read;
      const seen = await page.screenshot({ animations: 'disabled' });
      found.push({ path, redacted: redacted.length, ...(await compare(stage.page, seen, replayed, masked)) });
      await stage.page.context().close();
    }
    for (const { path, different, leftOut } of found) {
      expect(different, path).toBeLessThanOrEqual(MOST_DIFFERENT);
      expect(leftOut, path).toBeLessThanOrEqual(MOST_LEFT_OUT);
    }
    await page.context().close();
  });
});
