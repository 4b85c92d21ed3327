import type { Answerer, AnswerInput, Citation, Passage } from './ports.ts';
import { contentTerms, synonymsOf } from './terms.ts';

/** Longer answers are not read in a chat panel. */
const MAX_SENTENCES = 4;
const MAX_STEPS = 9;

/** Who wrote it, where nothing else is said. */
export const EMBEDDED = 'embedded@1';

/**
 * [G7] Answers with the knowledge base's own words: the steps under the best heading, or its one to four sentences nearest the
 * question, verbatim and in their order. It cannot make anything up, which is why it is the default and the fallback.
 */
export const embeddedAnswerer: Answerer = {
  by: EMBEDDED,
  async answer(input) {
    const { text, citations } = composeAnswer(input);
    return text === ''
      ? { ok: false, by: EMBEDDED, because: 'empty' }
      : { ok: true, by: EMBEDDED, text, citations, verdict: null };
  },
};

/** [G7] The whole answer at once, with what it quotes. */
export function composeAnswer({ question, passages }: AnswerInput): { text: string; citations: Citation[] } {
  const [best] = passages;
  if (best === undefined) return { text: '', citations: [] };
  const lines = best.text.split('\n').filter((line) => line.trim() !== '');
  const text = stepsOf(lines) ?? sentencesNear(question, lines);
  return { text, citations: text === '' ? [] : [citationOf(best)] };
}

/** The piece of an article that an answer stands on. */
export function citationOf({ articleId, slug, title, heading }: Passage): Citation {
  return { articleId, slug, title, heading };
}

const STEP = /^\d{1,3}\. /;
const ITEM = /^- /;

/** The line that leads into the steps, the steps, and one closing line if it is short. */
function stepsOf(lines: readonly string[]): string | null {
  const first = lines.findIndex((line) => STEP.test(line));
  if (first === -1) return null;
  let end = first;
  while (end < lines.length && (STEP.test(lines[end]!) || ITEM.test(lines[end]!))) end += 1;
  const steps = lines.slice(first, end);
  if (steps.length < 2 || steps.length > MAX_STEPS) return null;
  const lead = first > 0 && !ITEM.test(lines[first - 1]!) ? (splitSentences(lines[first - 1]!).at(-1) ?? null) : null;
  const closing =
    lines[end] !== undefined && !STEP.test(lines[end]!) && !ITEM.test(lines[end]!)
      ? splitSentences(lines[end]!)[0]
      : undefined;
  return [lead, ...steps, closing].filter((line) => line !== null && line !== undefined).join('\n');
}

type Sentence = { text: string; line: number };

/** The run of up to four sentences that shares most topic words with the question; early ones win ties, for articles say it first. */
function sentencesNear(question: string, lines: readonly string[]): string {
  const sentences = lines.flatMap((line, i): Sentence[] =>
    ITEM.test(line) || STEP.test(line)
      ? [{ text: line, line: i }]
      : splitSentences(line).map((text) => ({ text, line: i })),
  );
  const asked = new Set(contentTerms(question));
  const worth = sentences.map(({ text }) => {
    let sum = 0;
    for (const term of new Set(contentTerms(text))) {
      if (asked.has(term)) sum += 1;
      else if (synonymsOf(term).some((synonym) => asked.has(synonym))) sum += 0.4;
    }
    return sum;
  });
  let best = { from: 0, sum: -1 };
  for (let from = 0; from < sentences.length; from += 1) {
    const sum = worth.slice(from, from + MAX_SENTENCES).reduce((all, one) => all + one, 0) - from * 0.05;
    if (sum > best.sum) best = { from, sum };
    if (from + MAX_SENTENCES >= sentences.length) break;
  }
  let out = '';
  let line = -1;
  for (const sentence of sentences.slice(best.from, best.from + MAX_SENTENCES)) {
    out += out === '' ? sentence.text : `${sentence.line === line ? ' ' : '\n'}${sentence.text}`;
    line = sentence.line;
  }
  return out;
}

/** At a full stop, question or exclamation mark before a space and a capital, a digit or a quote; not after "e.g." and the like. */
function splitSentences(line: string): string[] {
  return line.split(/(?<=[^.\s]{2}[.!?]["”’)]?)\s+(?=[\p{Lu}\p{N}"“(])/u).filter((sentence) => sentence !== '');
}
