import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OidcServer } from './oidc-server.ts';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The same provider, on a port of this machine. */
export async function startOidcServer(): Promise<{ provider: OidcServer; close(): Promise<void> }> {
  let provider: OidcServer;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const answer = await provider.answer(
      new Request(new URL(request.url ?? '/', provider.issuer), {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  provider = await OidcServer.make(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    provider,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
