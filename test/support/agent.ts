import type { AgentDown, Offer } from '#protocol/agent.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import type { Me } from '#protocol/http.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { FrameSocket } from './frame-socket.ts';
import type { Transport } from './transport.ts';

/** What a browser sends back. */
export const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

/** An agent without a browser: the same calls as the console makes. */
export class Agent {
  readonly transport: Transport;
  readonly cookie: string;
  /** [S37] Which workspace this one's calls are about; null says none. */
  readonly workspaceId: string | null;

  private constructor(transport: Transport, cookie: string, workspaceId: string | null = null) {
    this.transport = transport;
    this.cookie = cookie;
    this.workspaceId = workspaceId;
  }

  /** The same session, as another tab has it that is of this workspace. */
  in(workspaceId: string): Agent {
    return new Agent(this.transport, this.cookie, workspaceId);
  }

  static async signIn(transport: Transport, email: string, password = 'baton-demo-2026'): Promise<Agent> {
    const response = await transport.fetch('/v1/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: transport.origin },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
    return Agent.signedInBy(transport, response);
  }

  /** Whom this answer has signed in. */
  static signedInBy(transport: Transport, answer: Response): Agent {
    return new Agent(transport, cookiesOf(answer));
  }

  /** Somebody whom what stands before Baton vouches for: the transport says who. */
  static vouchedFor(transport: Transport): Agent {
    return new Agent(transport, '');
  }

  get headers(): Record<string, string> {
    const { cookie, workspaceId } = this;
    const which: Record<string, string> = workspaceId === null ? {} : { 'x-baton-workspace': workspaceId };
    return { cookie, origin: this.transport.origin, 'content-type': 'application/json', ...which };
  }

  get(path: string): Promise<Response> {
    return this.transport.fetch(path, { headers: this.headers });
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.transport.fetch(path, { method: 'POST', headers: this.headers, body: JSON.stringify(body) });
  }

  async me(): Promise<Me> {
    return (await this.get('/v1/me')).json() as Promise<Me>;
  }

  async queueId(name: string): Promise<string> {
    const queue = (await this.me()).queues.find((one) => one.name === name);
    if (queue === undefined) throw new Error(`no queue ${name}`);
    return queue.id;
  }

  async #socket<Down extends { type: string }>(
    wanted: Record<string, unknown>,
    hello: object = {},
  ): Promise<FrameSocket<Down>> {
    const response = await this.post('/v1/tickets', wanted);
    if (!response.ok) throw new Error(`ticket: ${response.status} ${await response.text()}`);
    const { ticket, path } = (await response.json()) as { ticket: string; path: string };
    const socket = await this.transport.dial<Down>(path, ticket, {
      cookie: this.cookie,
      origin: this.transport.origin,
    });
    await socket.ask({ type: 'hello', protocol: PROTOCOL_VERSION, ...hello });
    return socket;
  }

  /** The agent's own socket: presence, offers, work. */
  own(): Promise<FrameSocket<AgentDown>> {
    return this.#socket<AgentDown>({ socket: 'agent' });
  }

  queue(queueId: string): Promise<FrameSocket<QueueDown>> {
    return this.#socket<QueueDown>({ socket: 'queue', queueId });
  }

  conversation(conversationId: string, cursor = 0): Promise<FrameSocket<AgentConversationDown>> {
    return this.#socket<AgentConversationDown>({ socket: 'conversation', conversationId }, { cursor });
  }
}

/** Waits for an offer, of one conversation if given. */
export async function offerOn(
  socket: FrameSocket<AgentDown>,
  conversationId: string | null = null,
  withinMs = 10_000,
): Promise<Offer> {
  const fits = ({ offers }: { offers: Offer[] }) =>
    offers.find((offer) => conversationId === null || offer.conversationId === conversationId);
  const frame = await socket.find((one) => one.type === 'state' && fits(one) !== undefined, withinMs);
  return fits(frame as Extract<AgentDown, { type: 'state' }>) as Offer;
}

export const accept = (socket: FrameSocket<AgentDown>, { reservationId, epoch, queueId }: Offer) =>
  socket.ask({ type: 'offer.accept', reservationId, epoch, queueId });
