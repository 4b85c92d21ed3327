import { SOCKET_PROTOCOL } from '#protocol/version.ts';
import { FrameSocket } from './frame-socket.ts';

/** How a test reaches Baton: over the network, or straight into the Worker. */
export type Transport = {
  origin: string;
  demoOrigin: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Opens a socket with a credential as second sub-protocol. Resolves when it is open or already refused. */
  dial<Down extends { type: string }>(
    path: string,
    credential: string,
    headers: Record<string, string>,
  ): Promise<FrameSocket<Down>>;
};

/** Over real sockets, from Node. */
export const overNetwork = (origin: string, demoOrigin: string): Transport => ({
  origin,
  demoOrigin,
  fetch: (path, init) => fetch(`${origin}${path}`, init),
  async dial(path, credential, headers) {
    // Node's WebSocket takes headers beside the sub-protocols; its types speak of browsers only.
    const options = { protocols: [SOCKET_PROTOCOL, credential], headers } as unknown as string[];
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, options);
    await new Promise<void>((resolve) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('close', () => resolve(), { once: true });
    });
    return new FrameSocket(socket);
  },
});
