import type { PageSignals } from '#domain/timeline/page-signals.ts';
import { foldWords } from '#domain/triggers/contains-phrase.ts';
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

const STRONG = list(`
  useless|ridiculous|terrible|awful|horrible|worst|furious|angry|outrageous|unacceptable|disgusting|pathetic|garbage|rubbish|trash|joke
  hate|hating|scam|scammers|fraud|thieves|stealing|robbery|wtf|damn|dammit|bullshit|crap|shit|fuck|fucking|idiots?|stupid|dumb|infuriating|livid
  appalling|disgrace|disgraceful|incompetent|nightmare|absurd|insane|never again|sick of|fed up|sick and tired|pissed|disaster`);
const MILD = list(`
  annoyed|annoying|frustrated|frustrating|frustration|disappointed|disappointing|upset|unhappy|tired of|confusing|wasted?|wasting|waste of|ugh|argh|seriously
  nonsense|lost hours|for hours|hours on this|all day|over and over|every single time|yet again|third time|fourth time|second time|how many times|keeps? (?:happening|failing|crashing|breaking)
  losing (?:money|customers|patience|sales)|bad service|poor service|unreliable|nobody (?:answers|helps|cares|replies)|no one (?:answers|helps|cares|replies)|still waiting|not acceptable|enough|come on`);
const STILL =
  /\bstill (?:not|no|cant|cannot|doesnt|dont|isnt|wont|broken|failing|fails|stuck|waiting|the same|getting|happening|having|refuses|says)\b/;
const POSITIVE = list(`
  thanks?|thank you|great|perfect|awesome|love|loving|excellent|good|nice|helpful|works now|solved|fixed|brilliant|wonderful|amazing|happy|appreciated?|cheers`);
const NEGATIVE = list(`
  bad|broken|wrong|fail(?:s|ed|ing)?|error|problem|stuck|lost|cant|cannot|doesnt|wont|declined|refused|rejected|missing|slow|crash(?:es|ed)?|confused|impossible|not working|twice|never`);

const FAILED: readonly RegExp[] = [
  /^(?:no|nope|nah|wrong|incorrect|negative)\b(?! (?:problem|worries|thanks|thank you|thats (?:all|it)|need))/,
  /\b(?:that|this|it|which|your answer|the answer|those steps|these steps|the steps|none of (?:that|this|those|these)|neither) (?:still )?(?:really |just )?(?:didnt|did not|doesnt|does not|dont|do not|isnt|is not|wasnt|was not|hasnt|has not|wont|cant|didn t) (?:really |even |actually |quite )?(?:help|helped|helping|helpful|work|worked|working|fix|fixed|solve|solved|answer|make sense|right|correct|it|what|the|an answer|change|do anything|exist|there|apply)/,
  /\b(?:not|isnt|wasnt) (?:really |very |at all )?(?:helpful|what i (?:asked|meant|need|want|said)|my question|the (?:issue|problem|question)|the answer|it|working|answering)\b/,
  STILL,
  /\b(?:already|have|ive|i) (?:already )?(?:tried|did|done) (?:that|this|it|all|those|exactly|everything)\b/,
  /\b(?:tried (?:that|this|it|everything|all of (?:that|this))|no luck|same (?:error|problem|issue|result|thing|message)|nothing (?:changed|happens|happened|works|helped)|didnt (?:work|help)|doesnt help|no (?:change|difference|effect)|to no avail|didn t (?:work|help)|you (?:dont|didnt) (?:understand|answer|get it|listen|read)|wrong answer|thats not)\b/,
];

/** At or above this two questions are the same question in other words. */
const SAME_QUESTION = 0.6;
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
  return FAILED.some((pattern) => pattern.test(text));
}

/** The tone of one message, −1 to 1. A word list: good enough to sort by, not to act on alone. */
export function sentimentOf(text: string): number {
  const folded = foldWords(text);
  const negated =
    folded.match(
      /\b(?:not|isnt|wasnt|arent|never|no) (?:very |really |so |at all )?(?:good|great|helpful|happy|nice)\b/g,
    )?.length ?? 0;
  const good = count(POSITIVE, folded) - negated;
  const bad = 2 * count(STRONG, folded) + 1.5 * count(MILD, folded) + count(NEGATIVE, folded) + negated;
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
    count(STRONG, foldWords(question)) === 0 &&
    count(POSITIVE, foldWords(question)) > 0 &&
    !/\bnot\b/.test(foldWords(question));
  const value = chance(evidence) * (relieved ? 0.4 : 1);
  return { value: Math.round(value * 100) / 100, because: evidence.map(({ because }) => because) };
}

function evidenceIn(text: string): Evidence[] {
  const folded = foldWords(text);
  const evidence: Evidence[] = [];
  const strong = [...new Set(folded.match(STRONG) ?? [])];
  const mild = [...new Set(folded.match(MILD) ?? [])];
  for (const word of strong.slice(0, 3)) evidence.push({ weight: 0.45, because: `says “${word}”` });
  for (const word of mild.slice(0, 3)) evidence.push({ weight: 0.35, because: `says “${word}”` });
  const still = STILL.exec(folded);
  if (still) evidence.push({ weight: 0.25, because: `says “${still[0]}”` });
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
