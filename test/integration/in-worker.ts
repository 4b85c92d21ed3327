import { exports } from 'cloudflare:workers';
import { SOCKET_PROTOCOL } from '#protocol/version.ts';
import { FrameSocket } from '../support/frame-socket.ts';
import type { Transport } from '../support/transport.ts';
import { testEnv } from './setup.ts';

const worker = (exports as unknown as { default: Fetcher }).default;

/** Straight into the Worker, as the platform calls it. */
export const inWorker: Transport = {
  origin: String(testEnv.PUBLIC_ORIGIN),
  demoOrigin: String(testEnv.DEMO_ORIGIN),
  fetch: (path, init) => worker.fetch(`${testEnv.PUBLIC_ORIGIN}${path}`, init),
  async dial(path, credential, headers) {
    const response = await worker.fetch(`${testEnv.PUBLIC_ORIGIN}${path}`, {
      headers: { ...headers, upgrade: 'websocket', 'sec-websocket-protocol': `${SOCKET_PROTOCOL}, ${credential}` },
    });
    if (response.webSocket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
    const socket = new FrameSocket(response.webSocket);
    response.webSocket.accept();
    return socket as never;
  },
};
