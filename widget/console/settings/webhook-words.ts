import type { WebhookEvent } from '#domain/webhook/webhook-event.ts';
import type { WebhookDelivery, WebhookEntry } from '#protocol/webhooks.ts';

/** What an event is about, where somebody chooses. */
export const EVENT_WORDS: Record<WebhookEvent, string> = {
  'conversation.started': 'A visitor has begun a conversation',
  'escalation.created': 'A person is asked for',
  'escalation.assigned': 'An agent has accepted',
  'escalation.first_response': 'An agent has answered for the first time',
  'escalation.moved': 'Work went to another queue or tier',
  'escalation.taken_back': 'Work was taken back from an agent',
  'escalation.abandoned': 'The visitor left before a person came',
  'escalation.resolved': 'An agent has resolved it',
  'sla.warned': 'A promise is about to be late',
  'sla.breached': 'A promise is late',
  'sla.met': 'A promise was kept',
};

/** What the last try came to. */
export function answerWords({ status, error, tries }: Pick<WebhookDelivery, 'status' | 'error' | 'tries'>): string {
  switch (error) {
    case 'timeout':
      return 'No answer within 10 seconds';
    case 'unreachable':
      return 'Could not be reached';
    case 'address':
      return 'The address may not be asked';
    case 'secret':
      return 'Not sent: its secret cannot be read';
    case null:
      break;
    default:
      return error satisfies never;
  }
  if (status === null) return tries === 0 ? 'Not sent yet' : 'No answer';
  if (status >= 200 && status < 300) return `Arrived (${status})`;
  if (status >= 300 && status < 400) return `Answered ${status}; redirects are not followed`;
  return `Answered ${status}`;
}

/** How a test went, as a sentence with what to do. */
export function testWords(delivery: WebhookDelivery): string {
  const { error, status } = delivery;
  if (delivery.state === 'delivered') return `The test arrived: answered ${status}.`;
  switch (error) {
    case 'timeout':
      return 'The test did not arrive: no answer within 10 seconds. Answer first and work afterwards.';
    case 'unreachable':
      return 'The test did not arrive: the address could not be reached. Is the server up, and its certificate good?';
    case 'address':
      return 'The test was not sent: the address is not a public one any more.';
    case 'secret':
      return 'The test was not sent: the secret of this webhook cannot be read. Give it another.';
    case null:
      return `The test did not arrive: answered ${status}. Only 2xx counts${
        status !== null && status >= 300 && status < 400 ? ', and redirects are not followed' : ''
      }.`;
    default:
      return error satisfies never;
  }
}

/** On, failing or off, in a word, and why in a sentence. `isBad` is that somebody has to do something. */
export function stateWords({ isOn, offBecause, failingSince }: WebhookEntry): {
  word: string;
  why: string;
  isBad: boolean;
} {
  if (isOn && failingSince === null) return { word: 'On', why: '', isBad: false };
  if (isOn)
    return {
      word: 'Failing',
      why: 'Each event is tried ten times over three days; after five days without one that arrives the webhook is switched off.',
      isBad: true,
    };
  switch (offBecause) {
    case 'gone':
      return {
        word: 'Off',
        why: 'Its receiver answered 410, which says that nobody wants it any more.',
        isBad: true,
      };
    case 'failing':
      return { word: 'Off', why: 'For five days nothing arrived.', isBad: true };
    case null:
      return { word: 'Off', why: 'Somebody switched it off.', isBad: false };
    default:
      return offBecause satisfies never;
  }
}

/** What became of the events of the last 30 days. */
export function countWords({
  delivered,
  pending,
  failed,
}: Pick<WebhookEntry, 'delivered' | 'pending' | 'failed'>): string {
  if (delivered + pending + failed === 0) return 'Nothing was to be told in the last 30 days.';
  return `In the last 30 days: ${delivered} arrived, ${pending} waiting, ${failed} given up.`;
}
