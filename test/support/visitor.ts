import type { visitAnswer } from '#protocol/http.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { FrameSocket } from './frame-socket.ts';

export type Visit = ReturnType<typeof visitAnswer.parse>;
export type Where = { origin: string; demoOrigin: string };

/** A visitor without a browser: the same calls as the widget makes. */
export class Visitor {
  readonly where: Where;
  readonly visit: Visit;
  readonly tab: string;
  conversationId = '';

  private constructor(where: Where, visit: Visit) {
    this.where = where;
    this.visit = visit;
    this.tab = Math.random().toString(36).slice(2).padEnd(10, 'x').slice(0, 10);
  }

  /** Starts a visit; with `user` (`usr_priya`, …) as the demo site attests it, otherwise anonymous. */
  static async arrive(where: Where, user: string | null = 'usr_priya'): Promise<Visitor> {
    let identityToken: string | null = null;
    if (user !== null) {
      const answer = await fetch(`${where.demoOrigin}/identity-token`, {
        headers: { cookie: `ledgerline_user=${user}` },
      });
      identityToken = ((await answer.json()) as { token: string }).token;
    }
    const response = await fetch(`${where.origin}/v1/visits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: where.demoOrigin },
      body: JSON.stringify({ workspaceKey: 'pk_demo_ledgerline', visitToken: null, identityToken }),
    });
    if (!response.ok) throw new Error(`visit: ${response.status} ${await response.text()}`);
    return new Visitor(where, (await response.json()) as Visit);
  }

  get headers(): Record<string, string> {
    return {
      authorization: `Bearer ${this.visit.visitToken}`,
      origin: this.where.demoOrigin,
      'content-type': 'application/json',
    };
  }

  /** Opens a new conversation (or the latest) and its socket, and says hello. */
  async open({ startNew = true, cursor = 0 } = {}): Promise<FrameSocket<VisitorDown>> {
    const response = await fetch(`${this.where.origin}/v1/conversations`, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({ clientId: `c-${Math.random().toString(36).slice(2).padEnd(10, '0')}`, startNew }),
    });
    if (!response.ok) throw new Error(`conversation: ${response.status} ${await response.text()}`);
    this.conversationId = ((await response.json()) as { conversationId: string }).conversationId;
    return this.connect(cursor);
  }

  async connect(cursor = 0): Promise<FrameSocket<VisitorDown>> {
    const url = `${this.where.origin.replace('http', 'ws')}/v1/conversations/${this.conversationId}/socket`;
    const socket = new FrameSocket<VisitorDown>(url, `visit.${this.visit.visitToken}`, {
      origin: this.where.demoOrigin,
    });
    await socket.opened();
    await socket.ask({ type: 'hello', protocol: PROTOCOL_VERSION, cursor, tab: this.tab });
    return socket;
  }
}
