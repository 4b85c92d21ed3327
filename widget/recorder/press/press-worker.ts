// One file in two places. In the hidden frame it owns the worker, which runs the same file; in the worker it does the work.
import { BROKEN, serve } from './calls.ts';
import { createPress } from './press.ts';

/** The page hands over one end of a channel; the frame passes it on and hears of nothing that goes over it. */
function ownWorker(source: string): void {
  addEventListener('message', ({ ports, source: from }) => {
    const [port] = ports;
    // The page that put it there, and nobody beside it.
    if (from !== parent || port === undefined) return;
    const worker = new Worker(source);
    // The port is in the worker by then: what broke is said to the page directly.
    worker.onerror = (event) => {
      event.preventDefault();
      parent.postMessage(BROKEN, '*');
    };
    worker.postMessage(null, [port]);
  });
}

if ('document' in self) ownWorker((document.currentScript as HTMLScriptElement).src);
else
  addEventListener('message', ({ ports }) => {
    if (ports[0] !== undefined) serve(ports[0], createPress(false));
  });
