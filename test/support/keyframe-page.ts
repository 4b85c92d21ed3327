// Runs in the browser: records a page that changes at random, and looks at it at several moments by every way that a player has to get there.
import { record } from '@rrweb/record';
import { disarmReplay } from '#domain/redaction/replay.ts';
import type { PlainEvent } from '#domain/replay/compact.ts';
import { foldKeyframe } from '#domain/replay/keyframes.ts';
import type { Keyframe, Part } from '../../widget/player/messages.ts';
import { createPlayer } from '../../widget/player/player.ts';
import { change, played, seen } from './fold-page.ts';

/** `start`: every event since the first one played, exactly. `fast`: by rrweb's default. The others are our player’s. */
export type Moment = { at: number; start: string; fast: string; opened: string; sought: string; streamed: string };

const IN_A_SEGMENT = 6;
const SHARES = [0.1, 0.35, 0.5, 0.72, 0.9, 1];

async function recorded(seed: number, deeds: number): Promise<PlainEvent[]> {
  const events: PlainEvent[] = [];
  const stop = record({ emit: (event) => events.push(structuredClone(event) as PlainEvent), slimDOMOptions: 'all' });
  await change(document.querySelector('#stage') as HTMLElement, seed, deeds);
  stop?.();
  const disarmed = disarmReplay(JSON.parse(JSON.stringify(events)));
  if (!disarmed.ok) throw new Error(disarmed.reason);
  return disarmed.events;
}

function player() {
  const stage = document.createElement('div');
  stage.style.cssText = 'position: relative; width: 800px; height: 600px';
  document.body.append(stage);
  const faults: string[] = [];
  const one = createPlayer(stage, (report) => {
    if (report.type === 'error') faults.push(report.message);
  });
  return {
    run: one.run,
    async look(): Promise<string> {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const page = stage.querySelector('iframe')?.contentDocument;
      return faults[0] ?? (page ? seen(page) : 'nothing');
    },
    close: () => stage.remove(),
  };
}

export async function proveMoments(seed: number, deeds: number): Promise<Moment[]> {
  const events = await recorded(seed, deeds);
  const parts: Part[] = [];
  for (let i = 0; i < events.length; i += IN_A_SEGMENT)
    parts.push({ n: parts.length, text: JSON.stringify(events.slice(i, i + IN_A_SEGMENT)) });
  const numbers = parts.map(({ n }) => n);
  const keyframes = [0.3, 0.6].map((share): Keyframe => {
    const n = Math.floor(parts.length * share);
    const made = foldKeyframe(structuredClone(events.slice(0, (n + 1) * IN_A_SEGMENT))) ?? [];
    return { n, at: made[0]?.timestamp ?? 0, text: JSON.stringify(made) };
  });
  const [first, last] = [events[0]?.timestamp ?? 0, events.at(-1)?.timestamp ?? 0];
  const from = events.find(({ type }) => type === 2)?.timestamp ?? first;
  const times = SHARES.map((share) => Math.round(from + share * (last - from)));

  const sought = player();
  sought.run({ type: 'load', numbers, parts, keyframes, at: last, live: false });
  const moments: Moment[] = [];
  for (const at of times) {
    const keyframe = keyframes.findLast((one) => one.at <= at);
    const begins = keyframe === undefined ? 0 : keyframe.n + 1;
    const needed = parts.filter(
      ({ n, text }) => n >= begins && (JSON.parse(text) as PlainEvent[]).some(({ timestamp }) => timestamp <= at),
    );
    // As little as it can be opened with.
    const opened = player();
    opened.run({ type: 'load', numbers, parts: needed, keyframes: keyframe ? [keyframe] : [], at, live: false });
    const alone = await opened.look();
    // The rest comes behind it, in an order of its own; then one more moment, and back.
    for (const part of parts.toReversed())
      if (!needed.includes(part)) opened.run({ type: 'append', numbers, parts: [part], keyframes: [] });
    opened.run({ type: 'seek', at: times[(times.indexOf(at) + 3) % times.length] as number });
    opened.run({ type: 'seek', at });
    const streamed = await opened.look();
    opened.close();
    moments.push({
      at,
      start: await played(events, at),
      fast: await played(events, at, true),
      opened: alone,
      sought: '',
      streamed,
    });
  }
  // Back and forth in one player.
  for (const moment of [
    ...moments.filter((_, i) => i % 2 === 1),
    ...moments.filter((_, i) => i % 2 === 0).toReversed(),
  ]) {
    sought.run({ type: 'seek', at: moment.at });
    moment.sought = await sought.look();
  }
  sought.close();
  return moments;
}

(window as unknown as { proveMoments: typeof proveMoments }).proveMoments = proveMoments;
