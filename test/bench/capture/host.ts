import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** What one run sent: bodies only, for headers are the browser’s. */
export type Traffic = { requests: number; bytes: number; paths: string[] };

/** Two sites as in life: the customer’s page, and the recorders’ scripts and collectors on another. */
export type Host = {
  pageOrigin: string;
  ingestOrigin: string;
  traffic(): Traffic;
  /** From now on counts from zero. */
  forget(): void;
  close(): Promise<void>;
};

type Files = (path: string) => { body: Buffer | string; type: string; headers?: Record<string, string> } | null;

/** The file below `folder`, or null; nothing above it. */
function fileIn(folder: string, path: string): ReturnType<Files> {
  const full = join(folder, normalize(path));
  if (!full.startsWith(folder) || !existsSync(full)) return null;
  return { body: readFileSync(full), type: TYPES[extname(full)] ?? 'application/octet-stream' };
}

/** `scripts`: bundled recorders by path; `folders`: more files of the second site, by the path that they are below. */
export async function startHost(
  pageFolder: string,
  scripts: Map<string, Buffer>,
  folders: Record<string, string>,
): Promise<Host> {
  let traffic: Traffic = { requests: 0, bytes: 0, paths: [] };

  const page = await listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    if (pathname === '/api/echo') return send(response, '{}', 'application/json');
    const file = fileIn(pageFolder, pathname);
    return file === null ? send(response, '', 'text/plain', 404) : send(response, file.body, file.type);
  });
  const ingest = await listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://ingest');
    const body = await bodyOf(request);
    if (request.method === 'OPTIONS') return send(response, '', 'text/plain', 204);
    traffic.paths.push(`${request.method} ${pathname}`);
    if (request.method !== 'GET') {
      traffic.requests += 1;
      traffic.bytes += body.byteLength;
    }
    const script = scripts.get(pathname);
    if (script !== undefined) return send(response, script, TYPES['.js'] as string);
    const [below, folder] = Object.entries(folders).find(([prefix]) => pathname.startsWith(prefix)) ?? [];
    const file =
      request.method === 'GET' && folder !== undefined
        ? fileIn(folder, pathname.slice((below ?? '').length).replace(/\/$/, '/index.html'))
        : null;
    if (file) return send(response, file.body, file.type);
    return send(response, ...answerOf(pathname));
  });
  const port = (server: Server) => (server.address() as AddressInfo).port;
  return {
    pageOrigin: `http://localhost:${port(page)}`,
    ingestOrigin: `http://127.0.0.1:${port(ingest)}`,
    traffic: () => traffic,
    forget() {
      traffic = { requests: 0, bytes: 0, paths: [] };
    },
    async close() {
      for (const server of [page, ingest]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** What each collector has to say so that its recorder records. */
function answerOf(path: string): [body: string, type: string] {
  const posthog = {
    sessionRecording: { endpoint: '/s/', recorderVersion: 'v2', scriptConfig: { script: 'lazy-recorder' } },
    supportedCompression: ['gzip', 'gzip-js'],
    featureFlags: {},
  };
  if (path === '/array/key/config.js')
    return [
      `(window._POSTHOG_REMOTE_CONFIG ??= {}).key = { config: ${JSON.stringify(posthog)}, siteApps: [] };`,
      TYPES['.js'] as string,
    ];
  if (path === '/array/key/config' || path.startsWith('/flags')) return [JSON.stringify(posthog), 'application/json'];
  if (path === '/v1/visits')
    return [
      JSON.stringify({
        visitToken: 'token',
        expiresAt: Date.now() + 3_600_000,
        visitor: { id: 'vis_bench', name: null, attested: false },
        conversationId: null,
        workspace: { name: 'Bench', greeting: '', suggestions: [] },
        capture: 'on_escalation',
      }),
      'application/json',
    ];
  if (path === '/openreplay/v1/web/start')
    return [
      JSON.stringify({
        token: 'token',
        userUUID: 'visitor',
        sessionID: '1',
        projectID: '1',
        delay: 0,
        beaconSizeLimit: 1e6,
        startTimestamp: Date.now(),
      }),
      'application/json',
    ];
  return ['{}', 'application/json'];
}

function send(response: ServerResponse, body: Buffer | string, type: string, status = 200): void {
  response.writeHead(status, {
    'content-type': type,
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
    'cache-control': 'no-store',
  });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    // A page that is closed while it sends is no failure of the bench.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}
