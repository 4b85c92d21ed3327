import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLibrary, BUILD_SETTINGS } from '../../tools/build.ts';
import { launchBrowser } from '../support/browser.ts';
import type { Proof } from '../support/fold-page.ts';

const SEEDS = Number(process.env.FOLD_SEEDS ?? 12);
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
      ...asLibrary({ 'fold-page': join(ROOT, 'test/support/fold-page.ts') }, 'iife', '[name].js'),
      write: false,
    },
  });
  const [chunk] = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  script = chunk?.type === 'chunk' ? chunk.code : '';
});
afterAll(() => browser?.close());

describe('a recording whose beginning was folded', () => {
  it(`plays as the whole one does, and ends as the page was (${SEEDS} random pages)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const page = await browser.newPage();
      await page.setContent(PAGE);
      await page.evaluate(() => document.querySelector('#host')?.attachShadow({ mode: 'open' }).append('inside'));
      await page.addScriptTag({ content: script });
      const proof = await page.evaluate(
        ([one, deeds]) =>
          (window as unknown as { prove(seed: number, deeds: number): Promise<Proof> }).prove(
            one as number,
            deeds as number,
          ),
        [seed, DEEDS],
      );
      expect(proof.events, `seed ${seed}`).toBeGreaterThan(20);
      expect(proof.folded, `seed ${seed}`).toBe(proof.whole);
      expect(proof.refolded, `seed ${seed}`).toBe(proof.whole);
      expect(proof.folded, `seed ${seed}`).toBe(proof.live);
      await page.close();
    }
  });
});
