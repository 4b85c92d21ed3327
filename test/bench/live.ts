import type { Browser, Frame, Page } from 'playwright-core';
import { quantile } from '#domain/sla/wait-estimate.ts';
import type { Baton as BatonCall } from '../../widget/loader/api.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, openPanel, replayed, visitDemo, workAs } from '../support/people.ts';
import { countOf, readFlags } from './flags.ts';
import { brokenLiveBars, type LiveCase, P95 } from './live/bars.ts';
import { CHANGES, change, furnishPage, pictureAt, playerOf, seenAt, setBusy } from './live/probe.ts';
import type { Outcome, Row } from './report.ts';

/** Of each kind of change, on a calm page and on a busy one. */
const CHANGES_EACH = 20;
const ESCALATIONS = 30;
const CONSENTS = 20;
const JOINS = 20;
/** The first ones pay for code that is compiled and tables that are opened. */
const WARM_UP = 2;
/** Nobody changes things in step with what sends them. */
const PAUSE_MS = { least: 60, most: 700 };

/**
 * How far an agent who follows is behind the visitor, how long until who joins sees something, and how soon after the hand-over the page as it
 * was is safe: two real pages, a whole Baton between them. `--changes N` of each kind, `--escalations N`, `--consents N`, `--joins N`.
 */
export async function live(args: string[]): Promise<Outcome> {
  const flags = readFlags(args, ['changes', 'escalations', 'consents', 'joins']);
  const [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  try {
    const { rows: following, joins } = await timeFollowing(
      browser,
      baton,
      countOf(flags.changes, CHANGES_EACH),
      countOf(flags.joins, JOINS),
    );
    const durable = await timeFirstKeyframes(browser, baton, countOf(flags.escalations, ESCALATIONS), false);
    const agreed = await timeFirstKeyframes(browser, baton, countOf(flags.consents, CONSENTS), true);
    const rows = [
      ...following,
      ...quantiles('joining: first picture', joins.first),
      ...quantiles('joining: what is there now', joins.now),
      ...quantiles('hand-over asked for → first keyframe durable', durable),
      ...quantiles('consent given → first keyframe durable', agreed),
    ];
    return {
      rows,
      runs: 1,
      notes: [
        'The demo’s own pages; what is changed stands on top of them. Seen: in the document that the player shows, looked at once a frame.',
        'Joining: another agent, from opening the conversation in their console, which is there already; what is there now: from pressing Live, right after a change.',
        'Durable: from the click on the button until the answer to the segment that the page begins with.',
      ],
      failures: brokenLiveBars(rows),
    };
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
}

function quantiles(name: LiveCase, samples: readonly number[]): Row[] {
  const sorted = [...samples].sort((a, b) => a - b);
  const ends = { min: sorted[0] as number, max: sorted.at(-1) as number };
  const row = (metric: string, share: number): Row => ({
    subject: 'ours',
    case: name,
    metric: `${metric} of ${samples.length}`,
    unit: 'ms',
    ...ends,
    median: quantile(sorted, share),
  });
  return [row('p50', 0.5), row(P95, 0.95)];
}

/** The visitor's recorder runs, and has something to show. */
async function recorded(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const recorder = (window as unknown as { Baton: BatonCall }).Baton('debug')?.recorder;
      return recorder !== undefined && recorder.state === 'recording' && recorder.ringBytes > 0;
    },
    null,
    { polling: 100 },
  );
}

/** One escalation a visitor. Nobody is there to take it. */
async function timeFirstKeyframes(browser: Browser, baton: Baton, times: number, isAsked: boolean): Promise<number[]> {
  const samples: number[] = [];
  for (let i = -WARM_UP; i < times; i += 1) {
    const { page } = await visitDemo(browser, baton, { path: '/billing', user: '' });
    if (isAsked) {
      await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
      await page.reload();
    }
    await recorded(page);
    const panel = await openPanel(page);
    // Its head is the answer: nobody reads the body, so the browser may never call it finished.
    const first = page.waitForEvent(
      'response',
      (answer) => /\/segments\/[^/]+\/0$/.test(answer.url()) && answer.request().method() === 'PUT',
    );
    const person = panel.getByRole('button', { name: 'Talk to a person' });
    let button = person;
    if (isAsked) {
      await person.click();
      button = panel.getByRole('button', { name: 'Show it' });
    }
    await button.waitFor();
    // What the visitor does right before belongs to what has to be safe.
    await page.mouse.wheel(0, 200);
    const askedAt = await button.evaluate((node) => {
      const at = performance.timeOrigin + performance.now();
      (node as HTMLElement).click();
      return at;
    });
    const answer = await first;
    if (answer.status() !== 200) throw new Error('the first segment was refused');
    const { startTime, responseStart } = answer.request().timing();
    if (i >= 0) samples.push(startTime + responseStart - askedAt);
    await page.context().close();
  }
  return samples;
}

async function timeFollowing(browser: Browser, baton: Baton, each: number, joinTimes: number) {
  const { page: agent } = await workAs(browser, baton, 'maya@baton.test');
  const { page: visitor } = await visitDemo(browser, baton, { path: '/billing' });
  await furnishPage(visitor);
  await recorded(visitor);
  const panel = await openPanel(visitor);
  await panel.getByRole('button', { name: 'Talk to a person' }).click();
  await acceptOffer(agent);
  await replayed(agent).locator('.probe-text').waitFor({ state: 'attached' });
  await agent.getByRole('region', { name: 'Replay' }).getByRole('button', { name: 'Live' }).click();
  const player = await playerOf(agent, baton.replayOrigin);
  const rows: Row[] = [];
  let count = 0;
  const pause = () => {
    // The same pauses in every run.
    count += 1;
    const share = ((count * 7919) % 997) / 997;
    return visitor.waitForTimeout(PAUSE_MS.least + share * (PAUSE_MS.most - PAUSE_MS.least));
  };
  const time = async (kind: (typeof CHANGES)[number], at: Frame): Promise<number> => {
    const made = await change(visitor, kind, count);
    return (await seenAt(at, kind, made.wanted)) - made.at;
  };
  // The first ones pay for what is opened once.
  for (const kind of CHANGES) await time(kind, player);
  for (const isBusy of [false, true]) {
    await setBusy(visitor, isBusy);
    const all: number[] = [];
    const of = new Map<string, number[]>();
    for (let i = 0; i < each; i += 1)
      for (const kind of CHANGES) {
        await pause();
        const ms = await time(kind, player);
        all.push(ms);
        of.set(kind, [...(of.get(kind) ?? []), ms]);
      }
    rows.push(...quantiles(`change → agent’s screen, ${isBusy ? 'busy' : 'calm'} page`, all));
    for (const [kind, samples] of of)
      rows.push(
        ...quantiles('change → agent’s screen, calm page', samples).map((row) => ({
          ...row,
          case: `· ${kind}, ${isBusy ? 'busy' : 'calm'}`,
        })),
      );
  }

  const { page: joined } = await workAs(browser, baton, 'jonas@baton.test');
  const { hash } = new URL(agent.url());
  const joins = { first: [] as number[], now: [] as number[] };
  for (let i = 0; i < joinTimes; i += 1) {
    await joined.evaluate(() => {
      location.hash = '#/';
    });
    await joined.getByRole('region', { name: 'Replay' }).waitFor({ state: 'detached' });
    await pause();
    const from = await joined.evaluate((wanted) => {
      location.hash = wanted;
      return performance.timeOrigin + performance.now();
    }, hash);
    const other = await playerOf(joined, baton.replayOrigin);
    joins.first.push((await pictureAt(other)) - from);
    await pause();
    const made = await change(visitor, 'text', 1000 + i);
    const pressedAt = await joined
      .getByRole('region', { name: 'Replay' })
      .getByRole('button', { name: 'Live' })
      .evaluate((node) => {
        const at = performance.timeOrigin + performance.now();
        (node as HTMLElement).click();
        return at;
      });
    joins.now.push((await seenAt(other, 'text', made.wanted)) - pressedAt);
  }
  for (const page of [joined, agent, visitor]) await page.context().close();
  return { rows, joins };
}
