import type { ReplayEvent } from '#domain/redaction/replay.ts';

/**
 * What the console and the replay page say to each other. The replay page has no network and no session: it gets events and
 * commands, and tells where it stands. All times are epoch ms of the visitor's clock.
 */
export type PlayerCommand =
  /** First of all; its origin is the only one that is listened to from then on. */
  | { type: 'hello' }
  /** Everything that there is of one tab, from a full snapshot on. Opens at `at`, or follows live. */
  | { type: 'load'; events: ReplayEvent[]; at: number; live: boolean }
  /** What came since, not older than what is there. */
  | { type: 'append'; events: ReplayEvent[] }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'seek'; at: number }
  | { type: 'speed'; speed: number }
  | { type: 'skip_idle'; on: boolean }
  | { type: 'live'; on: boolean };

export type PlayerReport =
  | { type: 'ready' }
  | ({ type: 'state' } & PlayerState)
  /** The page cannot show this recording; the words are for an agent. */
  | { type: 'error'; message: string };

export type PlayerState = {
  at: number;
  playing: boolean;
  /** At the end of what there is. */
  ended: boolean;
  live: boolean;
};

const COMMANDS: ReadonlySet<unknown> = new Set<PlayerCommand['type']>([
  'hello',
  'load',
  'append',
  'play',
  'pause',
  'seek',
  'speed',
  'skip_idle',
  'live',
]);
const REPORTS: ReadonlySet<unknown> = new Set<PlayerReport['type']>(['ready', 'state', 'error']);

const typeOf = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;

/** The sender was checked; this only keeps other libraries' messages out. */
export const isCommand = (data: unknown): data is PlayerCommand => COMMANDS.has(typeOf(data));
export const isReport = (data: unknown): data is PlayerReport => REPORTS.has(typeOf(data));
