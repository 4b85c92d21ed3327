import type { Passage } from './ports.ts';

/** What an article is called that says how to get to support. */
const ABOUT_REACHING_US =
  /\b(?:contact(?:ing)?|reach(?:ing)?|get(?:ting)? (?:in touch with|hold of|help from)|talk(?:ing)? to|writ(?:e|ing) to|call(?:ing)?)\b.*\b(?:us|support|our team|help ?desk|customer (?:service|care))\b|\b(?:support|opening|service) (?:hours|times)\b/i;

/** Ways, times and people: what somebody asks who wants to know how support is reached. */
const ASKS_HOW_TO_REACH_US =
  /\b(?:contact|reach|phone|telephone|hotline|(?:support|opening|office|business|working) (?:hours?|times?|days?)|hours|weekends?|holidays?|response times?|reply times?|support (?:e-?mail|address|team|chat|desk|languages?)|(?:e-?mail|call|write|talk|speak|chat) (?:to |with )?(?:you|us|support|someone|somebody|a person|your team))\b|\b(?:when|how (?:fast|quick|quickly|soon|long)) .*\b(?:you|support|someone|somebody|anyone|your team) .*\b(?:repl(?:y|ies)|respon[ds]s?|answers?|there)\b|\b(?:do|does|can) (?:you|support|your team) (?:speak|answer in)\b|\b(?:are|is) (?:you|support|anyone|somebody|someone|anybody|your team) (?:there|available|open|online|around|working)\b/i;

/**
 * [G15] "Press the button Support" is no answer to somebody who has pressed it: articles about reaching support count only for who asks for ways
 * or hours.
 */
export function withoutReachingUs(passages: readonly Passage[], question: string): Passage[] {
  if (ASKS_HOW_TO_REACH_US.test(question)) return [...passages];
  return passages.filter(({ title }) => !ABOUT_REACHING_US.test(title));
}
