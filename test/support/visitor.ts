import type { visitAnswer } from '#protocol/http.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { findUser } from '../../widget/demo/accounts.ts';
import { signIdentity } from '../../widget/demo/identity.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { randomText } from '../../worker/storage/ids.ts';
import type { FrameSocket } from './frame-socket.ts';
import type { Transport } from './transport.ts';

export type Visit = ReturnType<typeof visitAnswer.parse>;
/** A visitor without a browser: the same calls as the widget makes. */
export class Visitor {
  readonly transport: Transport;
  readonly visit: Visit;
  readonly tab = randomText(10);
  conversationId = '';

  private constructor(transport: Transport, visit: Visit) {
    this.transport = transport;
    this.visit = visit;
  }

  /** Starts a visit; with `user` (`usr_priya`, …) as the demo site attests it, otherwise anonymous; with `workspaceKey` at another customer. */
  static async arrive(
    transport: Transport,
    user: string | null = 'usr_priya',
    workspaceKey: string = DEMO_WORKSPACE.publicKey,
  ): Promise<Visitor> {
    const response = await transport.fetch('/v1/visits', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: transport.demoOrigin },
      body: JSON.stringify({
        workspaceKey,
        visitToken: null,
        identityToken: user === null ? null : await identityToken(user),
      }),
    });
    if (!response.ok) throw new Error(`visit: ${response.status} ${await response.text()}`);
    return new Visitor(transport, (await response.json()) as Visit);
  }

  /** The same visit with another identity token, as a page fetches one when the one before runs out. */
  async withToken(identityToken: string): Promise<Visitor> {
    const response = await this.transport.fetch('/v1/visits', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.transport.demoOrigin },
      body: JSON.stringify({
        workspaceKey: DEMO_WORKSPACE.publicKey,
        visitToken: this.visit.visitToken,
        identityToken,
      }),
    });
    if (!response.ok) throw new Error(`visit: ${response.status} ${await response.text()}`);
    const again = new Visitor(this.transport, (await response.json()) as Visit);
    again.conversationId = this.conversationId;
    return again;
  }

  get headers(): Record<string, string> {
    return {
      authorization: `Bearer ${this.visit.visitToken}`,
      origin: this.transport.demoOrigin,
      'content-type': 'application/json',
    };
  }

  /** Opens a new conversation (or the latest) and its socket, and says hello. */
  async open({ startNew = true, cursor = 0 } = {}): Promise<FrameSocket<VisitorDown>> {
    const response = await this.transport.fetch('/v1/conversations', {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew }),
    });
    if (!response.ok) throw new Error(`conversation: ${response.status} ${await response.text()}`);
    this.conversationId = ((await response.json()) as { conversationId: string }).conversationId;
    return this.connect(cursor);
  }

  async connect(cursor = 0): Promise<FrameSocket<VisitorDown>> {
    const socket = await this.transport.dial<VisitorDown>(
      `/v1/conversations/${this.conversationId}/socket`,
      `visit.${this.visit.visitToken}`,
      { origin: this.transport.demoOrigin },
    );
    await socket.ask({ type: 'hello', protocol: PROTOCOL_VERSION, cursor, tab: this.tab });
    return socket;
  }

  /** Uploads a replay segment as the recorder does. */
  async upload(
    recordingId: string,
    n: number,
    body: Uint8Array<ArrayBuffer>,
    tab = this.tab,
    query = '',
  ): Promise<Response> {
    return this.transport.fetch(`/v1/recordings/${recordingId}/segments/${tab}/${n}${query}`, {
      method: 'PUT',
      headers: { ...this.headers, 'content-type': 'application/gzip' },
      body,
    });
  }
}

/** What the demo site's own server would sign. */
export function identityToken(userId: string, now = Date.now(), accountId?: string): Promise<string> {
  const user = findUser(userId);
  if (!user) throw new Error(`no demo user ${userId}`);
  const changed = accountId === undefined ? user : { ...user, accountId };
  return signIdentity(changed, DEMO_WORKSPACE.publicKey, DEMO_WORKSPACE.signingKey, now);
}
