import type { EpochMs } from '#domain/ids.ts';

/** One term of the sum that makes an entry's due time. Minutes; negative moves the entry forward. */
export type RankTerm = { label: string; minutes: number };

/** Order is `(class, dueAt, seq)`, smallest first. */
export type RankKey = { class: 0 | 1; dueAt: EpochMs; seq: number };
