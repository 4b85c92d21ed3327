import { batch, computed, effect, signal } from '@preact/signals';
import type { ReplayEvent } from '#domain/redaction/replay.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';
import type { RecordingManifest } from '#protocol/http.ts';
import type { PlayerState } from '../../player/messages.ts';
import { call } from '../api.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { linkPlayer, type PlayerLink } from './player-link.ts';
import { chooseTab, createAssembly, type Gap, gapsIn, liveTabOf, tabsOf } from './segments.ts';
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
  chooseTab(tab: string): void;
  retry(): void;
  close(): void;
};

const AT_ONCE = 6;
const RETRY_MS = 3000;
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
  let assembly = createAssembly();
  let link: PlayerLink | null = null;
  let latest: ReplayEvent[] = [];
  let closed = false;
  /** The agent wants to see what the visitor sees, whichever tab that is in. */
  const following = signal(false);
  /** The agent has taken the controls: from now on nothing moves by itself. */
  let touched = false;
  let running = 0;
  let asked = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
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
  const liveTab = computed(() => liveTabOf(all.value, standing.value?.trail ?? []));
  const ofTab = computed(() => all.value.filter((segment) => segment.tab === tab.value));

  // The server's list and the socket's are one list; what the index does not say yet, the socket does.
  const stopManifest = effect(() => {
    const id = recordingId.value;
    if (id !== null) void readManifest(id);
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
    if (following.value && wanted !== null && wanted !== tab.peek()) begin(wanted);
  });
  const stopSegments = effect(() => {
    if (ofTab.value.length > 0) pump();
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

  function begin(next: string): void {
    assembly = createAssembly();
    asked = new Set();
    latest = [];
    batch(() => {
      gone.value = new Set();
      player.value = { ...EMPTY, live: following.peek() };
      phase.value = 'loading';
      tab.value = next;
    });
    pump();
  }

  /** Oldest first, a few at a time. */
  function pump(): void {
    const mine = assembly;
    const id = recordingId.peek();
    if (closed || id === null || tab.peek() === null) return;
    const wanted = ofTab
      .peek()
      .filter(({ n }) => !asked.has(n))
      .sort((a, b) => a.n - b.n);
    for (const segment of wanted) {
      if (running >= AT_ONCE) return;
      running += 1;
      asked.add(segment.n);
      void read(id, segment).then((events) => {
        running -= 1;
        if (closed || assembly !== mine) return pump();
        if (events === null) gone.value = new Set([...gone.value, segment.n]);
        else mine.add({ n: segment.n, events });
        settle();
        pump();
      });
    }
  }

  /** Null when it cannot be had: shown as a gap. Asked again while the network or the server is away. */
  async function read(id: string, { tab: of, n }: SegmentRef): Promise<ReplayEvent[] | null> {
    const path = `/v1/recordings/${encodeURIComponent(id)}/segments/${encodeURIComponent(of)}/${n}`;
    for (let tries = 0; tries < MAX_TRIES && !closed; ) {
      const answer = await call<ReplayEvent[]>(path);
      if (answer.ok) return Array.isArray(answer.value) ? answer.value : null;
      const { kind } = answer.refusal;
      if (kind === 'unauthenticated' || kind === 'forbidden' || kind === 'not_found' || kind === 'invalid') return null;
      // No network says nothing about this part: only answers count.
      if (kind !== 'offline') tries += 1;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return null;
  }

  function settle(): void {
    const first = phase.peek() !== 'shown';
    // The first picture waits for all that is known, so that it opens in the right place and not in the first half.
    if (first && ofTab.peek().some(({ n }) => !assembly.has(n) && !gone.peek().has(n))) return;
    const arrival = assembly.take(Date.now());
    clearTimeout(timer);
    const next = assembly.nextAt();
    if (next !== null) timer = setTimeout(settle, Math.max(0, next - Date.now()) + 10);
    switch (arrival.kind) {
      case 'wait':
        if (first && assembly.size() > 0) phase.value = 'blind';
        if (first && assembly.size() === 0 && gone.peek().size > 0)
          fail('None of this recording’s parts could be read. The conversation and its steps are complete without it.');
        return;
      case 'load': {
        latest = arrival.events;
        const span = { fromAt: latest[0]!.timestamp, toAt: latest.at(-1)!.timestamp };
        shown.value = span;
        const at = touched && !first ? player.peek().at : opening(span);
        const live = following.peek();
        phase.value = 'shown';
        player.value = { ...player.peek(), at, live };
        link?.send({ type: 'load', events: latest, at, live });
        return;
      }
      case 'append':
        latest = [...latest, ...arrival.events];
        shown.value = { ...shown.peek(), toAt: Math.max(shown.peek().toAt, latest.at(-1)!.timestamp) };
        link?.send({ type: 'append', events: arrival.events });
        // The upload begins with the oldest: what the replay is to open at may have come only now.
        if (!touched && opening(shown.peek()) > player.peek().at)
          link?.send({ type: 'seek', at: opening(shown.peek()) });
        return;
      default:
        arrival satisfies never;
    }
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
        switch (report.type) {
          case 'ready':
            mine.send({ type: 'speed', speed: speed.peek() });
            mine.send({ type: 'skip_idle', on: skipIdle.peek() });
            return;
          case 'state':
            player.value = { at: report.at, playing: report.playing, ended: report.ended, live: report.live };
            return;
          case 'error':
            fail(report.message);
            return;
          default:
            report satisfies never;
        }
      });
      link = mine;
      if (latest.length > 0)
        mine.send({ type: 'load', events: latest, at: player.peek().at, live: player.peek().live });
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
      // Shown at once; the player's own word follows.
      player.value = { ...player.value, at: Math.min(shown.value.toAt, Math.max(shown.value.fromAt, at)), live: false };
      link?.send({ type: 'seek', at });
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
      if (!elsewhere) link?.send({ type: 'live', on });
    },
    chooseTab(next) {
      following.value = false;
      touched = true;
      begin(next);
    },
    retry() {
      failure.value = '';
      phase.value = 'none';
      const id = recordingId.value;
      if (tab.value !== null) begin(tab.value);
      if (id !== null) void readManifest(id);
      if (frames?.frame.isConnected) frames.frame.src = `${frames.origin}/replay/`;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      stopManifest();
      stopTab();
      stopFollowing();
      stopSegments();
      link?.close();
    },
  };
  return replay;
}
