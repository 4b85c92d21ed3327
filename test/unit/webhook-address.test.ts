import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foreignHost } from '#domain/page/foreign-host.ts';
import { outwardAddressProblem } from '#domain/webhook/address.ts';
import { readText } from '../../widget/panel/plain-text.ts';

const OUT = { isDevelopment: false, ownHosts: ['support.example.net', 'replay.example.net'] };

/** One address inside, by every spelling of IPv4 that is read as it somewhere. */
function spellings(address: string): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (part: number) => part.toString(16).padStart(2, '0');
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    [a, b, c, d].map((part) => `0x${hex(part)}`).join('.'),
    [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `[::ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[2002:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}::]`,
    address.replaceAll('.', '。'),
    [...address].map((char) => (char === '.' ? '.' : String.fromCodePoint(0xff10 + Number(char)))).join(''),
    `${address}.nip.io`,
    `app.${address.replaceAll('.', '-')}.sslip.io`,
  ];
}

const NETS = [
  ...[
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '169.254.170.2',
  ],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.7',
  ],
  ...['203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255', '8.8.8.8'],
];
const NAMES = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    'metadata',
    'intranet',
  ],
  ...[
    'metadata.google.internal',
    'metadata.google.internal.',
    'instance-data',
    'instance-data.ec2.internal',
    'kubernetes',
  ],
  ...[
    'kubernetes.default.svc',
    'api.default.svc.cluster.local',
    'host.docker.internal',
    'router.local',
    'nas.lan',
    'pc.home',
  ],
  ...[
    'x.home.arpa',
    '1.0.0.127.in-addr.arpa',
    'git.corp',
    'db.private',
    'x.test',
    'x.example',
    'x.invalid',
    'x.onion',
    'x.alt',
  ],
  ...[
    'localtest.me',
    'a.localtest.me',
    'lvh.me',
    'x.vcap.me',
    '7f000001.1u.ms',
    '7f000001.c0a80001.rbndr.us',
    'ⓛocalhost',
  ],
  ...['%6c%6f%63%61%6c%68%6f%73%74', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]'],
  ...[
    '[ff02::1]',
    '[2001:db8::1]',
    '[2001:4860:4860::8888]',
    '[::ffff:7f00:1]',
    'support.example.net',
    'replay.example.net',
  ],
  ...[
    'SUPPORT.example.NET',
    'a_b.example.com',
    '-a.example.com',
    'a..example.com',
    'example.com.',
    '.example.com',
    'a.1',
  ],
];
const WAYS = [
  ...[
    'http://example.com/',
    'https://example.com:8443/',
    'https://example.com:80/',
    'https://example.com:22/',
    'ftp://example.com/',
  ],
  ...[
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/html,x',
    'javascript:alert(1)',
    'blob:https://example.com/x',
  ],
  ...[
    'wss://example.com/',
    'about:blank',
    'ldap://example.com/',
    'https://user@example.com/',
    'https://user:pw@example.com/',
  ],
  ...[
    'https://example.com@127.0.0.1/',
    'https://example.com#@127.0.0.1/',
    'https://',
    'https:///',
    '',
    'example.com',
    '//example.com',
  ],
  ...[
    'https://example.com/#part',
    `https://example.com/${'x'.repeat(2000)}`,
    'https://127.0.0.1\\@example.com/',
    'https://exa mple.com/',
  ],
];

/** What leads elsewhere than a reader or a list of hosts thinks. NOTICE says whose. */
const REDIRECTS = readFileSync(join(import.meta.dirname, '../data/redirects.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as string);

describe('[S36] a link', () => {
  const HOSTS = ['www.whitelisteddomain.tld', 'acme.com'];

  test('is said to lead to the site that a browser would ask, whatever is written before it', () => {
    const links = REDIRECTS.flatMap((text) => [text, `https:${text}`, `see ${text}, please`])
      .flatMap((text) => readText(text))
      .flatMap((block) => (block.kind === 'paragraph' ? block.lines : block.items).flat())
      .filter(({ kind }) => kind === 'link')
      .map(({ text }) => text);
    expect(links.length).toBeGreaterThan(50);
    for (const link of links) {
      const host = URL.canParse(link) ? new URL(link).hostname : '?';
      expect(foreignHost(link, HOSTS), link).toBe(HOSTS.includes(host) ? null : host);
    }
  });

  test.each([
    ['https://acme.com/pay', null],
    ['https://help.acme.com/pay?to=https://evil.example', null],
    ['https://acme.com.evil.example/', 'acme.com.evil.example'],
    ['https://notacme.com/', 'notacme.com'],
    ['https://acme.com@evil.example/', 'evil.example'],
    ['https://аcme.com/', 'xn--cme-5cd.com'],
    ['https://acme.com:8443/', null],
    ['https://[', '?'],
  ])('%s', (address, host) => {
    expect(foreignHost(address, HOSTS)).toBe(host);
  });
});

describe('[S27] an address that events are sent to', () => {
  const hosts = [...NETS.flatMap(spellings), ...NAMES];
  const addresses = [...hosts.map((host) => `https://${host}/hook`), ...WAYS];

  test('is refused however a place inside is written', () => {
    expect(new Set(hosts).size).toBeGreaterThan(300);
    expect(addresses.filter((address) => outwardAddressProblem(address, OUT) === null)).toEqual([]);
    // On one's own machine only that machine is more.
    const development = { ...OUT, isDevelopment: true };
    const open = addresses.filter((address) => outwardAddressProblem(address, development) === null);
    const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;
    expect(open.filter((address) => !loopback.test(new URL(address).hostname))).toEqual([]);
  });

  test('is refused where it could be read as another one', () => {
    const taken = (one: string) => outwardAddressProblem(one, OUT) === null;
    expect(REDIRECTS.length).toBeGreaterThan(100);
    expect(REDIRECTS.filter(taken)).toEqual([]);
    const bent = [
      '//evil.example',
      '/%2F%2Fevil.example',
      '/a/../b',
      '/a/./b',
      '/a/..',
      '/%2e%2e/b',
      '/%5cevil',
      '/\\evil',
    ];
    expect(bent.map((path) => `https://hooks.example.com${path}`).filter(taken)).toEqual([]);
  });

  test.each([
    'https://hooks.example.com/a.b/c..d/%41?to=https://x.example//y/../%2f',
    'https://hooks.example.com/baton',
    'https://example.com',
    'https://EXAMPLE.com:443/a?b=c',
    'https://xn--bcher-kva.example.com/',
    'https://bücher.de/',
    'https://notlocalhost.com/',
    'https://internal.example.com/',
    'https://nip.io.example.com/',
    'https://10.example.com/',
  ])('is taken: %s', (address) => {
    expect(outwardAddressProblem(address, OUT)).toBeNull();
  });

  test('is this machine, on any port and without TLS, only in development', () => {
    for (const address of ['http://127.0.0.1:8123/x', 'http://localhost:1/', 'https://[::1]:9/']) {
      expect(outwardAddressProblem(address, OUT)).not.toBeNull();
      expect(outwardAddressProblem(address, { ...OUT, isDevelopment: true })).toBeNull();
    }
    expect(outwardAddressProblem('http://example.com/', { ...OUT, isDevelopment: true })).toBe(
      'must begin with https://',
    );
  });
});
