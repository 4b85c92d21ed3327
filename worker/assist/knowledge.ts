import { sectionsOf } from './markdown.ts';
import type { Passage } from './ports.ts';
import { editDistance, trigrams } from './similarity.ts';
import { contentTerms, synonymsOf } from './terms.ts';

export type Article = {
  id: string;
  slug: string;
  title: string;
  area: string | null;
  keywords: readonly string[];
  /** Markdown. */
  body: string;
  updatedAt: number;
};

type Field = 'title' | 'heading' | 'keywords' | 'body';

/**
 * BM25F: a word in the title says more than one in the body, and a long body says less per word. Field weights and the hybrid with
 * character n-grams follow what measured best on FAQ retrieval.
 */
const FIELDS: readonly Field[] = ['title', 'heading', 'keywords', 'body'];
const FIELD_WEIGHT: Record<Field, number> = { title: 2.5, heading: 2, keywords: 2.5, body: 1 };
const FIELD_LENGTH_NORM: Record<Field, number> = { title: 0.3, heading: 0.3, keywords: 0.2, body: 0.6 };
const K1 = 2.5;
/** What an expansion counts against the word itself. */
const SYNONYM_WEIGHT = 0.55;
const CORRECTION_WEIGHT = 0.85;
/** A passage counts for itself, a little for what the rest of its article says, and for looking alike letter by letter. */
const WORD_SHARE = 0.5;
const ARTICLE_SHARE = 0.25;
const NGRAM_SHARE = 0.25;
/** The page the visitor is on breaks ties and little more: people do ask about invoices from the settings page. */
const AREA_BOOST = 1.12;
const MIN_SCORE = 0.02;
const HOW_TO =
  /\b(?:how (?:do|can|to|should|would|could)|where (?:do|can)|can (?:i|we)|want to|need to|trying to|help me)\b/i;
const STEPS = /^1\. [\s\S]*^2\. /m;
const NEAR_STEPS = 0.6;

type Chunk = {
  article: Article;
  heading: string;
  text: string;
  length: Record<Field, number>;
  grams: Map<string, number>;
  gramNorm: number;
};

/** An index over a workspace's articles. Immutable; build a new one when an article changes. */
export type Knowledge = {
  readonly chunks: readonly Chunk[];
  /** term → chunk number → weighted, length-normalised frequency. */
  readonly postings: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly idf: ReadonlyMap<string, number>;
  readonly gramIdf: ReadonlyMap<string, number>;
  readonly gramPostings: ReadonlyMap<string, readonly number[]>;
  /** trigram → terms that contain it: finds what a misspelt word was meant to be. */
  readonly termsByGram: ReadonlyMap<string, readonly string[]>;
  /** The idf of a word no article has: the strongest sign that the question is about something else. */
  readonly unknownIdf: number;
  readonly articleTerms: ReadonlyMap<string, ReadonlySet<string>>;
  /** What an article is called: the words of its title and keywords. */
  readonly articleNames: ReadonlyMap<string, ReadonlySet<string>>;
};

/** One word of a question with what it may stand for in this knowledge. */
export type QueryTerm = {
  term: string;
  idf: number;
  known: boolean;
  variants: readonly { term: string; weight: number }[];
};

/** [G10] Cuts articles at their headings and indexes the parts. */
export function buildKnowledge(articles: readonly Article[]): Knowledge {
  const chunks: Chunk[] = [];
  const counts: Record<Field, Map<string, number>>[] = [];
  const articleTerms = new Map<string, Set<string>>();
  const articleNames = new Map<string, Set<string>>();
  for (const article of articles) {
    const titleTerms = contentTerms(article.title);
    const keywordTerms = article.keywords.flatMap(contentTerms);
    const seen = new Set([...titleTerms, ...keywordTerms]);
    articleNames.set(article.id, new Set(seen));
    const sections = sectionsOf(article.body);
    for (const { heading, text } of sections.length > 0 ? sections : [{ heading: '', text: article.title }]) {
      const terms: Record<Field, string[]> = {
        title: titleTerms,
        heading: contentTerms(heading),
        keywords: keywordTerms,
        body: contentTerms(text),
      };
      for (const term of [...terms.heading, ...terms.body]) seen.add(term);
      const grams = gramCounts([...new Set([...terms.title, ...terms.heading, ...terms.keywords])]);
      chunks.push({
        article,
        heading,
        text,
        length: {
          title: terms.title.length,
          heading: terms.heading.length,
          keywords: terms.keywords.length,
          body: terms.body.length,
        },
        grams,
        gramNorm: 0,
      });
      counts.push({
        title: tally(terms.title),
        heading: tally(terms.heading),
        keywords: tally(terms.keywords),
        body: tally(terms.body),
      });
    }
    articleTerms.set(article.id, seen);
  }
  const idf = idfOf([...articleTerms.values()], articles.length);
  const gramIdf = idfOf(
    chunks.map(({ grams }) => grams.keys()),
    chunks.length,
  );
  const gramPostings = new Map<string, number[]>();
  chunks.forEach((chunk, i) => {
    let square = 0;
    for (const [gram, count] of chunk.grams) {
      const weight = gramWeight(count, gramIdf.get(gram) ?? 0);
      chunk.grams.set(gram, weight);
      square += weight * weight;
      pushTo(gramPostings, gram, i);
    }
    chunk.gramNorm = Math.sqrt(square);
  });
  const termsByGram = new Map<string, string[]>();
  for (const term of idf.keys()) for (const gram of new Set(trigrams(term))) pushTo(termsByGram, gram, term);
  const unknownIdf = Math.log(1 + (articles.length + 0.5) / 0.5);
  return {
    chunks,
    postings: postingsOf(chunks, counts),
    idf,
    gramIdf,
    gramPostings,
    termsByGram,
    unknownIdf,
    articleTerms,
    articleNames,
  };
}

/** [G11] The passages that speak most about a question, best first, one for each article. */
export function retrieve(
  knowledge: Knowledge,
  query: string,
  { area = null, limit = 5 }: { area?: string | null; limit?: number } = {},
): Passage[] {
  const terms = queryTerms(knowledge, query);
  if (terms.length === 0) return [];
  const total = terms.reduce((sum, { idf }) => sum + idf, 0);
  const scores = new Float64Array(knowledge.chunks.length);
  const wholeArticle = new Map<string, number>();
  for (const { idf, variants } of terms) {
    // The best reading of a word counts, not the sum: three synonyms in one article are still one thing said.
    const best = new Map<number, number>();
    for (const { term, weight } of variants) {
      for (const [chunk, frequency] of knowledge.postings.get(term) ?? []) {
        best.set(chunk, Math.max(best.get(chunk) ?? 0, (weight * frequency) / (K1 + frequency)));
      }
    }
    const bestInArticle = new Map<string, number>();
    for (const [chunk, saturation] of best) {
      scores[chunk]! += (idf * saturation) / total;
      const { id } = knowledge.chunks[chunk]!.article;
      bestInArticle.set(id, Math.max(bestInArticle.get(id) ?? 0, saturation));
    }
    for (const [id, saturation] of bestInArticle)
      wholeArticle.set(id, (wholeArticle.get(id) ?? 0) + (idf * saturation) / total);
  }
  const cosines = gramCosines(knowledge, terms);
  const ranked = new Float64Array(knowledge.chunks.length);
  const bestOfArticle = new Map<string, { chunk: number; score: number }>();
  knowledge.chunks.forEach(({ article }, i) => {
    const boost = area !== null && article.area === area ? AREA_BOOST : 1;
    const score = Math.min(
      1,
      (WORD_SHARE * scores[i]! + ARTICLE_SHARE * (wholeArticle.get(article.id) ?? 0) + NGRAM_SHARE * cosines[i]!) *
        boost,
    );
    if (score > (bestOfArticle.get(article.id)?.score ?? MIN_SCORE)) bestOfArticle.set(article.id, { chunk: i, score });
    ranked[i] = score;
  });
  const asksHow = HOW_TO.test(query);
  return [...bestOfArticle.values()]
    .sort((a, b) => b.score - a.score || a.chunk - b.chunk)
    .slice(0, limit)
    .map(({ chunk, score }) => {
      const shown = asksHow ? nearestSteps(knowledge, chunk, ranked) : chunk;
      const { article, heading } = knowledge.chunks[shown]!;
      const text = withNextSection(knowledge, shown);
      return {
        articleId: article.id,
        slug: article.slug,
        title: article.title,
        heading: heading || article.title,
        area: article.area,
        text,
        score,
      };
    });
}

/** Somebody who asks how wants the steps, if the same article has them and they are nearly as near. */
function nearestSteps(knowledge: Knowledge, best: number, ranked: Float64Array): number {
  const { article, text } = knowledge.chunks[best]!;
  if (STEPS.test(text)) return best;
  let steps = best;
  knowledge.chunks.forEach((chunk, i) => {
    if (chunk.article !== article || !STEPS.test(chunk.text) || ranked[i]! < ranked[best]! * NEAR_STEPS) return;
    if (steps === best || ranked[i]! > ranked[steps]!) steps = i;
  });
  return steps;
}

/** An introduction promises what the first section then says; alone it answers nothing. */
function withNextSection(knowledge: Knowledge, chunk: number): string {
  const { article, heading, text } = knowledge.chunks[chunk]!;
  const next = knowledge.chunks[chunk + 1];
  return heading === '' && next !== undefined && next.article === article && !STEPS.test(text)
    ? `${text}\n${next.text}`
    : text;
}

/** The topic words of a question, each with its weight here and its other readings (synonyms, the likely spelling). */
export function queryTerms(knowledge: Knowledge, query: string): QueryTerm[] {
  return [...new Set(contentTerms(query))].map((term) => {
    const variants = new Map<string, number>([[term, 1]]);
    for (const synonym of synonymsOf(term)) if (knowledge.idf.has(synonym)) variants.set(synonym, SYNONYM_WEIGHT);
    const own = knowledge.idf.get(term);
    const corrected = own === undefined ? correct(knowledge, term) : null;
    if (corrected !== null) {
      variants.set(corrected, CORRECTION_WEIGHT);
      for (const synonym of synonymsOf(corrected)) {
        if (knowledge.idf.has(synonym) && !variants.has(synonym))
          variants.set(synonym, SYNONYM_WEIGHT * CORRECTION_WEIGHT);
      }
    }
    const readings = [...variants].filter(([variant]) => knowledge.idf.has(variant));
    const nearest = corrected ?? readings[0]?.[0];
    return {
      term,
      idf: own ?? (nearest === undefined ? knowledge.unknownIdf : (knowledge.idf.get(nearest) ?? knowledge.unknownIdf)),
      known: readings.length > 0,
      variants: readings.map(([variant, weight]) => ({ term: variant, weight })),
    };
  });
}

/** The known word a misspelt one most likely was: one edit in a short word, two in a long one, never another first letter. */
function correct(knowledge: Knowledge, term: string): string | null {
  if (term.length < 4 || /\d/.test(term)) return null;
  const shared = new Map<string, number>();
  for (const gram of new Set(trigrams(term))) {
    for (const candidate of knowledge.termsByGram.get(gram) ?? [])
      shared.set(candidate, (shared.get(candidate) ?? 0) + 1);
  }
  const max = term.length <= 7 ? 1 : 2;
  let best: { term: string; distance: number } | null = null;
  for (const [candidate, grams] of shared) {
    if (grams < 2 || candidate.length < 4 || candidate[0] !== term[0]) continue;
    const distance = editDistance(term, candidate, max);
    if (distance <= max && (best === null || distance < best.distance)) best = { term: candidate, distance };
  }
  return best?.term ?? null;
}

function gramCosines(knowledge: Knowledge, terms: readonly QueryTerm[]): Float64Array {
  const dots = new Float64Array(knowledge.chunks.length);
  let square = 0;
  for (const [gram, count] of gramCounts(terms.map(({ term }) => term))) {
    const weight = gramWeight(count, knowledge.gramIdf.get(gram) ?? knowledge.unknownIdf);
    square += weight * weight;
    for (const chunk of knowledge.gramPostings.get(gram) ?? [])
      dots[chunk]! += weight * knowledge.chunks[chunk]!.grams.get(gram)!;
  }
  const norm = Math.sqrt(square);
  for (let i = 0; i < dots.length; i += 1) {
    const length = norm * knowledge.chunks[i]!.gramNorm;
    dots[i] = length === 0 ? 0 : dots[i]! / length;
  }
  return dots;
}

function gramCounts(terms: readonly string[]): Map<string, number> {
  return tally(terms.flatMap(trigrams));
}

function gramWeight(count: number, idf: number): number {
  return (1 + Math.log(count)) * idf;
}

function postingsOf(
  chunks: readonly Chunk[],
  counts: readonly Record<Field, Map<string, number>>[],
): Map<string, Map<number, number>> {
  const postings = new Map<string, Map<number, number>>();
  for (const field of FIELDS) {
    const average = chunks.reduce((sum, { length }) => sum + length[field], 0) / Math.max(1, chunks.length) || 1;
    const norm = FIELD_LENGTH_NORM[field];
    counts.forEach((byField, i) => {
      const shrink = 1 - norm + (norm * chunks[i]!.length[field]) / average;
      for (const [term, count] of byField[field]) {
        const list = postings.get(term) ?? new Map<number, number>();
        postings.set(term, list);
        list.set(i, (list.get(i) ?? 0) + (FIELD_WEIGHT[field] * count) / shrink);
      }
    });
  }
  return postings;
}

function idfOf(documents: readonly Iterable<string>[], total: number): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const document of documents) for (const term of document) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  return new Map([...frequency].map(([term, df]) => [term, Math.log(1 + (total - df + 0.5) / (df + 0.5))]));
}

function tally(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function pushTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
