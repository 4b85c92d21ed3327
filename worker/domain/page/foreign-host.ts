/**
 * [S36] The host that a web address leads to, where it is none of these and none below them, in letters as a browser asks for it (`xn--…`); otherwise null. `?` where it cannot be read
 * as an address.
 */
export function foreignHost(address: string, hosts: readonly string[]): string | null {
  const host = URL.canParse(address) ? new URL(address).hostname : '?';
  return hosts.some((one) => `.${host}`.endsWith(`.${one}`)) ? null : host;
}
