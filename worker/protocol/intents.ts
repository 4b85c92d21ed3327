import { z } from 'zod';
import { settingsChanged } from './queue-settings.ts';

/** Small enough to be one document, large enough for more intents than anybody tells apart. */
export const MAX_INTENTS = 150;
export const MAX_EXAMPLES = 200;
export const MAX_INTENTS_CHARS = 800_000;

const line = (most: number) => z.string().trim().min(1).max(most);

/** What visitors want, as the workspace names it: with examples in their words, and the articles that answer it. */
export const intentSettings = z.object({
  name: line(64),
  examples: z.array(line(300)).max(MAX_EXAMPLES),
  /** Slugs: their titles and headings are examples too. */
  articles: z.array(z.string().max(200)).max(50).default([]),
});
export type IntentSettings = z.infer<typeof intentSettings>;

/** `PUT /v1/intents`: all of them as they shall be, and the revision that they were made from. */
export const intentsChange = z.object({
  revision: z.number().int().min(0),
  intents: z.array(intentSettings).max(MAX_INTENTS),
});

const judged = z.object({
  /** Agents' labels that no model learns from. */
  rows: z.number().int(),
  right: z.number().int(),
  /** The model that was in use, on the same rows. */
  before: z.object({ right: z.number().int() }).nullable(),
});
export type Judged = z.infer<typeof judged>;

const trained = z.object({ hash: z.string(), trainedAt: z.number(), examples: z.number().int(), judged });

/** `GET` and `PUT /v1/intents` */
export const intentsAnswer = z.object({
  revision: z.number().int(),
  changed: settingsChanged.nullable(),
  intents: z.array(intentSettings),
  /** The one that reads messages now; null is none. */
  model: trained.nullable(),
  /** The last one that was trained and not taken, if that was after the one in use. */
  refused: trained.nullable(),
  /** What was saved or said since is not learnt yet. */
  isLearning: z.boolean(),
  labels: z.number().int(),
  articles: z.array(z.object({ slug: z.string(), title: z.string() })),
});
export type IntentsAnswer = z.infer<typeof intentsAnswer>;

/** `POST /v1/intents/try`: what the model in use makes of a message. */
export const intentTry = z.object({ text: line(2000) });
export const intentTried = z.object({
  hash: z.string(),
  name: z.string(),
  confidence: z.number(),
  inScope: z.object({ value: z.boolean(), probability: z.number() }),
  reasons: z.array(z.object({ word: z.string(), weight: z.number() })),
});
export type IntentTried = z.infer<typeof intentTried>;

/** `PUT /v1/conversations/:conversationId/intent`: what an agent says it was about; null is none of ours. */
export const intentLabelled = z.object({ intent: line(64).nullable() });

/** `GET` and `PUT /v1/conversations/:conversationId/intent`: what was said so far, and what there is to choose from. */
export const intentLabelAnswer = z.object({
  label: z.object({ intent: z.string().nullable(), at: z.number() }).nullable(),
  intents: z.array(z.string()),
});
export type IntentLabelAnswer = z.infer<typeof intentLabelAnswer>;
