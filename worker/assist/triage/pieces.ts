/**
 * Work that can be put down between its pieces. Each piece says how much it was, in numbers read or written; what comes out does not depend on when
 * the pieces are done. Counted and not timed: a Worker's clock stands still while it computes.
 */
export type Pieces<Result> = Generator<number, Result, void>;

/** All of it at once. */
export function whole<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** So many numbers are some 20 ms. */
export const NUMBERS_AT_ONCE = 2_000_000;

/** Goes on for about `NUMBERS_AT_ONCE`, or to the end. */
export function someOf<Result>(pieces: Pieces<Result>): IteratorResult<number, Result> {
  let numbers = 0;
  for (;;) {
    const next = pieces.next();
    if (next.done) return next;
    numbers += next.value;
    if (numbers >= NUMBERS_AT_ONCE) return next;
  }
}
