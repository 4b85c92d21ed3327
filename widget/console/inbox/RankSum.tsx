import type { ComponentChildren } from 'preact';
import type { RankTerm } from '#domain/priority/rank.ts';
import { now } from '../clock.ts';
import { minutes, ranked, rankTotal } from '../wording.ts';
import { addedUp, countingTerms, orderWords, type Standing } from './rank-order.ts';

type RankSumProps = {
  terms: readonly RankTerm[];
  dueAt: number;
  /** What places it beside the sum; null where the queue is not in sight. */
  standing?: Standing | null;
  isFolded?: boolean;
  /** Somebody has it: its place in line is history. */
  isTaken?: boolean;
  /** What else is folded with the sum. */
  children?: ComponentChildren;
};

/** Why it ranks where it does: what it is ordered by, and the sum itself, one term a line. */
export function RankSum({
  terms,
  dueAt,
  standing = null,
  isFolded = false,
  isTaken = false,
  children = false,
}: RankSumProps) {
  const isStrict = standing?.order === 'strict';
  const rows = addedUp(countingTerms(terms, standing));
  const sum = rows.length > 0 && (
    <ul class="plain-list">
      {rows.map((term, i) => (
        <li key={term.label}>
          <span>{term.label}</span> <span class="number">{minutes(term, i === 0 && !isStrict)}</span>
        </li>
      ))}
      {rows.length > 1 && !isStrict && (
        <li class="total">
          <span>in all</span> <span class="number">{rankTotal(rows)}</span>
        </li>
      )}
    </ul>
  );
  const said = [
    standing && orderWords(standing, isTaken),
    // Due or not, in strict order it does not go by that.
    isStrict ? null : ranked(terms, dueAt, now.value, isTaken),
  ]
    .filter(Boolean)
    .join(' ');
  if (isFolded && (sum !== false || children !== false)) {
    return (
      <details class="rank">
        <summary class="number" title="Why this rank">
          {said}
        </summary>
        {children}
        {sum}
      </details>
    );
  }
  return (
    <div class="rank">
      <p class="number">{said}</p>
      {sum}
    </div>
  );
}
