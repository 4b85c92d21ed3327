import { foldWords } from '#domain/triggers/contains-phrase.ts';

/**
 * Words that carry no topic. Larger than the usual list: in support messages "please", "help" and "trying" are as empty as "the", and every
 * word that stays here and is unknown to the knowledge base counts as a sign that it has no answer.
 */
const STOP_WORDS = new Set(
  `a about actually after all also always am an and any anybody anyone anything are arent around as ask asking at away back basically be because been
  before being best both but by can cannot cant could couldnt currently day days did didnt do does doesnt doing done dont each either else even ever every
  everything exactly explain few for from gave get gets getting give given gives go goes going gone good got great guys had has hasnt have havent having he hello
  help helped helping her here hey hi his how however i id if ill im in instead into is isnt it its itself ive just kind kindly know later least let lets like little ll long look
  looking lot many may maybe me mean might mine more most much must my myself need needed needs never no nor not now of off ok okay on once one ones only onto or
  other our ours out over own per perhaps please pls possible properly quite rather re really right said same say says seem seems shall she should shouldnt show simply since so
  some somebody somehow someone something somewhere soon sorry still such supposed sure take tell than thank thanks that thats the their them then there theres these they theyre
  thing things think this those though thx til till to today together told tomorrow too toward tried tries true try trying u um unable under understand until up upon ur us use used using
  usually ve very via wait want wanted wants was wasnt way we well were werent what whatever whats when whenever where which while who whom whose why will wish with within
  without won wont wonder wondering work worked working works would wouldnt yes yesterday yet you your youre yours yourself happen happened happens happening come comes
  nobody noone useless ridiculous terrible awful horrible worst annoyed annoying frustrated frustrating frustration angry upset disappointed disappointing unhappy stupid dumb
  unacceptable seriously nonsense joke hate sick tired care cares unbelievable confusing hell damn wtf ugh argh
  came keep keeps kept apparently suddenly anymore again able guess bit hope appear appears already different first last next two week weeks month months year shows hit bought question questions answer normal kind sort whole full really fully`.split(
    /\s+/,
  ),
);

/**
 * Words that say that something is wrong, where one is, or how one feels about it, and never what about: they help to tell articles apart, but a
 * question made of nothing else has no topic, however often a knowledge base says "failed".
 */
const GENERIC = new Set(
  `fail failed failing failure error problem issue bug broken break wrong crash trouble difficulty incorrect bad stuck frozen freeze hang slow blank empty white
  page site website screen button click clicked clicking press pressed window load loading reload refresh feature function
  support assist assistance fix fixed fixing solve solved resolve resolved check checked create make new change find see use stop stopped start started write put
  message text info information case situation matter reason result place side part idea advice nothing everywhere
  time times second third fourth fifth moment urgent urgently asap quick quickly fast immediately later minute morning`
    .split(/\s+/)
    .map(stem),
);

/** The whole thing: a topic of its own ("do you have an app?"), and no more than a place where something is wrong ("the app does not work"). */
const WHOLE = new Set('app application system software product tool platform service'.split(' ').map(stem));
const SAYS_WRONG =
  /\b(?:not|no longer|doesnt|dont|isnt|wont|cant|cannot|never|stop(?:s|ped)|fail(?:s|ed|ing|ure)?|errors?|broken?|breaks|crash(?:es|ed|ing)?|slow|blank|stuck|frozen|freez(?:es|ing)|problems?|issues?|wrong|bug|trouble|nothing|again)\b/;

/** Said in several words, meant as one. Applied before splitting. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  // Who asks where they find something asks where it is; an article about finding is another matter.
  [/\bwhere (?:do|can|could|would|should|will|might) (?:i|we|you|one) (?:find|view)\b/g, 'where'],
  [/\b(?:log|sign|logg?ing|signing|logged|signed) ?(?:in|on)(?:to)?\b/g, 'login'],
  [/\b(?:log|sign|logged|signed|logging|signing) ?out\b/g, 'logout'],
  [/\b(?:sign|signing|signed) up\b/g, 'signup'],
  [/\bset(?:ting)? up\b/g, 'setup'],
  [/\b(?:two|2) ?(?:factor|step|fa)(?: (?:authentication|verification|auth|login))?\b/g, '2fa'],
  [/\b(?:mfa|multi factor(?: authentication)?|authenticator(?: app)?)\b/g, '2fa'],
  [/\bsingle login\b/g, 'sso'],
  [/\be mails?\b/g, 'email'],
  [/\b(?:credit|debit|bank) cards?\b/g, 'card'],
  [/\bmoney back\b/g, 'refund'],
  [/\bpass word\b/g, 'password'],
  [/\bwork ?spaces?\b/g, 'workspace'],
  [/\bweb ?hooks?\b/g, 'webhook'],
  [/\btime ?zones?\b/g, 'timezone'],
  [/\bteam ?mates?\b/g, 'teammate'],
  [/\bco ?workers?\b/g, 'coworker'],
  [/\b(?:get|getting) rid of\b/g, 'delete'],
  [/\bswitch(?:ed|ing)? off\b/g, 'disable'],
  [/\bturn(?:ed|ing)? off\b/g, 'disable'],
  [/\bturn(?:ed|ing)? on\b/g, 'enable'],
];

/** Words that lead to the same article. An expansion counts less than the word itself, so a wrong one costs little. */
const SYNONYM_GROUPS = `delete remove erase
invoice receipt bill
pay payment charge paid
card payment
refund reimburse credit
cancel terminate stop close
upgrade downgrade switch
plan subscription tier package
price cost pricing fee expensive
teammate member colleague coworker user employee people seat staff
invite add
create make new add
password passcode passwd pw
login signin access
sso saml okta
export download csv excel spreadsheet
import upload
error fail failure problem issue broken wrong bug crash
slow lag performance hang
email mail
notification alert reminder
integration connect integrate link sync
permission role access right
admin administrator owner
api developer endpoint
webhook callback
company workspace organization organisation business firm
decline refuse reject deny bounce
tax vat gst
trial free
language locale translate translation
currency euro dollar
mobile phone ios android
logo brand branding
edit change update modify correct
find locate view see
twice double duplicate
send sent deliver share
customer client
template layout design
recurring repeat automatic automate schedule
report dashboard statistics analytics chart
search filter
payout deposit transfer
reset forgot forget recover lost
disable deactivate
enable activate
limit quota maximum cap
quote estimate proposal
overdue late unpaid
discount coupon promo voucher
number numbering
address location
backup restore recover
merge combine duplicate
archive hide
accountant bookkeeper
privacy gdpr
secure security safe
expire expiry expired
verify verification confirm
history log audit
amex visa mastercard card
junk spam deliverability
wipe delete
identical same twice duplicate
leak expose compromise commit rotate
certificate certified soc2 iso compliance
count total
late overdue
automatic schedule every weekly monthly
person seat
hour minute
id number
statement charge
back refund
half partial
stuck frozen dead nothing
viewer role
maximum limit
forgotten gdpr erase
kick start begin
throttle 429 limit
status outage down incident
photo image picture pic
video clip
folder directory
website site webpage
document doc file
spreadsheet sheet
facebook fb
youtube yt
split separate divide
increase raise extend enlarge
oldest earliest
private hidden hide
compare comparison versus vs difference
alternative replacement substitute
save store keep
show display view
filter sort
copy paste
profile account
remember memorise save
stop prevent avoid
automatic auto
comment remark note
friend contact
colour color
shortcut hotkey`;

const SYNONYMS: ReadonlyMap<string, readonly string[]> = buildSynonyms();

/** The words of a text that carry its topic, stemmed, in order and with repeats. */
export function contentTerms(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem)
    .filter((term) => term.length > 1);
}

/** The words of a text that say what it is about; none in "it failed again, please help". */
export function topicTerms(text: string): string[] {
  const topics = contentTerms(text).filter(isTopic);
  return SAYS_WRONG.test(foldWords(text)) ? topics.filter((term) => !WHOLE.has(term)) : topics;
}

/** Does this stem say what a text is about? */
export function isTopic(term: string): boolean {
  return !GENERIC.has(term);
}

/** Every word of a text, folded, with set phrases as one word. */
export function wordsOf(text: string): string[] {
  let folded = foldWords(text);
  for (const [phrase, word] of PHRASES) folded = folded.replace(phrase, word);
  return folded === '' ? [] : folded.split(' ');
}

/** Stems that may stand for this one. */
export function synonymsOf(term: string): readonly string[] {
  return SYNONYMS.get(term) ?? [];
}

/**
 * A light English stemmer: endings off, so that "cancelled", "cancelling" and "cancellation" meet. Cruder than Porter's on purpose: what it
 * merges wrongly, the other words of a question sort out; what it misses, the character n-grams catch.
 */
export function stem(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  let out = word;
  if (out.endsWith('ies') && out.length > 4) out = `${out.slice(0, -3)}y`;
  else if (/(?:ss|x|ch|sh|z)es$/.test(out)) out = out.slice(0, -2);
  else if (/[^sui]s$/.test(out)) out = out.slice(0, -1);
  for (const ending of [
    'ations',
    'ation',
    'ating',
    'ated',
    'ate',
    'ments',
    'ment',
    'ingly',
    'ings',
    'ing',
    'edly',
    'ed',
    'ions',
    'ion',
    'ly',
  ]) {
    const rest = out.slice(0, -ending.length);
    if (out.endsWith(ending) && rest.length >= 3 && /[aeiouy]/.test(rest)) {
      out = rest;
      break;
    }
  }
  if (out.length > 3 && out.endsWith('e')) out = out.slice(0, -1);
  if (out.length > 3 && out.endsWith('y')) out = `${out.slice(0, -1)}i`;
  if (/([^aeiou])\1$/.test(out)) out = out.slice(0, -1);
  return out;
}

function buildSynonyms(): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const line of SYNONYM_GROUPS.split('\n')) {
    const stems = [...new Set(line.split(' ').map(stem))];
    for (const one of stems) {
      const others = stems.filter((other) => other !== one);
      map.set(one, [...new Set([...(map.get(one) ?? []), ...others])]);
    }
  }
  return map;
}
