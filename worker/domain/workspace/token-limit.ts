/** [G24] The highest limit that an admin may set for a day's tokens: more is none. */
export const MAX_TOKENS_PER_DAY = 1_000_000_000_000;
