import type { Browser, Frame, Page } from 'playwright-core';
import { MAX_FRAMES } from '#domain/replay/fold.ts';
import { Agent } from './agent.ts';
import type { Baton } from './baton.ts';
import { HOSTILE_MARK, type HostileRecording } from './hostile-recordings.ts';
import { overNetwork } from './transport.ts';
import { Visitor } from './visitor.ts';

/**
 * `status`: what the upload was answered. `heldMs`: the longest that the player was silent over what was kept; what is refused never reaches
 * one. `faults`: what it did that it must not, also with the crafted events themselves.
 */
export type HostilePlay = { name: string; status: number; heldMs: number; shown: boolean; faults: string[] };

/** A frame that it asks for what a page may have changed, and keeps. */
const RRWEBS_OWN = 1;
const PATIENCE_MS = 6000;

/**
 * Sends recordings through the real ingest and plays what is kept in the real player page, framed as the console frames it; then gives the
 * player the crafted events themselves, as if the ingest had let them through.
 */
export async function playHostile(
  baton: Baton,
  browser: Browser,
  recordings: readonly HostileRecording[],
  onPlayed: (play: HostilePlay) => void = () => {},
): Promise<HostilePlay[]> {
  const transport = overNetwork(baton.origin, baton.demoOrigin);
  const visitor = await Visitor.arrive(transport, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  const { recordingId } = frame as unknown as { recordingId: string };
  const maya = await Agent.signIn(transport, 'maya@baton.test');
  let stage = await openStage(baton, browser);
  const plays: HostilePlay[] = [];
  for (const [n, recording] of recordings.entries()) {
    const answer = await visitor.upload(recordingId, 0, new Uint8Array(recording.packed), `hostile${n}`);
    await answer.arrayBuffer();
    const kept = answer.ok ? await maya.get(`/v1/recordings/${recordingId}/segments/hostile${n}/0`) : null;
    const play: HostilePlay = { name: recording.name, status: answer.status, heldMs: 0, shown: false, faults: [] };
    if (answer.status >= 500) play.faults.push(`the ingest answered ${answer.status}`);
    const storedEvents = kept?.ok ? ((await kept.json()) as unknown[]) : null;
    for (const events of [storedEvents, recording.events]) {
      if (events === null) continue;
      const played = await stage.play(events);
      if (events === storedEvents) play.heldMs = played.heldMs;
      play.shown ||= played.shown;
      play.faults.push(...played.faults);
      if (played.heldMs < PATIENCE_MS) continue;
      await stage.close();
      stage = await openStage(baton, browser);
    }
    plays.push(play);
    onPlayed(play);
  }
  await stage.close();
  socket.close();
  return plays;
}

type Stage = {
  play(events: unknown[]): Promise<{ heldMs: number; shown: boolean; faults: string[] }>;
  close(): Promise<void>;
};

/** A page on the console's origin with the player in a frame, and nothing else. */
async function openStage(baton: Baton, browser: Browser): Promise<Stage> {
  const context = await browser.newContext({ permissions: ['local-network-access'] });
  const page = await context.newPage();
  const faults: string[] = [];
  await context.route(`${baton.origin}/stage`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><iframe src="${baton.replayOrigin}/replay/" width="900" height="700"></iframe>`,
    }),
  );
  await page.goto(`${baton.origin}/stage`);
  await send(page, baton, { type: 'hello' }, 'ready');
  const player = page.frames().find((one) => one.url().startsWith(baton.replayOrigin)) as Frame;
  // From here on there is nothing that anything may ask for.
  context.on('request', (request) => {
    if (!/^(?:data|blob|about):/.test(request.url())) faults.push(`asked for ${request.url().slice(0, 100)}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`opened a dialog: ${dialog.message().slice(0, 50)}`);
    void dialog.dismiss();
  });
  context.on('page', () => faults.push('opened a window'));
  return {
    async play(events) {
      faults.length = 0;
      const times = events.flatMap((event) => {
        const at = (event as { timestamp?: unknown } | null)?.timestamp;
        return typeof at === 'number' ? [at] : [];
      });
      const first = times.reduce((a, b) => Math.min(a, b), Number.MAX_VALUE);
      const last = times.reduce((a, b) => Math.max(a, b), 0);
      let heldMs = 0;
      let shown = false;
      for (const [command, answer] of [
        [{ type: 'load', ...supplyOf(events), at: first, live: false }, 'state'],
        [{ type: 'seek', at: last }, 'state'],
        [{ type: 'play' }, 'state'],
        [{ type: 'pause' }, 'state'],
      ] as const) {
        const told = await send(page, baton, command, answer);
        heldMs = Math.max(heldMs, told.ms);
        if (told.type === null && command.type === 'load') heldMs = PATIENCE_MS;
        if (told.type !== 'state') break;
        shown = true;
      }
      if (heldMs < PATIENCE_MS) faults.push(...(await player.evaluate(lookAround, HOSTILE_MARK)));
      // Frames of the replayed page are blank ones, written into.
      const inner = page.frames().slice(3);
      const loaded = inner.filter((frame) => !/^(?:about:blank)?$/.test(frame.url()));
      if (loaded.length > 0 || inner.length > MAX_FRAMES + RRWEBS_OWN)
        faults.push(`embedded ${inner.length} frames, ${loaded.length} of them from elsewhere`);
      return { heldMs, shown, faults: [...new Set(faults)] };
    },
    close: () => context.close(),
  };
}

/** As one segment; what is too deep to be written was refused long before. */
function supplyOf(events: unknown): object {
  let text = '';
  try {
    text = JSON.stringify(events);
  } catch {}
  return { numbers: [0], parts: [{ n: 0, text }], keyframes: [] };
}

/** Says one thing to the player and waits for what it says to that, or that it cannot show it. */
async function send(
  page: Page,
  baton: Baton,
  command: object,
  answer: string,
): Promise<{ ms: number; type: string | null }> {
  let text: string;
  try {
    text = JSON.stringify(command);
  } catch {
    // So deep that not even a test can say it: no console could either.
    return { ms: 0, type: 'error' };
  }
  return page.evaluate(
    ([said, origin, wanted, patienceMs]) =>
      new Promise<{ ms: number; type: string | null }>((resolve) => {
        const frame = document.querySelector('iframe') as HTMLIFrameElement;
        let from = performance.now();
        const done = (type: string | null) => {
          removeEventListener('message', listen);
          clearTimeout(timer);
          clearInterval(again);
          resolve({ ms: performance.now() - from, type });
        };
        const listen = ({ data, source }: MessageEvent) => {
          const answers = [wanted, 'error', 'blind'];
          if (source === frame.contentWindow && answers.includes(data?.type)) done(data.type);
        };
        const timer = setTimeout(() => done(null), patienceMs as number);
        const post = () => {
          try {
            const message = JSON.parse(said);
            from = performance.now();
            frame.contentWindow?.postMessage(message, origin as string);
          } catch {
            // Too deep to be said to anybody: refused before it could do anything.
            done('error');
          }
        };
        const again = setInterval(() => wanted === 'ready' && post(), 100);
        addEventListener('message', listen);
        if (wanted !== 'ready') post();
      }),
    // As text: what is too deep for the wire between test and browser is not the player's fault.
    [text, baton.replayOrigin, answer, PATIENCE_MS] as const,
  );
}

/** Runs in the player: did anything run, and is there anything in what it shows that could. */
function lookAround(mark: string): string[] {
  const found: string[] = [];
  const scopes: (Window | null)[] = [window];
  const read = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll('*')) {
      if (/^(?:script|frame|object|embed|base|applet|portal|fencedframe)$/i.test(element.localName))
        found.push(`shows <${element.localName}>`);
      if (element instanceof (element.ownerDocument.defaultView as unknown as typeof window).HTMLIFrameElement) {
        // Written into by the player, and asked for nowhere.
        if (element.src !== '' || element.srcdoc !== '') found.push('a frame with an address');
        scopes.push(element.contentWindow);
        if (element.contentDocument === null) found.push('a frame of another origin');
        else read(element.contentDocument);
      }
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) found.push(`has ${name}`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers take them out of an address
        if (/^(?:javascript|vbscript|data:text)/i.test(value.replace(/[\u0000-\u0020]/g, '')))
          found.push(`${name} runs`);
      }
      if (element.shadowRoot) read(element.shadowRoot);
    }
  };
  for (const frame of document.querySelectorAll('iframe')) {
    scopes.push(frame.contentWindow);
    if (frame.contentDocument) read(frame.contentDocument);
  }
  for (const scope of scopes) {
    try {
      if (scope !== null && mark in scope) found.push('something ran');
    } catch {
      found.push('a frame went elsewhere');
    }
  }
  if (mark in Object.prototype) found.push('changed the language');
  return found;
}
