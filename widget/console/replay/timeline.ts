import type { Marker, MarkerKind } from '#domain/timeline/markers.ts';
import { duration, timeOfDay } from '../wording.ts';

export type Span = { fromAt: number; toAt: number };

/** Three lines of marks: what was said, what went wrong, what the visitor did. A mark is found by its line and its shape. */
export const LANES = ['said', 'failed', 'did'] as const;
export type Lane = (typeof LANES)[number];

const LANE_OF: Record<MarkerKind, Lane> = {
  message: 'said',
  attempt: 'said',
  trouble: 'failed',
  error: 'failed',
  request: 'failed',
  click: 'did',
  navigation: 'did',
};

/** The most telling one gives a crowd of marks its shape. */
const WEIGHT: Record<MarkerKind, number> = {
  trouble: 5,
  error: 4,
  request: 3,
  message: 2,
  attempt: 1,
  navigation: 1,
  click: 0,
};

export type Mark = {
  lane: Lane;
  kind: MarkerKind;
  /** Where a click leads. */
  at: number;
  /** 0 to 1. */
  position: number;
  markers: Marker[];
};

/** Where a time lies on the line, 0 to 1. */
export function positionOf({ fromAt, toAt }: Span, at: number): number {
  if (toAt <= fromAt) return 0;
  return Math.min(1, Math.max(0, (at - fromAt) / (toAt - fromAt)));
}

/** The time under a place on the line. */
export const timeAt = ({ fromAt, toAt }: Span, position: number): number =>
  Math.round(fromAt + Math.min(1, Math.max(0, position)) * (toAt - fromAt));

/**
 * Marks that fit: in each lane, what would stand closer than `minGapPx` to the mark before it becomes one with it. What lies outside
 * the recording has no place on its line; a little slack keeps a message that was written just after the last event.
 */
export function layMarks(markers: readonly Marker[], span: Span, widthPx: number, minGapPx: number): Mark[] {
  const slackMs = 2000;
  const marks: Mark[] = [];
  const last = new Map<Lane, Mark>();
  for (const marker of [...markers].sort((a, b) => a.at - b.at)) {
    if (marker.at < span.fromAt - slackMs || marker.at > span.toAt + slackMs) continue;
    const lane = LANE_OF[marker.kind];
    const position = positionOf(span, marker.at);
    const before = last.get(lane);
    // The moment of trouble is what the replay is opened for: it never disappears in a crowd, which stands beside it.
    const alone = marker.kind === 'trouble' || before?.kind === 'trouble';
    if (before !== undefined && !alone && (position - before.position) * widthPx < minGapPx) {
      before.markers.push(marker);
      if (WEIGHT[marker.kind] > WEIGHT[before.kind]) before.kind = marker.kind;
      continue;
    }
    const gap = widthPx > 0 ? minGapPx / widthPx : 0;
    const place = before === undefined || !alone ? position : Math.min(1, Math.max(position, before.position + gap));
    const mark: Mark = { lane, kind: marker.kind, at: marker.at, position: place, markers: [marker] };
    marks.push(mark);
    last.set(lane, mark);
  }
  return marks;
}

/** Seek steps of the keys on the slider. */
const SMALL_MS = 1000;
const LARGE_MS = 10_000;

export function seekKey(key: string, at: number, span: Span): number | null {
  const clamp = (to: number) => Math.min(span.toAt, Math.max(span.fromAt, to));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return clamp(at - SMALL_MS);
    case 'ArrowRight':
    case 'ArrowUp':
      return clamp(at + SMALL_MS);
    case 'PageDown':
      return clamp(at - LARGE_MS);
    case 'PageUp':
      return clamp(at + LARGE_MS);
    case 'Home':
      return span.fromAt;
    case 'End':
      return span.toAt;
    default:
      return null;
  }
}

/** A second before, so that what led to it is seen happening. */
const LEAD_MS = 1000;
/**
 * What cannot be shown is said: the trouble may be older than the recording, because recording began, or was cut off, after it. Null
 * when the replay has it.
 */
export function beforeRecording(troubleAt: number | null, span: Span): string | null {
  if (troubleAt === null || span.toAt <= span.fromAt || troubleAt >= span.fromAt - LEAD_MS) return null;
  return `The trouble began at ${timeOfDay(troubleAt)}, ${duration(span.fromAt - troubleAt)} before this recording. The replay opens at its start; what came before is under Steps.`;
}

/** People write after the trouble, not before it. */
const BEFORE_MESSAGE_MS = 30_000;

/** Where a replay opens: the moment of trouble, else half a minute before the first message, else the start. */
export function openingAt(troubleAt: number | null, firstMessageAt: number | null, span: Span): number {
  const wanted =
    troubleAt !== null
      ? troubleAt - LEAD_MS
      : firstMessageAt !== null
        ? firstMessageAt - BEFORE_MESSAGE_MS
        : span.fromAt;
  return Math.min(span.toAt, Math.max(span.fromAt, wanted));
}
