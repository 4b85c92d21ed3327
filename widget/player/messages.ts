/**
 * What the console and the replay page say to each other. The replay page has no network and no session: it gets a recording's parts as the
 * texts that were stored, and commands, and tells where it stands. All times are epoch ms of the visitor's clock.
 */
export type PlayerCommand =
  /** First of all; its origin is the only one that is listened to from then on. */
  | { type: 'hello' }
  /** Another recording, or another tab of it: what the picture at `at` needs. Opens there, or follows live. */
  | ({ type: 'load'; at: number; live: boolean } & Supply)
  /** More of it, from wherever. */
  | ({ type: 'append' } & Supply)
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'seek'; at: number }
  | { type: 'speed'; speed: number }
  | { type: 'skip_idle'; on: boolean }
  | { type: 'live'; on: boolean };

/** A segment: the JSON of its events. */
export type Part = { n: number; text: string };
/** The page as it is after all segments up to `n`: the JSON of the events that say so. */
export type Keyframe = { n: number; at: number; text: string };
/** `numbers`: the segments that there are or will be; playing does not go over one of them that is still on its way. */
export type Supply = { numbers: number[]; parts: Part[]; keyframes: Keyframe[] };

export type PlayerReport =
  | { type: 'ready' }
  | ({ type: 'state' } & PlayerState)
  /** There are parts, but not the one with the whole page. */
  | { type: 'blind' }
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
const REPORTS: ReadonlySet<unknown> = new Set<PlayerReport['type']>(['ready', 'state', 'blind', 'error']);

const typeOf = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;

/** The sender was checked; this only keeps other libraries' messages out. */
export const isCommand = (data: unknown): data is PlayerCommand => COMMANDS.has(typeOf(data));
export const isReport = (data: unknown): data is PlayerReport => REPORTS.has(typeOf(data));
