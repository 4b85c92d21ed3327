/**
 * Every fact a policy may ask for, with the sentence the policy editor shows beside it. A name outside this list is not an error
 * (an older policy may outlive a fact): its conditions are simply `pending` for ever.
 */
export const FACT_NAMES = {
  'message.text': 'The words of the visitor’s latest message.',
  'message.wants_person': 'The visitor asked for a person, in words or with the button.',
  'message.frustration': 'How frustrated the visitor sounds over the conversation, 0 (calm) to 1.',
  'message.sentiment': 'The tone of the latest message, −1 (negative) to 1 (positive).',
  'message.intent': 'What the latest message is about, as a topic name.',
  'message.intent_confidence': 'The probability that the topic is right, 0 to 1.',
  'message.in_scope': 'The latest message is about something this workspace supports.',
  'attempts.failed': 'How many of the assistant’s attempts in this conversation did not help.',
  'conversation.repeat_contact': 'The visitor wrote about the same matter in an earlier conversation.',
  'page.area': 'The product area of the page the visitor is on.',
  'page.path': 'The path of the page the visitor is on, without query or fragment.',
  'page.failed_requests': 'Failed requests on the visitor’s page in the last minutes.',
  'page.errors': 'JavaScript errors on the visitor’s page in the last minutes.',
  'page.rage_clicks': 'Bursts of impatient clicks on one element in the last minutes.',
  'page.dead_clicks': 'Clicks that had no effect in the last minutes.',
  'page.form_rejections': 'Forms that refused the visitor’s input in the last minutes.',
  'account.tier': 'The service tier of the visitor’s account.',
  'account.contract_value': 'The yearly contract value of the account.',
  'account.health': 'The account’s health as the CRM names it.',
  'account.renewal_in_days': 'Days until the account renews.',
  'account.open_dispute': 'The account has an open payment dispute.',
  'account.incident': 'The name of a running incident that affects this account.',
} as const;

export type FactName = keyof typeof FACT_NAMES;

/** Is this a name the editor can offer? */
export function isFactName(name: string): name is FactName {
  return Object.hasOwn(FACT_NAMES, name);
}
