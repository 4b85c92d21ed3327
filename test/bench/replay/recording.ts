import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { compactEvent, type PlainEvent } from '#domain/replay/compact.ts';
import { createFoldedPage } from '#domain/replay/fold.ts';
import { type Sealed, sealEvents } from '../../../widget/recorder/press/press.ts';
import { startHost } from '../capture/host.ts';
import { bundlePeer } from '../peers.ts';

/** Recorders send what they have this often. */
const PIECE_MS = 8000;
/** The clock goes on in steps, so that nothing waits for long. */
const STEP_MS = 5000;

export type Made = { nodes: number; events: PlainEvent[]; pieces: Uint8Array<ArrayBuffer>[] };

/**
 * A recording of so many seconds on the workload page, made in a fraction of that: the page's clock is ours. In pieces, as the recorder
 * uploads them.
 */
export async function makeRecording(browser: Browser, folder: string, rows: number, seconds: number): Promise<Made> {
  const host = await startHost(folder, new Map([['/record.js', await bundlePeer('capture-rrweb')]]), {});
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    // Ends now, as a recording does that somebody opens.
    await page.clock.install({ time: Date.now() - seconds * 1000 });
    await page.goto(`${host.pageOrigin}/app.html?rows=${rows}`);
    await page.clock.runFor(500);
    await page.addScriptTag({ type: 'module', url: `${host.ingestOrigin}/record.js` });
    await page.waitForFunction('window.subject');
    await page.evaluate('subject.start(); void runActivity(1e9)');
    for (let ms = 0; ms < seconds * 1000; ms += STEP_MS) await page.clock.runFor(STEP_MS);
    const lines = (await page.evaluate('subject.recorded()')) as string[];
    const nodes = (await page.evaluate(
      '(() => { let n = 0; const all = document.createTreeWalker(document); while (all.nextNode()) n += 1; return n; })()',
    )) as number;
    const events = lines.map((line) => JSON.parse(line) as PlainEvent);
    return { nodes, events, pieces: await piecesOf(events) };
  } finally {
    await page.close();
    await host.close();
  }
}

async function piecesOf(events: readonly PlainEvent[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Sealed[] = [];
  const compress = async (text: string) => new Uint8Array(gzipSync(text));
  let open: PlainEvent[] = [];
  const seal = async () => {
    const timed = open.map((event) => ({ at: event.timestamp, text: JSON.stringify(compactEvent(event)) }));
    const sealed = await sealEvents(timed, compress);
    if (sealed.dropped > 0) throw new Error('an event of the workload page is larger than a segment may be');
    pieces.push(...sealed.pieces);
    open = [];
  };
  for (const event of events) {
    // A whole page is a piece of its own, as in the recorder.
    if (event.type === 2 || (open[0] && event.timestamp - open[0].timestamp >= PIECE_MS)) await seal();
    open.push(event);
    if (event.type === 2) await seal();
  }
  await seal();
  return pieces.map(({ gzip }) => gzip);
}

/** A place of the workload pages that changes twenty times a second. */
export const PLACE = '.feed, .vlist';
const isPlace = ({ attributes }: Node) => /^(?:feed|vlist)$/.test(String(attributes?.class ?? ''));

/** What a picture of these times must have in that place, found by folding. */
export function shownAt(events: readonly PlainEvent[], times: readonly number[]): Map<number, string> {
  const page = createFoldedPage();
  const shown = new Map<number, string>();
  const left = [...times].sort((a, b) => a - b);
  const look = (before: number) => {
    for (let at = left[0]; at !== undefined && at < before; at = left[0]) {
      left.shift();
      const root = page.snapshotAt(at)?.find(({ type }) => type === 2)?.data as { node: Node } | undefined;
      const place = root === undefined ? null : find(root.node);
      shown.set(at, place === null ? '' : textOf(place));
    }
  };
  for (const event of events) {
    look(event.timestamp);
    page.apply(structuredClone(event));
  }
  look(Number.POSITIVE_INFINITY);
  return shown;
}

type Node = { attributes?: Record<string, unknown>; childNodes?: Node[]; textContent?: string };

function find(node: Node): Node | null {
  if (isPlace(node)) return node;
  for (const child of node.childNodes ?? []) {
    const found = find(child);
    if (found !== null) return found;
  }
  return null;
}

const textOf = (node: Node): string => (node.textContent ?? '') + (node.childNodes ?? []).map(textOf).join('');
