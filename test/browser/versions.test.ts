import { gzipSync } from 'node:zlib';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openStage } from '../support/replay-stage.ts';
import { oldPage, pageOfIcons, pageOfPaints, type Seen, VERSION_RECORDINGS } from '../support/rrweb-versions.ts';
import { overNetwork } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';

let baton: Baton;
let browser: Browser;
let visitor: Visitor;
let maya: Agent;
let recordingId: string;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  const transport = overNetwork(baton.origin, baton.demoOrigin);
  visitor = await Visitor.arrive(transport, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  recordingId = (frame as unknown as { recordingId: string }).recordingId;
  maya = await Agent.signIn(transport, 'maya@baton.test');
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

/** What is in the place of each, in the page that is shown. `>>>` goes into a shadow tree. */
const look = (player: Frame, seen: readonly Seen[]) =>
  player.evaluate((places) => {
    const frame = document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement;
    return places.map((place) => {
      let root: ParentNode | null = frame.contentDocument;
      let found: Element | null = null;
      for (const selector of place.of.split(' >>> ')) {
        found = root?.querySelector(selector) ?? null;
        root = found?.shadowRoot ?? null;
      }
      if (found === null) return { ...place, is: 'not there' };
      const is =
        place.style === undefined
          ? (found.textContent ?? '')
          : (frame.contentWindow as Window).getComputedStyle(found).getPropertyValue(place.style);
      return { ...place, is };
    });
  }, seen);

describe('[O8] a recording of another version of rrweb', () => {
  it.each(VERSION_RECORDINGS)('plays: $name', async ({ name, events, seen }) => {
    const tab = `version${VERSION_RECORDINGS.findIndex((one) => one.name === name)}`;
    const answer = await visitor.upload(recordingId, 0, new Uint8Array(gzipSync(JSON.stringify(events))), tab);
    expect(answer.status).toBe(200);
    const text = await (await maya.get(`/v1/recordings/${recordingId}/segments/${tab}/0`)).text();
    const times = events.map(({ timestamp }) => timestamp as number);
    const [first, last] = [Math.floor(Math.min(...times)), Math.max(...times)];
    const supply = { numbers: [0], parts: [{ n: 0, text }], keyframes: [] };

    // Opened at its end: folded, and built at once.
    const { page, player, say } = await openStage(browser, baton);
    expect(await say({ type: 'load', ...supply, at: last, live: false })).toBe('state');
    expect(await look(player, seen)).toEqual(seen);
    // Played from its start: every event by rrweb itself.
    expect(await say({ type: 'load', ...supply, at: first, live: false })).toBe('state');
    await say({ type: 'play' });
    await expect.poll(() => look(player, seen), { timeout: 5000 }).toEqual(seen);
    await page.context().close();
  });
});

describe('[S38] a page from before doctypes', () => {
  it.each([
    ['HTML', {}, 'BackCompat'],
    // Nearly: the doctype that rrweb has for it is one of almost standards.
    ['XHTML', { xmlns: 'http://www.w3.org/1999/xhtml' }, 'CSS1Compat'],
  ])('is shown as one (%s); of a string the player makes nothing else', async (_, attributes, mode) => {
    const events = oldPage(attributes);
    const { page, player, say } = await openStage(browser, baton);
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    const supply = { numbers: [0], parts: [{ n: 0, text: JSON.stringify(events) }], keyframes: [] };
    expect(await say({ type: 'load', ...supply, at: events.at(-1)?.timestamp as number, live: false })).toBe('state');
    const found = () =>
      player.evaluate(() => {
        const shown = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement).contentDocument;
        return [shown?.compatMode, shown?.body?.textContent];
      });
    await expect.poll(found).toEqual([mode, 'old']);
    expect(refused).toEqual([]);
    const made = await player.evaluate(() => {
      const shown = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement)
        .contentDocument as Document;
      const { trustedTypes } = window as unknown as {
        trustedTypes: { createPolicy(name: string, rules: { createHTML(text: string): string }): unknown };
      };
      const tries = [
        ...[document, shown].flatMap((one) => [
          () => one.body.insertAdjacentHTML('beforeend', '<b>made</b>'),
          () => one.write('<b>made</b>'),
          () => one.createElement('script').setAttribute('src', '/x.js'),
        ]),
        () => trustedTypes.createPolicy('old-doctypes', { createHTML: (text) => text }),
        () => trustedTypes.createPolicy('another', { createHTML: (text) => text }),
      ];
      return tries.map((one) => {
        try {
          one();
          return 'made';
        } catch (cause) {
          return (cause as Error).name;
        }
      });
    });
    expect(made).toEqual(Array.from({ length: 8 }, () => 'TypeError'));
    await page.context().close();
  });
});

describe('[X8] a picture that refers to others', () => {
  it('keeps its icons, however often each is used', async () => {
    const { page, player, say } = await openStage(browser, baton);
    const supply = { numbers: [0], parts: [{ n: 0, text: JSON.stringify(pageOfIcons(500)) }], keyframes: [] };
    expect(await say({ type: 'load', ...supply, at: pageOfIcons(500).at(-1)?.timestamp as number, live: false })).toBe(
      'state',
    );
    const icons = () =>
      player.evaluate(() => {
        const shown = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement).contentDocument;
        const uses = [...(shown?.querySelectorAll('use') ?? [])];
        return [
          uses.length,
          uses.filter((use) => /^#(?:icon|shape)$/.test(use.getAttribute('href') ?? '') && use.getBBox().width === 7)
            .length,
        ];
      });
    await expect.poll(icons).toEqual([500, 500]);
    await page.context().close();
  });

  it('is painted by the patterns, masks, clips, markers and gradients that it names, also where they come one by one', async () => {
    const { page, player, say } = await openStage(browser, baton);
    const { events, squares } = pageOfPaints();
    const supply = { numbers: [0], parts: [{ n: 0, text: JSON.stringify(events) }], keyframes: [] };
    const at = events.at(-1)?.timestamp as number;
    expect(await say({ type: 'load', ...supply, at, live: false })).toBe('state');
    // From the beginning it is played, change by change.
    expect(await say({ type: 'seek', at: events[0]?.timestamp as number })).toBe('state');
    await say({ type: 'play' });
    const colours = async () => {
      const frame = player.locator('.replayer-wrapper iframe');
      const picture = (await frame.screenshot()).toString('base64');
      return page.evaluate(
        async ([base64, places]) => {
          const image = new Image();
          image.src = `data:image/png;base64,${base64}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
          canvas?.drawImage(image, 0, 0);
          return places.map(({ name, x, y }) => {
            const [red, green] = canvas?.getImageData(x, y, 1, 1).data ?? [];
            return `${name}: ${(red as number) < 20 && Math.abs((green as number) - 128) < 20 ? 'green' : `${red} ${green}`}`;
          });
        },
        [picture, squares] as const,
      );
    };
    await expect.poll(colours, { timeout: 10_000 }).toEqual(squares.map(({ name }) => `${name}: green`));
    await page.context().close();
  });
});
