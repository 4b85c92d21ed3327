/**
 * Every fact a policy may ask for, with its name in a sentence and what it means. A name outside this list is not an error
 * (an older policy may outlive a fact): its conditions are simply `pending` for ever.
 */
export const FACT_NAMES = {
  'message.text': { label: 'the message', meaning: 'The words of the visitor’s latest message.' },
  'message.wants_person': {
    label: 'asked for a person',
    meaning: 'The visitor asked for a person, in words or with the button.',
  },
  'message.frustration': {
    label: 'frustration',
    meaning: 'How frustrated the visitor sounds over the conversation, 0 (calm) to 1.',
  },
  'message.sentiment': { label: 'tone', meaning: 'The tone of the latest message, −1 (negative) to 1 (positive).' },
  'message.intent': { label: 'topic', meaning: 'What the latest message is about, as a topic name.' },
  'message.intent_confidence': {
    label: 'certainty of the topic',
    meaning: 'The probability that the topic is right, 0 to 1.',
  },
  'message.in_scope': {
    label: 'something supported here',
    meaning: 'The latest message is about something this workspace supports.',
  },
  'attempts.failed': {
    label: 'attempts that did not help',
    meaning: 'How many of the assistant’s attempts in this conversation did not help.',
  },
  'attempts.person_suggested': {
    label: 'a model suggests a person',
    meaning: 'The model that was asked for this answer suggested that a person looks at it.',
  },
  'conversation.repeat_contact': {
    label: 'wrote before',
    meaning: 'The visitor had another conversation in the two weeks before this one.',
  },
  'conversation.age_minutes': {
    label: 'minutes since the conversation began',
    meaning: 'How many minutes ago this conversation began.',
  },
  'support.open': {
    label: 'support is open',
    meaning: 'The queue that has what nothing sends elsewhere is within its hours.',
  },
  'support.waiting': {
    label: 'people waiting',
    meaning: 'How many wait for a person in the queue that has what nothing sends elsewhere.',
  },
  'support.wait_minutes': {
    label: 'minutes until a person comes',
    meaning: 'About how many minutes somebody who asked for a person now would wait, where that can be told.',
  },
  'page.area': { label: 'page area', meaning: 'The product area of the page the visitor is on.' },
  'page.path': { label: 'page', meaning: 'The path of the page the visitor is on, without query or fragment.' },
  'page.language': {
    label: 'language of the browser',
    meaning: 'The language that the visitor’s browser asks for, such as en or de-CH.',
  },
  'page.failed_requests': {
    label: 'failed requests',
    meaning: 'Failed requests on the visitor’s page in the last minutes.',
  },
  'page.errors': {
    label: 'errors on the page',
    meaning: 'JavaScript errors on the visitor’s page in the last minutes.',
  },
  'page.rage_clicks': {
    label: 'bursts of impatient clicks',
    meaning: 'Bursts of impatient clicks on one element in the last minutes.',
  },
  'page.repeated_failures': {
    label: 'tries that failed the same way',
    meaning: 'How often the visitor did something that ended in the same failed request, in the last minutes.',
  },
  'page.dead_clicks': { label: 'clicks without effect', meaning: 'Clicks that had no effect in the last minutes.' },
  'page.form_rejections': {
    label: 'refused forms',
    meaning: 'Forms that refused the visitor’s input in the last minutes.',
  },
  'account.tier': { label: 'tier', meaning: 'The service tier of the visitor’s account.' },
  'account.contract_value': { label: 'contract value per year', meaning: 'The yearly contract value of the account.' },
  'account.health': { label: 'account health', meaning: 'The account’s health as the CRM names it.' },
  'account.renewal_in_days': { label: 'days to renewal', meaning: 'Days until the account renews.' },
  'account.open_dispute': { label: 'open payment dispute', meaning: 'The account has an open payment dispute.' },
  'account.incident': {
    label: 'running incident',
    meaning: 'The name of a running incident that affects this account.',
  },
} as const;

export type FactName = keyof typeof FACT_NAMES;

/** How a sentence calls it: agents read these, not keys. */
export const factLabel = (name: string): string => (isFactName(name) ? FACT_NAMES[name].label : name);

/** Is this a name the editor can offer? */
export function isFactName(name: string): name is FactName {
  return Object.hasOwn(FACT_NAMES, name);
}
