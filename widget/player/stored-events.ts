import { checkReplay, disarmData, type ReplayEvent } from '#domain/redaction/replay.ts';

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
  /** How much there is to read. */
  chars: number;
  read(): Loose;
};

/** A segment or keyframe as events. Throws when it is none, or larger than any page. */
export function readEvents(text: string): StoredEvent[] {
  const checked = checkReplay(JSON.parse(text));
  if (!checked.ok) throw new Error(checked.reason);
  return checked.events.flatMap(({ type, timestamp, data }) => {
    const source = type === Kind.Incremental ? Number((data as Loose | null)?.source) : null;
    if (type === Kind.FullSnapshot || source === Source.Mutation) return [heavy(type, timestamp, source, data)];
    const safe = disarmData(type, data);
    // rrweb takes the last position of a list without looking whether there is one.
    if (safe === null || (Array.isArray(safe.positions) && safe.positions.length === 0)) return [];
    return [{ type, timestamp, source, chars: LIGHT_CHARS, read: () => safe }];
  });
}

function heavy(type: number, timestamp: number, source: number | null, data: unknown): StoredEvent {
  let text = JSON.stringify(data);
  let isSafe = false;
  const nothing = () =>
    type === Kind.FullSnapshot ? {} : { source: 0, texts: [], attributes: [], removes: [], adds: [] };
  return {
    type,
    timestamp,
    source,
    chars: text.length,
    read() {
      if (isSafe) return JSON.parse(text) as Loose;
      const safe = disarmData(type, JSON.parse(text)) ?? nothing();
      // Read a second time it need not be disarmed a second time.
      text = JSON.stringify(safe);
      isSafe = true;
      return safe;
    },
  };
}

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
