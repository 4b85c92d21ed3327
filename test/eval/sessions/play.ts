import type { Browser } from 'playwright-core';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { FLOWS, type Flow, PRELUDES, THINKS } from './flows.ts';
import { ScriptedVisitor } from './visitor.ts';

export type Session = { name: string; flow: Flow; prelude: (typeof PRELUDES)[number]; thinkSeconds: number };

/** What was captured of a session, and what is known to be true of it. */
export type Played = {
  session: Session;
  trail: Breadcrumb[];
  /** When what led to the trouble began; null where nothing went wrong. */
  onset: number | null;
  /** When they asked for help. */
  asksAt: number;
};

/** Every flow after every prelude, each with another time to think. */
export const SESSIONS: readonly Session[] = FLOWS.flatMap((flow, f) =>
  PRELUDES.map((prelude, p) => ({
    name: `${flow.name}, ${prelude.name}`,
    flow,
    prelude,
    thinkSeconds: THINKS[(f + p) % THINKS.length] as number,
  })),
);

const USERS = ['usr_priya', 'usr_tom', 'usr_lena'];
const START = Date.UTC(2026, 10, 24, 9, 0, 0);

/** Plays one session in a context of its own. Throws where the page is not as the script expects it. */
export async function play(browser: Browser, origin: string, session: Session, n: number): Promise<Played> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  try {
    await context.addCookies([{ name: 'ledgerline_user', value: USERS[n % USERS.length] as string, url: origin }]);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.clock.install({ time: START });
    const me = new ScriptedVisitor(page, context, origin);
    const { flow, prelude } = session;
    await me.open('/');
    await prelude.play(me);
    await flow.stage?.(me);
    await me.go(flow.page);
    await flow.play(me);
    await me.wait(session.thinkSeconds);
    const asksAt = await me.now();
    return { session, trail: await me.trail(), onset: me.onset, asksAt };
  } finally {
    await context.close();
  }
}
