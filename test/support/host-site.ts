import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { HOST_PAGES, type HostPage, type Tag } from './host-pages.ts';

export type HostSite = { origin: string; close(): Promise<void> };

const ROOT = join(import.meta.dirname, '../..');
const SCRIPTS = join(import.meta.dirname, 'host-pages');
const NONCE = 'b25jZSBhbmQgb25seSBoZXJl';

/**
 * A customer's site, a page of it for each way in which pages are hostile. Serves `/p/NAME`, the same with a pinned tag under
 * `/pinned/NAME`, their scripts and a small API of its own.
 */
export async function startHostSite(batonOrigin: string): Promise<HostSite> {
  const scripts = new Map(
    readdirSync(SCRIPTS).map((name) => [`/scripts/${name}`, readFileSync(join(SCRIPTS, name), 'utf8')]),
  );
  const pin = JSON.parse(readFileSync(join(ROOT, 'dist/integrity.json'), 'utf8')) as Tag['pin'];
  const tag: Tag = { batonOrigin, workspaceKey: DEMO_WORKSPACE.publicKey, pin: null };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host.invalid');
    const send = (status: number, type: string, body: string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers });
      response.end(body);
    };
    const script = scripts.get(pathname);
    if (script !== undefined) return send(200, 'text/javascript; charset=utf-8', script);
    if (pathname === '/api/stock') return send(200, 'text/plain', 'plenty');
    if (pathname === '/framed') return send(200, 'text/html; charset=utf-8', FRAMED);
    if (pathname === '/frames') return send(200, 'text/html; charset=utf-8', withFrames(tag, addressIn(server)));
    const inner = INNER[pathname];
    if (inner !== undefined) return send(200, 'text/html; charset=utf-8', inner);
    const page = HOST_PAGES.find(({ name }) => pathname.replace(/^\/pinned\//, '/p/') === `/p/${name}`);
    if (page === undefined) return send(404, 'text/plain', 'nothing here');
    const csp = page.policy?.(batonOrigin, NONCE);
    return send(
      200,
      page.type ?? 'text/html; charset=utf-8',
      documentOf(page, pathname.startsWith('/pinned/') ? { ...tag, pin } : tag),
      csp ? { 'content-security-policy': csp } : {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${addressIn(server)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const addressIn = (server: Server): number => (server.address() as AddressInfo).port;

/** A page of frames: its own, one that is private, an editor that is a whole document, one without a doctype in another one, and one of another origin. */
const withFrames = (tag: Tag, port: number): string =>
  documentOf(
    {
      name: 'frames',
      body: `<iframe id="order-frame" src="/inner/order"></iframe><iframe id="secret" data-private src="/inner/order"></iframe>
<iframe id="editor" src="/inner/editor"></iframe><iframe id="deep" src="/inner/deep"></iframe><iframe id="foreign" src="http://127.0.0.1:${port}/inner/order"></iframe>`,
    },
    tag,
  );

const INNER: Record<string, string> = {
  '/inner/order': `<!DOCTYPE html><html><head><style>h2 { color: rgb(1, 2, 3) }</style></head><body><h2>Your order</h2><p id="state">Two boxes are on their way</p>
<p data-private>Ring twice at Zebulon</p><p>Write to zebulon@mail.example</p><input value="Zebulon"><button>Cancel the order</button></body></html>`,
  '/inner/editor': `<!DOCTYPE html><html><body><p>Dear Zebulon</p><script>document.designMode = 'on'</script></body></html>`,
  '/inner/deep': `<html><body><p>Outer words</p><iframe src="/inner/order"></iframe></body></html>`,
};

/** Around one of them, a page that has nothing to do with Baton. */
const FRAMED = documentOf(
  { name: 'framed', body: '<iframe id="inside" src="/p/plain" width="900" height="700"></iframe>' },
  null,
);

/** First what is hostile, then the page's own application, then the tag: as libraries, application and tags follow each other on pages. */
function documentOf(page: HostPage, tag: Tag | null): string {
  const nonce = page.nonce ? ` nonce="${NONCE}"` : '';
  const src = (name: string) => `<script${nonce} src="/scripts/${name}.js"></script>`;
  const check = tag?.pin ? ` integrity="${tag.pin.integrity}" crossorigin="anonymous"` : '';
  const baton =
    tag === null
      ? ''
      : `<script${nonce} async="async" src="${tag.batonOrigin}/${tag.pin?.file ?? 'baton.js'}" data-workspace="${tag.workspaceKey}"${check}></script>`;
  return `${page.doctype ?? '<!DOCTYPE html>'}
<html lang="en"${page.type === 'application/xhtml+xml' ? ' xmlns="http://www.w3.org/1999/xhtml"' : ''}><head><title>A shop</title>${page.head ?? ''}</head><body>
<h1>A shop</h1>
<button id="buy" type="button">Buy</button>
<form id="order" action="/order"><input name="count" value="1" /><button type="submit">Order</button></form>
${page.body ?? ''}
${page.hostile ? src(page.hostile) : ''}
${src('app')}
${baton}${page.twice ? baton : ''}
</body></html>`;
}
