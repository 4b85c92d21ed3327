import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Baton } from '../../support/baton.ts';
import { PLACE } from './recording.ts';

/** What is played: where it lies, and what must be seen at each moment. */
export type Played = {
  recordingId: string;
  tab: string;
  numbers: readonly number[];
  startAt: number;
  shown: ReadonlyMap<number, string>;
  cookie: string;
};

/** `isRight`: that what was recorded is what is seen. `ms` is until then, or until the player stands still. */
export type Took = { ms: number; isRight: boolean };

/** Longer than anybody waits. */
const PATIENCE_MS = 40_000;
/** A player that was right has been right for as long; one that is not has had this long to become it. */
const STILL_MS = 3000;

export type Subject = {
  /** From asking the server for the recording to the picture. */
  open(at: number): Promise<Took>;
  /** Once all of it is there. */
  seek(at: number): Promise<Took>;
  /** Waits until nothing more is on its way. */
  settle(): Promise<void>;
  /** Only of who has it apart: from having all events in memory to the picture. */
  fromMemoryMs(): number | null;
  close(): Promise<void>;
};

/** In every frame: whenever the place in the replayed page says something else, when that was painted. */
function watch(place: string): void {
  const seen: { text: string; at: number }[] = [];
  Object.assign(window, { seen });
  let last = '';
  let pending: string | null = null;
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    // What stood there in the frame before has been painted since.
    if (pending !== null) seen.push({ text: pending, at: now });
    pending = null;
    const frames = document.querySelectorAll<HTMLIFrameElement>('.replayer-wrapper iframe');
    const text = frames[frames.length - 1]?.contentDocument?.querySelector(place)?.textContent ?? '';
    if (text !== '' && text !== last) pending = text;
    if (text !== '') last = text;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function stage(
  browser: Browser,
  baton: Baton,
  played: Played,
  script: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['local-network-access'],
  });
  await context.addCookies(
    played.cookie.split('; ').map((one) => {
      const [name, ...value] = one.split('=');
      return { name: name as string, value: value.join('='), url: baton.origin };
    }),
  );
  const page = await context.newPage();
  await page.addInitScript(watch, PLACE);
  await context.route(`${baton.origin}/stage*`, (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><body><script type="module" src="/stage.js"></script>',
        }),
  );
  await page.goto(`${baton.origin}/stage`);
  await page.waitForFunction('window.subject');
  return { context, page };
}

/** Does something, and waits until the place says what it must, wherever the replayed page is. */
async function until(page: Page, wanted: string, run: () => Promise<number>): Promise<Took> {
  const from = await run();
  const deadline = Date.now() + PATIENCE_MS;
  let last = { at: from, text: '' };
  let quietSince = Date.now();
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      const seen = (await frame.evaluate('window.seen ?? []').catch(() => [])) as { text: string; at: number }[];
      const right = seen.find(({ at, text }) => at >= from && text === wanted);
      if (right !== undefined) return { ms: right.at - from, isRight: true };
      const latest = seen.findLast(({ at }) => at >= from);
      if (latest !== undefined && latest.at > last.at) {
        last = latest;
        quietSince = Date.now();
      }
    }
    if (last.text !== '' && Date.now() - quietSince > STILL_MS) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ms: last.at - from, isRight: false };
}

const NOW = 'performance.timeOrigin + performance.now()';

/** Our replay page as built, fed as the console feeds it. */
export async function ours(browser: Browser, baton: Baton, played: Played, script: string): Promise<Subject> {
  const { context, page } = await stage(browser, baton, played, script);
  await page.evaluate(`subject.prepare(${JSON.stringify(baton.replayOrigin)})`);
  const wanted = (at: number) => played.shown.get(at) as string;
  return {
    open: (at) =>
      until(page, wanted(at), () =>
        page.evaluate(
          `(() => { const from = ${NOW}; void subject.open(${JSON.stringify(played.recordingId)}, ${at}); return from; })()`,
        ),
      ),
    seek: (at) =>
      until(page, wanted(at), () =>
        page.evaluate(`(() => { const from = ${NOW}; subject.seek(${at}); return from; })()`),
      ),
    settle: async () => {
      await page.waitForFunction(`subject.arrived() >= ${played.numbers.length}`, null, { timeout: 120_000 });
      // What was handed over last is still being read.
      await page.waitForTimeout(1500);
    },
    fromMemoryMs: () => null,
    close: () => context.close(),
  };
}

/** rrweb's own player, given the events of the same segments from the same server. */
export async function rrwebPlayer(browser: Browser, baton: Baton, played: Played, script: string): Promise<Subject> {
  const { context, page } = await stage(browser, baton, played, script);
  const wanted = (at: number) => played.shown.get(at) as string;
  const address = `/v1/recordings/${played.recordingId}`;
  let inMemoryAt = 0;
  let openedAt = 0;
  return {
    async open(at) {
      const took = await until(page, wanted(at), async () => {
        const { from, ready } = (await page.evaluate(`(async () => {
          const from = ${NOW};
          await (await fetch(${JSON.stringify(address)})).json();
          const left = ${JSON.stringify(played.numbers)};
          const parts = [];
          const take = async () => {
            for (let n = left.shift(); n !== undefined; n = left.shift())
              parts[n] = await (await fetch(${JSON.stringify(`${address}/segments/${played.tab}/`)} + n)).json();
          };
          await Promise.all(Array.from({ length: 6 }, take));
          const events = parts.flat();
          const ready = ${NOW};
          setTimeout(() => subject.open(events, ${at - played.startAt}, document.body));
          return { from, ready };
        })()`)) as { from: number; ready: number };
        openedAt = from;
        inMemoryAt = ready;
        return from;
      });
      inMemoryAt = took.ms - (inMemoryAt - openedAt);
      return took;
    },
    seek: (at) =>
      until(page, wanted(at), () =>
        page.evaluate(
          `(() => { const from = ${NOW}; setTimeout(() => subject.seek(${at - played.startAt})); return from; })()`,
        ),
      ),
    settle: () => page.waitForTimeout(1500),
    fromMemoryMs: () => inMemoryAt,
    close: () => context.close(),
  };
}
