import { DurableObject } from 'cloudflare:workers';
import { type Allowance, type Bucket, fullInMs, takeToken } from '#domain/token-bucket.ts';
import type { Env } from '../worker/env.ts';

/** More keys than this are looked through for those that are full again. */
const MANY = 20_000;

/**
 * [S21] Counts the calls of one workspace, exactly, by what they are and whose. In memory: an object that was idle for as long as the platform waits before it puts one to sleep has
 * full buckets anyway. Who empties one waits; no other workspace does.
 */
export class LimitObject extends DurableObject<Env> {
  readonly #buckets = new Map<string, { bucket: Bucket; allowance: Allowance }>();

  /** One call under each of these names; how long to wait, 0 is that it may go on. Refused by one, it is counted by none. */
  take(wanted: { key: string; allowance: Allowance }[]): number {
    const now = Date.now();
    const taken = wanted.map(({ key, allowance }) => ({
      key,
      allowance,
      ...takeToken(this.#buckets.get(key)?.bucket, allowance, now),
    }));
    const waitMs = Math.max(0, ...taken.map((one) => one.waitMs));
    if (waitMs > 0) return waitMs;
    for (const { key, allowance, bucket } of taken) this.#buckets.set(key, { bucket, allowance });
    if (this.#buckets.size > MANY) this.#forget(now);
    return 0;
  }

  #forget(now: number): void {
    for (const [key, { bucket, allowance }] of this.#buckets)
      if (now - bucket.at >= fullInMs(bucket, allowance)) this.#buckets.delete(key);
  }
}
