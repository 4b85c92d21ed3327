import type { ticketAnswer } from '#protocol/http.ts';
import type { LinkAddress, LinkEnd } from '../kit/link.ts';
import { call } from './api.ts';

type Ticket = ReturnType<typeof ticketAnswer.parse>;
/** As it is sent: branded ids are plain text here. */
export type SocketWish =
  | { socket: 'agent' }
  | { socket: 'queue'; queueId: string }
  | { socket: 'conversation'; conversationId: string };

/** A ticket opens one socket, once, so each connection asks for its own. Throws when asking again later may help. */
export async function askTicket(wish: SocketWish): Promise<LinkAddress | LinkEnd> {
  const answer = await call<Ticket>('/v1/tickets', { method: 'POST', body: wish });
  if (answer.ok) {
    const { path, ticket } = answer.value;
    return { url: `${location.origin.replace(/^http/, 'ws')}${path}`, credential: ticket };
  }
  switch (answer.refusal.kind) {
    case 'unauthenticated':
      return 'unauthenticated';
    case 'forbidden':
    case 'not_found':
    case 'invalid':
      return 'forbidden';
    default:
      throw new Error(answer.refusal.message);
  }
}
