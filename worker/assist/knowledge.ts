import type { GuideStep } from '#domain/guide/guide.ts';
import { sectionsOf } from './markdown.ts';
import type { Passage } from './ports.ts';
import { buildCosineIndex, type CosineIndex, cosines } from './retrieval/cosine-index.ts';
import { letterTokens, phraseTokens } from './retrieval/tokens.ts';
import { editDistance, trigrams } from './similarity.ts';
import { contentTerms, synonymsOf } from './terms.ts';

export type Article = {
  id: string;
  slug: string;
  title: string;
  area: string | null;
  keywords: readonly string[];
  /** What people wrote whom this article then helped: each is another name for it. */
  aliases?: readonly string[];
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
const K1 = 1.5;
/** What an expansion counts against the word itself. */
const SYNONYM_WEIGHT = 0.55;
const CORRECTION_WEIGHT = 0.85;
/**
 * A passage counts for itself, a little for what the rest of its article says, and for how like the question its names are, letter by letter and
 * phrase by phrase. Tuned on the even threads of StackFAQ.
 */
const WORD_SHARE = 0.38;
const ARTICLE_SHARE = 0.2;
const LETTER_SHARE = 0.22;
const PHRASE_SHARE = 0.2;
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
  guide: readonly GuideStep[];
  length: Record<Field, number>;
};

type Posting = { chunks: Int32Array; frequencies: Float32Array };

/** An index over a workspace's articles. Immutable; build a new one when an article changes. */
export type Knowledge = {
  readonly chunks: readonly Chunk[];
  /** By chunk: the number of its article. */
  readonly articleOf: Int32Array;
  readonly articles: readonly Article[];
  /** term → chunks with its weighted, length-normalised frequency. */
  readonly postings: ReadonlyMap<string, Posting>;
  readonly idf: ReadonlyMap<string, number>;
  /** Names, each chunk's own first in the chunks' order, then the aliases of articles. */
  readonly letters: CosineIndex;
  readonly phrases: CosineIndex;
  /** By alias: the number of its article. */
  readonly aliasOf: Int32Array;
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
  const names: string[] = [];
  const counts: Record<Field, Map<string, number>>[] = [];
  const articleTerms = new Map<string, Set<string>>();
  const articleNames = new Map<string, Set<string>>();
  const articleOf: number[] = [];
  articles.forEach((article, number) => {
    const titleTerms = contentTerms(article.title);
    const keywordTerms = [...article.keywords, ...(article.aliases ?? [])].flatMap(contentTerms);
    const seen = new Set([...titleTerms, ...keywordTerms]);
    articleNames.set(article.id, new Set(seen));
    const sections = sectionsOf(article.body);
    for (const { heading, text, guide = [] } of sections.length > 0
      ? sections
      : [{ heading: '', text: article.title, guide: [] }]) {
      const terms: Record<Field, string[]> = {
        title: titleTerms,
        heading: contentTerms(heading),
        keywords: keywordTerms,
        body: contentTerms(text),
      };
      for (const term of [...terms.heading, ...terms.body]) seen.add(term);
      // A heading's empty words are about its place in the article: "if it fails again" is no name for anything.
      names.push([article.title, ...article.keywords, ...terms.heading].join(' '));
      articleOf.push(number);
      chunks.push({
        article,
        heading,
        text,
        guide,
        length: {
          title: terms.title.length,
          heading: terms.heading.length,
          keywords: terms.keywords.length,
          body: terms.body.length,
        },
      });
      counts.push({
        title: tally(terms.title),
        heading: tally(terms.heading),
        keywords: tally(terms.keywords),
        body: tally(terms.body),
      });
    }
    articleTerms.set(article.id, seen);
  });
  const aliasOf: number[] = [];
  articles.forEach(({ aliases = [] }, number) => {
    for (const alias of aliases) {
      names.push(alias);
      aliasOf.push(number);
    }
  });
  const idf = idfOf([...articleTerms.values()], articles.length);
  const termsByGram = new Map<string, string[]>();
  for (const term of idf.keys()) for (const gram of new Set(trigrams(term))) pushTo(termsByGram, gram, term);
  return {
    chunks,
    articleOf: Int32Array.from(articleOf),
    articles,
    postings: postingsOf(chunks, counts),
    idf,
    letters: buildCosineIndex(names.map(letterTokens)),
    phrases: buildCosineIndex(names.map(phraseTokens)),
    aliasOf: Int32Array.from(aliasOf),
    termsByGram,
    unknownIdf: Math.log(1 + (articles.length + 0.5) / 0.5),
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
  const { chunks, articles, articleOf } = knowledge;
  const { inChunk, inArticle } = wordScores(knowledge, terms);
  const { letters, phrases } = nameScores(knowledge, query);
  const ranked = new Float64Array(chunks.length);
  const bestOfArticle = new Int32Array(articles.length).fill(-1);
  for (let i = 0; i < chunks.length; i += 1) {
    const number = articleOf[i]!;
    const boost = area !== null && articles[number]!.area === area ? AREA_BOOST : 1;
    const score =
      WORD_SHARE * inChunk[i]! +
      ARTICLE_SHARE * inArticle[number]! +
      LETTER_SHARE * letters[i]! +
      PHRASE_SHARE * phrases[i]!;
    ranked[i] = Math.min(1, score * boost);
    const best = bestOfArticle[number]!;
    if (ranked[i]! > (best < 0 ? MIN_SCORE : ranked[best]!)) bestOfArticle[number] = i;
  }
  const asksHow = HOW_TO.test(query);
  return [...bestOfArticle]
    .filter((chunk) => chunk >= 0)
    .sort((a, b) => ranked[b]! - ranked[a]! || a - b)
    .slice(0, limit)
    .map((chunk) => {
      const shown = asksHow ? nearestSteps(knowledge, chunk, ranked) : chunk;
      const { article, heading } = chunks[shown]!;
      return {
        articleId: article.id,
        slug: article.slug,
        title: article.title,
        heading: heading || article.title,
        area: article.area,
        ...shownSections(knowledge, shown),
        score: ranked[chunk]!,
      };
    });
}

/** BM25F, as a share of what a passage with every word of the question without end would have. */
function wordScores({ chunks, articles, articleOf, postings }: Knowledge, terms: readonly QueryTerm[]) {
  const total = terms.reduce((sum, { idf }) => sum + idf, 0);
  const inChunk = new Float64Array(chunks.length);
  const inArticle = new Float64Array(articles.length);
  const best = new Float64Array(chunks.length);
  const bestInArticle = new Float64Array(articles.length);
  for (const { idf, variants } of terms) {
    // The best reading of a word counts, not the sum: three synonyms in one article are still one thing said.
    for (const { term, weight } of variants) {
      const posting = postings.get(term);
      if (posting === undefined) continue;
      for (let i = 0; i < posting.chunks.length; i += 1) {
        const chunk = posting.chunks[i]!;
        const saturation = (weight * posting.frequencies[i]!) / (K1 + posting.frequencies[i]!);
        if (saturation > best[chunk]!) best[chunk] = saturation;
      }
    }
    const share = idf / total;
    for (const { term } of variants) {
      for (const chunk of postings.get(term)?.chunks ?? []) {
        const number = articleOf[chunk]!;
        inChunk[chunk]! += share * best[chunk]!;
        if (best[chunk]! > bestInArticle[number]!) {
          inArticle[number]! += share * (best[chunk]! - bestInArticle[number]!);
          bestInArticle[number] = best[chunk]!;
        }
        best[chunk] = 0;
      }
    }
    for (const { term } of variants)
      for (const chunk of postings.get(term)?.chunks ?? []) bestInArticle[articleOf[chunk]!] = 0;
  }
  return { inChunk, inArticle };
}

/** How like the question each chunk's names are; of several names the nearest counts, as with nearest neighbours. */
function nameScores({ chunks, articles, articleOf, aliasOf, letters, phrases }: Knowledge, query: string) {
  const byChunk = (index: CosineIndex, tokens: readonly string[]): Float64Array => {
    const found = cosines(index, tokens);
    const own = found.subarray(0, chunks.length);
    if (aliasOf.length === 0) return own;
    const nearest = new Float64Array(articles.length);
    aliasOf.forEach((number, i) => {
      nearest[number] = Math.max(nearest[number]!, found[chunks.length + i]!);
    });
    for (let i = 0; i < own.length; i += 1) own[i] = Math.max(own[i]!, nearest[articleOf[i]!]!);
    return own;
  };
  return { letters: byChunk(letters, letterTokens(query)), phrases: byChunk(phrases, phraseTokens(query)) };
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
function shownSections(knowledge: Knowledge, chunk: number): Pick<Passage, 'text' | 'guide'> {
  const { article, heading, text, guide } = knowledge.chunks[chunk]!;
  const next = knowledge.chunks[chunk + 1];
  const isPromise = heading === '' && next !== undefined && next.article === article && !STEPS.test(text);
  const steps = isPromise && guide.length === 0 ? next.guide : guide;
  return { text: isPromise ? `${text}\n${next.text}` : text, ...(steps.length === 0 ? {} : { guide: steps }) };
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

function postingsOf(
  chunks: readonly Chunk[],
  counts: readonly Record<Field, Map<string, number>>[],
): Map<string, Posting> {
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
  return new Map(
    [...postings].map(([term, list]) => [
      term,
      { chunks: Int32Array.from(list.keys()), frequencies: Float32Array.from(list.values()) },
    ]),
  );
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
