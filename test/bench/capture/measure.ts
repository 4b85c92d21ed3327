import { gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Host } from './host.ts';

/** From the start of a recorder until its activity is measured: its first snapshot belongs into it, whenever it takes it. */
const START_MS = 4000;
const SETTLE_MS = 1500;
/** A task longer than this is long; what is above it blocks. */
const LONG_TASK_MS = 50;
const MB = 1024 * 1024;

/** What a script of a subject puts on the page. */
type Subject = {
  start(ingest: string): void | Promise<void>;
  flush(): Promise<void>;
  /** Events as JSON, of what sends nothing by itself. */
  recorded?(): string[];
  /** How it works and what it holds, of ours. */
  debug?(): { host: string; ringBytes: number };
};
type LongTask = { at: number; ms: number };
type Bench = Window & { subject?: Subject; longTasks: LongTask[]; runActivity(ms: number): Promise<void> };

export type Case = { rows: number; seconds: number };

/** One run of one recorder; CPU as it was, the page’s own included. */
export type Measured = {
  startCpuMs: number;
  startLayoutMs: number;
  longestStartTaskMs: number;
  activityCpuMs: number;
  blockedMs: number;
  heapMb: number;
  wireKb: number;
  /** Requests with a body before anything was asked for. */
  requests: number;
  /** Only of what keeps a ring. */
  ringKb: number | null;
  /** Of events that nobody compressed: gzip of each second. */
  piecesKb: number | null;
  nodes: number;
  mode: string;
  errors: string[];
};

/** Plays the workload in a fresh context with the recorder of this script, or with none. */
export async function measure(
  browser: Browser,
  host: Host,
  script: string | null,
  { rows, seconds }: Case,
  init: string | null = null,
): Promise<Measured> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.addInitScript(watchLongTasks);
    if (init !== null) await page.addInitScript(init);
    await page.goto(`${host.pageOrigin}/app.html?rows=${rows}`);
    await page.waitForFunction(() => 'runActivity' in window);
    await page.waitForTimeout(SETTLE_MS);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await cdp.send('HeapProfiler.enable');
    const heapBefore = await heapOf(cdp);
    const nodes = await page.evaluate(countNodes);
    host.forget();

    const before = await cpuOf(cdp);
    const startAt = await now(page);
    if (script !== null)
      await page.evaluate(startSubject, { script: host.ingestOrigin + script, ingest: host.ingestOrigin });
    await page.waitForTimeout(START_MS);
    const started = await cpuOf(cdp);
    const activeAt = await now(page);
    await page.evaluate((ms) => (window as unknown as Bench).runActivity(ms), seconds * 1000);
    const ended = await cpuOf(cdp);
    const endAt = await now(page);
    const heapMb = (await heapOf(cdp)) - heapBefore;
    const requests = host.traffic().requests;

    const longTasks = await page.evaluate(() => (window as unknown as Bench).longTasks);
    const during = (from: number, to: number) => longTasks.filter(({ at }) => at >= from - LONG_TASK_MS && at < to);
    const about = await page.evaluate(() => (window as unknown as Bench).subject?.debug?.() ?? null);
    await page.evaluate(() => (window as unknown as Bench).subject?.flush());
    await page.waitForTimeout(500);
    const recorded = await page.evaluate(() => (window as unknown as Bench).subject?.recorded?.() ?? null);
    return {
      startCpuMs: started.task - before.task,
      startLayoutMs: started.layout - before.layout,
      longestStartTaskMs: Math.max(0, ...during(startAt, activeAt).map(({ ms }) => ms)),
      activityCpuMs: ended.task - started.task,
      blockedMs: during(activeAt, endAt).reduce((sum, { ms }) => sum + Math.max(0, ms - LONG_TASK_MS), 0),
      heapMb,
      wireKb: recorded === null ? host.traffic().bytes / 1024 : gzipKb(recorded),
      piecesKb: recorded === null ? null : piecesKb(recorded),
      ringKb: about === null ? null : about.ringBytes / 1024,
      requests,
      nodes,
      mode: about?.host ?? '',
      errors,
    };
  } finally {
    await context.close();
  }
}

async function startSubject({ script, ingest }: { script: string; ingest: string }): Promise<void> {
  await import(script);
  await (window as unknown as Bench).subject?.start(ingest);
}

function watchLongTasks(): void {
  const tasks: LongTask[] = [];
  (window as unknown as Bench).longTasks = tasks;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask' });
}

function countNodes(): number {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let count = 1;
  while (walker.nextNode() !== null) count += 1;
  return count;
}

const now = (page: Page): Promise<number> => page.evaluate(() => performance.now());

/** Time that the page’s main thread was on a processor, since it was there. */
async function cpuOf(cdp: CDPSession): Promise<{ task: number; layout: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000;
  return { task: of('TaskDuration'), layout: of('LayoutDuration') };
}

/** What the main thread’s heap holds after everything that can go has gone. */
async function heapOf(cdp: CDPSession): Promise<number> {
  for (let i = 0; i < 2; i += 1) await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize / MB;
}

const gzipKb = (events: readonly string[]): number => gzipSync(`[${events.join(',')}]`).byteLength / 1024;

/** As if each second were sent by itself. */
function piecesKb(events: readonly string[]): number {
  const seconds = new Map<number, string[]>();
  for (const event of events) {
    const second = Math.floor((JSON.parse(event) as { timestamp: number }).timestamp / 1000);
    seconds.set(second, [...(seconds.get(second) ?? []), event]);
  }
  return [...seconds.values()].reduce((sum, one) => sum + gzipKb(one), 0);
}
