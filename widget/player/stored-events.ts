import { checkReplay, disarmData, type FrameBudget, frameBudget, type ReplayEvent } from '#domain/redaction/replay.ts';

const Kind = { FullSnapshot: 2, Incremental: 3, Meta: 4 } as const;
const Source = { Mutation: 0, Move: 1, Interaction: 2, Touch: 6, Drag: 12 } as const;
type Loose = Record<string, unknown>;
/** What all other events have, more or less. */
const LIGHT_CHARS = 100;

/**
 * One event of a recording. Whole pages and changes to them are nearly all of its bytes, and most of those are never looked at: they are kept as
 * text, and read and disarmed when somebody comes to them. What is read is new each time, because who shows or folds it changes it.
 */
export type StoredEvent = {
  type: number;
  timestamp: number;
  /** Of an incremental event, otherwise null. */
  source: number | null;
  /** About how much there is to read, in characters of JSON. */
  chars: number;
  read(): Loose;
};

/**
 * A segment or keyframe as events. `isAwaited`: somebody waits for the picture, so nothing is written that is about to be read. Throws when it is no
 * list of events, or larger than any page.
 */
export function readEvents(json: string, isAwaited: boolean): StoredEvent[] {
  const checked = checkReplay(JSON.parse(json));
  if (!checked.ok) throw new Error(checked.reason);
  const budget = frameBudget();
  return checked.events.flatMap(({ type, timestamp, data }) => {
    const source = type === Kind.Incremental ? Number((data as Loose | null)?.source) : null;
    if (type === Kind.FullSnapshot) return [pageEvent(timestamp, data)];
    if (source === Source.Mutation) return [changeEvent(timestamp, data as Loose, isAwaited, budget)];
    const safe = disarmData(type, data);
    // rrweb takes the last position of a list without looking whether there is one.
    if (safe === null || (Array.isArray(safe.positions) && safe.positions.length === 0)) return [];
    return [{ type, timestamp, source, chars: LIGHT_CHARS, read: () => safe }];
  });
}

/** There are few of them, and writing one takes as long as disarming it. */
function pageEvent(timestamp: number, data: unknown): StoredEvent {
  const read = () => {
    const safe = disarmData(Kind.FullSnapshot, data);
    if (safe === null) throw new Error('a page in it is no page');
    return safe;
  };
  return { type: Kind.FullSnapshot, timestamp, source: null, chars: LIGHT_CHARS, read };
}

function changeEvent(timestamp: number, data: Loose, isAwaited: boolean, budget: FrameBudget): StoredEvent {
  let raw: Loose | null = isAwaited ? data : null;
  let text = isAwaited ? '' : JSON.stringify(data);
  let isSafe = false;
  return {
    type: Kind.Incremental,
    timestamp,
    source: Source.Mutation,
    chars: charsOf(data),
    read() {
      if (isSafe) return JSON.parse(text) as Loose;
      const safe = disarmData(Kind.Incremental, raw ?? JSON.parse(text), budget) ?? NO_CHANGE;
      // Read a second time it need not be disarmed a second time.
      text = JSON.stringify(safe);
      raw = null;
      isSafe = true;
      return safe === NO_CHANGE ? (JSON.parse(text) as Loose) : safe;
    },
  };
}

const NO_CHANGE: Loose = { source: Source.Mutation, texts: [], attributes: [], removes: [], adds: [] };

/** By the lists' lengths: to write them only to count would take longer than what it is counted for. */
const charsOf = ({ adds, attributes, texts, removes }: Loose): number =>
  LIGHT_CHARS + 140 * lengthOf(adds) + 90 * lengthOf(attributes) + 50 * lengthOf(texts) + 30 * lengthOf(removes);
const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

export const isSnapshot = ({ type }: StoredEvent): boolean => type === Kind.FullSnapshot;
export const isMeta = ({ type }: StoredEvent): boolean => type === Kind.Meta;

/** Where the pointer is: the last of these says it. */
export const isPointer = ({ source }: StoredEvent): boolean =>
  source === Source.Move || source === Source.Interaction || source === Source.Touch || source === Source.Drag;

/** The event as rrweb wants it. Its data is read when rrweb comes to it, which for most of a recording is never. */
export function playedEvent({ type, timestamp, source, read }: StoredEvent): ReplayEvent {
  if (type !== Kind.FullSnapshot && source !== Source.Mutation) return { type, timestamp, data: { ...read() } };
  let known: Loose | null = null;
  const data = () => {
    known ??= read();
    return known;
  };
  const lazy = type === Kind.FullSnapshot ? ['node', 'initialOffset'] : ['texts', 'attributes', 'removes', 'adds'];
  const shell: Loose = source === null ? {} : { source };
  for (const name of lazy)
    Object.defineProperty(shell, name, {
      enumerable: true,
      get: () => data()[name],
      set: (value: unknown) => {
        data()[name] = value;
      },
    });
  return { type, timestamp, data: shell };
}
