import { foreignHost } from '#domain/page/foreign-host.ts';

/** Where links may lead without a word: in a widget the page's own host, in the console also the workspace's sites. */
let hosts: readonly string[] = [location.hostname];

/** Besides this page's own. */
export function knowOwnHosts(others: readonly string[]): void {
  hosts = [location.hostname, ...others];
}

/** [S36] The other site that a link leads to, or null. */
export const leadsTo = (address: string): string | null => foreignHost(address, hosts);
