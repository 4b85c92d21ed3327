import type { Context } from 'hono';
import type { z } from 'zod';
import type { ConversationId, QueueId } from '#domain/ids.ts';
import { isSupervisor } from '#domain/routing/role.ts';
import { agentDown, agentUp } from '#protocol/agent.ts';
import { agentConversationDown, agentConversationUp } from '#protocol/agent-conversation.ts';
import { ticketAnswer, ticketRequest } from '#protocol/http.ts';
import { conversationId, queueId } from '#protocol/primitives.ts';
import { queueDown, queueUp } from '#protocol/queue.ts';
import { SOCKET_PROTOCOL } from '#protocol/version.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { conversationById } from '../storage/conversations.ts';
import { configOf, queuesOf } from '../storage/workspaces.ts';
import { type Api, offeredProtocols, param } from './api.ts';

/** The console's sockets: a session gets a ticket, a ticket opens one socket. */
export function addSockets(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/tickets',
      access: 'agent',
      keys: null,
      least: 'agent',
      tag: 'Agent',
      summary: 'A ticket for one socket',
      description: `Single use, valid for 30 s. Open \`path\` with the sub-protocols \`${SOCKET_PROTOCOL}\` and the ticket.`,
      body: ticketRequest,
      answer: ticketAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, ...profile } = c.get('agent');
      const by = c.get('signedInBy') ?? null;
      const issued = async (): Promise<{ ticket: string; expiresAt: number; path: string }> => {
        switch (body.socket) {
          case 'agent': {
            const queues = await queuesOf(c.env.DB, workspaceId);
            const serves = queues.filter(({ id }) => profile.queueIds.includes(id)).map(configOf);
            const ticket = await agentStub(c.env, workspaceId, profile.id).issueTicket(
              { workspaceId, profile, queues: serves },
              by,
            );
            return { ...ticket, path: '/v1/sockets/agent' };
          }
          case 'queue': {
            const queue = (await queuesOf(c.env.DB, workspaceId)).find(({ id }) => id === body.queueId);
            if (queue === undefined) throw new ProblemError('not_found', 'This workspace has no such queue.');
            const ticket = await queueStub(c.env, workspaceId, queue.id).issueTicket(
              { workspaceId, config: configOf(queue) },
              { agentId: profile.id, name: profile.name, isSupervisor: isSupervisor(profile) },
              by,
            );
            return { ...ticket, path: `/v1/sockets/queues/${queue.id}` };
          }
          case 'conversation': {
            const row = await conversationById(c.env.DB, workspaceId, body.conversationId);
            if (row === null) throw new ProblemError('not_found', 'This workspace has no such conversation.');
            const ticket = await conversationStub(c.env, workspaceId, row.id).issueTicket(
              { id: profile.id, name: profile.name },
              by,
            );
            return { ...ticket, path: `/v1/sockets/conversations/${row.id}` };
          }
        }
      };
      const { ticket, expiresAt, path } = await issued();
      // [S37] A browser's socket has no headers of its own.
      return c.json({ ticket, path: `${path}?workspace=${workspaceId}`, expiresAt } satisfies z.infer<
        typeof ticketAnswer
      >);
    },
  );

  const description = `Sub-protocols: \`${SOCKET_PROTOCOL}\` and a ticket. Starts with \`hello\`; every frame is answered by an ack or a nack.`;
  const shared = { method: 'get', access: 'agent', keys: null, least: 'agent', tag: 'Agent', description } as const;
  api.add(
    {
      ...shared,
      path: '/v1/sockets/agent',
      summary: 'Presence, offers and own work',
      socket: { up: agentUp, down: agentDown },
    },
    (c) => openWith(c, agentStub(c.env, c.get('agent').workspaceId, c.get('agent').id)),
  );
  api.add(
    {
      ...shared,
      path: '/v1/sockets/queues/:queueId',
      params: { queueId },
      summary: 'A queue, live',
      socket: { up: queueUp, down: queueDown },
    },
    (c) => openWith(c, queueStub(c.env, c.get('agent').workspaceId, param<QueueId>(c, 'queueId'))),
  );
  api.add(
    {
      ...shared,
      path: '/v1/sockets/conversations/:conversationId',
      params: { conversationId },
      summary: 'An agent in a conversation',
      socket: { up: agentConversationUp, down: agentConversationDown },
    },
    (c) => openWith(c, conversationStub(c.env, c.get('agent').workspaceId, param<ConversationId>(c, 'conversationId'))),
  );
}

/** The object redeems the ticket; nothing else of the client's request reaches it. */
function openWith(c: Context<AppEnv>, stub: { fetch: Fetcher['fetch'] }): Promise<Response> {
  const ticket = offeredProtocols(c).find((one) => one.startsWith('tkt_')) ?? '';
  return stub.fetch('https://object/agent', {
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': SOCKET_PROTOCOL, 'x-baton-ticket': ticket },
  });
}

/** Who may move what waits, assign, take back and close. */
