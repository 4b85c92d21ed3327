import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { asLibrary, BUILD_SETTINGS } from '../../tools/build.ts';

const PEERS = join(import.meta.dirname, 'peers');

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** Versions that the peers' package file asks for. */
export function peerVersions(): Record<string, string> {
  return readJson<{ dependencies: Record<string, string> }>(join(PEERS, 'package.json')).dependencies;
}

/** Installs the peers from their own lock file, unless these versions are there. Runs none of their scripts. */
export function installPeers(): void {
  const isThere = ([name, version]: [string, string]) => {
    const path = join(PEERS, 'node_modules', name, 'package.json');
    return existsSync(path) && readJson<{ version: string }>(path).version === version;
  };
  if (Object.entries(peerVersions()).every(isThere)) return;
  console.log('Installing the peers (test/bench/peers) …');
  const { status } = spawnSync('npm', ['ci', '--prefix', PEERS, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The peers could not be installed.');
}

/** Bundles `peers/entries/NAME.js` as our own files are bundled, and returns the one file that comes of it. */
export async function bundlePeer(name: string): Promise<Buffer> {
  const output = await build({
    root: PEERS,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: {
      'process.env.NODE_ENV': '"production"',
      // Sentry's documented flag for pages that do no tracing.
      __SENTRY_TRACING__: 'false',
    },
    build: {
      ...BUILD_SETTINGS,
      ...asLibrary({ [name]: join(PEERS, 'entries', `${name}.js`) }, 'es', '[name].js'),
      write: false,
    },
  });
  const chunks = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  const [only, ...more] = chunks;
  if (only?.type !== 'chunk' || more.length > 0) throw new Error(`${name} did not become one file`);
  return Buffer.from(only.code);
}
