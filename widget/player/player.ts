import type { eventWithTime } from '@rrweb/types';
import { Replayer } from 'rrweb';
import type { ReplayEvent } from '#domain/redaction/replay.ts';
import { MAX_FRAMES, MAX_LEVELS } from '#domain/replay/fold.ts';
import { FRAME_IS_SHOWN, GAPS } from './gaps.ts';
import { adaptCss } from './hover-css.ts';
import type { PlayerCommand, PlayerReport, Supply } from './messages.ts';
import { createPictureGuard } from './pictures.ts';
import { createReferenceGuard } from './references.ts';
import { createTape, type Tape } from './tape.ts';

/** Often enough for a smooth hand on the time line. */
const REPORT_EVERY_MS = 100;
/** Changes (characters of JSON) that are faster made one by one than by a new picture. */
const SHORT_WAY_CHARS = 150_000;

/** [O7] How long the newest that has come waits for its turn. More than that, and the clock began with something that had been on its way for long. */
const WAIT_MS = { usual: 120, most: 200 };

export type Player = { run(command: Exclude<PlayerCommand, { type: 'hello' }>): void };

/** What is added below the last level that is shown (`MAX_LEVELS`) goes again: a browser does not survive any depth. */
function cutDeep(built: unknown): void {
  // Of the frame's own realm, so that no class of ours knows it.
  const node = built as Node;
  let level = 0;
  for (let at: Node | null = node; at !== null && level <= MAX_LEVELS; level += 1)
    at = at.parentNode ?? (at as Partial<ShadowRoot>).host ?? null;
  if (level > MAX_LEVELS) node.parentNode?.removeChild(node);
}

/** The attributes that were recorded of a node that is shown. */
const recordedOf =
  (replayer: Replayer) =>
  (node: Node): Record<string, unknown> => {
    const meta = replayer.getMirror().getMeta(node);
    return meta !== null && 'attributes' in meta ? meta.attributes : {};
  };

/** One picture and what is played from it on. */
type Scene = {
  replayer: Replayer;
  /** The time that is zero to rrweb. */
  startAt: number;
  /** The last part whose events it has. */
  through: number;
};

/** Marks the frame whose document has come, and takes one out again that is too many. */
function keepFrames(): (built: unknown) => void {
  const frames = new Set<WeakRef<Element>>();
  return (built) => {
    const node = built as Element;
    if (node.nodeType === Node.DOCUMENT_NODE)
      (node as unknown as Document).defaultView?.frameElement?.setAttribute(FRAME_IS_SHOWN, '');
    if (node.nodeName !== 'IFRAME') return;
    frames.add(new WeakRef(node));
    for (const one of frames) if (one.deref()?.isConnected !== true) frames.delete(one);
    if (frames.size > MAX_FRAMES) node.remove();
  };
}

/** The same style sheet is adapted once, however often a page with it is built. */
const adapted = new Map<string, string>();
const CSS_CACHE = {
  stylesWithHoverClass: {
    get(css: string): string {
      let known = adapted.get(css);
      if (known === undefined) {
        known = adaptCss(css);
        if (adapted.size > 200) adapted.clear();
        adapted.set(css, known);
      }
      return known;
    },
    set() {},
  },
};

/** A dialog that opens in the page would take the keyboard from whoever is writing beside it. Nobody presses anything in a replay. */
function takesNoFocus(node: unknown): void {
  const element = node as HTMLElement;
  if (element.localName === 'dialog' || element.hasAttribute?.('popover')) element.inert = true;
}

/**
 * A recording as pictures: wherever it is opened or sent to, the page of that moment is folded from the nearest picture before it (`tape.ts`)
 * and built once, and one rrweb replayer plays from there. rrweb itself goes to a moment by building the first page and making every change
 * since; its fast way of doing that does not come to the page that was recorded.
 */
export function createPlayer(stage: HTMLElement, report: (message: PlayerReport) => void): Player {
  let tape: Tape = createTape();
  let scene: Scene | null = null;
  /** Where it is to open, as long as there is no picture. */
  let wanted: { at: number; live: boolean } | null = null;
  let playing = false;
  let live = false;
  /**
   * rrweb's live clock runs: it starts with the first events that arrive, so that all are late by the same little. `from` is the visitor's time
   * `at` the moment when it was started; rrweb itself knows what its clock says only while something is waiting.
   */
  let liveClock: { from: number; at: number } | null = null;
  /** It came to the end of what has arrived, and goes on when more has. */
  let starved = false;
  let speed = 1;
  let skipIdle = false;
  let ticker: ReturnType<typeof setInterval> | undefined;

  const endAt = () => tape.span()?.toAt ?? 0;
  /** rrweb stands one behind the time whose events it has made (`show`). */
  const now = (one: Scene) => Math.min(endAt(), one.startAt + Math.max(0, one.replayer.getCurrentTime() - 1));

  function tell(): void {
    if (scene === null) return;
    const at = live && liveClock === null ? endAt() : now(scene);
    report({ type: 'state', at, playing: playing || starved, ended: !playing && !starved && at >= endAt() - 1, live });
  }

  function setPlaying(next: boolean): void {
    playing = next;
    clearInterval(ticker);
    if (playing || live) ticker = setInterval(tell, REPORT_EVERY_MS);
    tell();
  }

  function clear(): void {
    scene?.replayer.destroy();
    scene = null;
    liveClock = null;
    starved = false;
  }

  /** The page of that moment, built anew. The old one goes in the same task, so nobody sees a stage without a page. */
  function show(at: number, andPlay: boolean): void {
    const span = tape.span();
    if (span === null) return;
    const startAt = Math.min(span.toAt, Math.max(span.fromAt, at));
    const page = tape.pageAt(startAt);
    if (page === null) throw new Error('it holds no picture of the page');
    const { events, through } = tape.after(startAt);
    clear();
    const replayer = buildReplayer([...page, ...events]);
    scene = { replayer, startAt, through };
    // What is at the time itself is the picture; rrweb makes what is before the time that it is sent to.
    if (andPlay) replayer.play(1);
    else replayer.pause(1);
    setPlaying(andPlay);
  }

  function buildReplayer(events: readonly ReplayEvent[]): Replayer {
    const references = createReferenceGuard();
    const pictures = createPictureGuard();
    const replayer = new Replayer(events as unknown as eventWithTime[], {
      root: stage,
      // Live is as fast as life.
      speed: live ? 1 : speed,
      skipInactive: skipIdle,
      mouseTail: false,
      // The agent may be typing an answer: nothing in a replay takes the focus.
      triggerFocus: false,
      insertStyleRules: GAPS,
      showWarning: false,
      showDebug: false,
      UNSAFE_replayCanvas: false,
      // Its fast way forward is not its exact one (decisions/0003).
      useVirtualDom: false,
      plugins: [
        { onBuild: cutDeep },
        { onBuild: takesNoFocus },
        { onBuild: keepFrames() },
        { onBuild: (built) => references.built(built as unknown as Node) },
        { onBuild: (built, { replayer: of }) => pictures.built(built as unknown as Node, recordedOf(of)) },
      ],
    });
    // Gliding there takes as long as the visitor has already been there.
    const { applyScroll } = replayer as unknown as { applyScroll(scroll: unknown, isSync: boolean): void };
    Object.assign(replayer, {
      cache: CSS_CACHE,
      // Called where rrweb sets an attribute: see `tools/patches.ts`.
      onAttribute(element: Element, name: string) {
        references.changed(element, name);
        pictures.changed(element, name);
      },
      applyScroll: (scroll: unknown, isSync: boolean) => applyScroll.call(replayer, scroll, isSync || live),
    });
    replayer.on('resize', (size) => fitStage(replayer, size as { width: number; height: number }));
    replayer.on('finish', () => {
      if (live || !playing || scene?.replayer !== replayer) return;
      starved = tape.isOpenAfter(scene.through);
      setPlaying(false);
    });
    replayer.iframe.title = 'The visitor’s page';
    replayer.iframe.tabIndex = -1;
    return replayer;
  }

  let size = { width: 0, height: 0 };
  function fitStage({ wrapper }: Replayer, next: { width: number; height: number }): void {
    size = next;
    if (size.width === 0 || size.height === 0) return;
    const scale = Math.min(stage.clientWidth / size.width, stage.clientHeight / size.height);
    wrapper.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  }
  new ResizeObserver(() => {
    if (scene !== null) fitStage(scene.replayer, size);
  }).observe(stage);

  /** The first picture, when there is one. */
  function open(): void {
    if (wanted === null) return;
    const span = tape.span();
    if (span === null) {
      report({ type: 'blind' });
      return;
    }
    const { at, live: follows } = wanted;
    wanted = null;
    live = follows;
    show(live ? span.toAt : at, false);
  }

  function append(supply: Supply): void {
    tape.add(supply, wanted !== null);
    if (wanted !== null) {
      open();
      return;
    }
    if (scene === null) return;
    const one = scene;
    if (supply.parts.some(({ n }) => n <= one.through && isBetween(one, n))) {
      // It belongs into what is being shown.
      const at = now(one);
      const goesOn = playing || starved;
      if (live) goLive();
      else show(at, goesOn);
      return;
    }
    const { events, through } = tape.after(one.startAt, one.through);
    const [first] = events;
    one.through = through;
    if (first === undefined) return;
    if (starved) {
      show(now(one), true);
      return;
    }
    const last = events.at(-1)?.timestamp ?? first.timestamp;
    if (live && liveClock === null) {
      liveClock = { from: Math.max(first.timestamp, last - WAIT_MS.usual), at: performance.now() };
      one.replayer.startLive(liveClock.from);
    } else if (live && liveClock !== null) {
      const waits = last - liveClock.from - (performance.now() - liveClock.at);
      // Put forward, what was waiting is made at once and in order.
      if (waits > WAIT_MS.most) {
        liveClock.from += waits - WAIT_MS.usual;
        one.replayer.timer.timeOffset += waits - WAIT_MS.usual;
      }
    }
    for (const event of events) one.replayer.addEvent(event as unknown as eventWithTime);
    tell();
  }

  const isBetween = (one: Scene, n: number) => (tape.endOf(n) ?? 0) > one.startAt;

  function goLive(): void {
    live = true;
    show(endAt(), false);
  }

  function seek(at: number, andPlay: boolean): void {
    const one = scene;
    const from = one === null ? 0 : now(one);
    const isNear = one !== null && !live && at >= from && at < endAt() && tape.charsBetween(from, at) < SHORT_WAY_CHARS;
    live = false;
    if (one === null || !isNear || at > (tape.endOf(one.through) ?? 0)) {
      show(at, andPlay);
      return;
    }
    if (andPlay) one.replayer.play(at - one.startAt + 1);
    else one.replayer.pause(at - one.startAt + 1);
    setPlaying(andPlay);
  }

  return {
    run(command) {
      switch (command.type) {
        case 'load':
          clear();
          live = false;
          setPlaying(false);
          tape = createTape();
          wanted = { at: command.at, live: command.live };
          append(command);
          return;
        case 'append':
          append(command);
          return;
        case 'play': {
          if (scene === null) return;
          const at = live ? endAt() : now(scene);
          live = false;
          // At the end, playing means from the start.
          if (at >= endAt() - 1) show(tape.span()?.fromAt ?? 0, true);
          else if (liveClock !== null) show(at, true);
          else {
            scene.replayer.setConfig({ speed });
            scene.replayer.play(at - scene.startAt + 1);
            setPlaying(true);
          }
          return;
        }
        case 'pause': {
          if (scene === null) return;
          const at = now(scene);
          starved = false;
          if (live) {
            live = false;
            show(at, false);
            return;
          }
          scene.replayer.pause();
          setPlaying(false);
          return;
        }
        case 'seek':
          if (wanted !== null) wanted = { at: command.at, live: false };
          else seek(command.at, playing || starved);
          return;
        case 'speed':
          speed = command.speed;
          if (!live) scene?.replayer.setConfig({ speed });
          return;
        case 'skip_idle':
          skipIdle = command.on;
          scene?.replayer.setConfig({ skipInactive: skipIdle });
          return;
        case 'live': {
          if (scene === null || command.on === live) return;
          if (command.on) return goLive();
          live = false;
          show(endAt(), false);
          return;
        }
        default:
          command satisfies never;
      }
    },
  };
}
