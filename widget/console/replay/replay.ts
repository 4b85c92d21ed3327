import { batch, computed, effect, signal } from '@preact/signals';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';
import type { RecordingManifest } from '#protocol/http.ts';
import type { RecordingKeyframes } from '#protocol/keyframes.ts';
import type { PlayerState } from '../../player/messages.ts';
import { type Answer, call, callText } from '../api.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { createPartLoader, type PartLoader } from './part-loader.ts';
import { linkPlayer, type PlayerLink } from './player-link.ts';
import { chooseTab, type Gap, gapsIn, type KeyframeRef, liveTabOf, spanOf, tabsOf } from './segments.ts';
import { openingAt, type Span } from './timeline.ts';

/** `none`: nothing has been uploaded yet. `loading`: segments are on their way. `blind`: there are some, but no picture among them. */
export type ReplayPhase = 'none' | 'loading' | 'blind' | 'shown' | 'failed';

export const SPEEDS = [0.5, 1, 2, 4, 8] as const;

export type Replay = {
  phase: { readonly value: ReplayPhase };
  failure: { readonly value: string };
  player: { readonly value: PlayerState };
  span: { readonly value: Span };
  gaps: { readonly value: Gap[] };
  /** The newest first. */
  tabs: { readonly value: { tab: string; toAt: number }[] };
  tab: { readonly value: string | null };
  speed: { readonly value: number };
  skipIdle: { readonly value: boolean };
  troubleAt: { readonly value: number | null };
  /** What the visitor has before them is recorded, so there is something to follow. */
  canFollow: { readonly value: boolean };
  /** What is shown is what the visitor has before them. */
  isLive: { readonly value: boolean };
  attach(frame: HTMLIFrameElement, origin: string): () => void;
  togglePlay(): void;
  seek(at: number): void;
  toTrouble(): void;
  setSpeed(speed: number): void;
  setSkipIdle(on: boolean): void;
  setLive(on: boolean): void;
  toggleFullScreen(): void;
  chooseTab(tab: string): void;
  retry(): void;
  close(): void;
};

const RETRY_MS = 3000;
/** A player that has not answered by then has ended, or what it was given holds it for good. */
const ANSWER_WITHIN_MS = 20_000;
/** Pictures make opening fast; a server that is slow to name them does not hold it up for longer. */
const KEYFRAMES_WITHIN_MS = 1500;
const MAX_TRIES = 5;
const EMPTY: PlayerState = { at: 0, playing: false, ended: false, live: false };

/** A conversation's recording: finds its segments, puts them together, hands them to the player and keeps what it says. */
export function openReplay(conversation: LiveConversation): Replay {
  const phase = signal<ReplayPhase>('none');
  const failure = signal('');
  const player = signal<PlayerState>(EMPTY);
  const manifest = signal<readonly SegmentRef[]>([]);
  const tab = signal<string | null>(null);
  const shown = signal<Span>({ fromAt: 0, toAt: 0 });
  const speed = signal<number>(1);
  const skipIdle = signal(true);
  const gone = signal<ReadonlySet<number>>(new Set());
  let loader: PartLoader | null = null;
  let keyframes: readonly KeyframeRef[] = [];
  let named: Promise<void> = Promise.resolve();
  let patience: ReturnType<typeof setTimeout> | undefined;
  let link: PlayerLink | null = null;
  let closed = false;
  /** The agent wants to see what the visitor sees, whichever tab that is in. */
  const following = signal(false);
  /** The agent has taken the controls: from now on nothing moves by itself. */
  let touched = false;
  let frames: { frame: HTMLIFrameElement; origin: string } | null = null;

  const { standing } = conversation;
  const recordingId = computed(() => standing.value?.recordingId ?? null);
  const all = computed(() => {
    const known = new Map(
      [...manifest.value, ...conversation.segments.value].map((one) => [`${one.tab} ${one.n}`, one]),
    );
    return [...known.values()];
  });
  const trouble = computed(() => {
    const value = standing.value;
    if (value === null) return null;
    const kept = value.bundle?.recording.status === 'present' ? value.bundle.recording.value.momentOfTrouble : null;
    const found = momentOfTrouble(value.trail, value.bundle?.assembledAt ?? Number.MAX_SAFE_INTEGER);
    if (kept === null) return found === null ? null : { at: found.at, tab: found.crumb.tab };
    const crumb = value.trail.find(({ at }) => at === kept.at);
    return { at: kept.at, tab: crumb?.tab ?? found?.crumb.tab ?? null };
  });
  // [X12] What is no longer shared is not live, however lately it was.
  const isShared = computed(() => standing.value?.sharing === 'on');
  const liveTab = computed(() => (isShared.value ? liveTabOf(all.value, standing.value?.trail ?? []) : null));
  const ofTab = computed(() => all.value.filter((segment) => segment.tab === tab.value));

  // The server's list and the socket's are one list; what the index does not say yet, the socket does.
  const stopManifest = effect(() => {
    const id = recordingId.value;
    if (id === null) return;
    void readManifest(id);
    named = readKeyframes(id);
  });
  const stopTab = effect(() => {
    const wanted = chooseTab(all.value, trouble.value?.at ?? null, trouble.value?.tab ?? null);
    if (touched || wanted === null || wanted === tab.peek()) return;
    // Once there is a picture, only the tab of the trouble itself is worth changing it for.
    if (phase.peek() === 'shown' && wanted !== trouble.peek()?.tab) return;
    begin(wanted);
  });
  // Another tab, or another visit: to follow is to change with them.
  const stopFollowing = effect(() => {
    const wanted = liveTab.value;
    if (!following.value || wanted === null || wanted === tab.peek()) return;
    begin(wanted);
  });
  const stopLive = effect(() => {
    if (isShared.value) return;
    following.value = false;
    if (player.peek().live) link?.send({ type: 'live', on: false });
  });
  const stopSegments = effect(() => {
    if (ofTab.value.length === 0) return;
    const before = shown.peek();
    shown.value = spanOf(ofTab.value);
    loader?.know(ofTab.value, keyframesOfTab());
    // The upload begins with the oldest: what the replay is to open at may have come only now.
    const at = opening(shown.peek());
    if (!touched && phase.peek() === 'shown' && before.toAt < at && at > player.peek().at) send(at);
  });

  async function readManifest(id: string): Promise<void> {
    const answer = await call<RecordingManifest>(`/v1/recordings/${encodeURIComponent(id)}`);
    if (closed || recordingId.peek() !== id) return;
    if (answer.ok) manifest.value = answer.value.segments;
    // Not there yet is not a failure: the socket announces what comes.
    else if (
      answer.refusal.kind !== 'not_found' &&
      answer.refusal.kind !== 'unauthenticated' &&
      all.peek().length === 0
    )
      fail(answer.refusal.message);
  }

  async function readKeyframes(id: string): Promise<void> {
    const answer = await call<RecordingKeyframes>(`/v1/recordings/${encodeURIComponent(id)}/keyframes`);
    if (answer.ok && recordingId.peek() === id) keyframes = answer.value.keyframes;
  }
  const keyframesOfTab = () => keyframes.filter((one) => one.tab === tab.peek());

  function begin(next: string): void {
    loader?.close();
    batch(() => {
      gone.value = new Set();
      player.value = { ...EMPTY, at: player.peek().at, live: following.peek() };
      phase.value = 'loading';
      tab.value = next;
    });
    // Without a frame there is nobody to give it to; the frame that comes begins anew.
    if (link !== null) void openTab(touched && player.peek().at > 0 ? player.peek().at : null);
  }

  /** `keptAt`: where the agent was, when the same tab is opened once more. */
  async function openTab(keptAt: number | null): Promise<void> {
    const [id, of] = [recordingId.peek(), tab.peek()];
    if (id === null || of === null) return;
    const mine = createPartLoader({
      readSegment: (n) => read(`/v1/recordings/${encodeURIComponent(id)}/segments/${encodeURIComponent(of)}/${n}`),
      readKeyframe: (n) => read(`/v1/recordings/${encodeURIComponent(id)}/keyframes/${encodeURIComponent(of)}/${n}`),
      send(command) {
        link?.send(command);
        if (command.type !== 'load') return;
        clearTimeout(patience);
        patience = setTimeout(
          () => fail('The player does not answer; this recording is too much for it.'),
          ANSWER_WITHIN_MS,
        );
      },
      onGone: (numbers) => {
        gone.value = numbers;
      },
      onNothing: () =>
        fail('None of this recording’s parts could be read. The conversation and its steps are complete without it.'),
    });
    loader = mine;
    await Promise.race([named, new Promise((resolve) => setTimeout(resolve, KEYFRAMES_WITHIN_MS))]);
    if (closed || loader !== mine) return;
    mine.know(ofTab.peek(), keyframesOfTab());
    const span = spanOf(ofTab.peek());
    shown.value = span;
    const isInside = keptAt !== null && keptAt >= span.fromAt && keptAt <= span.toAt;
    await mine.open(following.peek() ? span.toAt : isInside ? keptAt : opening(span), following.peek());
  }

  /** Null when it cannot be had: shown as a gap. Asked again while the network or the server is away. */
  async function read(path: string): Promise<string | null> {
    for (let tries = 0; tries < MAX_TRIES && !closed; ) {
      const answer: Answer<string> = await callText(path);
      if (answer.ok) return answer.value;
      const { kind } = answer.refusal;
      if (kind === 'unauthenticated' || kind === 'forbidden' || kind === 'not_found' || kind === 'invalid') return null;
      // No network says nothing about this part: only answers count.
      if (kind !== 'offline') tries += 1;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return null;
  }

  /** Shown at once where it will be; the player's own word follows when it has what it needs. */
  function send(at: number): void {
    const from = player.peek().at;
    player.value = {
      ...player.peek(),
      at: Math.min(shown.peek().toAt, Math.max(shown.peek().fromAt, at)),
      live: false,
    };
    loader?.ensure(at, from, () => link?.send({ type: 'seek', at }));
  }

  function opening(span: Span): number {
    const said = conversation.entries.peek().find(({ type }) => type === 'message');
    return openingAt(trouble.peek()?.at ?? null, said?.at ?? standing.peek()?.escalation?.createdAt ?? null, span);
  }

  function fail(message: string): void {
    failure.value = message;
    phase.value = 'failed';
  }

  const gaps = computed(() => gapsIn(ofTab.value.filter(({ n }) => !gone.value.has(n))));

  const replay: Replay = {
    phase,
    failure,
    player,
    span: shown,
    gaps,
    tabs: computed(() => tabsOf(all.value)),
    tab,
    speed,
    skipIdle,
    troubleAt: computed(() => trouble.value?.at ?? null),
    canFollow: computed(() => liveTab.value !== null),
    isLive: computed(() => player.value.live && liveTab.value === tab.value),
    attach(frame, origin) {
      frames = { frame, origin };
      link?.close();
      const mine = linkPlayer(frame, origin, (report) => {
        // What it still says of the tab of before is not about this one.
        if (report.type !== 'ready' && loader?.isHanded() === false) return;
        if (report.type !== 'ready') clearTimeout(patience);
        switch (report.type) {
          case 'ready':
            mine.send({ type: 'speed', speed: speed.peek() });
            mine.send({ type: 'skip_idle', on: skipIdle.peek() });
            return;
          case 'state':
            phase.value = 'shown';
            loader?.stream();
            player.value = { at: report.at, playing: report.playing, ended: report.ended, live: report.live };
            return;
          case 'blind':
            phase.value = 'blind';
            loader?.stream();
            return;
          case 'error':
            fail(report.message);
            return;
          default:
            report satisfies never;
        }
      });
      link = mine;
      // What the frame of before had been given is gone with it; the browser still has it.
      const of = tab.peek();
      if (of !== null) begin(of);
      return () => {
        mine.close();
        if (link === mine) link = null;
      };
    },
    togglePlay() {
      if (phase.value !== 'shown') return;
      touched = true;
      following.value = false;
      link?.send({ type: player.value.playing || player.value.live ? 'pause' : 'play' });
    },
    seek(at) {
      if (phase.value !== 'shown') return;
      touched = true;
      following.value = false;
      send(at);
    },
    toTrouble() {
      const at = trouble.value?.at;
      if (at !== undefined) replay.seek(openingAt(at, null, shown.value));
    },
    setSpeed(next) {
      speed.value = next;
      link?.send({ type: 'speed', speed: next });
    },
    setSkipIdle(on) {
      skipIdle.value = on;
      link?.send({ type: 'skip_idle', on });
    },
    setLive(on) {
      if (phase.value !== 'shown') return;
      touched = true;
      const elsewhere = on && liveTab.value !== null && liveTab.value !== tab.value;
      following.value = on;
      if (elsewhere) return;
      if (on) loader?.ensure(shown.value.toAt, player.value.at, () => link?.send({ type: 'live', on }));
      else link?.send({ type: 'live', on });
    },
    toggleFullScreen() {
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => {});
      // With its controls and its time line.
      else
        void frames?.frame
          .closest('section')
          ?.requestFullscreen()
          .catch(() => {});
    },
    chooseTab(next) {
      following.value = false;
      touched = true;
      player.value = EMPTY;
      begin(next);
    },
    retry() {
      failure.value = '';
      phase.value = 'none';
      const id = recordingId.value;
      if (id !== null) void readManifest(id);
      if (tab.value !== null) begin(tab.value);
      if (frames?.frame.isConnected) frames.frame.src = `${frames.origin}/replay/`;
    },
    close() {
      closed = true;
      loader?.close();
      clearTimeout(patience);
      stopManifest();
      stopTab();
      stopFollowing();
      stopLive();
      stopSegments();
      link?.close();
    },
  };
  return replay;
}
