import type { ConversationFacts, Move } from './facts.ts';
import { type Rate, rateOf } from './rate.ts';
import { type Spread, spreadOf } from './spread.ts';

/** How often work goes from one queue to another, and how often it comes straight back. */
export type MovesRow = {
  from: string;
  to: string;
  kind: Move['kind'];
  /** The denominator is every such move, also one that may still come back. */
  bounced: Rate;
  /** From the move to its coming back. */
  backAfter: Spread;
};

/**
 * [N10] Moves per pair of queues and kind. A move **bounced** when the escalation's very next move goes back to where it came from: the
 * receiving tier had no use for it. What goes on to a third queue did not bounce. Most moves first, then by names.
 */
export function reportMoves(facts: readonly ConversationFacts[]): MovesRow[] {
  const pairs = new Map<string, { move: Move; moves: number; backAfterMs: number[] }>();
  for (const escalation of facts.flatMap(({ escalations }) => escalations)) {
    // From one colleague to another nothing has crossed over.
    const moves = escalation.moves.filter(({ from, to }) => from !== to);
    for (const [index, move] of moves.entries()) {
      const key = JSON.stringify([move.from, move.to, move.kind]);
      const pair = pairs.get(key) ?? { move, moves: 0, backAfterMs: [] };
      pairs.set(key, pair);
      pair.moves += 1;
      const next = moves[index + 1];
      if (next?.from === move.to && next.to === move.from) pair.backAfterMs.push(Math.max(0, next.at - move.at));
    }
  }
  return [...pairs.values()]
    .map(({ move: { from, to, kind }, moves, backAfterMs }) => ({
      from,
      to,
      kind,
      bounced: rateOf(backAfterMs.length, moves),
      backAfter: spreadOf(backAfterMs),
    }))
    .sort(
      (a, b) =>
        b.bounced.denominator - a.bounced.denominator ||
        compare(a.from, b.from) ||
        compare(a.to, b.to) ||
        compare(a.kind, b.kind),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
