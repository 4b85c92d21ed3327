import type { EpochMs } from '#domain/ids.ts';

/** So many at once, and so many a second for good. */
export type Allowance = { burst: number; perSecond: number };
export type Bucket = { tokens: number; at: EpochMs };

/** [S21] Takes one token, if there is one: the bucket as it is then, and how long to wait for the next; 0 is that it was taken. A clock that goes back fills nothing. */
export function takeToken(
  bucket: Bucket | undefined,
  { burst, perSecond }: Allowance,
  now: EpochMs,
): { bucket: Bucket; waitMs: number } {
  const before = bucket ?? { tokens: burst, at: now };
  const tokens = Math.min(burst, before.tokens + (Math.max(0, now - before.at) / 1000) * perSecond);
  const at = Math.max(now, before.at);
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at }, waitMs: 0 }
    : { bucket: { tokens, at }, waitMs: Math.ceil(((1 - tokens) / perSecond) * 1000) };
}

/** How long until a bucket is full again, and so as good as forgotten. */
export const fullInMs = ({ tokens }: Bucket, { burst, perSecond }: Allowance): number =>
  Math.ceil(((burst - tokens) / perSecond) * 1000);
