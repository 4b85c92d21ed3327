import type { ComponentChildren } from 'preact';
import type { RankTerm } from '#domain/priority/rank.ts';
import { now } from '../clock.ts';
import { minutes, ranked, rankTotal } from '../wording.ts';

type RankSumProps = {
  terms: readonly RankTerm[];
  dueAt: number;
  isFolded?: boolean;
  /** Somebody has it: its place in line is history. */
  isTaken?: boolean;
  /** What else is folded with the sum. */
  children?: ComponentChildren;
};

/** Why it ranks where it does: when it is due by that, and the sum itself, one term a line. */
export function RankSum({ terms, dueAt, isFolded = false, isTaken = false, children }: RankSumProps) {
  const sum = terms.length > 0 && (
    <ul class="plain-list">
      {terms.map((term, i) => (
        <li key={term.label}>
          <span>{term.label}</span> <span class="number">{minutes(term, i === 0)}</span>
        </li>
      ))}
      {terms.length > 1 && (
        <li class="total">
          <span>in all</span> <span class="number">{rankTotal(terms)}</span>
        </li>
      )}
    </ul>
  );
  const said = ranked(terms, dueAt, now.value, isTaken);
  if (isFolded && sum !== false) {
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
