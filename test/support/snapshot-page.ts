// Runs in the browser: what the recorder's rrweb tells of a page, and of a page that changes.
import type { RecordedEvent } from '../../widget/recorder/mask.ts';
import { startRrweb } from '../../widget/recorder/start-rrweb.ts';
import { change } from './fold-page.ts';

const SNAPSHOT = 2;
const INCREMENTAL = 3;
const MUTATION = 0;

/** The snapshot and the mutations after it, as JSON. When they were is left out, and where the pointer was. */
async function told(seed: number, deeds: number): Promise<string> {
  const events: unknown[] = [];
  const running = startRrweb(({ type, data }: RecordedEvent) => {
    const isMutation = type === INCREMENTAL && (data as { source: number }).source === MUTATION;
    if (type === SNAPSHOT || isMutation) events.push(structuredClone(data));
  });
  if (deeds > 0) await change(document.querySelector<HTMLElement>('#stage') as HTMLElement, seed, deeds);
  await new Promise((resolve) => setTimeout(resolve, 100));
  running.stop();
  return JSON.stringify(events);
}

Object.assign(window, { told });
