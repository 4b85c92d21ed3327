import type { EpochMs } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';
import { giveBack, takenBack } from './offer.ts';
import type { AssignedEntry, QueueConfig, QueueEntry, QueueEvent, QueueView } from './queue.ts';
import { somebodyFor } from './servers.ts';
import { moveAlong, takeSkipped } from './steps.ts';

/** One turn of the object must end; from so many events on there may be more to do, and the caller ticks again. */
export const MAX_PER_TICK = 500;

/** [Q10] Everything whose time has come, each entry once per tick; what is then due again is done by the next. */
export function tick(view: QueueView, now: EpochMs): QueueEvent[] {
  const events: QueueEvent[] = [];
  let looked = 0;
  for (const entry of view.dueBy(now)) {
    if (++looked > MAX_PER_TICK) break;
    switch (entry.state) {
      case 'reserved':
        events.push(...giveBack(view, entry, 'expired', now));
        break;
      case 'assigned':
        events.push(
          takenBack(entry, view.config, { kind: isVanished(entry, view.config, now) ? 'vanished' : 'silent' }, now),
        );
        break;
      case 'queued':
        events.push(...moveAlong(entry, view.config, now));
        break;
      case 'closed':
        break;
      default:
        unreachable(entry);
    }
  }
  // [Q9] A step that is not waited for when nobody is there, which only the present can tell.
  if (view.config.path.some(({ skipWhenNobody }) => skipWhenNobody)) {
    const isSomebodyFor = somebodyFor(view);
    const done = new Set(events.flatMap((event) => (event.type === 'entry_put' ? [keyOf(event.entry)] : [])));
    for (const needsKey of [...view.needsKeys()]) {
      if (isSomebodyFor(needsKey)) continue;
      for (const entry of view.skipping(needsKey)) {
        if (events.length >= MAX_PER_TICK) return events;
        if (!done.has(keyOf(entry))) events.push(...takeSkipped(entry, view.config, isSomebodyFor));
      }
    }
  }
  return events;
}

/** [A5] Which of the two rules takes it back: gone for so long, or silent, there or not. */
const isVanished = ({ vanishedAt }: AssignedEntry, { vanishedMs }: QueueConfig, now: EpochMs): boolean =>
  vanishedAt !== null && vanishedMs !== null && vanishedAt + vanishedMs <= now;

const keyOf = ({ escalationId, hop }: QueueEntry): string => `${escalationId}/${hop}`;
