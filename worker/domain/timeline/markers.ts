import type { EpochMs } from '#domain/ids.ts';
import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';
import { describeCrumb } from '#domain/timeline/describe-crumb.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';

export type MarkerKind = 'message' | 'attempt' | 'error' | 'request' | 'click' | 'navigation' | 'trouble';

/** A mark on the player's bar. */
export type Marker = { at: EpochMs; kind: MarkerKind; label: string };

/** Typing and tab switching would only fill the bar. */
const MARKED: Partial<Record<BreadcrumbKind, Exclude<MarkerKind, 'message' | 'attempt' | 'trouble'>>> = {
  navigation: 'navigation',
  click: 'click',
  rage_click: 'click',
  dead_click: 'click',
  slow_click: 'click',
  submit: 'click',
  form_rejected: 'error',
  error: 'error',
  console_error: 'error',
  request_failed: 'request',
  request_slow: 'request',
};

const WROTE: Readonly<Record<string, string>> = {
  visitor: 'Visitor wrote',
  assistant: 'Assistant answered',
  agent: 'Agent wrote',
  system: 'Notice',
  withheld: 'Assistant’s answer was not sent',
  failed: 'Assistant’s answer did not help',
};

/** What the assistant tried, whether it was sent or not. */
const TRIED: ReadonlySet<string> = new Set(['assistant', 'withheld', 'failed']);

/** [L4] What the player's bar shows, in order, with the moment of trouble once. */
export function toMarkers(
  trail: readonly Breadcrumb[],
  messages: readonly { id: string; at: EpochMs; author: string }[],
): Marker[] {
  const markers: Marker[] = [];
  for (const crumb of orderTrail(trail)) {
    const kind = MARKED[crumb.kind];
    if (kind) markers.push({ at: crumb.at, kind, label: describeCrumb(crumb) });
  }
  for (const { at, author } of messages) {
    if (Number.isFinite(at))
      markers.push({
        at,
        kind: TRIED.has(author) ? 'attempt' : 'message',
        label: Object.hasOwn(WROTE, author) ? WROTE[author]! : 'Message',
      });
  }
  const end = markers.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const trouble = momentOfTrouble(trail, end);
  if (trouble) markers.push({ at: trouble.at, kind: 'trouble', label: trouble.because });
  return markers.sort((a, b) => a.at - b.at);
}
