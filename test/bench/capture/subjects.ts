import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePeer } from '../peers.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const DIST = join(ROOT, 'dist');

export type SubjectName = 'none' | 'ours' | 'rrweb' | 'Sentry' | 'PostHog' | 'OpenReplay';
const PEERS: Partial<Record<SubjectName, string>> = {
  rrweb: 'capture-rrweb',
  Sentry: 'capture-sentry',
  PostHog: 'capture-posthog',
  OpenReplay: 'capture-openreplay',
};
export const SUBJECTS: readonly SubjectName[] = ['none', 'ours', 'rrweb', 'Sentry', 'PostHog', 'OpenReplay'];

/** The script of each, by the path at which the second site has it. */
export async function bundleSubjects(names: readonly SubjectName[]): Promise<Map<string, Buffer>> {
  const scripts = new Map<string, Buffer>([
    [pathOf('ours'), Buffer.from(oursScript())],
    ['/baton.js', readFileSync(join(DIST, 'baton.js'))],
  ]);
  for (const name of names) {
    const entry = PEERS[name];
    if (entry !== undefined) scripts.set(pathOf(name), await bundlePeer(entry));
  }
  return scripts;
}

export const pathOf = (name: SubjectName): string => `/subject-${name}.js`;

/** The recorder that ships, as built, with just enough of a widget around it: a tab, a visit, a place to upload to. */
function oursScript(): string {
  const chunks = JSON.parse(readFileSync(join(DIST, 'chunks.json'), 'utf8')) as Record<string, string>;
  return `
import { startRecorder } from '/${chunks.recorder}';
const store = {
  get: (key) => sessionStorage.getItem(key),
  set: (key, value) => sessionStorage.setItem(key, value),
  remove: (key) => sessionStorage.removeItem(key),
  keys: () => Object.keys(sessionStorage),
};
let recorder;
window.subject = {
  start(origin) {
    recorder = startRecorder({
      origin,
      local: store,
      session: store,
      keys: { segments: 'bench:segments', unsaved: 'bench:unsaved', noFrame: 'bench:no-frame', database: 'bench' },
      capture: { trail: { tab: 'benchtab01' } },
      visits: { current: { visitToken: 'token' }, renew() {}, ensure: async () => {} },
      worker: window.recorderWorker,
      shadow: document.documentElement,
    }, 'vis_bench');
  },
  debug: () => ({ host: recorder.debug().host ?? '', ringBytes: recorder.debug().ringBytes }),
  async flush() {
    recorder.upload('rec_bench');
    const until = Date.now() + 30_000;
    do await new Promise((resolve) => setTimeout(resolve, 1500));
    while (recorder.debug().waiting > 0 && Date.now() < until);
    const { dropped } = recorder.debug();
    if (dropped > 0) console.error(dropped + ' events dropped');
  },
};
`;
}
