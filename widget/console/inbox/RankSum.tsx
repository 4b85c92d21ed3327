import type { RankTerm } from '#domain/priority/rank.ts';
import { now } from '../clock.ts';
import { due, minutes, rankTotal } from '../wording.ts';

/** Why it ranks where it does: what it comes to, and the sum itself, one term a line. */
export function RankSum({ terms, dueAt }: { terms: readonly RankTerm[]; dueAt: number }) {
  return (
    <div class="rank">
      <p class="number">
        {terms.length > 0 && <>Answer within {rankTotal(terms)} min, </>}
        {due(dueAt, now.value)}
      </p>
      {terms.length > 1 && (
        <ul class="plain-list">
          {terms.map((term, i) => (
            <li key={term.label}>
              <span>{term.label}</span> <span class="number">{minutes(term, i === 0)}</span>
            </li>
          ))}
        </ul>
      )}
      {terms.length === 1 && <p class="quiet">{terms[0]?.label}</p>}
    </div>
  );
}
