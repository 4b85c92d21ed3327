import type { Page } from 'playwright-core';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { textTable } from '../bench/table.ts';
import { startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';

const KINDS = ['rage_click', 'dead_click', 'slow_click'] as const;
type Kind = (typeof KINDS)[number];
/** What is on the page, what its script does, how it is clicked, and what a person who watches would say. */
type Case = { name: string; html: string; script?: string; clicks?: number; everyMs?: number; says: Kind | null };

const BUTTON = '<button id="it">Go on</button>';
const on = (run: string): string => `it.addEventListener('click', () => { ${run} });`;
const after = (ms: number): string => on(`setTimeout(() => { out.textContent = 'done'; }, ${ms});`);

const DEAD: [string, string, string?][] = [
  ['a button without a handler', BUTTON],
  ['a button whose handler does nothing', BUTTON, on('')],
  ['a button whose handler only counts', BUTTON, `let n = 0; ${on('n += 1;')}`],
  ['a button whose handler throws', BUTTON, on(`Promise.reject(new Error('not ready'));`)],
  ['a button that waits for a promise that never comes', BUTTON, on('new Promise(() => {});')],
  ['a div that looks like a button', '<div id="it" style="cursor: pointer">Go on</div>'],
  ['a div with the role of a button', '<div id="it" role="button" tabindex="-1">Go on</div>'],
  ['a tab that does not open', '<div id="it" role="tab">Go on</div>'],
  ['a menu item', '<li id="it" role="menuitem">Go on</li>'],
  ['a switch without effect', '<div id="it" role="switch" aria-checked="false">Go on</div>'],
  [
    'an icon in a button',
    '<button id="it"><svg width="20" height="20"><circle r="9" cx="10" cy="10" /></svg></button>',
  ],
  ['a button in a card that others change later', BUTTON, on(`setTimeout(() => { out.textContent = 'late'; }, 6000);`)],
  ['a link without an address', '<a id="it" role="link" style="cursor: pointer">Go on</a>'],
  [
    'a button in a shadow tree',
    '<div id="host"></div>',
    `host.attachShadow({ mode: 'open' }).innerHTML = '<button id="it">Go on</button>';`,
  ],
  ['a submit of no form', '<input id="it" type="submit" value="Go on">'],
  [
    'a button that sets what it is already',
    '<button id="it">Go on</button>',
    on(`document.title = document.title + '';`),
  ],
];
const FINE: [string, string, string?][] = [
  ['text appears', BUTTON, on(`out.textContent = 'done';`)],
  ['text appears after 0.7 s', BUTTON, after(700)],
  ['a class changes', BUTTON, on(`out.className = 'busy';`)],
  ['an element goes', BUTTON, on(`out.remove();`)],
  ['a dialog opens', `${BUTTON}<dialog id="box">Sure?</dialog>`, on('box.showModal();')],
  ['details open', '<details><summary id="it">Go on</summary>More</details>'],
  ['the focus moves', `${BUTTON}<input id="field">`, on('field.focus();')],
  ['the page scrolls', `${BUTTON}<div style="height: 4000px"></div>`, on('scrollTo(0, 900);')],
  ['the address changes', BUTTON, on(`history.pushState(null, '', '/clicks?b');`)],
  ['the fragment changes', BUTTON, on(`location.hash = 'part';`)],
  ['a request begins, and its answer is slow', BUTTON, on(`fetch('/api/session').catch(() => {});`)],
  ['an old request begins', BUTTON, on(`const x = new XMLHttpRequest(); x.open('GET', '/api/session'); x.send();`)],
  [
    'a button in a shadow tree changes it',
    '<div id="host"></div>',
    `const root = host.attachShadow({ mode: 'open' }); root.innerHTML = '<button id="it">Go on</button><p></p>'; root.getElementById('it').onclick = () => { root.querySelector('p').textContent = 'done'; };`,
  ],
  ['a checkbox', '<label><input id="it" type="checkbox"> Go on</label>'],
  ['a text field', '<input id="it">'],
  ['a list', '<select id="it"><option>a<option>b</select>'],
  ['a disabled button', '<button id="it" disabled>Go on</button>'],
  ['a button that says it is disabled', '<button id="it" aria-disabled="true">Go on</button>'],
  ['plain text', '<p id="it">Only words</p>'],
  ['a link to a part of the page', '<a id="it" href="#part">Go on</a>'],
  ['a popover', `<button id="it" popovertarget="pop">Go on</button><div id="pop" popover>More</div>`],
];
const SLOW: [string, string, string?][] = [1100, 1600, 2200, 2900, 3700].map((ms) => [
  `text appears after ${ms / 1000} s`,
  BUTTON,
  after(ms),
]);

const CASES: readonly Case[] = [
  ...DEAD.map(([name, html, script]): Case => ({ name, html, ...(script ? { script } : {}), says: 'dead_click' })),
  ...FINE.map(([name, html, script]): Case => ({ name, html, ...(script ? { script } : {}), says: null })),
  ...SLOW.map(([name, html, script]): Case => ({ name, html, ...(script ? { script } : {}), says: 'slow_click' })),
  ...[3, 4, 6, 9].map(
    (clicks): Case => ({
      name: `${clicks} quick clicks on a dead button`,
      html: BUTTON,
      clicks,
      everyMs: 180,
      says: 'rage_click',
    }),
  ),
  {
    name: 'quick clicks on what only looks like a button',
    html: '<span id="it" style="cursor: pointer">Go on</span>',
    clicks: 5,
    everyMs: 200,
    says: 'rage_click',
  },
  {
    name: 'quick clicks on plain text that should do something',
    html: '<div id="it" style="width: 200px; height: 80px; background: #eee"></div>',
    clicks: 4,
    everyMs: 200,
    says: 'rage_click',
  },
  {
    name: 'quick clicks on a button that always says no',
    html: BUTTON,
    script: on(`out.textContent = 'Declined ' + Math.random();`),
    clicks: 5,
    everyMs: 200,
    says: 'rage_click',
  },
  {
    name: 'quick clicks on a button that is drawn anew',
    html: '<div id="slot"><button id="it">Go on</button></div>',
    script: `slot.addEventListener('click', () => { slot.innerHTML = '<button id="it">Go on</button>'; });`,
    clicks: 5,
    everyMs: 200,
    says: 'rage_click',
  },
  { name: 'a double click', html: BUTTON, script: after(10), clicks: 2, everyMs: 150, says: null },
  { name: 'three clicks at leisure', html: BUTTON, script: after(10), clicks: 3, everyMs: 900, says: null },
  {
    name: 'a number is counted up',
    html: '<input id="it" type="number" value="1">',
    clicks: 6,
    everyMs: 150,
    says: null,
  },
  {
    name: 'a stepper',
    html: '<button id="it" aria-label="Increase">+</button>',
    script: `let n = 0; ${on('out.textContent = ++n;')}`,
    clicks: 6,
    everyMs: 150,
    says: null,
  },
  {
    name: 'pages of a list',
    html: '<button id="it">Next</button>',
    script: `let n = 0; ${on("out.textContent = 'page ' + ++n;")}`,
    clicks: 5,
    everyMs: 220,
    says: null,
  },
  {
    name: 'a word is selected, then its paragraph',
    html: '<span id="it">Some words to read here</span>',
    clicks: 3,
    everyMs: 120,
    says: null,
  },
];

/** `npm run eval -- clicks`: what the capture calls a rage, dead or slow click on pages of one control each, in a real browser, beside what somebody who watches would say. */
export async function evaluateClicks() {
  const baton = await startBaton();
  const browser = await launchBrowser();
  try {
    const rows: { name: string; says: Kind | null; found: Kind[] }[] = [];
    for (const one of CASES) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      await page.clock.install();
      rows.push({ name: one.name, says: one.says, found: await findings(page, baton.demoOrigin, one) });
      await context.close();
    }
    const score = Object.fromEntries(KINDS.map((kind) => [kind, f1(rows, kind)]));
    const shown = [
      textTable(
        ['case', 'a watcher says', 'found'],
        rows.map(({ name, says, found }) => [
          name,
          says ?? '–',
          `${found.join(', ') || '–'}${isRight(says, found) ? '' : '  WRONG'}`,
        ]),
      ),
      ...KINDS.map((kind) => {
        const { f1: value, precision, recall } = score[kind] as ReturnType<typeof f1>;
        return `${kind}: F1 ${value.toFixed(3)} (precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)})`;
      }),
    ].join('\n\n');
    return { shown, json: { cases: rows.length, score, rows } };
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
}

async function findings(page: Page, site: string, { html, script, clicks = 1, everyMs = 0 }: Case): Promise<Kind[]> {
  await page.goto(`${site}/account`);
  await page.getByRole('button', { name: 'Support' }).waitFor();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(
    ([markup, run]) => {
      document.body.querySelector('#app')!.innerHTML = `<main>${markup}<p id="out"></p></main>`;
      // As a script of the page: what has an id is a name there.
      const element = document.createElement('script');
      element.textContent = run as string;
      document.head.append(element);
    },
    [html, script ?? ''],
  );
  // Whatever the page itself was still doing.
  await page.clock.runFor(5000);
  await page.waitForTimeout(400);
  await page.clock.runFor(2000);
  const it = page.locator('#it').first();
  for (let i = 0; i < clicks; i += 1) {
    // Where a person would click, whether or not something answers there; what comes closely is a double click to the browser.
    const box = (await it.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const clickCount = everyMs > 0 && everyMs <= 500 ? i + 1 : 1;
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
    if (i + 1 < clicks) await page.clock.runFor(everyMs);
  }
  for (let second = 0; second < 8; second += 1) {
    await page.clock.runFor(1000);
    await page.waitForTimeout(10);
  }
  const crumbs: Breadcrumb[] = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.endsWith(':trail'));
    return key === undefined ? [] : JSON.parse(sessionStorage.getItem(key) as string).crumbs;
  });
  return crumbs.flatMap(({ kind }) => KINDS.find((one) => one === kind) ?? []);
}

const isRight = (says: Kind | null, found: readonly Kind[]): boolean =>
  says === null ? found.length === 0 : found.length === 1 && found[0] === says;

function f1(rows: readonly { says: Kind | null; found: Kind[] }[], kind: Kind) {
  const hits = rows.filter(({ says, found }) => says === kind && found.includes(kind)).length;
  const told = rows.filter(({ found }) => found.includes(kind)).length;
  const real = rows.filter(({ says }) => says === kind).length;
  const precision = told === 0 ? 0 : hits / told;
  const recall = real === 0 ? 0 : hits / real;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
