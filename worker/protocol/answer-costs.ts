import { z } from 'zod';
import type { AnswerCosts } from '#domain/confidence/answer-costs.ts';
import { settingsChanged } from './queue-settings.ts';

const share = z.number().min(0).max(1);
const minutes = z.number().min(0.1).max(1440);

/** [G38] Minutes are an agent's. `least` is by plan; `unknown` is who has none. */
export const answerCosts = z.strictObject({
  wrongMinutes: minutes,
  handoverMinutes: minutes,
  waitWeight: z.number().min(0).max(10),
  least: z.strictObject({ free: share, pro: share, enterprise: share, unknown: share }),
}) satisfies z.ZodType<AnswerCosts>;

/** `PUT /v1/assistant/costs` */
export const answerCostsChange = z.strictObject({ revision: z.number().int().min(0), costs: answerCosts });

/** Answers that were about equally sure: how sure on the average, before outcomes have a say, and what share of them helped. */
const bin = z.object({ from: share, to: share, answers: z.number().int(), stated: share, helped: share });

/** `GET` and `PUT /v1/assistant/costs` */
export const answerCostsAnswer = z.object({
  revision: z.number().int(),
  changed: settingsChanged.nullable(),
  costs: answerCosts,
  /** [G39] What became of the answers of the last 90 days. */
  outcomes: z.object({
    answers: z.number().int(),
    helped: z.number().int(),
    bins: z.array(bin),
    /** Whether confidence goes through a map of these, and which topics have one of their own. */
    isMapped: z.boolean(),
    topics: z.array(z.string()),
  }),
});
export type AnswerCostsAnswer = z.infer<typeof answerCostsAnswer>;
