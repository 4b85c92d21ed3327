import type { RankTerm } from '#domain/priority/rank.ts';
import { rankSum, rankTotal } from '../wording.ts';

/** Why it ranks where it does: the sum itself. */
export function RankSum({ terms }: { terms: readonly RankTerm[] }) {
  if (terms.length === 0) return null;
  return (
    <span class="rank">
      {rankSum(terms)}
      {terms.length > 1 && <> = {rankTotal(terms)} min</>}
    </span>
  );
}
