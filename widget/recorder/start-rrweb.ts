import { record } from '@rrweb/record';
import { MASK, type RecordedEvent } from './mask.ts';

/** `rrweb`'s own class is asked for with ours, in one question an element: see `tools/patches.ts`. */
const BLOCKED = 'baton-widget,[data-baton-block],.rr-block';

export type RunningRecord = { takeSnapshot(): void; stop(): void };

export function startRrweb(emit: (event: RecordedEvent, isSnapshotStart: boolean) => void): RunningRecord {
  // Half of what it watches it could then not watch, and would not find back to the other half.
  if (Object.isFrozen(Element.prototype)) throw new Error();
  const scrolled = new WeakSet<Element>();
  const onScroll = ({ target }: Event) => target instanceof Element && scrolled.add(target);
  window.addEventListener('scroll', onScroll, { capture: true, passive: true });

  const stop = withoutScrollReads(scrolled, () =>
    record({
      // Every Meta event begins a snapshot: the first, ours once a minute, and those that rrweb takes by itself.
      emit: (event) => emit(event as RecordedEvent, (event as RecordedEvent).type === 4),
      // Of each kind but hidden ones, which `mask.ts` does: with this rrweb reads no list of kinds.
      maskAllInputs: true,
      maskInputFn: (text) => (text === '' ? '' : MASK),
      // Not what is private: `mask.ts` knows that of every node from the events, and asking the page for it costs each node a selector.
      blockSelector: BLOCKED,
      slimDOMOptions: 'all',
      inlineStylesheet: true,
      inlineImages: false,
      recordCanvas: false,
      recordCrossOriginIframes: false,
      collectFonts: false,
      sampling: { mousemove: 50, scroll: 150, input: 'last' },
      // A fault of the recorder is not the page's.
      errorHandler: () => true,
    }),
  );
  if (!stop) throw new Error('recording is not possible here');
  return {
    takeSnapshot: () => withoutScrollReads(scrolled, () => record.takeFullSnapshot(true)),
    stop() {
      window.removeEventListener('scroll', onScroll, { capture: true });
      stop();
    },
  };
}

/**
 * A snapshot reads the scroll position of every element, and each read may lay out the page: half of its cost. Elements that were never
 * seen to scroll are at 0, so for the length of one synchronous snapshot their getters say so without asking.
 */
function withoutScrollReads<Result>(scrolled: WeakSet<Element>, run: () => Result): Result {
  const restores: (() => void)[] = [];
  const root = document.scrollingElement;
  for (const name of ['scrollTop', 'scrollLeft'] as const) {
    const original = Object.getOwnPropertyDescriptor(Element.prototype, name);
    const read = original?.get;
    if (!original?.configurable || !read) continue;
    try {
      Object.defineProperty(Element.prototype, name, {
        ...original,
        get(this: Element) {
          return this === root || scrolled.has(this) ? read.call(this) : 0;
        },
      });
      restores.push(() => Object.defineProperty(Element.prototype, name, original));
    } catch {
      // Frozen by the host: the snapshot costs what it costs.
    }
  }
  try {
    return run();
  } finally {
    for (const restore of restores) restore();
  }
}

/** Whether all of a recorded document, the page's or a frame's, is being written in. */
export const isWrittenIn = (documentId: number): boolean =>
  (record.mirror.getNode(documentId) as Document | null)?.designMode === 'on';
