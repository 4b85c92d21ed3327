import { editDistance } from './similarity.ts';
import { wordsOf } from './terms.ts';
import { wishMargin } from './wish-margin.ts';

/** Words for somebody to talk to. Long ones are also recognised misspelt ("humna", "represntative"). */
const PERSON = [
  'human',
  'humans',
  'person',
  'agent',
  'agents',
  'representative',
  'rep',
  'operator',
  'someone',
  'somebody',
  'advisor',
  'adviser',
  'supervisor',
  'specialist',
  'staff',
  'csr',
] as const;
const SPELLABLE = [
  'human',
  'person',
  'agent',
  'representative',
  'operator',
  'someone',
  'somebody',
  'supervisor',
  'advisor',
  'specialist',
] as const;
/** Real words one edit away from one of those. */
const NOT_MISSPELT = new Set([
  'agents',
  'humans',
  'persons',
  'personal',
  'agency',
  'urgent',
  'parson',
  'prison',
  'humane',
  'operators',
  'operate',
  'operation',
  'special',
  'specialists',
  'representatives',
  'recent',
  'agenda',
  'gent',
  'event',
]);

const WHO = `(?:human|humans|person|agent|agents|representative|rep|operator|someone|somebody|advisor|adviser|supervisor|specialist|staff|csr|colleague|manager|people|support|sales|customer service|customer support|customer care|help ?desk|team member|human being)`;
/** Who sits where: teams and desks that are asked for by name. */
const DESK = `(?:reception|receptionist|front desk|concierge|restaurant|room service|housekeeping|kitchen|spa|cleaners?|cleaning|maintenance|billing|accounts?|accounting|finance|technical|tech|branch|bank worker|worker|teller|clerk|employee|engineer|developer|legal|compliance|security|department|team)(?: (?:team|department|desk|staff))?`;
const REAL = `(?:real|live|actual|human|proper|physical|living|breathing)`;
const ANY = `(?:(?:a|an|any|the|your|one of your|some|another|with|to|from|in|at|of|${REAL}|support|service|customer|technical|billing|team|qualified|different) ){0,5}`;
/** "An agent account", "a person field": the word belongs to the product. */
const NOT_A_THING = `(?! (?:account|accounts|role|roles|seat|seats|plan|licen[cs]e|permission|permissions|id|field|record|page|profile|name|api|commission|portal|article|articles|ticket|in my|on my|from my|of my|in our|on our|to my|to our))`;

const EXPLICIT: readonly RegExp[] = [
  // talk to a person, speak with someone, chat with an agent
  new RegExp(
    `\\b(?:talk|talking|speak|speaking|chat|chatting|communicate|converse) (?:directly )?(?:to|with) ${ANY}${WHO}\\b${NOT_A_THING}`,
  ),
  // connect me to someone, put me through to support, transfer me, pass me on
  new RegExp(
    `\\b(?:connect|transfer|put|pass|escalate|forward|hand|refer|redirect|direct|route|switch|send|take) (?:me|us|this|it|this chat|the chat|my case|my issue|this conversation)(?: (?:over|through|on|up|directly|back))? (?:to|with|on to) ${ANY}${WHO}\\b${NOT_A_THING}`,
  ),
  new RegExp(
    `\\b(?:connect|transfer|escalate) (?:to|with) (?:(?:a|an|the|your) )?(?:${REAL} )?(?:human|agent|representative|rep|operator|advisor|adviser|supervisor|support|csr)\\b${NOT_A_THING}`,
  ),
  /\b(?:transfer|escalate|connect) me(?: please| now)*$/,
  // I want a human, get me a person, need an agent
  new RegExp(
    `\\b(?:want|wanna|need|prefer|require|demand|get me|get us|give me|give us|find me|send me|bring me|bring in|let me have|id like|i would like|request|requesting|asking for) ${ANY}(?:human|person|agent|representative|rep|operator|supervisor|human being|csr|advisor|adviser)\\b${NOT_A_THING}(?! to (?:approve|sign|be|have|access|see|join))`,
  ),
  new RegExp(
    `\\b(?:get|reach|contact|call|phone|find|message) (?:hold of |through to |in touch with |to )?${ANY}(?:human|agent|representative|rep|operator|csr|human being|${REAL} person|customer service|customer support|support team|your support|your team|support)\\b${NOT_A_THING}`,
  ),
  // can somebody call me; is there anybody real
  /\b(?:can|could|will|would|have|please have|let|ask) (?:someone|somebody|anyone|anybody|an agent|a person|a human|support|your team|you)(?: please)? (?:to )?(?:call|phone|ring|contact) (?:me|us)(?: (?:back|please|now|on|at|about|asap|to|today|tomorrow|regarding|by|instead|urgently)\b|$)/,
  new RegExp(
    `\\b(?:is|are) there (?:a|an|any|some)? ?(?:${REAL} )?(?:human|humans|person|agent|agents|people|one|body|anyone|anybody|someone)(?: (?:real|there|here|available|i can|who can|to talk|to speak|else i can))\\b`,
  ),
  new RegExp(
    `\\b(?:real|live|actual|living|breathing) (?:human|person|agent|representative|rep|operator|people|support)\\b${NOT_A_THING}`,
  ),
  /\bhuman (?:support|help|assistance|agent|being|please|now|operator|representative)\b/,
  /\b(?:agent|representative|operator|person|supervisor) (?:please|pls|plz|now)\b/,
  /\b(?:who|whom) (?:can|could|do|should|may) i (?:talk|speak|contact|call|write|turn) to\b|\bwho (?:can|could) i (?:contact|call)\b/,
  /\b(?:help|assistance|support|answer|response|reply|call) (?:from|by) (?:a |an )?(?:real |live |actual )?(?:human|person|agent)\b/,
  /\b(?:have|let|ask) (?:a|an|some) (?:real |live |actual )?(?:human|agent|person|colleague) (?:to )?(?:look|check|help|call|contact|take|answer|reply)\b/,
  /\b(?:speak|talk) (?:to|with) (?:your|the|a) (?:manager|supervisor|boss)\b/,
  // put me through with a bank worker, get me someone else, get your manager on the line
  /\b(?:put me through|pass me on|hand me over) (?:to|with)\b/,
  /\b(?:get|give|find) me (?:to )?(?:someone|somebody|anyone|anybody|another|your (?:manager|boss))\b/,
  /\b(?:get|have|put) (?:someone|somebody|anyone|your \w+|an? \w+)(?: else)? on the (?:line|phone)\b/,
  /\b(?:get|have|ask) (?:someone|somebody|anyone|anybody)(?: else)? to (?:help|assist|check|call|take over)\b/,
  // "Can someone help me top up my card?" is answered as any question is; alone, or with "else", it is a wish.
  /\b(?:can|could|will|would|may) (?:(?:someone|somebody|anyone|anybody) else (?:please )?(?:help|assist|take|look)|(?:someone|somebody|anyone|anybody) (?:please )?(?:(?:help|assist)(?: me| us)?(?: please| here)*$|take (?:a look|over)))\b/,
  /\b(?:talk|speak|chat) (?:to|with) (?:someone|somebody|anyone|anybody) else\b/,
  // A team or a desk by its name: to the reception, with some of your cleaners.
  new RegExp(
    `\\b(?:talk|talking|speak|speaking|chat) (?:directly )?(?:to|with) (?:(?:the|your|a|some|someone|somebody|one|of|from|at|in) ){1,5}${DESK}\\b|\\bchat with (?:some|one) of your\\b`,
  ),
  new RegExp(`\\b(?:transfer|connect|put|pass) me (?:through |over )?(?:to|with) (?:the |your )?${DESK}\\b`),
  new RegExp(`^(?:the )?${DESK} team please$`),
];

/** Nobody says this who is content with the assistant. */
const IMPLICIT: readonly RegExp[] = [
  /\b(?:this|the|your|you|stupid|dumb|damn|bloody|fucking|useless|silly|annoying) (?:stupid |dumb |useless |damn )?(?:chat ?bot|bot|robot|ai|virtual assistant)s? (?:is|are|was|isnt|cant|cannot|doesnt|dont|keeps|never|sucks|wont) ?(?:so |really |completely |totally |just |absolutely |a |not |fucking |worse than )*(?:useless|stupid|dumb|rubbish|garbage|terrible|awful|joke|pointless|waste|trash|crap|worthless|hopeless|helpful|helping|help|understand|understanding|listen|listening|get it|useful|working|repeating|suck|sucks|no help|idiotic|ridiculous)\b/,
  /\b(?:stupid|dumb|useless|fucking|damn|bloody|worthless|idiotic|crappy) (?:chat ?bot|bot|robot|ai|machine)\b/,
  /\b(?:dont|do not|not|no longer|never) (?:want|like|wanna|need|going)(?: to)?(?: (?:talk|speak|chat|deal|be talking))?(?: (?:to|with))? (?:a |an |this |the |some |any |your )?(?:stupid )?(?:chat ?bots?|bots?|robots?|ai|machines?)\b/,
  /\b(?:no|no more|enough of|sick of|tired of|fed up with|instead of|get me out of|hate|not another|stop the|not a) (?:this |these |the |your |talking to |a |an |stupid )*(?:chat ?bots?|bots?|robots?|ai|machines?)\b/,
  /\b(?:anyone|anybody|someone|somebody|nobody|no one) (?:real|human|alive|actually there)\b/,
  /\b(?:this|the) (?:conversation|chat|talk) (?:is|isnt|is not|was|goes|keeps)(?: \w+)? ?(?:not working|working at all|(?:leading|going|getting)(?: us)? (?:nowhere|anywhere)|useless|pointless|a waste)/,
  /^(?:no )?i (?:dont|do not|wont|will not) (?:want|like|wish)?(?: to)? ?(?:talk|speak|chat) (?:to|with) you(?: anymore| any more)?$/,
  /\b(?:stop|stopped|done) (?:talking|speaking|chatting) (?:to|with) (?:a |the |this |these |your )?(?:chat ?bots?|bots?|robots?|ai|machines?|you)\b/,
  /\b(?:dont|do not) (?:feel comfortable|trust|like)\b.*\b(?:to|with|by) (?:a |this |the )?(?:chat ?bot|bot|robot|ai|machine|computer)\b/,
  /\b(?:wasting|waste|wasted) (?:my )?time (?:with|on|talking to) (?:a |this |the )?(?:chat ?bot|bot|robot|ai|machine|computer)\b/,
  /\byou (?:cannot|cant|can not|are not able to|arent able to|are unable to) help me\b/,
  /\bare you (?:even )?(?:a )?(?:real|human|real person)\b.*\b(?:want|need|get|talk|speak)\b/,
];

/** The whole message is the wish. "support" and "help desk" count only so. */
const BARE =
  /^(?:(?:a|an|the|to|real|live|actual|human|customer|speak|talk|call|with|i|want|need|get|me|now|some) )*(?:human|humans|person|agent|representative|rep|operator|someone|somebody|human being|supervisor|csr|customer service|customer support|customer care|support|help ?desk|service|sales)$/;
const FILLER = new Set([
  'please',
  'pls',
  'plz',
  'now',
  'hi',
  'hello',
  'hey',
  'ok',
  'okay',
  'yes',
  'just',
  'again',
  'thanks',
  'asap',
  'immediately',
  'no',
  'sorry',
  'first',
  'still',
]);

/** "I don't want to talk to …", "do I have to speak to …?": named, not wished for. */
const UNWANTED =
  /\b(?<!how |where |who )(?:do|should|must) (?:i|we) (?:have to |need to )?$|\b(?:dont|do not|no|not|never|without|rather than|instead of|avoid)\s+(?:\w+\s+){0,4}$/;
const isDenied = (text: string, match: RegExpExecArray | null): boolean => {
  if (match === null) return false;
  const before = text.slice(0, match.index);
  return UNWANTED.test(before) || THIRD_PARTY.test(before) || IDENTITY.test(before);
};

/** "Are you a human being?", "who is your supervisor?": asked about, not asked for. */
const IDENTITY =
  /\b(?:are you|r u|you are|youre|be|like|(?:am i|are we) (?:talking|speaking|chatting|writing) (?:to|with)|am i|who is|whos|who are) (?:(?:a|an|the|your|really|actually|even|real|actual|live) )*$/;
const THIRD_PARTY =
  /\b(?:customers?|clients?|users?|they|members?|visitors?|guests?|patients?|employees|he|she|buyers?)\s+(?:\w+\s+){0,3}$/;

/**
 * [G5] Does the visitor ask for a person, outright, misspelt, or by giving up on the assistant? Errs towards yes where the words are about
 * this conversation, and stays quiet where an agent or a person is a thing in the customer's product.
 */
export function findWishForPerson(question: string): { value: boolean; because: string | null } {
  const found = findWishByRules(question);
  if (found.value) return found;
  const because = likeliestWish(question);
  return { value: because !== null, because };
}

/** What the rules alone say; the model beside them is trained on what they leave. */
export function findWishByRules(question: string): { value: boolean; because: string | null } {
  // "That is not what I asked. Get me an agent": what is denied in one clause denies nothing in the next.
  for (const clause of question.split(CLAUSE_END)) {
    const found = findIn(clause);
    if (found.value) return found;
  }
  return findIn(question);
}

/** The clause that the model takes for a wish, as it is compared; null when there is none. */
function likeliestWish(question: string): string | null {
  let best = { margin: WISH_FROM, clause: '' };
  const clauses = question.split(CLAUSE_END).filter((clause) => clause.trim() !== '');
  for (const clause of clauses.length > 1 ? [question, ...clauses] : [question]) {
    const words = wordsOf(clause).map(respell);
    const text = words.join(' ');
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS) continue;
    // What was named only to be denied still has all the words of a wish.
    if (EXPLICIT.some((pattern) => isDenied(text, pattern.exec(text)))) continue;
    const margin = wishMargin(clause);
    if (margin >= best.margin) best = { margin, clause: text };
  }
  return best.clause === '' ? null : best.clause;
}

/** One or two words are for the rules: the model has seen too few to know which. In a long letter every word has been said. */
const LEAST_WORDS = 3;
const MOST_WORDS = 40;
/** At it no more than one in a thousand other messages is taken for a wish, by cross-validation; see decisions/0008-wishes-by-rules-and-a-model.md. */
const WISH_FROM = -0.1;

const CLAUSE_END = /[.!?;,\n]+/;

function findIn(question: string): { value: boolean; because: string | null } {
  const words = wordsOf(question).map(respell);
  const text = words.join(' ');
  const bare = words.filter((word) => !FILLER.has(word)).join(' ');
  if (bare !== '' && BARE.test(bare)) return { value: true, because: bare };
  for (const pattern of EXPLICIT) {
    const match = pattern.exec(text);
    if (match === null || isDenied(text, match)) continue;
    return { value: true, because: match[0].trim() };
  }
  for (const pattern of IMPLICIT) {
    const match = pattern.exec(text);
    if (match !== null && !/\b(?:my|our) (?:\w+ )?(?:bot|chatbot|ai)\b/.test(text))
      return { value: true, because: match[0].trim() };
  }
  return { value: false, because: null };
}

/**
 * "I was charged twice, let me talk to a human" is about the charge. With the wish in it the nearest article is the one about contacting
 * support, and the topic, and with it the queue, would be that article's.
 */
export function withoutWish(question: string): string {
  const { because } = findWishForPerson(question);
  return because === null ? question : wordsOf(question).map(respell).join(' ').replace(because, ' ');
}

function respell(word: string): string {
  if (word.length < 5 || (PERSON as readonly string[]).includes(word) || NOT_MISSPELT.has(word)) return word;
  for (const target of SPELLABLE) {
    const max = target.length >= 9 ? 2 : 1;
    if (word[0] === target[0] && editDistance(word, target, max) <= max) return target;
  }
  return word;
}
