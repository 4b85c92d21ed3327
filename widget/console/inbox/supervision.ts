import { isSupervisor as supervises } from '#domain/routing/role.ts';
import type { QueueEntryView } from '#protocol/queue.ts';
import { plural, timeOfMinute } from '../wording.ts';
import type { QueueView } from './queue-feed.ts';

/** The server decides; this only spares others the sight of buttons that answer no. */
export const isSupervisor = (role: string): boolean => supervises({ role });

type EntryRef = Pick<QueueEntryView, 'escalationId' | 'hop'>;

/** One thing that can be done to an entry, as the frame that does it. */
export type Deed = { label: string; frame: { type: string } & Record<string, unknown> };
/** `why` says why this agent cannot be asked now; null when they can. */
export type Choice = Deed & { why: string | null };

const FORWARD_MINUTES = [5, 15];
const BACK_MINUTES = 15;

/** What makes sense in the state that the entry is in: work in somebody's hands cannot be moved in line, only taken back. */
export function deedsOf({ escalationId, hop, state }: QueueEntryView): Deed[] {
  const ref: EntryRef = { escalationId, hop };
  switch (state) {
    case 'queued':
    case 'reserved':
      return [
        ...FORWARD_MINUTES.map((minutes) => ({
          label: `Move forward ${minutes} min`,
          frame: { type: 'entry.adjust', ...ref, minutes },
        })),
        { label: `Move back ${BACK_MINUTES} min`, frame: { type: 'entry.adjust', ...ref, minutes: -BACK_MINUTES } },
        ...(state === 'reserved' ? [{ label: 'Take back the offer', frame: { type: 'entry.take_back', ...ref } }] : []),
      ];
    case 'assigned':
      return [{ label: 'Take back', frame: { type: 'entry.take_back', ...ref } }];
    default:
      return state satisfies never;
  }
}

const PRESENCE_ORDER = { available: 0, away: 1, offline: 2 } as const;

/** Who may be offered it: those who have room first, the least busy of them at the top. Nothing to choose for what is in hands. */
export function choicesFor({ escalationId, hop, state }: QueueEntryView, agents: QueueView['agents']): Choice[] {
  if (state !== 'queued') return [];
  return [...agents]
    .sort(
      (a, b) =>
        PRESENCE_ORDER[a.presence] - PRESENCE_ORDER[b.presence] ||
        Number(a.why !== null) - Number(b.why !== null) ||
        a.load / Math.max(1, a.capacity) - b.load / Math.max(1, b.capacity),
    )
    .map(({ id, name, presence, load, capacity, why }) => ({
      label: `${name}, ${presence}, ${load} of ${capacity}`,
      frame: { type: 'entry.assign', escalationId, hop, agentId: id },
      why,
    }));
}

/** "1 offered, 2 with agents": what is in the queue and does not wait. Null when there is nothing of the kind. */
export function inHandsWords({ offered, inHands }: Pick<QueueView, 'offered' | 'inHands'>): string | null {
  const words = [
    ...(offered > 0 ? [`${offered} offered`] : []),
    ...(inHands > 0 ? [`${inHands} with ${inHands === 1 ? 'an agent' : 'agents'}`] : []),
  ];
  return words.length > 0 ? words.join(', ') : null;
}

/** Whether newcomers are taken, where they are not; what is here is served either way. */
export function serviceWords({ closed, isFull, waiting }: Pick<QueueView, 'closed' | 'isFull' | 'waiting'>): string[] {
  return [
    ...(closed === null ? [] : [`Closed by ${closed.by} at ${timeOfMinute(closed.at)}; newcomers are told.`]),
    ...(isFull
      ? [`Full with ${plural(waiting, 'person', 'people')} waiting; newcomers are told that it will take longer.`]
      : []),
  ];
}

/** [M3] Who may take it now, and what was asked for where that differs. Null where nothing was asked for: then anybody may. */
export function needsWords({ skills, needs }: Pick<QueueEntryView, 'skills' | 'needs'>): string | null {
  if (skills.length === 0) return null;
  const asked = [...new Set(skills.map((text) => text.replace(/#.*/, '')))].sort();
  if (needs === asked.join('&')) return `Needs: ${asked.join(', ')}.`;
  const lines = needs.split('|').map((line) => line.replaceAll('&', ', '));
  const now = lines.includes('') ? 'Anybody may take it now' : `Needs now: ${lines.join(' or ')}`;
  return `${now}; asked for: ${asked.join(', ')}.`;
}
