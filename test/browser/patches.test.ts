import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLibrary, BUILD_SETTINGS } from '../../tools/build.ts';
import { patched, RRWEB_RECORD } from '../../tools/patches.ts';
import { launchBrowser } from '../support/browser.ts';

const SEEDS = 4;
const DEEDS = 60;
const ROOT = join(import.meta.dirname, '../..');
const PAGE = `<!doctype html><html lang="en"><head> <meta name="viewport" content="width=device-width"> <title>All kinds</title>
<style id="rules">.one { color: red } .two { background: url(pictures/a.png) }</style>
<style>@import "other.css"; p { margin: 0 }</style><script>/* nothing */</script></head>
<body class="">
<div id="stage"><p>start</p></div><div id="host"></div><!-- a remark -->
<svg viewBox="0 0 10 10"><defs><linearGradient id="g"></linearGradient></defs><use xlink:href="#g" href="#g"></use><text x="1">word</text></svg>
<form action="/pay" class="a b"><label for="n">Name</label><input id="n" name="n" value="typed" required><input type="checkbox" checked>
<input type="submit" value="Send"><textarea>much text</textarea><select><option>a</option><option selected>b</option></select></form>
<table background="t.png"><tbody><tr><td background="c.png" colspan="2">cell</td></tr></tbody></table>
<img src="x.png" srcset="x.png 1x, y.png 2x" alt=""><a href="?q=1#f" data-Kind="Mixed" onclick="">link</a>
<p style="background: url(b.png); color: blue">styled</p><div class="x rr-block y">blocked <b>by class</b></div>
<div data-baton-block>blocked <b>by name</b></div><dialog open>modal</dialog><video autoplay muted></video><canvas width="9" height="9"></canvas>
<noscript>no</noscript><template><p>later</p></template><my-part made-up="1"><!-- x -->text<![CDATA[x]]></my-part>
<iframe srcdoc="<p class='q'>inside <b>a frame</b></p>"></iframe><pre>  white
   space  </pre></body></html>`;

let browser: Browser;
let ours = '';
let bare = '';

/** The recorder's start in one file, with these changes to its library. */
async function bundled(plugins: ReturnType<typeof patched>[]): Promise<string> {
  const output = await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins,
    build: {
      ...BUILD_SETTINGS,
      ...asLibrary({ 'snapshot-page': join(ROOT, 'test/support/snapshot-page.ts') }, 'iife', '[name].js'),
      write: false,
    },
  });
  const [chunk] = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  if (chunk?.type !== 'chunk') throw new Error('nothing was built');
  return chunk.code;
}

beforeAll(async () => {
  browser = await launchBrowser();
  ours = await bundled(RRWEB_RECORD.map(patched));
  bare = await bundled([]);
});
afterAll(() => browser?.close());

async function toldBy(script: string, html: string, seed: number, deeds: number): Promise<string> {
  const page: Page = await browser.newPage();
  try {
    await page.setContent(html, { waitUntil: 'load' });
    await page.evaluate(() => {
      const shadow = document.querySelector('#host')?.attachShadow({ mode: 'open' });
      shadow?.append('in the shadow', document.createElement('slot'));
    });
    await page.addScriptTag({ content: script });
    return await page.evaluate(
      ([one, many]) =>
        (window as unknown as { told(seed: number, deeds: number): Promise<string> }).told(
          one as number,
          many as number,
        ),
      [seed, deeds],
    );
  } finally {
    await page.close();
  }
}

describe('rrweb with its lines changed', () => {
  it('tells of a page of all kinds what it tells without', async () => {
    const told = await toldBy(ours, PAGE, 0, 0);
    expect(told.length).toBeGreaterThan(3000);
    expect(JSON.parse(told)).toEqual(JSON.parse(await toldBy(bare, PAGE, 0, 0)));
  });

  it(`and of pages that change (${SEEDS} of them)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const told = await toldBy(ours, PAGE, seed, DEEDS);
      expect(JSON.parse(told).length, `seed ${seed}`).toBeGreaterThan(5);
      expect(told, `seed ${seed}`).toBe(await toldBy(bare, PAGE, seed, DEEDS));
    }
  });

  it('reads a form whose fields are called what is asked of it', async () => {
    const form = `<form class="mine">${['attributes', 'getAttribute', 'getAttributeNames', 'firstChild', 'classList']
      .map((name) => `<input name="${name}">`)
      .join('')}</form>`;
    const told = await toldBy(ours, `<!doctype html><div id="stage"></div>${form}`, 0, 0);
    expect(told).toContain('{"class":"mine"}');
    expect(told.match(/"tagName":"input"/g)).toHaveLength(5);
  });
});
