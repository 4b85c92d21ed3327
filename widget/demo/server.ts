// The widget's type check knows browsers only; this one file runs in Node.
/// <reference types="node" />
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountOf,
  type CompanySettings,
  type DemoUser,
  findUser,
  renewalDate,
  SIGNED_OUT,
  USERS,
} from './accounts.ts';
import { parseCompanySettings } from './company-settings.ts';
import { contentSecurityPolicy, renderDocument } from './document.ts';
import { signIdentity } from './identity.ts';
import { renderInvoicePdf } from './invoice-pdf.ts';
import { listCustomers, listInvoices, summariseRevenue } from './sample-data.ts';
import { DEMO_WORKSPACE } from './workspace.ts';

export type DemoSiteOptions = {
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  batonOrigin?: string;
  workspaceKey?: string;
  signingSecret?: string;
  signingKid?: string;
};
export type DemoSite = { url: string; close(): Promise<void> };

export const DEMO_DEFAULTS = {
  port: 8788,
  host: '127.0.0.1',
  batonOrigin: 'http://localhost:8787',
  workspaceKey: DEMO_WORKSPACE.publicKey,
  signingSecret: DEMO_WORKSPACE.signingKey.secret,
  signingKid: DEMO_WORKSPACE.signingKey.kid,
} as const satisfies Required<DemoSiteOptions>;

const PAGES = new Set(['/', '/customers', '/billing', '/api-keys', '/settings', '/reports', '/account']);
const MAX_BODY_BYTES = 16 * 1024;
const SLOW_REPORT_MS = 3000;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than the slowest answer would keep a test runner waiting for nothing. */
const CLOSE_GRACE_MS = 500;
const USER_COOKIE = 'ledgerline_user';
const COOKIE_LIFETIME_SECONDS = 30 * 86_400;

type Answer = { status: number; headers?: Record<string, string>; body?: string | Buffer; json?: unknown };
type Call = { request: IncomingMessage; user: DemoUser | null; requestId: string; closing: AbortSignal; now: number };
type Handler = (call: Call) => Answer | Promise<Answer>;

/** An answer reached from deep inside a handler, such as a body that is too large. */
class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, error: string, headers: Record<string, string> = {}) {
    super(error);
    this.answer = { status, headers, json: { error } };
  }
}

export async function startDemoSite(options: DemoSiteOptions = {}): Promise<DemoSite> {
  const settings = { ...DEMO_DEFAULTS, ...withoutUndefined(options) };
  const batonOrigin = new URL(settings.batonOrigin).origin;
  const files = readSiteFiles(join(import.meta.dirname, 'site'));
  const customers = listCustomers();
  const savedSettings = new Map<string, CompanySettings>();
  const closing = new AbortController();

  const settingsOf = (user: DemoUser | null) => {
    const account = accountOf(user);
    return savedSettings.get(account.id) ?? account.settings;
  };

  const handlers: Record<string, Record<string, Handler>> = {
    '/identity-token': {
      GET: async ({ user, now }) =>
        user
          ? {
              status: 200,
              json: {
                token: await signIdentity(
                  user,
                  settings.workspaceKey,
                  { kid: settings.signingKid, secret: settings.signingSecret },
                  now,
                ),
              },
            }
          : { status: 401, json: { error: 'signed_out' } },
    },
    '/switch-user': { POST: switchUser },
    '/api/session': {
      GET: ({ user, now }) => {
        const account = accountOf(user);
        const { renewsInDays: _, settings: __, ...shown } = account;
        return {
          status: 200,
          json: {
            user,
            users: USERS.map(({ id, name, accountId }) => ({ id, name, accountId })),
            account: {
              ...shown,
              renewalAt: renewalDate(account, now),
              invoiceCount: listInvoices(account, now).length,
            },
          },
        };
      },
    },
    '/api/dashboard': {
      GET: ({ user, now }) => ({ status: 200, json: summariseRevenue(accountOf(user), now) }),
    },
    '/api/customers': { GET: () => ({ status: 200, json: { customers } }) },
    '/api/billing': {
      GET: ({ user, now }) => ({ status: 200, json: { invoices: listInvoices(accountOf(user), now) } }),
    },
    '/api/invoice': {
      GET: ({ request, user, now }) => {
        const number = addressOf(request).searchParams.get('number');
        const account = accountOf(user);
        const invoice = listInvoices(account, now).find((candidate) => candidate.number === number);
        if (!invoice) return { status: 404, json: { error: 'not_found' } };
        return {
          status: 200,
          headers: {
            'content-type': 'application/pdf',
            'content-disposition': `attachment; filename="${invoice.number}.pdf"`,
          },
          body: renderInvoicePdf(invoice, account),
        };
      },
    },
    '/api/pay': {
      POST: async ({ request }) => {
        await readJson(request);
        return { status: 402, json: { error: 'card_declined' } };
      },
    },
    '/api/keys': {
      GET: ({ user, now }) => ({ status: 200, json: { keys: listKeys(user, now) } }),
      POST: async ({ request, requestId }) => {
        await readJson(request);
        return { status: 500, json: { error: 'internal', requestId } };
      },
    },
    '/api/settings': {
      GET: ({ user }) => ({ status: 200, json: settingsOf(user) }),
      POST: async ({ request, user }) => {
        const parsed = parseCompanySettings(await readJson(request));
        if (!parsed.ok) return { status: 422, json: { error: 'invalid_fields', fields: parsed.errors } };
        savedSettings.set(accountOf(user).id, parsed.settings);
        return { status: 200, json: parsed.settings };
      },
    },
    '/api/reports/slow': {
      GET: async ({ closing, user, now }) => {
        await sleep(SLOW_REPORT_MS, undefined, { signal: closing }).catch(() => {
          throw new Refusal(503, 'closing');
        });
        const { outstanding, collected } = summariseRevenue(accountOf(user), now);
        return { status: 200, json: { expectedIn: outstanding, receivedSoFar: collected, days: 30 } };
      },
    },
  };

  async function answer(call: Call): Promise<Answer> {
    const path = addressOf(call.request).pathname;
    const method = call.request.method === 'HEAD' ? 'GET' : (call.request.method ?? '');
    const byMethod = handlers[path] ?? (files.has(path) || !path.startsWith('/api/') ? { GET: serveGet } : undefined);
    if (!byMethod) return { status: 404, json: { error: 'not_found' } };
    const handler = Object.hasOwn(byMethod, method) ? byMethod[method] : undefined;
    if (!handler) {
      const allow = Object.keys(byMethod).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
      throw new Refusal(405, 'method_not_allowed', { allow: allow.join(', ') });
    }
    if (method !== 'GET') refuseForeignOrigin(call.request);
    return handler(call);
  }

  /** Files come from a table read at start, so no path from the network ever reaches the disk. */
  function serveGet({ request }: Call): Answer {
    const path = addressOf(request).pathname;
    const file = files.get(path);
    if (file)
      return { status: 200, headers: { 'content-type': file.type, 'cache-control': 'no-cache' }, body: file.body };
    if (path.startsWith('/site/')) return { status: 404, json: { error: 'not_found' } };
    const nonce = randomBytes(16).toString('base64');
    return {
      status: PAGES.has(path) ? 200 : 404,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(nonce, batonOrigin),
      },
      body: renderDocument(nonce, { batonOrigin, workspaceKey: settings.workspaceKey }),
    };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = `req_${randomUUID().slice(0, 8)}`;
    let result: Answer;
    try {
      const user = findUser(readCookie(request, USER_COOKIE) ?? USERS[0]?.id);
      result = await answer({ request, user, requestId, closing: closing.signal, now: Date.now() });
    } catch (cause) {
      if (cause instanceof Refusal) result = cause.answer;
      else {
        console.error(`${requestId} ${request.method} failed`, cause);
        result = { status: 500, json: { error: 'internal', requestId } };
      }
    }
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-request-id': requestId,
      ...(result.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...result.headers,
    };
    // What is left of an unread body would otherwise be parsed as the next request.
    if (!request.complete) headers.connection = 'close';
    response.writeHead(result.status, headers);
    response.end(result.json === undefined ? result.body : JSON.stringify(result.json));
  }

  const server = createServer((request, response) => void respond(request, response));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shownHost = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(settings.host) ? 'localhost' : settings.host;

  return {
    url: `http://${shownHost}:${port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
      }),
  };
}

async function switchUser({ request }: Call): Promise<Answer> {
  const form = new URLSearchParams(await readBody(request));
  const chosen = form.get('user') ?? '';
  if (chosen !== SIGNED_OUT && !findUser(chosen)) return { status: 422, json: { error: 'unknown_user' } };
  const next = form.get('next') ?? '/';
  return {
    status: 303,
    headers: {
      // Only our own pages: anything else would make this an open redirect.
      location: PAGES.has(next) ? next : '/',
      'set-cookie': `${USER_COOKIE}=${chosen}; Path=/; Max-Age=${COOKIE_LIFETIME_SECONDS}; HttpOnly; SameSite=Lax`,
    },
  };
}

function listKeys(user: DemoUser | null, now: number) {
  const account = accountOf(user);
  const day = (ago: number) => new Date(now - ago * 86_400_000).toISOString().slice(0, 10);
  const tail = (salt: number) => ((account.id.length * 7919 + salt * 104_729) % 65_536).toString(16).padStart(4, '0');
  const keys = [
    { name: 'Production server', shown: `ll_live_…${tail(1)}`, createdAt: day(214), lastUsedAt: day(0) },
    { name: 'Staging', shown: `ll_test_…${tail(2)}`, createdAt: day(160), lastUsedAt: day(3) },
    { name: 'Warehouse export', shown: `ll_live_…${tail(3)}`, createdAt: day(61), lastUsedAt: null },
  ];
  return account.tier === 'free' ? keys.slice(1, 2) : keys;
}

function addressOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://demo.invalid');
  } catch {
    throw new Refusal(400, 'bad_address');
  }
}

/** Same-site cookies do not tell one local port from another; the browser's own word does. */
function refuseForeignOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw new Refusal(403, 'foreign_origin');
}

function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new Refusal(413, 'body_too_large');
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not `for await`: leaving that loop early destroys the socket before the refusal is sent.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        request.pause();
        reject(new Refusal(413, 'body_too_large'));
      } else chunks.push(chunk);
    });
    request.once('end', resolve);
    request.once('error', () => reject(new Refusal(400, 'incomplete_body')));
  });
  return Buffer.concat(chunks).toString('utf8');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request);
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'bad_json');
  }
}

const CONTENT_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

function readSiteFiles(root: string): Map<string, { type: string; body: Buffer }> {
  const files = new Map<string, { type: string; body: Buffer }>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const type = CONTENT_TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/site/${relative(root, path).split(sep).join('/')}`, { type, body: readFileSync(path) });
  }
  return files;
}

/** An option given as `undefined` means the default, as with a missing environment variable. */
function withoutUndefined(options: DemoSiteOptions): DemoSiteOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

if (import.meta.main) {
  const { env } = process;
  const site = await startDemoSite({
    port: env.DEMO_PORT ? Number(env.DEMO_PORT) : undefined,
    host: env.DEMO_HOST || undefined,
    batonOrigin: env.BATON_ORIGIN || undefined,
    workspaceKey: env.BATON_WORKSPACE_KEY || undefined,
    signingSecret: env.BATON_SIGNING_SECRET || undefined,
    signingKid: env.BATON_SIGNING_KID || undefined,
  });
  console.log(`Ledgerline, the demo customer's site: ${site.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void site.close());
}
