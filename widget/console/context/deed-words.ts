import type { Deed } from '#protocol/http.ts';
import { duration, plural } from '../wording.ts';

/** One deed in a sentence, without its time. */
export function deedWords(deed: Deed): string {
  switch (deed.deed) {
    case 'accepted':
      return `${deed.agent} took it`;
    case 'chosen':
      return `${deed.by} chose ${deed.agent} for it`;
    case 'offer_withdrawn':
      return `${deed.by} took the offer back from ${deed.agent}`;
    case 'adjusted':
      return `${deed.by} moved it ${deed.minutes < 0 ? 'back' : 'forward'} ${plural(Math.abs(deed.minutes), 'minute')}`;
    case 'taken_back':
      return takenBackWords(deed);
    case 'passed_on':
      return `${deed.by} passed it on to ${deed.to}`;
    case 'resolved':
      return `${deed.by} resolved it`;
    case 'left_line':
      return `The visitor left the line after ${duration(deed.waitedMs)}`;
    default:
      return deed satisfies never;
  }
}

function takenBackWords({ agent, because, by }: Extract<Deed, { deed: 'taken_back' }>): string {
  switch (because) {
    case 'supervisor':
      return `${by} took it back from ${agent}`;
    case 'silent':
      return `Taken back from ${agent}, who did not answer in time`;
    case 'vanished':
      return `Taken back from ${agent}, who was offline for too long`;
    case 'unknown':
      return `Taken back from ${agent}`;
    default:
      return because satisfies never;
  }
}
