import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_HELD_MS } from '../eval/hostile.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { playHostile } from '../support/hostile-play.ts';
import { hostileRecordings } from '../support/hostile-recordings.ts';

/** One in so many of each sort, and what once went wrong by name; all of them are `npm run eval -- hostile`. */
const ONE_IN = 24;
const ONCE_WRONG =
  /^(?:<iframe> added later|style sheet 5 later|the end of time|a bomb|uses of uses.*|uses whose.*|a frame that is sent elsewhere|a frame in a frame, and so on|a frame’s document, again and again|a picture of .*|selectors: .*|\w+ of \w+ in .*)$/;

let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

it('[X8] a crafted recording runs nothing, asks for nothing and does not hold the player', {
  timeout: 180_000,
}, async () => {
  const recordings = hostileRecordings();
  expect(recordings.length).toBeGreaterThanOrEqual(300);
  const chosen = recordings.filter(({ name }, n) => n % ONE_IN === 0 || ONCE_WRONG.test(name));
  const plays = await playHostile(baton, browser, chosen);
  expect(plays.filter(({ faults, heldMs }) => faults.length > 0 || heldMs > MAX_HELD_MS)).toEqual([]);
  // A suite that shows nothing would find nothing.
  expect(plays.filter(({ shown }) => shown).length).toBeGreaterThan(8);
});
