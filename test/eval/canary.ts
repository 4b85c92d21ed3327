import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { textTable } from '../bench/table.ts';
import { type Baton, startBaton, storedFiles } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, replayed, workAs, write } from '../support/people.ts';
import { canariesOf, findCanaries, type Hit, saidOf } from './canary/canaries.ts';
import { type PlacedCase, prepareTyped, putAll, putIntoPage } from './canary/in-page.ts';
import { PAGE_PLACES, PAGE_WAYS, PLACES, WAYS } from './canary/places.ts';

type Case = { n: number; place: string; way: string; strict: boolean };
type Leak = Case & { kind: Hit['kind']; where: string };
/** Something that left the page, or that is kept, with what it is called in the report. */
type Seen = { where: string; bytes: Buffer };

/** By these ways a word is hidden whatever the place: what is private is so from the same task on, and stays so. */
const PRIVATE_WAYS: readonly string[] = ['private in the same task', 'was private', 'was a password'];
const QUIET_MS = 1500;
const UPLOADED_WITHIN_MS = 60_000;

/**
 * `npm run eval -- canary`: secrets of each kind in every place of a page, put there in every way, on a real page with the real tag. Then a
 * person is asked for, everything is uploaded, and whatever left the page or is kept is read: requests, sockets, the browser's own journal,
 * R2, D1, the objects' databases, and what the agent's player shows. A finding is a failure.
 */
export async function evaluateCanary() {
  const baton = await startBaton();
  const browser = await launchBrowser();
  try {
    const { cases, seen, failed, controls } = await plant(baton, browser);
    const leaks = leaksIn(cases, seen);
    const missing = controls.filter((word) => !seen.some(({ bytes }) => findsText(bytes, word)));
    if (leaks.length > 0 || failed.length > 0 || missing.length > 0) process.exitCode = 1;
    const bytes = seen.reduce((sum, one) => sum + one.bytes.length, 0);
    const shown = [
      leaks.length === 0 ? '' : textTable(['place', 'way', 'what', 'where'], rowsOf(leaks)),
      failed.length === 0 ? '' : `Could not be put there:\n${failed.join('\n')}`,
      missing.length === 0 ? '' : `What should be readable and was nowhere: ${missing.join(', ')}`,
      `${cases.length} cases (${PLACES.length} places of an element × ${WAYS.length} ways, ${PAGE_PLACES.length} places of the page × ${PAGE_WAYS.length}), ${seen.length} things read, ${bytes} bytes: ${new Set(leaks.map(({ n }) => n)).size} cases found.`,
    ]
      .filter(Boolean)
      .join('\n\n');
    const found = new Set(leaks.map(({ n }) => n)).size;
    return { shown, json: { cases: cases.length, found, failed, missing, leaks: leaks.slice(0, 50) } };
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
}

/** Words that must get through: a suite that records nothing finds nothing either. */
const CONTROLS = ['Readable heading', 'Readable button', 'Readable label'];

async function plant(baton: Baton, browser: Browser) {
  const cases: Case[] = [];
  const placed: PlacedCase[] = [];
  for (const way of WAYS)
    for (const place of PLACES) {
      if (way === 'was a password' && !place.html.startsWith('<input')) continue;
      const n = cases.length;
      cases.push({
        n,
        place: place.name,
        way,
        strict: place.strict || (PRIVATE_WAYS.includes(way) && !place.structural),
      });
      placed.push({ n, place, way, value: encode(way, saidOf(canariesOf(n))) });
    }
  const pageValues = PAGE_WAYS.map((way) =>
    Object.fromEntries(
      PAGE_PLACES.map(({ name, strict }) => {
        const n = cases.length;
        cases.push({ n, place: name, way, strict });
        return [name, encode(way, saidOf(canariesOf(n)))];
      }),
    ),
  );
  const of = (...ways: string[]) => placed.filter(({ way }) => ways.includes(way));
  const typed = of('typed');
  const changing = placed.filter(({ way }) => way !== 'typed' && way !== 'load');

  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // Our own document is served by the test and not by the loopback address that its origin names.
    permissions: ['local-network-access'],
  });
  const page = await context.newPage();
  const seen: Seen[] = [];
  tap(page, baton, seen);
  await page.route(`${baton.demoOrigin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/canary') return route.fulfill({ contentType: 'text/html', body: documentOf(baton, of('load')) });
    return route.fulfill({ status: pathname.startsWith('/fail') ? 500 : 404, body: '' });
  });
  await page.goto(`${baton.demoOrigin}/canary`);
  await until('the recorder', async () => (await debug(page)).state === 'recording');

  // The first half fills the ring, as on a page where nobody has asked for help yet.
  const half = Math.floor(changing.length / 2);
  const failed = await page.evaluate(putAll, changing.slice(0, half));
  await page.evaluate(putIntoPage, pageValues[0] as Record<string, string>);
  await chooseFile(page, (pageValues[0] as Record<string, string>)['the name of a file'] as string);
  await sleep(QUIET_MS);
  const storage = () => keptInBrowser(page);
  seen.push(...(await storage()));

  const maya = await workAs(browser, baton, 'maya@baton.test');
  const panel = await openPanel(page);
  await write(panel, 'I want to talk to a human please');
  await panel.getByRole('region', { name: /^Ticket BTN-/ }).waitFor();
  await acceptOffer(maya.page);

  // The rest is watched live.
  failed.push(...(await page.evaluate(putAll, changing.slice(half))));
  for (const values of pageValues.slice(1)) {
    await page.evaluate(putIntoPage, values);
    await chooseFile(page, values['the name of a file'] as string);
  }
  await page.evaluate(prepareTyped, typed);
  for (const { n, value } of typed) {
    await page.evaluate((id) => document.getElementById(id)?.focus(), `typed-${n}`);
    await page.keyboard.insertText(value.slice(0, 12));
    await page.keyboard.insertText(value.slice(12, -1));
    await page.keyboard.type(value.slice(-1));
  }
  await sleep(QUIET_MS);
  // All of it once more, as a picture of the whole page.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await sleep(QUIET_MS);
  await until('the upload', async () => {
    const { waiting, uploaded } = await debug(page);
    return waiting === 0 && uploaded > 0;
  });
  seen.push(...(await storage()));

  const scene = replayed(maya.page);
  await scene.getByText('Readable heading').first().waitFor({ timeout: 30_000 });
  await maya.page.getByRole('region', { name: 'Replay' }).getByRole('button', { name: 'Live' }).click();
  await sleep(QUIET_MS * 2);
  seen.push({ where: 'the player', bytes: Buffer.from(await shownByPlayer(maya.page)) });
  seen.push({ where: 'the console', bytes: Buffer.from(await maya.page.content()) });
  await context.close();
  await maya.page.context().close();
  for (const { path, bytes } of storedFiles(baton.stateDir))
    seen.push({ where: path.slice(baton.stateDir.length), bytes });
  seen.push({ where: 'the log', bytes: Buffer.from(baton.output()) });
  return { cases, seen, failed, controls: CONTROLS };
}

function encode(way: string, text: string): string {
  if (way === 'base64') return Buffer.from(text).toString('base64');
  if (way !== 'percent') return text;
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function documentOf(baton: Baton, loaded: readonly PlacedCase[]): string {
  const body = loaded
    .map(({ place, value }) => `<div>${place.html.replaceAll('{v}', escapeHtml(value))}</div>`)
    .join('\n');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Canary</title>
<script async src="${baton.origin}/baton.js" data-workspace="${DEMO_WORKSPACE.publicKey}"></script></head>
<body><h1>Readable heading</h1><button type="button">Readable button</button><label>Readable label <input id="file" type="file"></label>
<div id="stage">${body}</div></body></html>`;
}

const chooseFile = (page: Page, name: string) =>
  page
    .locator('#file')
    .setInputFiles({ name: `${name.replaceAll('/', '_')}.txt`, mimeType: 'text/plain', buffer: Buffer.from('x') });

/** Everything that the page sends to Baton. What it sends to its own server is its own affair. */
function tap(page: Page, baton: Baton, seen: Seen[]): void {
  page.on('request', (request) => {
    if (!request.url().startsWith(baton.origin)) return;
    seen.push({
      where: `${request.method()} ${new URL(request.url()).pathname.replace(/[\w-]{16,}/g, '…')}`,
      bytes: Buffer.concat([
        Buffer.from(`${request.url()}\n${JSON.stringify(request.headers())}\n`),
        request.postDataBuffer() ?? Buffer.alloc(0),
      ]),
    });
  });
  page.on('websocket', (socket) => {
    if (socket.url().replace(/^ws/, 'http').startsWith(baton.origin))
      socket.on('framesent', ({ payload }) => seen.push({ where: 'a frame', bytes: Buffer.from(payload) }));
  });
}

/** What the widget itself keeps in the visitor's browser: its journal, and what it has under its own names. */
async function keptInBrowser(page: Page): Promise<Seen[]> {
  const kept = await page.evaluate(async () => {
    const texts: string[] = [];
    for (const store of [localStorage, sessionStorage])
      for (const key of Object.keys(store)) if (key !== 'host') texts.push(`${key} ${store.getItem(key)}`);
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    const inWords = (_: string, value: unknown) => {
      if (!(value instanceof Uint8Array)) return value;
      let binary = '';
      for (const byte of value) binary += String.fromCharCode(byte);
      return btoa(binary);
    };
    for (const { name } of await indexedDB.databases()) {
      const database = await request(indexedDB.open(name as string));
      for (const store of database.objectStoreNames)
        texts.push(JSON.stringify(await request(database.transaction(store).objectStore(store).getAll()), inWords));
      database.close();
    }
    return texts;
  });
  return kept.map((text) => ({ where: 'the browser’s own storage', bytes: Buffer.from(text) }));
}

/** The document inside the player, with its shadow roots, frames and sheets, as markup and as text. */
async function shownByPlayer(page: Page): Promise<string> {
  const player = page.frames().find((frame) => frame.url().includes('/replay/'));
  if (player === undefined) throw new Error('the player is not there');
  return player.evaluate(() => {
    const parts: string[] = [];
    const read = (root: Document | ShadowRoot) => {
      // Not `instanceof`: an inner frame's document is of another world.
      const top = 'documentElement' in root ? root.documentElement : root;
      parts.push(top.innerHTML, top.textContent ?? '');
      for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets])
        for (const rule of sheet.cssRules) parts.push(rule.cssText);
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) read(element.shadowRoot);
        if ('value' in element) parts.push(String(element.value));
        const inner = (element as HTMLIFrameElement).contentDocument;
        if (inner) read(inner);
      }
    };
    read(document);
    return parts.join('\n');
  });
}

async function debug(page: Page): Promise<{ state: string; waiting: number; uploaded: number }> {
  return page.evaluate(() => {
    const { Baton } = window as unknown as { Baton?: (call: string) => { recorder?: { state: string } } | undefined };
    const recorder = Baton?.('debug')?.recorder ?? { state: 'none', waiting: 0, uploaded: 0 };
    return recorder as { state: string; waiting: number; uploaded: number };
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + UPLOADED_WITHIN_MS; Date.now() < end; await sleep(200)) if (await isSo()) return;
  throw new Error(`${what} did not come`);
}

function leaksIn(cases: readonly Case[], seen: readonly Seen[]): Leak[] {
  const leaks = new Map<string, Leak>();
  for (const { where, bytes } of seen)
    for (const hit of findCanaries(bytes)) {
      const one = cases[hit.case];
      if (one === undefined || (hit.kind === 'word' && !one.strict)) continue;
      leaks.set(`${hit.case} ${hit.kind} ${where}`, { ...one, kind: hit.kind, where });
    }
  return [...leaks.values()];
}

const findsText = (bytes: Buffer, text: string): boolean => bytes.includes(text);

/** One line per place, way and kind. */
function rowsOf(leaks: readonly Leak[]): string[][] {
  const rows = new Map<string, string[]>();
  for (const { n, place, way, kind, where } of leaks) {
    const row = rows.get(`${n} ${kind}`) ?? [place, way, kind, ''];
    if (!(row[3] as string).includes(where)) row[3] = row[3] === '' ? where : `${row[3]}; ${where}`;
    rows.set(`${n} ${kind}`, row);
  }
  return [...rows.values()].map((row) => row.map((cell) => cell.slice(0, 90)));
}
