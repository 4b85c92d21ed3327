import type { eventWithTime } from '@rrweb/types';
import { Replayer } from 'rrweb';
import { disarmReplay, type ReplayEvent } from '#domain/redaction/replay.ts';
import type { PlayerCommand, PlayerReport } from './messages.ts';
import { MISSING_IMAGES } from './missing-images.ts';

const EventKind = { FullSnapshot: 2 } as const;
/** Often enough for a smooth hand on the time line. */
const REPORT_EVERY_MS = 100;

type Loaded = {
  events: ReplayEvent[];
  replayer: Replayer;
  /** Where the first full snapshot is applied; before that there is no picture. */
  shownFrom: number;
};

export type Player = { run(command: Exclude<PlayerCommand, { type: 'hello' }>): void };

/** Once more, as on arrival: what was stored before a rule was made, or by whoever can write to the store, is no more to be trusted. */
function disarmed(events: readonly ReplayEvent[]): ReplayEvent[] {
  const result = disarmReplay(events);
  if (!result.ok) throw new Error(result.reason);
  return result.events;
}

/**
 * One rrweb replayer at a time, and the three things it does not do by itself: it cannot leave its live mode (it is built anew),
 * it does not follow a recording that is still being made (`follow`), and it does not fit its frame (`fitStage`).
 */
export function createPlayer(stage: HTMLElement, report: (message: PlayerReport) => void): Player {
  let loaded: Loaded | null = null;
  let playing = false;
  let live = false;
  /** rrweb's live clock runs: it starts with the first events that arrive, so that all are late by the same little. */
  let liveClock = false;
  let speed = 1;
  let skipIdle = false;
  let ticker: ReturnType<typeof setInterval> | undefined;

  const firstAt = ({ events }: Loaded) => events[0]!.timestamp;
  const lastAt = ({ events }: Loaded) => events.at(-1)!.timestamp;

  function tell(): void {
    if (loaded === null) return;
    const end = lastAt(loaded);
    const at = Math.min(end, firstAt(loaded) + loaded.replayer.getCurrentTime());
    report({ type: 'state', at: live && !liveClock ? end : at, playing, ended: !playing && at >= end - 1, live });
  }

  function setPlaying(next: boolean): void {
    playing = next;
    clearInterval(ticker);
    if (playing || live) ticker = setInterval(tell, REPORT_EVERY_MS);
    tell();
  }

  function build(events: ReplayEvent[]): Loaded {
    loaded?.replayer.destroy();
    loaded = null;
    liveClock = false;
    const snapshot = events.find(({ type }) => type === EventKind.FullSnapshot);
    if (snapshot === undefined || events.length < 2) throw new Error('it holds no picture of the page yet');
    const replayer = new Replayer(events as unknown as eventWithTime[], {
      root: stage,
      speed,
      skipInactive: skipIdle,
      mouseTail: false,
      // The agent may be typing an answer: nothing in a replay takes the focus.
      triggerFocus: false,
      insertStyleRules: MISSING_IMAGES,
      showWarning: false,
      showDebug: false,
      UNSAFE_replayCanvas: false,
    });
    replayer.on('resize', (size) => fitStage(size as { width: number; height: number }));
    replayer.on('finish', () => {
      if (!live) setPlaying(false);
    });
    replayer.iframe.title = 'The visitor’s page';
    replayer.iframe.tabIndex = -1;
    const next = { events, replayer, shownFrom: snapshot.timestamp + 1 };
    loaded = next;
    return next;
  }

  let size = { width: 0, height: 0 };
  function fitStage(next: { width: number; height: number }): void {
    size = next;
    if (loaded === null || size.width === 0 || size.height === 0) return;
    const scale = Math.min(stage.clientWidth / size.width, stage.clientHeight / size.height);
    loaded.replayer.wrapper.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  }
  new ResizeObserver(() => fitStage(size)).observe(stage);

  /** rrweb applies what is older than the place it is sent to: at the end that must be the last event too, often a whole new page. */
  const offsetOf = (one: Loaded, at: number) => {
    const end = Math.max(lastAt(one) + 1, one.shownFrom);
    return (at >= lastAt(one) ? end : Math.max(at, one.shownFrom)) - firstAt(one);
  };

  function show(one: Loaded, at: number, andPlay: boolean): void {
    if (andPlay) one.replayer.play(offsetOf(one, at));
    else one.replayer.pause(offsetOf(one, at));
    setPlaying(andPlay);
  }

  function leaveLive(): Loaded | null {
    if (loaded === null || !live) return loaded;
    live = false;
    return liveClock ? build(loaded.events) : loaded;
  }

  function goLive(one: Loaded): void {
    live = true;
    show(one, lastAt(one), false);
  }

  return {
    run(command) {
      switch (command.type) {
        case 'load': {
          live = false;
          const one = build(disarmed(command.events));
          if (command.live) goLive(one);
          else show(one, command.at, false);
          return;
        }
        case 'append': {
          if (loaded === null || command.events.length === 0) return;
          const events = disarmed(command.events);
          const first = events[0]?.timestamp;
          if (first === undefined) return;
          if (live && !liveClock) {
            loaded.replayer.startLive(first);
            liveClock = true;
          }
          loaded.events = [...loaded.events, ...events];
          for (const event of events) loaded.replayer.addEvent(event as unknown as eventWithTime);
          tell();
          return;
        }
        case 'play': {
          const one = leaveLive();
          if (one === null) return;
          const at = firstAt(one) + one.replayer.getCurrentTime();
          // At the end, playing means from the start.
          show(one, at >= lastAt(one) - 1 ? one.shownFrom : at, true);
          return;
        }
        case 'pause': {
          if (loaded === null) return;
          const at = Math.min(lastAt(loaded), firstAt(loaded) + loaded.replayer.getCurrentTime());
          const one = leaveLive();
          if (one !== null) show(one, at, false);
          return;
        }
        case 'seek': {
          const one = leaveLive();
          if (one !== null) show(one, command.at, playing);
          return;
        }
        case 'speed':
          speed = command.speed;
          loaded?.replayer.setConfig({ speed });
          return;
        case 'skip_idle':
          skipIdle = command.on;
          loaded?.replayer.setConfig({ skipInactive: skipIdle });
          return;
        case 'live': {
          if (loaded === null || command.on === live) return;
          if (command.on) goLive(loaded);
          else {
            const one = leaveLive();
            if (one !== null) show(one, lastAt(one), false);
          }
          return;
        }
        default:
          command satisfies never;
      }
    },
  };
}
