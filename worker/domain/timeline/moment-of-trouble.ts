import type { EpochMs } from '#domain/ids.ts';
import { backgroundNoise } from '#domain/timeline/background-noise.ts';
import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';
import { describeCrumb } from '#domain/timeline/describe-crumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';
import { toSteps } from '#domain/timeline/steps.ts';

export type MomentOfTrouble = { at: EpochMs; because: string; crumb: Breadcrumb };

/** A minute without trouble ends a cluster: after that people are usually trying something else. */
const CALM_MS = 60_000;
/** What a person did counts as the cause of what failed within this time; slow requests end about here. */
const CAUSE_WINDOW_MS = 10_000;
/** A click and the submit or repeated click it belongs to follow one another this closely. */
const GESTURE_MS = 2_000;
/** Trouble two minutes older counts half: what made them write is most likely what happened last. */
const HALF_LIFE_MS = 120_000;
/** One broken poll that fails a hundred times must not outweigh the refused payment. */
const MAX_SCORE = 8;
/** Below it nothing is explained: one dead click minutes ago is not why somebody writes now. */
const MIN_SCORE = 0.25;

/** How much each kind says about a person being stuck. Console errors are often noise that nobody sees. */
const WEIGHTS: Partial<Record<BreadcrumbKind, number>> = {
  request_failed: 3,
  error: 3,
  form_rejected: 2,
  rage_click: 3,
  dead_click: 1,
  console_error: 0.5,
  request_slow: 0.5,
  slow_click: 0.5,
};

/**
 * [L3] Where a replay should open: the onset of the trouble that best explains why somebody asked for help at `now`. Trouble is
 * clustered (a minute of calm or leaving the page ends a cluster); clusters are scored by what happened in them and how long ago; the
 * onset is the action that led into the winner, otherwise the page opening, otherwise the first trouble itself. What the page keeps doing wrong
 * by itself [L8] counts only where there is nothing else.
 */
export function momentOfTrouble(trail: readonly Breadcrumb[], now: EpochMs): MomentOfTrouble | null {
  const ordered = orderTrail(trail).filter((crumb) => crumb.at <= now);
  const noise = backgroundNoise(ordered);
  const cluster = worstOf(ordered, now, (crumb) => !noise.has(crumb)) ?? worstOf(ordered, now, () => true);
  if (cluster === null) return null;
  const crumb = onsetOf(ordered, cluster[0]!);
  return { at: crumb.at, because: explainCluster(crumb, cluster), crumb };
}

function worstOf(
  ordered: readonly Breadcrumb[],
  now: EpochMs,
  counts: (crumb: Breadcrumb) => boolean,
): Breadcrumb[] | null {
  let best: { cluster: Breadcrumb[]; score: number } | null = null;
  for (const cluster of clustersOf(ordered, counts)) {
    const score = scoreOf(cluster, now);
    if (best === null || score >= best.score) best = { cluster, score };
  }
  return best !== null && best.score >= MIN_SCORE ? best.cluster : null;
}

function clustersOf(ordered: readonly Breadcrumb[], counts: (crumb: Breadcrumb) => boolean): Breadcrumb[][] {
  const clusters: Breadcrumb[][] = [];
  let open: Breadcrumb[] | null = null;
  const pathByTab = new Map<string, string>();
  for (const crumb of ordered) {
    if (crumb.kind === 'navigation') {
      const before = pathByTab.get(crumb.tab);
      pathByTab.set(crumb.tab, crumb.path);
      // A reload of the same path is still the same struggle.
      if (before !== undefined && before !== crumb.path && open?.at(-1)?.tab === crumb.tab) open = null;
    }
    if (WEIGHTS[crumb.kind] === undefined || !counts(crumb)) continue;
    if (open !== null && crumb.at - open.at(-1)!.at <= CALM_MS) {
      open.push(crumb);
    } else {
      open = [crumb];
      clusters.push(open);
    }
  }
  return clusters;
}

function scoreOf(cluster: readonly Breadcrumb[], now: EpochMs): number {
  const weight = cluster.reduce((sum, crumb) => sum + (WEIGHTS[crumb.kind] ?? 0), 0);
  const age = Math.max(0, now - cluster.at(-1)!.at);
  return Math.min(MAX_SCORE, weight) * 2 ** (-age / HALF_LIFE_MS);
}

function onsetOf(ordered: readonly Breadcrumb[], first: Breadcrumb): Breadcrumb {
  // A request that took long was begun long before it is told of.
  const beganAt = 'durationMs' in first ? first.at - first.durationMs : first.at;
  const before = ordered
    .slice(0, ordered.indexOf(first))
    .filter((crumb) => crumb.tab === first.tab && beganAt - crumb.at <= CAUSE_WINDOW_MS && crumb.at <= beganAt);
  const opened = before.findLastIndex((crumb) => crumb.kind === 'navigation');
  const actions = before.slice(opened + 1).filter((crumb) => crumb.kind === 'click' || crumb.kind === 'submit');
  let onset = actions.at(-1);
  if (onset === undefined) return before[opened] ?? first;
  // Back to the beginning of the gesture: the click before its submit, the first of several clicks on one thing.
  for (const action of actions.slice(0, -1).reverse()) {
    if (onset.at - action.at > GESTURE_MS || !isOneGesture(action, onset)) break;
    onset = action;
  }
  return onset;
}

function isOneGesture(before: Breadcrumb, after: Breadcrumb): boolean {
  if (before.kind === 'click' && after.kind === 'submit') return true;
  return before.kind === 'click' && after.kind === 'click' && before.name === after.name && before.role === after.role;
}

/** At most this many steps in the sentence; the list beside the replay has them all. */
const MAX_REASONS = 3;

function explainCluster(onset: Breadcrumb, cluster: readonly Breadcrumb[]): string {
  const steps = toSteps(cluster);
  const said = steps.slice(0, MAX_REASONS).map(({ text }) => text);
  if (steps.length > MAX_REASONS) said.push(`and ${steps.length - MAX_REASONS} more`);
  const [first = '', ...later] = said;
  const begins = onset === cluster[0] ? first : `${describeCrumb(onset)}, then ${inSentence(first)}`;
  return [begins, ...later.map(inSentence)].join(', ');
}

/** `Clicked *Pay*` goes on in small letters, `POST /api/pay` does not. */
const inSentence = (step: string): string => step.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
