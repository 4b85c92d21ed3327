import { textTable } from '../bench/table.ts';
import { startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { type HostilePlay, playHostile } from '../support/hostile-play.ts';
import { hostileRecordings } from '../support/hostile-recordings.ts';

/** No crafted recording may keep an agent waiting longer. */
export const MAX_HELD_MS = 2000;

/**
 * `npm run eval -- hostile`: every crafted recording through the real ingest and in the real player, and straight into the player. Nothing may
 * run, ask for anything or hold the player.
 */
export async function evaluateHostile({ only = '' }: Record<string, string | undefined>) {
  const recordings = hostileRecordings().filter(({ name }) => name.includes(only));
  const baton = await startBaton();
  const browser = await launchBrowser();
  try {
    // It takes minutes: what is wrong is said at once.
    const plays = await playHostile(baton, browser, recordings, ({ name, heldMs, faults }) => {
      if (faults.length > 0 || heldMs > MAX_HELD_MS)
        console.error(`${name}: ${Math.round(heldMs)} ms ${faults.join('; ')}`);
    });
    const wrong = plays.filter(({ faults, heldMs }) => faults.length > 0 || heldMs > MAX_HELD_MS);
    if (wrong.length > 0) process.exitCode = 1;
    const slowest = [...plays].sort((a, b) => b.heldMs - a.heldMs).slice(0, 5);
    const line = ({ name, status, heldMs, faults }: HostilePlay) => [
      name,
      String(status),
      `${Math.round(heldMs)} ms`,
      faults.join('; ').slice(0, 100),
    ];
    const count = (wanted: (play: HostilePlay) => boolean) => plays.filter(wanted).length;
    const shown = [
      textTable(['recording', 'upload', 'held the player', 'faults'], [...wrong, ...slowest].map(line)),
      `${plays.length} recordings: ${count(({ status }) => status >= 400)} refused on arrival, ${count(({ shown: isShown }) => isShown)} shown disarmed. ${count(({ faults }) => faults.length > 0)} with faults, ${count(({ heldMs }) => heldMs > MAX_HELD_MS)} held the player for more than ${MAX_HELD_MS / 1000} s.`,
    ].join('\n\n');
    return { shown, json: { recordings: plays.length, wrong: wrong.length, slowestMs: slowest[0]?.heldMs ?? 0 } };
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
}
