import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLibrary, BUILD_SETTINGS } from '../../tools/build.ts';
import { launchBrowser } from '../support/browser.ts';
import type { Moment } from '../support/keyframe-page.ts';

const SEEDS = Number(process.env.KEYFRAME_SEEDS ?? 6);
const DEEDS = 120;
const ROOT = join(import.meta.dirname, '../..');
const PAGE = `<!doctype html><style id="rules">.one { color: red } .two { margin: 0 }</style>
<div id="stage"><p>start</p></div><div id="host"></div>`;

let browser: Browser;
let script = '';
beforeAll(async () => {
  browser = await launchBrowser();
  const output = await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      ...BUILD_SETTINGS,
      ...asLibrary({ 'keyframe-page': join(ROOT, 'test/support/keyframe-page.ts') }, 'iife', '[name].js'),
      write: false,
    },
  });
  const [chunk] = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  script = chunk?.type === 'chunk' ? chunk.code : '';
});
afterAll(() => browser?.close());

describe('[O6] a moment of a recording', () => {
  it(`is the same page from the nearest keyframe, from the start, and by any way there (${SEEDS} random pages)`, async () => {
    let fastWrong = 0;
    let looked = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const page = await browser.newPage();
      await page.setContent(PAGE);
      await page.evaluate(() => document.querySelector('#host')?.attachShadow({ mode: 'open' }).append('inside'));
      await page.addScriptTag({ content: script });
      const moments = await page.evaluate(
        ([one, deeds]) =>
          (window as unknown as { proveMoments(seed: number, deeds: number): Promise<Moment[]> }).proveMoments(
            one as number,
            deeds as number,
          ),
        [seed, DEEDS],
      );
      for (const [i, { start, opened, sought, streamed, fast }] of moments.entries()) {
        expect(opened, `seed ${seed}, moment ${i}, opened`).toBe(start);
        expect(streamed, `seed ${seed}, moment ${i}, when all had come`).toBe(start);
        expect(sought, `seed ${seed}, moment ${i}, sought`).toBe(start);
        looked += 1;
        if (fast !== start) fastWrong += 1;
      }
      expect(new Set(moments.map(({ start }) => start)).size, 'moments that differ').toBeGreaterThan(3);
      await page.close();
    }
    console.log(`rrweb’s default is another page at ${fastWrong} of ${looked} moments`);
  });
});
