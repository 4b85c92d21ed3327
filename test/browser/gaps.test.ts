import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openStage } from '../support/replay-stage.ts';

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

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
let id = 10;
const el = (tagName: string, attributes: { [name: string]: Json } = {}, childNodes: Json[] = []): Json => ({
  type: 2,
  id: id++,
  tagName,
  attributes,
  childNodes,
});
const text = (textContent: string): Json => ({ type: 3, id: id++, textContent });
const pageOf = (body: Json[], head: Json[] = []): Json[] => [
  { type: 4, timestamp: 1000, data: { href: 'https://shop.test/', width: 800, height: 600 } },
  {
    type: 2,
    timestamp: 1001,
    data: {
      initialOffset: { left: 0, top: 0 },
      node: {
        type: 0,
        id: 1,
        childNodes: [
          { type: 1, id: 2, name: 'html', publicId: '', systemId: '' },
          {
            type: 2,
            id: 3,
            tagName: 'html',
            attributes: {},
            childNodes: [
              { type: 2, id: 4, tagName: 'head', attributes: {}, childNodes: head },
              { type: 2, id: 5, tagName: 'body', attributes: {}, childNodes: body },
            ],
          },
        ],
      },
    },
  },
  { type: 3, timestamp: 1200, data: { source: 3, id: 1, x: 0, y: 0 } },
];

async function shown(events: readonly Json[]) {
  const { page, player, say } = await openStage(browser, baton);
  const supply = { numbers: [0], parts: [{ n: 0, text: JSON.stringify(events) }], keyframes: [] };
  expect(await say({ type: 'load', ...supply, at: 1000, live: false })).toBe('state');
  return { page, player, say };
}

describe('[X8] a replay', () => {
  it('takes no keyboard: a dialog opens in it, and the focus stays where it was', async () => {
    const dialog = el('dialog', {}, [el('input', { type: 'text' }), el('button', {}, [text('Close')])]) as {
      id: number;
    };
    const events = pageOf([dialog]);
    events.push({
      type: 3,
      timestamp: 1100,
      data: {
        source: 0,
        texts: [],
        adds: [],
        removes: [],
        attributes: [{ id: dialog.id, attributes: { open: '', rr_open_mode: 'modal' } }],
      },
    });
    const { page, player, say } = await shown(events);
    await page.evaluate(() => {
      const field = document.createElement('textarea');
      field.id = 'reply';
      document.body.prepend(field);
      field.focus();
    });
    await say({ type: 'seek', at: 1200 });
    await expect
      .poll(() =>
        player.evaluate(() => {
          const inner = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement).contentDocument;
          return inner?.querySelector('dialog')?.matches(':modal');
        }),
      )
      .toBe(true);
    await page.keyboard.type('abc');
    await expect.poll(() => page.locator('#reply').inputValue()).toBe('abc');
    await page.context().close();
  });

  it('draws what its elements refer to, and what a style sheet refers to not', async () => {
    const svg = (tagName: string, attributes: { [name: string]: Json }, inside: Json[] = []): Json => ({
      ...(el(tagName, attributes, inside) as { [name: string]: Json }),
      isSVG: true,
    });
    const square = (attributes: { [name: string]: Json }) => svg('rect', { width: '9', height: '9', ...attributes });
    const picture = svg('svg', {}, [
      svg('pattern', { id: 'p', width: '3', height: '3' }, [square({})]),
      svg('mask', { id: 'm' }, [square({})]),
      svg('filter', { id: 'f' }, [svg('feOffset', { dx: '1' })]),
      square({ fill: 'url(#p) red', 'clip-path': 'circle(4px)' }),
      square({ style: 'mask: url("#m")', fill: 'rgb(1, 2, 3)' }),
      square({ filter: 'url(#f)' }),
      square({ class: 'named' }),
    ]);
    const sheet = { type: 3, id: id++, textContent: '.named{fill:url(#p)}', isStyle: true };
    const { page, player } = await shown(pageOf([picture], [el('style', {}, [sheet])]));
    await expect
      .poll(() =>
        player.evaluate(() => {
          const inner = (document.querySelector('.replayer-wrapper iframe') as HTMLIFrameElement).contentDocument;
          const rects = [...(inner?.querySelectorAll('svg > rect') ?? [])];
          const named = (element: Element | undefined, name: string) => {
            const [, at] =
              /url\("?#([^")]+)/.exec(element === undefined ? '' : getComputedStyle(element).getPropertyValue(name)) ??
              [];
            return inner?.getElementById(at ?? '')?.localName ?? null;
          };
          return [
            named(rects[0], 'fill'),
            named(rects[1], 'mask'),
            named(rects[2], 'filter'),
            named(rects[3], 'fill'),
            rects[0]?.getAttribute('clip-path'),
            rects[1]?.getAttribute('fill'),
          ];
        }),
      )
      .toEqual(['pattern', 'mask', 'filter', null, 'circle(4px)', 'rgb(1, 2, 3)']);
    await page.context().close();
  });
});
