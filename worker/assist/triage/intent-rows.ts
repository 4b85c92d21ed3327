import { backgroundFor } from './background.ts';
import { normaliseWords } from './features.ts';
import type { Pieces } from './pieces.ts';
import type { TrainingRow } from './train.ts';

/** What visitors want, as a workspace names it: by its own examples, and by the articles that answer it. */
export type Intent = { name: string; examples: readonly string[]; articles: readonly string[] };

/** What an agent said that a visitor's words were about; null is none of ours. */
export type IntentLabel = { text: string; intent: string | null };

type ArticleTexts = { slug: string; title: string; keywords: readonly string[]; body: string };

/** A person who has read the conversation knows better than an example that somebody made up. */
const LABEL_WEIGHT = 2;
/** An article's titles are how a writer says it, not how somebody in trouble does. */
const ARTICLE_WEIGHT = 0.5;
/** One label in so many is never learnt from. */
const FROZEN_OF = 5;

/**
 * [G26] The rows that a workspace's model learns from: its intents' examples, the titles and headings of the articles that answer them, what agents
 * said, and the background. Labels of intents that are gone say nothing. Deterministic.
 */
export function* trainingRows(
  intents: readonly Intent[],
  articles: readonly ArticleTexts[],
  labels: readonly IntentLabel[],
): Pieces<TrainingRow[]> {
  const bySlug = new Map(articles.map((article) => [article.slug, article]));
  const names = new Set(intents.map(({ name }) => name));
  const own: TrainingRow[] = intents.flatMap(({ name, examples, articles: slugs }) => [
    ...examples.map((text) => ({ text, label: name })),
    ...slugs.flatMap((slug) =>
      titlesOf(bySlug.get(slug)).map((text) => ({ text, label: name, weight: ARTICLE_WEIGHT })),
    ),
  ]);
  const said = labels.filter((label) => !isFrozen(label) && (label.intent === null || names.has(label.intent)));
  const ours = [...own, ...said.map(({ text, intent }) => ({ text, label: intent, weight: LABEL_WEIGHT }))];
  return [...ours, ...(yield* backgroundFor(ours))];
}

/** [G27] The labels that models are compared on. Chosen by the words alone, so that a label stays on its side. */
export const frozenRows = (labels: readonly IntentLabel[]): IntentLabel[] => labels.filter(isFrozen);

function isFrozen({ text }: IntentLabel): boolean {
  let hash = 0x811c9dc5;
  for (const char of normaliseWords(text).join(' '))
    hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % FROZEN_OF === 0;
}

const HEADING = /^#{1,4}\s+(.+?)\s*#*$/gm;

function titlesOf(article: ArticleTexts | undefined): string[] {
  if (article === undefined) return [];
  const headings = [...article.body.matchAll(HEADING)].map(([, heading]) => heading as string);
  return [...new Set([article.title, ...headings, article.keywords.join(' ')])].filter((text) => text !== '');
}
