import { backgroundNoise } from '#domain/timeline/background-noise.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';
import { isTrouble, toSteps } from '#domain/timeline/steps.ts';
import { withoutMarks } from '#domain/timeline/without-marks.ts';

/** Nobody pauses longer than this in one visit: what comes after is another. */
const VISIT_GAP_MS = 30 * 60_000;
/** What people repeat is a handful of steps; longer cycles are rather two different attempts. */
const MAX_CYCLE_STEPS = 8;

/**
 * The steps that lead to the trouble, for somebody who wants to see it themselves: from the opening of the page where it began to the last
 * time it went wrong there. Other tabs, other pages and later visits are not part of it. Without trouble, all that is known.
 */
export function reportSteps(trail: readonly Breadcrumb[], troubleAt: number | null, most: number): string[] {
  const steps = foldCycles(toSteps(crumbsToTrouble(trail, troubleAt)).map(({ text }) => withoutMarks(text)));
  if (steps.length <= most) return steps;
  // Where it begins and how it ends are what nobody can guess.
  return [steps[0] as string, '…', ...steps.slice(2 - most)];
}

/** What one has to do again, in order: a report's steps and a script are both made of these. */
export function crumbsToTrouble(trail: readonly Breadcrumb[], troubleAt: number | null): Breadcrumb[] {
  const everything = orderTrail(trail);
  const noise = backgroundNoise(everything);
  // What the page keeps doing wrong by itself is no step.
  const quiet = everything.filter((crumb) => !noise.has(crumb));
  const ordered = quiet.some(({ kind }) => isWrong(kind)) ? quiet : everything;
  const moment = troubleAt === null ? undefined : ordered.find(({ at }) => at >= troubleAt);
  if (moment === undefined) return ordered;
  const ofTab = ordered.filter(({ tab }) => tab === moment.tab);
  const at = ofTab.indexOf(moment);
  const opening = Math.max(
    0,
    ofTab.findLastIndex(({ kind }, i) => i <= at && kind === 'navigation'),
  );
  const path = pathOf(ofTab[opening]);
  const leaving = ofTab.findIndex((crumb, i) => {
    if (i <= at) return false;
    const paused = crumb.at - (ofTab[i - 1]?.at ?? crumb.at) > VISIT_GAP_MS;
    return paused || (crumb.kind === 'navigation' && crumb.path !== path);
  });
  const stay = ofTab.slice(opening, leaving === -1 ? undefined : leaving);
  const last = stay.findLastIndex(({ kind }) => isWrong(kind));
  return stay.slice(0, Math.max(last, at - opening) + 1);
}

const isWrong = (kind: Breadcrumb['kind']): boolean => isTrouble(kind) || kind === 'request_slow';

const pathOf = (crumb: Breadcrumb | undefined): string | null => (crumb?.kind === 'navigation' ? crumb.path : null);

/** Neighbouring repeats of the same steps stand once, with how often: `Clicked “Pay”`, `POST /api/pay → 402`, `… these 2 steps ×4`. */
export function foldCycles(steps: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < steps.length; ) {
    const { length, times } = cycleAt(steps, i);
    folded.push(...steps.slice(i, i + length));
    if (times > 1) folded.push(length === 1 ? `… this step ×${times}` : `… these ${length} steps ×${times}`);
    i += length * times;
  }
  return folded;
}

/** The cycle that begins here and takes in the most; one step, once, when nothing repeats. */
function cycleAt(steps: readonly string[], from: number): { length: number; times: number } {
  let best = { length: 1, times: 1 };
  for (let length = 1; length <= MAX_CYCLE_STEPS && from + 2 * length <= steps.length; length += 1) {
    let times = 1;
    while (isRepeated(steps, from, from + times * length, length)) times += 1;
    if (times > 1 && times * length > best.times * best.length) best = { length, times };
  }
  return best;
}

const isRepeated = (steps: readonly string[], first: number, next: number, length: number): boolean =>
  next + length <= steps.length &&
  Array.from({ length }, (_, i) => steps[first + i] === steps[next + i]).every((same) => same);
