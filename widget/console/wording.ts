import type { RankTerm } from '#domain/priority/rank.ts';
import type { SlaClock } from '#domain/sla/policy.ts';
import type { SlaTargetView } from '#domain/sla/targets.ts';
import type { Notice } from '#protocol/agent.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A number and its unit are one word: no line ends between them. */
const NBSP = '\u00a0';

/** "45 s", "12 min", "3 h 5 min", "2 d 4 h": at most two units, the larger first. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE_MS) return `${Math.floor(whole / SECOND_MS)}${NBSP}s`;
  if (whole < HOUR_MS) return `${Math.floor(whole / MINUTE_MS)}${NBSP}min`;
  if (whole < DAY_MS) return two(whole, HOUR_MS, 'h', MINUTE_MS, 'min');
  return two(whole, DAY_MS, 'd', HOUR_MS, 'h');
}

function two(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${NBSP}${largeName}${rest > 0 ? `${NBSP}${rest}${NBSP}${smallName}` : ''}`;
}

/** Within the first minute nobody is late: what is due at once has only just been seen. */
export const isLate = (at: number, now: number): boolean => now - at >= MINUTE_MS;

/** Time to a deadline, in words that need no sign: "due in 4 min", "due at once", "overdue by 2 min". */
export const due = (at: number, now: number): string =>
  at - now >= SECOND_MS
    ? `due in ${duration(at - now)}`
    : isLate(at, now)
      ? `overdue by ${duration(now - at)}`
      : 'due at once';

export const PROMISES: Record<SlaClock, string> = {
  first_response: 'first reply',
  next_response: 'next reply',
  resolution: 'resolution',
  tier: 'this queue’s own clock',
};

/** A promise that is still owed, as a person says it. `exactAt` is for whoever asks; nothing is said of what is over. */
export type OwedPromise = { metric: SlaClock; words: string; tone: 'calm' | 'soon' | 'late'; exactAt: number | null };

/** "first reply due in 4 min", "first reply 2 min late", "resolution waits for the visitor, 7 h 50 min left". What is late comes first. */
export function owedPromises(targets: readonly SlaTargetView[], now: number): OwedPromise[] {
  return targets.flatMap(({ metric, dueAt, pausedLeftMs, endedAt, warned, state }): OwedPromise[] => {
    if (endedAt !== null) return [];
    const name = PROMISES[metric];
    if (dueAt === null) {
      if (pausedLeftMs === null) return [];
      const words = `${name} waits for the visitor, ${duration(pausedLeftMs)} left`;
      return [{ metric, words, tone: 'calm', exactAt: null }];
    }
    // The screen's clock may be ahead of the server's alarm: late is late.
    if (state === 'breached' || dueAt <= now)
      return [{ metric, words: `${name} ${duration(now - dueAt)} late`, tone: 'late', exactAt: dueAt }];
    return [
      { metric, words: `${name} due in ${duration(dueAt - now)}`, tone: warned ? 'soon' : 'calm', exactAt: dueAt },
    ];
  });
}

/** What is told of a promise at risk: "First reply due in 4 min", "First reply 2 min late". A clock that stands still is told as warned of. */
export function noticeWords({ what, metric, dueAt }: Notice, now: number): { text: string; tone: 'soon' | 'late' } {
  const name =
    metric === 'tier'
      ? 'Queue’s own clock'
      : `${PROMISES[metric].slice(0, 1).toUpperCase()}${PROMISES[metric].slice(1)}`;
  if (dueAt === null) return { text: `${name} is nearly due`, tone: 'soon' };
  return what === 'breached' || dueAt <= now
    ? { text: `${name} ${duration(now - dueAt)} late`, tone: 'late' }
    : { text: `${name} due in ${duration(dueAt - now)}`, tone: 'soon' };
}

/** A player's clock: "1:05", "1:02:09". */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

export const timeOfDay = (at: number): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const timeOfMinute = (at: number): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

/** A term of the sum: "2 h" for the one it starts from, "−5 min" or "+2 min" for what changes it. A real minus sign. */
export const minutes = ({ minutes: value }: RankTerm, isFirst: boolean): string =>
  `${isFirst ? '' : value < 0 ? '−' : '+'}${duration(Math.abs(value) * MINUTE_MS)}`;

/** What the sum comes to. */
export const rankTotal = (terms: readonly RankTerm[]): string =>
  duration(terms.reduce((sum, { minutes }) => sum + minutes, 0) * MINUTE_MS);

/** The rank as a time: when it should have somebody, which is not what was promised to the visitor. Once it has, no clock runs. */
export const ranked = (terms: readonly RankTerm[], dueAt: number, now: number, isTaken: boolean): string =>
  isTaken ? `Was in line as if due ${afterAsking(terms)}` : `In line as if ${due(dueAt, now)}`;

const afterAsking = (terms: readonly RankTerm[]): string =>
  terms.reduce((sum, { minutes }) => sum + minutes, 0) === 0 ? 'at once' : `${rankTotal(terms)} after they asked`;

/** `answer_was_in_knowledge_base` → `Answer was in knowledge base`. */
export const sentenceOf = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export { withoutMarks } from '#domain/timeline/without-marks.ts';

/** A clause that somebody else may have ended: it ends once, where its sentence does. */
export const withoutEnd = (text: string): string => text.replace(/[.\s]+$/, '');

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
