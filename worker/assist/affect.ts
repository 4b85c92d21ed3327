import type { PageSignals } from '#domain/timeline/page-signals.ts';
import { foldWords } from '#domain/triggers/contains-phrase.ts';
import { HINTS, IMPATIENCE_WEIGHT, IMPATIENT_CLAUSE, LEFT_ALONE, STILL } from './frustration-hints.ts';
import type { EarlierMessage } from './ports.ts';
import { similarityOf } from './similarity.ts';

const list = (words: string) =>
  new RegExp(
    `\\b(?:${words
      .trim()
      .split(/\s*\n\s*/)
      .join('|')})\\b`,
    'g',
  );

const POSITIVE = list(`
  thanks?|thank you|great|perfect|awesome|love|loving|excellent|good|nice|helpful|works now|solved|fixed|brilliant|wonderful|amazing|happy|appreciated?|cheers`);
const NEGATIVE = list(`
  bad|broken|wrong|fail(?:s|ed|ing)?|error|problem|stuck|lost|cant|cannot|doesnt|wont|declined|refused|rejected|missing|slow|crash(?:es|ed)?|confused|impossible|not working|twice|never`);

const FAILED: readonly RegExp[] = [
  /^(?:no|nope|nah|wrong|incorrect|negative)\b(?! (?:problem|worries|thanks|thank you|thats (?:all|it)|need))/,
  /\b(?:that|this|it|which|your answer|the answer|those steps|these steps|the steps|none of (?:that|this|those|these)|neither) (?:still )?(?:really |just )?(?:didnt|did not|doesnt|does not|dont|do not|isnt|is not|wasnt|was not|hasnt|has not|wont|cant|didn t) (?:really |even |actually |quite )?(?:help|helped|helping|helpful|work|worked|working|fix|fixed|solve|solved|answer|make sense|right|correct|it|what|the|an answer|change|do anything|exist|there|apply)/,
  /\b(?:not|isnt|wasnt) (?:really |very |at all )?(?:helpful|what i (?:asked|meant|need|want|said)|my question|the (?:issue|problem|question)|the answer|it|working|answering)\b/,
  STILL,
  LEFT_ALONE,
  /\b(?:fail(?:s|ed)?|declined|refused|rejected|broken|happen(?:s|ed)?|(?:doesnt|does not|not) work(?:ing)?|same(?: thing| error| problem)?) (?:yet )?again\b/,
  /\b(?:already|have|ive|i) (?:already )?(?:tried|did|done) (?:that|this|it|all|those|exactly|everything)\b/,
  /\b(?:tried (?:that|this|it|everything|all of (?:that|this))|no luck|same (?:error|problem|issue|result|thing|message)|nothing (?:changed|happens|happened|works|helped)|didnt (?:work|help)|doesnt help|no (?:change|difference|effect)|to no avail|didn t (?:work|help)|you (?:dont|didnt) (?:understand|answer|get it|listen|read)|wrong answer|thats not)\b/,
];

/** At or above this two questions are the same question in other words. */
const SAME_QUESTION = 0.6;
/** How far one hint pulls the tone down, beside a bad word's one. */
const BAD_PER_WEIGHT = 4.4;
/** From this weight on a hint is anger; a friendly word beside it does not take it back. */
const ANGRY = 0.45;
/** Of one kind of hint; a longer rant is no surer. */
const SAID_AT_MOST = 3;
const CLAUSE_END = /[.!?;,:\n…–—]+/;
/** What an earlier message still weighs. */
const FADE = 0.5;

/** [G6] Does the visitor ask again what they asked before? */
export function isRepeated(question: string, earlier: readonly EarlierMessage[]): boolean {
  return earlier.some(({ author, text }) => author === 'visitor' && similarityOf(question, text) >= SAME_QUESTION);
}

/** [G6] Does the visitor say that what the assistant answered did not help? Means nothing before the assistant has spoken. */
export function saysItFailed(question: string, earlier: readonly EarlierMessage[]): boolean {
  if (!earlier.some(({ author }) => author === 'assistant')) return false;
  const text = foldWords(question);
  return FAILED.some((pattern) => text.search(pattern) !== -1);
}

/** The tone of one message, −1 to 1. A word list: good enough to sort by, not to act on alone. */
export function sentimentOf(text: string): number {
  const folded = foldWords(text);
  const negated =
    folded.match(
      /\b(?:not|isnt|wasnt|arent|never|no) (?:very |really |so |at all )?(?:good|great|helpful|happy|nice)\b/g,
    )?.length ?? 0;
  const good = count(POSITIVE, folded) - negated;
  const bad =
    HINTS.reduce((sum, { pattern, weight }) => sum + weight * BAD_PER_WEIGHT * count(pattern, folded), 0) +
    count(NEGATIVE, folded) +
    negated;
  return good + bad === 0 ? 0 : (good - bad) / (good + bad + 1);
}

type Evidence = { weight: number; because: string };

/**
 * [G6] How frustrated the visitor is over the conversation, 0 to 1, with what says so. Independent hints add up as chances do
 * (1 − Π(1 − w)), so one angry word is not yet anger and four small hints are.
 */
export function frustrationOf(
  question: string,
  earlier: readonly EarlierMessage[],
  pageSignals: PageSignals,
): { value: number; because: string[] } {
  const evidence = evidenceIn(question);
  const failed = saysItFailed(question, earlier);
  if (failed) evidence.push({ weight: 0.3, because: 'says the answer did not help' });
  if (isRepeated(question, earlier)) evidence.push({ weight: 0.3, because: 'asks again' });
  const before = earlier.filter(({ author }) => author === 'visitor').map(({ text }) => chance(evidenceIn(text)));
  const earlierWeight = FADE * Math.max(0, ...before);
  if (earlierWeight >= 0.1) evidence.push({ weight: earlierWeight, because: 'was frustrated earlier' });
  // A failing page makes other hints believable; it does not put words in anybody's mouth.
  if (pageSignals.inTrouble && evidence.length > 0) evidence.push({ weight: 0.2, because: 'the page is failing' });
  const relieved =
    !failed &&
    !evidence.some(({ weight }) => weight >= ANGRY) &&
    count(POSITIVE, foldWords(question)) > 0 &&
    !/\bnot\b/.test(foldWords(question));
  const value = chance(evidence) * (relieved ? 0.4 : 1);
  return { value: Math.round(value * 100) / 100, because: evidence.map(({ because }) => because) };
}

function evidenceIn(text: string): Evidence[] {
  const folded = foldWords(text);
  const evidence: Evidence[] = [];
  const taken: { from: number; to: number }[] = [];
  for (const { pattern, weight } of HINTS) {
    const said = new Set<string>();
    for (const { 0: words, index: from } of folded.matchAll(pattern)) {
      const to = from + words.length;
      if (taken.some((other) => from < other.to && other.from < to)) continue;
      taken.push({ from, to });
      if (said.size < SAID_AT_MOST && !said.has(words)) evidence.push({ weight, because: `says “${words}”` });
      said.add(words);
    }
  }
  const impatient = text
    .split(CLAUSE_END)
    .map(foldWords)
    .find((clause) => IMPATIENT_CLAUSE.test(clause));
  if (impatient !== undefined) evidence.push({ weight: IMPATIENCE_WEIGHT, because: `says “${impatient}”` });
  if (isShouting(text)) evidence.push({ weight: 0.3, because: 'writes in capitals' });
  if (/[!?]{2,}/.test(text) || (text.match(/!/g)?.length ?? 0) >= 3)
    evidence.push({ weight: 0.2, because: 'repeated exclamation or question marks' });
  return evidence;
}

function isShouting(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  return letters >= 10 && capitals / letters > 0.6 && (text.match(/\p{Lu}{3,}/gu)?.length ?? 0) >= 2;
}

function chance(evidence: readonly Evidence[]): number {
  return 1 - evidence.reduce((calm, { weight }) => calm * (1 - weight), 1);
}

function count(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}
