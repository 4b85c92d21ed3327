import type { Context } from 'hono';
import type { z } from 'zod';
import type { ConversationId } from '#domain/ids.ts';
import { conversationAnswer, conversationRequest, conversationView, deedsAnswer } from '#protocol/http.ts';
import { conversationId } from '#protocol/primitives.ts';
import { SOCKET_PROTOCOL } from '#protocol/version.ts';
import { visitorDown, visitorUp } from '#protocol/visitor.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { refuseSocket } from '../../durable-objects/sockets.ts';
import type { AppEnv } from '../app-env.ts';
import { accountFacts } from '../middleware/identity.ts';
import { limit } from '../middleware/limits.ts';
import { requireOrigin } from '../middleware/origin.ts';
import { ProblemError } from '../middleware/problems.ts';
import { readVisit, type VisitClaims } from '../middleware/visit-auth.ts';
import { conversationById, latestConversation, openConversation } from '../storage/conversations.ts';
import { deedsOf } from '../storage/deeds.ts';
import { newId } from '../storage/ids.ts';
import { isVisiting, visitorById } from '../storage/visitors.ts';
import { type Workspace, workspaceById } from '../storage/workspaces.ts';
import { type Api, offeredProtocols, param } from './api.ts';

export function addConversations(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/conversations',
      access: 'visitor',
      tag: 'Visitor',
      summary: 'The visitor’s conversation',
      description:
        'The latest one, or a new one when there is none or `startNew` is set and the latest is resolved. The same `clientId` gives the same conversation.',
      body: conversationRequest,
      answer: conversationAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, visitorId, issuedAt } = c.get('visit');
      requireOrigin(c.req.header('origin'), await workspaceOf(c.env.DB, c.get('visit')));
      // [Y5] A visit of somebody who was erased opens nothing.
      if (!(await isVisiting(c.env.DB, workspaceId, visitorId, issuedAt))) throw noVisit();
      await limit(c, 'conversation', workspaceId, visitorId);
      const latest = body.startNew ? null : await latestConversation(c.env.DB, workspaceId, visitorId);
      const row =
        latest ??
        (await openConversation(c.env.DB, workspaceId, {
          id: newId('conversation'),
          visitorId,
          clientId: body.clientId,
          recordingId: newId('recording'),
          at: Date.now(),
        }));
      return c.json({ conversationId: row.id } satisfies z.infer<typeof conversationAnswer>);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/conversations/:conversationId/socket',
      access: 'visit_socket',
      tag: 'Visitor',
      summary: 'The visitor’s socket',
      description: `Sub-protocols: \`${SOCKET_PROTOCOL}\` and \`visit.<visit token>\`. Starts with \`hello\`. A socket that may not be opened is opened and closed with a 44xx code, because browsers hide the status of a refused upgrade.`,
      params: { conversationId },
      socket: { up: visitorUp, down: visitorDown },
    },
    async (c) => {
      const token =
        offeredProtocols(c)
          .find((one) => one.startsWith('visit.'))
          ?.slice('visit.'.length) ?? '';
      const visit = await readVisit(c.get('settings'), token);
      if (visit === null) return refuseSocket('unauthenticated');
      const { workspaceId, visitorId } = visit;
      try {
        await limit(c, 'socket', workspaceId, visitorId);
      } catch (cause) {
        if (!(cause instanceof ProblemError)) throw cause;
        return refuseSocket('overloaded');
      }
      const [workspace, row, visitor] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        conversationById(c.env.DB, workspaceId, param<ConversationId>(c, 'conversationId')),
        visitorById(c.env.DB, workspaceId, visitorId),
      ]);
      // [Y5] A visit from before they were erased opens nothing.
      if (workspace === null || visitor === null || visitor.firstSeenAt >= visit.issuedAt + 1000)
        return refuseSocket('unauthenticated');
      // Not theirs and not there are one answer: ids of others are not confirmed.
      if (row === null || row.visitorId !== visitorId) return refuseSocket('forbidden');
      if (!workspace.allowedOrigins.includes(c.req.header('origin') ?? '')) return refuseSocket('forbidden');
      const now = Date.now();
      const stub = conversationStub(c.env, workspaceId, row.id);
      await stub.open({
        workspaceId,
        id: row.id,
        number: row.number,
        recordingId: row.recordingId,
        startedAt: row.createdAt,
        capture: workspace.settings.capture,
        visitor: {
          id: visitorId,
          name: visitor.name,
          email: visitor.email,
          attested: visit.attested,
          account: visit.attested ? accountFacts(visitor.account, visitor.vouchedAt, now) : {},
          company: typeof visitor.account.company === 'string' ? visitor.account.company : null,
        },
      });
      // A request of our own: nothing that the client sent reaches the object but the upgrade.
      return stub.fetch('https://conversation/visitor', {
        headers: { upgrade: 'websocket', 'sec-websocket-protocol': SOCKET_PROTOCOL },
      });
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/conversations/:conversationId',
      access: 'agent',
      keys: 'conversations',
      least: 'agent',
      tag: 'Agent',
      summary: 'Read a conversation',
      description: 'Transcript and latest context bundle, for reading earlier conversations.',
      params: { conversationId },
      answer: conversationView,
    },
    async (c) => {
      const id = await requireConversation(c);
      const read = await conversationStub(c.env, c.get('agent').workspaceId, id).read();
      if (read === null) throw noConversation();
      return c.json(read);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/conversations/:conversationId/deeds',
      access: 'agent',
      keys: 'conversations',
      least: 'agent',
      tag: 'Agent',
      summary: 'What was done to a conversation’s work',
      description:
        'Who accepted it, lost it and why, moved it in line, chose somebody for it, passed it on. It may lag a moment behind what is live.',
      params: { conversationId },
      answer: deedsAnswer,
    },
    async (c) => {
      const id = await requireConversation(c);
      const deeds = await deedsOf(c.env.DB, c.get('agent').workspaceId, id);
      return c.json({ deeds } satisfies z.infer<typeof deedsAnswer>);
    },
  );
}

/** Ids that are not of this workspace are not there. */
async function requireConversation(c: Context<AppEnv>): Promise<ConversationId> {
  const { workspaceId } = c.get('agent');
  const row = await conversationById(c.env.DB, workspaceId, param<ConversationId>(c, 'conversationId'));
  if (row === null) throw noConversation();
  return row.id;
}

const noConversation = () => new ProblemError('not_found', 'This workspace has no such conversation.');

async function workspaceOf(db: D1Database, visit: VisitClaims): Promise<Workspace> {
  const workspace = await workspaceById(db, visit.workspaceId);
  if (workspace === null) throw noVisit();
  return workspace;
}

const noVisit = () => new ProblemError('unauthenticated', 'This visit is unknown or has expired; start a new one.');
