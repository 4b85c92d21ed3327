import { z } from 'zod';
import {
  GUIDE_OUTCOMES,
  GUIDE_ROLES,
  type GuideStep,
  MAX_GUIDE_NAME_CHARS,
  MAX_GUIDE_PATH_CHARS,
  MAX_GUIDE_STEPS,
  MAX_GUIDE_TEXT_CHARS,
} from '#domain/guide/guide.ts';

export const guideStep = z.object({
  role: z.enum(GUIDE_ROLES),
  name: z.string().min(1).max(MAX_GUIDE_NAME_CHARS),
  path: z.string().max(MAX_GUIDE_PATH_CHARS).nullable(),
  text: z.string().max(MAX_GUIDE_TEXT_CHARS),
}) satisfies z.ZodType<GuideStep>;

/** [G31] What the steps of an answer point at. */
export const guide = z.array(guideStep).min(1).max(MAX_GUIDE_STEPS);

/** [C11] Counted from 1. */
export const guideStepNumber = z.number().int().min(1).max(MAX_GUIDE_STEPS);
export const guideOutcome = z.enum(GUIDE_OUTCOMES);
