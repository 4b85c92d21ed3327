import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { headers: Record<string, string>; body: string };
export type HookReceiver = {
  url: string;
  /** In the order in which they came. */
  got: Received[];
  /** What is answered from now on. */
  answerWith(status: number): void;
  close(): Promise<void>;
};

/** A server that is told of events, on this machine. It answers 204 until told otherwise. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const got: Received[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      got.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/baton`,
    got,
    answerWith: (next) => {
      status = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
