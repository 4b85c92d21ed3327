import { z } from 'zod';
import type { AgentId } from '#domain/ids.ts';
import type { AgentState, Slot } from '#domain/routing/agent.ts';
import type { AgentEffect, AgentIdentity } from '../agent-object.ts';
import { type Seat, seat } from '../seats.ts';
import { at, id, numberOrNull, queueConfig, rankTerms, textOrNull, texts, workSummary } from './parts.ts';
import { exactly } from './read-stored.ts';

const slotFields = {
  reservationId: id.reservation,
  epoch: z.number(),
  queueId: id.queue,
  queueName: z.string(),
  work: workSummary,
  // Older states have none of the three.
  cost: z.number().default(1),
  wrapUpMs: z.number().default(0),
  unansweredLimit: z.number().default(1),
  tier: textOrNull,
  terms: rankTerms,
  queuedAt: at,
  dueAt: at,
  offeredAt: at,
  expiresAt: at,
};
const slot = exactly<Slot>()(
  z.discriminatedUnion('state', [
    z.object({ ...slotFields, state: z.literal('offered') }),
    z.object({ ...slotFields, state: z.literal('assigned'), assignedAt: at }),
    z.object({ ...slotFields, state: z.literal('wrapping'), wrapEndsAt: at }),
  ]),
);

export const agentState = exactly<AgentState>()(
  z.object({
    id: id.agent,
    name: z.string(),
    skills: texts,
    capacity: z.number(),
    presence: z.enum(['available', 'away', 'offline']),
    presenceBecause: textOrNull.default(null),
    goneAt: numberOrNull.default(null),
    slots: z.array(slot),
    unanswered: z.number().default(0),
    idleSince: z.number().default(0),
    version: z.number(),
  }),
);

export const agentIdentity = exactly<AgentIdentity>()(
  z.object({
    workspaceId: id.workspace,
    profile: z.object({
      id: id.agent,
      name: z.string(),
      email: z.string(),
      role: z.string(),
      skills: texts,
      capacity: z.number(),
      queueIds: z.array(id.queue),
      revision: z.number().default(0),
    }),
    queues: z.array(queueConfig),
    left: z.array(queueConfig).default([]),
  }),
);

export const agentEffect = exactly<AgentEffect>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('publish') }),
    z.object({ kind: z.literal('orphan'), queueId: id.queue, reservationId: id.reservation, epoch: z.number() }),
    z.object({
      kind: z.literal('give_up'),
      queueId: id.queue,
      escalationId: id.escalation,
      hop: z.number(),
      by: z.object({ id: id.agent, name: z.string() }),
    }),
  ]),
);

export const agentTicket = exactly<{ agentId: AgentId } & Seat>()(z.object({ agentId: id.agent, ...seat }));
