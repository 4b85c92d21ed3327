import { BROKEN, callPress, type PressAnswer, READY } from './calls.ts';
import type { Press } from './press.ts';

/** Set by the build: the frame's page, and the script that is both the frame's and the worker's. */
declare const PRESS_PAGE: string;
declare const PRESS_FILE: string;

/** Where the work is done: a worker of a hidden frame, a worker of the page's own, or nowhere else. */
export const PressHost = { Frame: 'frame', Blob: 'blob', Page: 'page' } as const;
export type PressHost = (typeof PressHost)[keyof typeof PressHost];

/** A frame that has not answered by then will not: it is blocked, or the network is not there. */
const READY_WITHIN_MS = 15_000;

/** A press with a place, that moves to the next place when this one breaks. What it was told before is then forgotten there. */
export type OpenPress = {
  host(): PressHost | 'none';
  press(): Promise<Press>;
  /** Counts how often it has moved: what was folded before is gone. */
  moves(): number;
  close(): void;
};

type Place = { press: Press; close(): void };

/**
 * Tries the places that are wanted, in this order; the page's own thread is always the last. `onNoFrame`: a frame was tried in vain.
 */
export function openPress(
  origin: string,
  mount: ParentNode,
  wanted: readonly PressHost[],
  onNoFrame: () => void,
): OpenPress {
  const left = [...wanted.filter((host) => host !== PressHost.Page), PressHost.Page];
  let host: PressHost | 'none' = 'none';
  let moves = 0;
  let closed = false;
  /** Ends the wait for a place that has not answered yet. */
  let abandon = () => {};
  let place: Promise<Place> = move();

  async function move(): Promise<Place> {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const opened = await open(next);
      if (closed) {
        opened?.close();
        break;
      }
      if (opened !== null) {
        host = next;
        return opened;
      }
      if (next === PressHost.Frame) onNoFrame();
    }
    throw new Error('no press');
  }

  function open(next: PressHost): Promise<Place | null> {
    switch (next) {
      case PressHost.Frame:
        return openFrame(`${origin}/${PRESS_PAGE}`, origin, mount, onBroken, onWait);
      case PressHost.Blob:
        return openBlob(`${origin}/${PRESS_FILE}`, onBroken, onWait);
      case PressHost.Page:
        return import('./press.ts').then(
          ({ createPress }) => ({ press: createPress(true), close() {} }),
          () => null,
        );
    }
  }

  function onWait(giveUp: () => void): void {
    abandon = giveUp;
  }

  function onBroken(): void {
    if (closed) return;
    moves += 1;
    place = place.then((old) => {
      old.close();
      return move();
    });
    place.catch(() => {});
  }

  place.catch(() => {});
  return {
    host: () => host,
    press: () => place.then(({ press }) => press),
    moves: () => moves,
    close() {
      closed = true;
      abandon();
      void place.then((open) => open.close()).catch(() => {});
    },
  };
}

/** Waits for the first word on the port, then for answers. Null when it does not come. */
function connect(
  port: Pick<MessagePort, 'postMessage' | 'onmessage'>,
  close: () => void,
  broken: (tell: () => void) => void,
  onBroken: () => void,
  onWait: (giveUp: () => void) => void,
): Promise<Place | null> {
  const calls = callPress((call) => port.postMessage(call));
  let isReady = false;
  return new Promise((resolve) => {
    const giveUp = () => {
      if (isReady) {
        calls.fail();
        onBroken();
        return;
      }
      clearTimeout(timer);
      close();
      resolve(null);
    };
    const timer = setTimeout(giveUp, READY_WITHIN_MS);
    broken(giveUp);
    onWait(giveUp);
    port.onmessage = ({ data }: MessageEvent<PressAnswer | typeof READY>) => {
      if (data !== READY) return calls.answer(data);
      clearTimeout(timer);
      isReady = true;
      resolve({
        press: calls.press,
        close() {
          calls.fail();
          close();
        },
      });
    };
  });
}

function openFrame(
  address: string,
  origin: string,
  mount: ParentNode,
  onBroken: () => void,
  onWait: (giveUp: () => void) => void,
): Promise<Place | null> {
  const frame = document.createElement('iframe');
  const { port1, port2 } = new MessageChannel();
  let loads = 0;
  let tell = () => {};
  const onMessage = ({ source, origin: from, data }: MessageEvent) => {
    if (source === frame.contentWindow && from === origin && data === BROKEN) tell();
  };
  frame.hidden = true;
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  frame.setAttribute('credentialless', '');
  frame.src = address;
  frame.onload = () => {
    loads += 1;
    // A page that moves its elements about loads the frame anew, and the worker of before is gone.
    if (loads > 1) tell();
    else frame.contentWindow?.postMessage(READY, origin, [port2]);
  };
  window.addEventListener('message', onMessage);
  const opened = connect(
    port1,
    () => {
      window.removeEventListener('message', onMessage);
      port1.close();
      frame.remove();
    },
    (broken) => {
      tell = broken;
    },
    onBroken,
    onWait,
  );
  mount.append(frame);
  return opened;
}

/** A worker of the page's own origin, whose script is a copy of ours: a worker cannot be started from another origin. */
async function openBlob(
  address: string,
  onBroken: () => void,
  onWait: (giveUp: () => void) => void,
): Promise<Place | null> {
  try {
    const response = await fetch(address, { credentials: 'omit' });
    if (!response.ok) return null;
    const url = URL.createObjectURL(await response.blob());
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(url);
    const opened = connect(
      port1,
      () => {
        port1.close();
        worker.terminate();
        URL.revokeObjectURL(url);
      },
      (broken) => {
        worker.onerror = (event) => {
          event.preventDefault();
          broken();
        };
      },
      onBroken,
      onWait,
    );
    worker.postMessage(null, [port2]);
    return await opened;
  } catch {
    return null;
  }
}
