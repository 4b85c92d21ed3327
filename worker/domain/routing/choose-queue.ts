/** How a workspace sends work: by the policy's word first, then by intent, then by product area, else to the default. */
export type Routes = {
  byArea: Record<string, string>;
  byIntent: Record<string, string>;
  fallback: string;
};

export const DEFAULT_ROUTES: Routes = {
  byArea: { billing: 'billing', 'api-keys': 'technical', reports: 'technical', customers: 'technical' },
  byIntent: { billing: 'billing', 'api-keys': 'technical' },
  fallback: 'general',
};

/**
 * [M2] Which queue, by slug, and why in words that the console shows. `known` holds the slugs that exist; `last` is who had the conversation
 * before, for somebody who comes back without saying anything new.
 */
export function chooseQueue(
  wish: { fromPolicy: string | null; last?: string | null; area: string | null; intent: string | null },
  routes: Routes,
  known: readonly string[],
): { slug: string; because: string } {
  const { fromPolicy, last = null, area, intent } = wish;
  if (fromPolicy !== null && known.includes(fromPolicy))
    return { slug: fromPolicy, because: `a trigger asked for ${fromPolicy}` };
  const unheard = fromPolicy === null ? '' : `; a trigger asked for ${fromPolicy}, which does not exist`;
  if (last !== null && known.includes(last))
    return { slug: last, because: `back to ${last}, which had it before${unheard}` };
  const byIntent = intent !== null && Object.hasOwn(routes.byIntent, intent) ? routes.byIntent[intent] : undefined;
  if (byIntent !== undefined && known.includes(byIntent))
    return { slug: byIntent, because: `about ${intent}${unheard}` };
  const byArea = area !== null && Object.hasOwn(routes.byArea, area) ? routes.byArea[area] : undefined;
  if (byArea !== undefined && known.includes(byArea))
    return { slug: byArea, because: `written on the ${area} page${unheard}` };
  return { slug: routes.fallback, because: `no route is more specific${unheard}` };
}

/** Whether words of `chooseQueue` say that it was by these routes, and not by a trigger or who had it before. */
export const isByRoute = (because: string): boolean => /^(?:about |written on the |no route is more)/.test(because);
