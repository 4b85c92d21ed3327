import type { EpochMs } from '#domain/ids.ts';
import { type Breadcrumb, type BreadcrumbKind, TROUBLE_KINDS } from '#domain/timeline/breadcrumb.ts';
import { describeCrumb } from '#domain/timeline/describe-crumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';

export type CrumbRef = { tab: string; n: number };

/** One line of "what they did". `refs` are the breadcrumbs it stands for, so the player can jump to each. */
export type Step = {
  n: number;
  at: EpochMs;
  text: string;
  kind: BreadcrumbKind;
  trouble: boolean;
  refs: CrumbRef[];
};

/** [L2] Does this kind mean trouble by itself? */
export function isTrouble(kind: BreadcrumbKind): boolean {
  return (TROUBLE_KINDS as readonly BreadcrumbKind[]).includes(kind);
}

type Draft = { first: Breadcrumb; text: string; times: number; crumbs: Breadcrumb[] };

/**
 * [L2] The trail as numbered sentences. Neighbours that say the same become one with a count (`POST /api/pay → 402 ×2`), and a rage click
 * takes in the plain clicks it was made of. Nothing is reordered: a bug report is read from top to bottom.
 */
export function toSteps(trail: readonly Breadcrumb[]): Step[] {
  const drafts: Draft[] = [];
  for (const crumb of orderTrail(trail)) {
    const text = describeCrumb(crumb);
    const last = drafts.at(-1);
    if (last && last.first.tab === crumb.tab && last.first.kind === crumb.kind && last.text === text) {
      last.times += 1;
      last.crumbs.push(crumb);
    } else if (last && crumb.kind === 'rage_click' && isSameTarget(last.first, crumb)) {
      drafts[drafts.length - 1] = {
        first: { ...crumb, at: last.first.at },
        text: describeCrumb({ ...crumb, count: Math.max(crumb.count, last.times) }),
        times: 1,
        crumbs: [...last.crumbs, crumb],
      };
    } else {
      drafts.push({ first: crumb, text, times: 1, crumbs: [crumb] });
    }
  }
  return drafts.map(({ first, text, times, crumbs }, i) => ({
    n: i + 1,
    at: first.at,
    text: times > 1 ? `${text} ×${times}` : text,
    kind: first.kind,
    trouble: isTrouble(first.kind),
    refs: crumbs.map(({ tab, n }) => ({ tab, n })),
  }));
}

function isSameTarget(before: Breadcrumb, rage: Breadcrumb & { kind: 'rage_click' }): boolean {
  return before.kind === 'click' && before.tab === rage.tab && before.name === rage.name && before.role === rage.role;
}
