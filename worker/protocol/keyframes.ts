import { z } from 'zod';
import { epochMs, tabId } from './primitives.ts';

/**
 * `GET /v1/recordings/:id/keyframes`: pictures of a tab's page, each after all segments up to `n`, so that a player need not begin at the
 * beginning. There may be none.
 */
export const keyframesAnswer = z.object({
  keyframes: z.array(
    z.object({
      tab: tabId,
      n: z.number().int().nonnegative(),
      at: epochMs,
      bytes: z.number().int().nonnegative(),
    }),
  ),
});
export type RecordingKeyframes = z.infer<typeof keyframesAnswer>;
