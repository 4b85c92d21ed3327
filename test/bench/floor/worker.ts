import { DurableObject } from 'cloudflare:workers';

type Env = { RELAY: DurableObjectNamespace<Relay> };

/** Stores what comes in and sends it to everybody who listens; nothing else. */
export class Relay extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec('create table if not exists messages (id integer primary key, body text not null)');
  }

  override async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [new URL(request.url).pathname === '/listen' ? 'listen' : 'send']);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.ctx.storage.sql.exec('insert into messages (body) values (?)', String(message));
    socket.send('{"type":"ack"}');
    for (const listener of this.ctx.getWebSockets('listen')) listener.send(message);
  }
}

export default {
  fetch: (request, env) => env.RELAY.get(env.RELAY.idFromName('one')).fetch(request),
} satisfies ExportedHandler<Env>;
