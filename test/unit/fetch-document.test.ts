import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { MAX_DOCUMENT_CHARS } from '#protocol/articles.ts';
import { fetchDocument } from '../../worker/assist/import/fetch-document.ts';

const OWN = ['https://app.acme.test', 'http://localhost:9999'];

/** Ways to write hosts that are not the workspace's: inside a network, of a cloud's own services, or made to look like ours. */
function foreignAddresses(): string[] {
  const inside = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.000.000.001',
    '10.0.0.1',
    '10.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1',
    '169.254.169.254',
    '169.254.170.2',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '100.64.0.1',
    '100.100.100.200',
    '198.18.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'localhost.localdomain',
    'ip6-localhost',
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
    'instance-data',
    'kubernetes.default.svc',
    'host.docker.internal',
    'router.local',
    'intranet',
    '127.0.0.1.nip.io',
    '169.254.169.254.nip.io',
    'localtest.me',
    'lvh.me',
    'spoofed.burpcollaborator.net',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    'ⓛocalhost',
    '%6c%6f%63%61%6c%68%6f%73%74',
  ];
  const alike = [
    'acme.test',
    'www.acme.test',
    'app.acme.test.evil.test',
    'app-acme.test',
    'xapp.acme.test',
    'app.acme.testing',
    'app.acme.tes',
    'evil.test/app.acme.test',
    'app.acme.test@evil.test',
    'app.acme.test:pass@evil.test',
    'evil.test?app.acme.test',
    'evil.test#app.acme.test',
    'evil.test\\@app.acme.test'.replace('\\', '%5c'),
    'аpp.acme.test',
    'app.аcme.test',
    'app.acme.test%00.evil.test',
    'app.acme.test%2eevil.test',
    'evil.test%2fapp.acme.test',
  ];
  const hosts = [...inside, ...alike];
  return [
    ...hosts.flatMap((host) => [`https://${host}/`, `http://${host}/`, `https://${host}:8443/help`]),
    // Ours, but in another way than over https on its own port.
    'http://app.acme.test/',
    'https://app.acme.test:8080/',
    'https://app.acme.test:22/',
    'https://user@app.acme.test/',
    'https://user:secret@app.acme.test/',
    'http://localhost/',
    'http://localhost:80/',
    'http://localhost:99999/',
    'https://localhost:9999/',
    'http://127.0.0.1:9999/',
    'http://sub.localhost:9999/',
    // No web at all.
    'file:///etc/passwd',
    'ftp://app.acme.test/',
    'gopher://app.acme.test:70/',
    'data:text/html,hello',
    'javascript:alert(1)',
    'blob:https://app.acme.test/x',
    'ws://app.acme.test/',
    'wss://app.acme.test/',
    'about:blank',
    'mailto:a@app.acme.test',
    'ldap://app.acme.test/',
    'dict://app.acme.test/',
    'jar:https://app.acme.test/!/',
    'chrome://settings',
  ];
}

describe('[G29] a page of elsewhere', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('is not asked for, however it is written', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address);
      return new Response('<main><h1>Secret</h1></main>', { headers: { 'content-type': 'text/html' } });
    });
    const addresses = foreignAddresses().filter((address) => URL.canParse(address));
    expect(addresses.length).toBeGreaterThan(230);
    for (const address of addresses)
      expect(await fetchDocument(address, OWN), address).toEqual({ refused: expect.stringContaining('own sites') });
    expect(asked).toEqual([]);
    for (const address of ['https://app.acme.test/help', 'https://help.app.acme.test/', 'http://localhost:9999/x'])
      expect(await fetchDocument(address, OWN), address).toHaveProperty('document');
    expect(asked).toHaveLength(3);
  });
});

describe('[G29] a page of one’s own site', () => {
  const answers: Record<string, (response: import('node:http').ServerResponse) => void> = {
    '/page': (response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<h1>Ü</h1>'),
    '/text': (response) => response.setHeader('content-type', 'text/plain').end('# T'),
    '/away': (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    '/gone': (response) => response.writeHead(404).end(),
    '/photo': (response) => response.setHeader('content-type', 'image/png').end('x'),
    '/large': (response) => response.setHeader('content-type', 'text/html').end('x'.repeat(MAX_DOCUMENT_CHARS + 1)),
    '/slow': (response) => void response.setHeader('content-type', 'text/html').write('<h1>'),
    '/map': (response) =>
      response
        .setHeader('content-type', 'application/xml')
        .end(
          '<urlset><url><loc> http://x.test/a?b=1&amp;c=2 </loc></url><url><loc>http://x.test/a?b=1&amp;c=2</loc></url><url><loc>no address</loc></url></urlset>',
        ),
  };
  const server = createServer((request, response) => (answers[request.url ?? ''] ?? answers['/gone'])?.(response));
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = (path: string) => fetchDocument(`${origin}${path}`, [origin]);

  test('is a document by its type, a sitemap its addresses, each once', async () => {
    expect(await get('/page')).toEqual({ document: { name: `${origin}/page`, type: 'html', text: '<h1>Ü</h1>' } });
    expect(await get('/text')).toMatchObject({ document: { type: 'markdown' } });
    expect(await get('/map')).toEqual({ addresses: ['http://x.test/a?b=1&c=2'] });
  });

  test('is refused with a reason: led elsewhere, gone, no text, too large, too slow, not there', async () => {
    expect(await get('/away')).toEqual({ refused: expect.stringContaining('leads elsewhere') });
    expect(await get('/gone')).toEqual({ refused: 'The site answers 404.' });
    expect(await get('/photo')).toEqual({ refused: expect.stringContaining('image/png') });
    expect(await get('/large')).toEqual({ refused: expect.stringContaining('longer') });
    expect(await get('/slow')).toEqual({ refused: 'The site took longer than 5 seconds.' });
    expect(await fetchDocument('http://127.0.0.1:1/', ['http://127.0.0.1:1'])).toEqual({
      refused: 'The site could not be reached.',
    });
  }, 15_000);
});
