import type { Browser, Frame, Page } from 'playwright-core';
import type { Baton } from './baton.ts';

/** `say`: gives the player a command and waits for what it answers next, an error as its words. */
export type ReplayStage = { page: Page; player: Frame; say(command: object): Promise<string> };

/** The replay page in a frame of this size, as the console has it, and nothing beside it. */
export async function openStage(
  browser: Browser,
  baton: Baton,
  size = { width: 1000, height: 700 },
): Promise<ReplayStage> {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB', permissions: ['local-network-access'] });
  const page = await context.newPage();
  await context.route(`${baton.origin}/stage`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><body style="margin: 0"><iframe src="${baton.replayOrigin}/replay/" width="${size.width}" height="${size.height}" style="display: block; border: 0"></iframe>`,
    }),
  );
  await page.goto(`${baton.origin}/stage`);
  const say = (command: object) =>
    page.evaluate(
      ([said, origin]) =>
        new Promise<string>((resolve) => {
          const frame = document.querySelector('iframe') as HTMLIFrameElement;
          addEventListener('message', function listen({ data, source }) {
            if (source !== frame.contentWindow) return;
            removeEventListener('message', listen);
            clearInterval(again);
            resolve(data.type === 'error' ? data.message : data.type);
          });
          const post = () => frame.contentWindow?.postMessage(said, origin as string);
          // Its script may not have run yet.
          const again = setInterval(() => (said as { type: string }).type === 'hello' && post(), 100);
          post();
        }),
      [command, baton.replayOrigin] as const,
    );
  const answer = await say({ type: 'hello' });
  if (answer !== 'ready') throw new Error(`the player says ${answer}`);
  return { page, player: page.frames().find((one) => one.url().startsWith(baton.replayOrigin)) as Frame, say };
}
