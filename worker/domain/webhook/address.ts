/** Names that are never a server of the world's: of this machine, of a network inside, of examples, of addresses by number, of cluster and cloud. */
const INSIDE = new Set(
  'local localhost localdomain internal intranet lan home corp private test example invalid onion alt arpa svc cluster consul docker workgroup domain'.split(
    ' ',
  ),
);
/** Public names that lead wherever their first labels say, or to this machine. */
const LEADING_INSIDE = [
  ...['nip.io', 'sslip.io', 'xip.io', 'traefik.me', 'local.gd', 'localtest.me', 'lvh.me', 'vcap.me', 'localho.st'],
  ...[
    'lacolhost.com',
    '1u.ms',
    'rbndr.us',
    'rebind.network',
    'nip.network',
    'backname.io',
    'spoofed.burpcollaborator.net',
  ],
];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** A server behind a server may read another address out of it than we do. */
const BENT_PATH = /\/\/|\\|%2f|%5c|%2e|\/\.{1,2}(?:\/|$)/i;
const MAX_ADDRESS_CHARS = 2000;

/** Where we may not send ourselves: our own hosts. `isDevelopment` lets this machine be reached, without TLS and on any port. */
export type Outward = { isDevelopment: boolean; ownHosts: readonly string[] };

/**
 * [S27] What is wrong with an address that events are to be sent to, in a plain sentence, or null. Right is https on its own port, to a host by a public name, by a path that everybody reads alike. What a
 * name resolves to a Worker cannot see: this is of how it is written.
 */
export function outwardAddressProblem(text: string, { isDevelopment, ownHosts }: Outward): string | null {
  if (text.length > MAX_ADDRESS_CHARS) return `must not be longer than ${MAX_ADDRESS_CHARS} characters`;
  const path = /^https?:\/\/[^/\\?#]+([^?#]*)/i.exec(text)?.[1];
  if (path === undefined || !URL.canParse(text)) return 'must be an address such as https://hooks.example.com/baton';
  const { protocol, username, password, hostname, host, port, hash } = new URL(text);
  if (username !== '' || password !== '') return 'must not have a user name in it';
  if (hash !== '') return 'must not have a # in it';
  if (BENT_PATH.test(path))
    return 'must have a plain path: no second slash in a row, no dots that lead up, neither of them in code';
  if (isDevelopment && /^https?:$/.test(protocol) && LOOPBACK.test(hostname)) return null;
  if (protocol !== 'https:') return 'must begin with https://';
  if (port !== '') return 'must not name a port: it is that of https, 443';
  if (hostname.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(hostname)) return 'must name its host, not a number';
  if (ownHosts.includes(host)) return 'must not be our own';
  const labels = hostname.split('.');
  if (labels.length < 2 || !labels.every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label)))
    return 'must have a public host name';
  const isInside = INSIDE.has(labels.at(-1) as string) || /^\d/.test(labels.at(-1) as string);
  if (isInside || LEADING_INSIDE.some((name) => hostname === name || hostname.endsWith(`.${name}`)))
    return 'must have a public host name, not one that leads inside a network';
  return null;
}
