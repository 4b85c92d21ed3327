import type { Browser } from 'playwright-core';
import type { Host } from './host.ts';
import type { Case } from './measure.ts';

/** The recorder begins about two seconds after the page is idle; by then everything is loaded that will be. */
const LOADED_WITHIN_MS = 8000;

/** A page with the tag, on which nobody needs help. */
export type Idle = {
  /** Of running the tag’s script, on the main thread. */
  loaderCpuMs: number;
  /** Before the recorder ran: files, and the one visit. */
  loadRequests: string[];
  /** While it ran and the page was busy. */
  laterRequests: string[];
  state: string;
};

type Tagged = Window & {
  Baton?(call: 'debug'): { recorder: { state: string } } | undefined;
  runActivity(ms: number): Promise<void>;
};

/** Loads the page with the real tag, lets it be busy, and looks at what is asked for. */
export async function measureIdle(browser: Browser, host: Host, { rows, seconds }: Case): Promise<Idle> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${host.pageOrigin}/app.html?rows=${rows}`);
    await page.waitForFunction(() => 'runActivity' in window);
    host.forget();
    await browser.startTracing(page, { categories: ['devtools.timeline'] });
    await page.evaluate((origin) => {
      const tag = document.createElement('script');
      tag.async = true;
      tag.dataset.workspace = 'bench';
      tag.src = `${origin}/baton.js`;
      document.head.append(tag);
    }, host.ingestOrigin);
    await page.waitForTimeout(LOADED_WITHIN_MS);
    const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const loadRequests = host.traffic().paths;
    host.forget();
    await page.evaluate((ms) => (window as unknown as Tagged).runActivity(ms), seconds * 1000);
    const state = await page.evaluate(() => (window as unknown as Tagged).Baton?.('debug')?.recorder.state ?? 'none');
    return { loaderCpuMs: loaderCpuMs(trace.traceEvents), loadRequests, laterRequests: host.traffic().paths, state };
  } finally {
    await context.close();
  }
}

type TraceEvent = { name: string; tdur?: number; dur?: number; args?: { data?: { url?: string } } };

/** Compiled and run; times in a trace are microseconds. */
const loaderCpuMs = (events: readonly TraceEvent[]): number =>
  events
    .filter(({ name, args }) => name === 'EvaluateScript' && args?.data?.url?.endsWith('/baton.js'))
    .reduce((sum, { tdur, dur }) => sum + (tdur ?? dur ?? 0), 0) / 1000;
