/** One way to sound frustrated: what to look for in folded words, and the chance that who says it is. */
export type Hint = { pattern: RegExp; weight: number };

/** Alternatives, one a line or between bars, as whole words. */
const words = (alternatives: string): RegExp =>
  new RegExp(
    `\\b(?:${alternatives
      .trim()
      .split(/\s*\n\s*/)
      .join('|')})\\b`,
    'g',
  );

const NOBODY = '(?:nobody|no one|noone|none of you|not one of you|not a single person|no human)';
const IN_BETWEEN =
  '(?: (?:who|ever|even|here|there|really|actually|seems? to|wants? to|bothers? to|bothered to|is|has|can|will|would|could|from support|in support|in your team|of you|yet|still|at all))*';
const ATTENDS =
  '(?:helps?|helping|helped|answers?|answering|answered|cares?|cared|reply|replies|replying|replied|responds?|responding|responded|reacts?|reacted|listens?|listening|gets? back|got back|getting back|called back|calls back|writes back|wrote back|picks? up|does anything|did anything|is there)';
const REPLY = '(?:reply|replies|answer|answers|response|responses|reaction|help|word from|feedback|solution)';
/** A thing that does not respond is a bug report, not somebody left alone. */
const FROM_A_PERSON = '(?! (?:from|by|of) (?:the|my|our|your) (?:api|server|endpoint|webhook|bank|site|page))';

/**
 * Left alone: the strongest thing to say short of anger, for it is about us. Not where it is supposed ("what happens if nobody answers the
 * invitation").
 */
export const LEFT_ALONE = words(`
  (?<!\\b(?:if|when|whenever|unless|until|in case|once|while) )${NOBODY}${IN_BETWEEN} ${ATTENDS}
  still no ${REPLY}${FROM_A_PERSON}
  no (?:reply|answer|response|reaction)(?: (?:at all|so far|yet|whatsoever|from (?:you|anyone|anybody|support|your team|your side)))
  (?:havent|have not|hasnt|has not|didnt|did not|never) (?:heard|received|got|gotten|had|get|hear|receive) (?:back|any (?:reply|answer|response|help)|a (?:reply|response)|an answer|a thing|anything back)${FROM_A_PERSON}
  (?:im|i am|i was|i feel|feeling|we are|we were|i keep|we keep|ive|weve|i have|we have|i get|we get)(?: just| constantly| simply| completely)?(?: been| being| getting)? ignored|(?:you|support|everyone|everybody) (?:\\w+ ){0,2}(?:ignore|ignores|ignored|ignoring) (?:me|us|my|our)
  (?:left|leave|leaving|leaves) (?:me|us) (?:alone with|hanging|waiting|in the dark)|(?:am|are|feel|been|was|were) left (?:alone|hanging|in the dark)
  (?:cant|cannot|can not|unable to) (?:reach|get hold of|get through to) (?:anyone|anybody|any of you)`);

const ANGER = words(`
  useless|ridiculous|(?:terrible|awful|horrible)(?! mistake)|worst|furious|angry|outrageous|unacceptable|not acceptable|disgusting|pathetic|garbage|rubbish
  (?<!\\b(?:the|to|in|from|my) )trash(?! (?:folder|can|bin|icon))|(?:what|such|is|are|its|an? (?:absolute|complete|total|bad|big|sick)) (?:just )?a? ?joke
  hate|hating|scam|scammers|(?<!\\b(?:victim of|report|reported|reporting|suspect|suspected|for|about|by|stop|against|a|card|online|bank|payment|identity) )fraud(?! (?:on|in|to|with|team|department|protection|alert|detection|prevention))
  thieves|(?:you|youre|you are|company|you guys are) stealing|robbery|wtf|damn|dammit|bullshit|crap|shit|fuck|fucking|idiots?|stupid|dumb|infuriating|livid
  appalling|disgrace|disgraceful|incompetent|nightmare|absurd|insane|never again|sick of|fed up|sick and tired|pissed|disaster`);

const ANNOYANCE = words(`
  annoyed|annoying|frustrated|frustrating|frustration|disappointed|disappointing|upset|unhappy|tired of|ugh|argh|nonsense|unreliable|bad service|poor service
  wast(?:e of|ed|es|ing) (?:my|our|so much|of|enough)? ?time|waste of money|lost hours|losing (?:my |our )?(?:money|customers|patience|sales|mind)|out of patience
  thats enough|that is enough|had enough|enough is enough|enough already|unbelievable|for (?:gods|heavens|goodness|christs) sake|for crying out loud`);

/** Said of something that has gone on for too long. "It keeps failing" only reports; see `WEARY`. */
const INSISTENCE = words(`
  over and over|again and again|time and (?:time )?again|yet again|every single time|all over again
  (?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|umpteenth|hundredth|nth|[3-9](?:rd|th)|\\d{2,}th) time
  how many (?:more )?times (?:do|must|should|shall|have|will|am|are) (?:i|we) (?:have|need|got|must|had|to|tell|try|ask|explain|write|repeat|say|supposed)`);

/** Means something only beside another hint. */
const WEARY = words(`
  keeps?(?: on)? (?:failing|happening|crashing|breaking|rejecting|refusing|declining|freezing|bouncing|repeating|coming back|going wrong|not working|timing out|getting (?:refused|declined|rejected|worse)|logging (?:me|us) out|kicking (?:me|us) out)
  second time|2nd time|(?:\\d+|two|three|four|five|six|seven|eight|nine|ten|many|several|a dozen|a hundred) times (?:now|already|in a row|today)
  confusing|seriously|wasted|wasting|for hours|hours on this|all day`);

/** Also the sign that an answer did not help. */
export const STILL = words(
  'still (?:(?:does|do|is|will|did|can) not|not|no|cant|cannot|doesnt|dont|isnt|wont|broken|failing|fails|stuck|waiting|the same|getting|happening|having|refuses|says)',
);

/** Heaviest first: words that two hints share count for the heavier one only. */
export const HINTS: readonly Hint[] = [
  { pattern: LEFT_ALONE, weight: 0.55 },
  { pattern: ANGER, weight: 0.45 },
  { pattern: ANNOYANCE, weight: 0.35 },
  { pattern: INSISTENCE, weight: 0.35 },
  { pattern: WEARY, weight: 0.25 },
  { pattern: STILL, weight: 0.25 },
];

/** A clause that is nothing but this is impatience: "…, come on!" is, "when does the light come on" is not. */
export const IMPATIENT_CLAUSE =
  /^(?:oh |ah |well |but |and |so |please )*(?:come on|cmon|hurry(?: up)?|not again|do something|hello anyone|anybody there|anyone there)(?: (?:guys|people|already|now|man|please|then|there))*$/;
export const IMPATIENCE_WEIGHT = 0.35;
