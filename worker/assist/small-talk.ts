import { foldWords } from '#domain/triggers/contains-phrase.ts';

const EXTRA =
  '(?: (?:there|team|all|everyone|again|guys|folks|support|baton|so much|very much|a lot|much|you|for your help|for the help|for that|very|now|then|everybody|mate|sir|madam))*';
const KINDS: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      `^(?:hi|hello|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|howdy|hallo|hola)${EXTRA}(?: how are you(?: today)?)?$`,
    ),
    'Hello! What can I help you with?',
  ],
  [
    new RegExp(
      `^(?:(?:ok|okay|great|perfect|awesome|cool|nice|super|lovely|yes|yep|got it|brilliant|excellent|wonderful|alright) )*(?:thanks|thank|thank you|thx|cheers|ty|many thanks|much appreciated)${EXTRA}(?: (?:that (?:worked|helped|works)|it works(?: now)?|it worked|bye|goodbye))?$`,
    ),
    'You are welcome! Write here whenever something else comes up.',
  ],
  [
    /^(?:(?:great|perfect|ok|okay|yes|thanks) )*(?:that|it|this) (?:worked|works|helped|fixed it|solved it|works now|did it)(?: (?:thanks|thank you|great|perfect|now))*$/,
    'Good to hear that it works now!',
  ],
  [
    new RegExp(`^(?:bye|goodbye|see you|good night|have a (?:nice|good|great) (?:day|one|evening|weekend))${EXTRA}$`),
    'Goodbye! Write here whenever something else comes up.',
  ],
  [
    /^(?:ok|okay|great|perfect|awesome|cool|nice|got it|alright|sure|understood|i see|fine|good|yes|yep|yeah)(?: (?:ok|okay|great|perfect|cool|nice|good))*$/,
    'All right. Is there anything else I can help with?',
  ],
  [
    /^(?:how are you(?: doing)?(?: today)?|whats up|how is it going|hows it going)$/,
    'All good here, thank you. What can I help you with?',
  ],
  [
    /^(?:who|what) are you$|^are you (?:a |an )?(?:bot|robot|ai|human|real|real person|person|machine|chatbot)$|^am i (?:talking|speaking|chatting) (?:to|with) (?:a |an )?(?:bot|robot|ai|human|real person|person|machine|chatbot)$|^is this (?:a |an )?(?:bot|robot|ai|human|real person|chatbot)$/,
    'I am the support assistant, a program that answers from the help articles. If you would rather talk to a person, just say so.',
  ],
  [
    /^(?:what can you do|how can you help(?: me)?|what do you do)$/,
    'I answer questions from the help articles, and I bring in a person when I cannot. What would you like to know?',
  ],
];

/** A short reply to a message that asks nothing (a greeting, thanks, "are you a bot?"), or null when there is something to answer. */
export function smallTalkReply(question: string): string | null {
  const text = foldWords(question);
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
