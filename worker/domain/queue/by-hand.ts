type Raise = { label: string; minutes: number };

const BY_HAND = 'moved by ';

/** [P7] Minutes that a supervisor gives: forward where they are negative. */
export const raiseByHand = (by: string, minutes: number): Raise => ({ label: `${BY_HAND}${by}`, minutes });

/** [Q12] Of what work was given, what a person gave it. What a path gave belongs to the path, and another gives its own. */
export const givenByHand = (raises: readonly Raise[]): Raise[] =>
  raises.filter(({ label }) => label.startsWith(BY_HAND));
