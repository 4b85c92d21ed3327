import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import type { Env } from '../worker/env.ts';
import { insertAudit } from '../worker/storage/audit.ts';
import { insertEvent } from '../worker/storage/outcomes.ts';
import { agentStub, conversationStub } from './names.ts';
import type { OutboxRow } from './outbox.ts';
import type { QueueEffect } from './queue-effects.ts';

type Row = OutboxRow<QueueEffect>;

/** What a queue's object tells agents and conversations, from its outbox. */
export class QueueDeliveries {
  /** Rows that were delivered while one before them failed. */
  readonly #ahead = new Set<number>();

  /** Resolves to how many, from the first on, were delivered. What went out behind one that failed does not go out again with it. */
  async inOrder(env: Env, workspaceId: WorkspaceId, rows: readonly Row[]): Promise<number> {
    const outcomes = await Promise.allSettled(
      rows.map(async ({ id, effect }) => {
        if (!this.#ahead.has(id)) await deliver(env, workspaceId, effect);
      }),
    );
    const failed = outcomes.findIndex(({ status }) => status === 'rejected');
    const done = failed === -1 ? rows.length : failed;
    for (const [n, { id }] of rows.entries()) {
      if (n < done) this.#ahead.delete(id);
      else if (outcomes[n]?.status === 'fulfilled') this.#ahead.add(id);
    }
    const first = outcomes[0];
    if (first?.status === 'rejected') throw first.reason;
    return done;
  }
}

/** Writes down what happened and who did what, all of it or nothing; resolves to how many rows that were. */
export async function recordDeeds(
  db: D1Database,
  workspaceId: WorkspaceId,
  { id: queueId, name }: { id: QueueId; name: string },
  rows: readonly Row[],
): Promise<number> {
  const statements = rows.flatMap(({ id, effect }) => {
    const key = `${queueId}/${id}`;
    if (effect.kind === 'audit') {
      const { at, by, deed } = effect;
      return [insertAudit(db, workspaceId, { id: key, at, by, deed, about: name, detail: '' })];
    }
    if (effect.kind !== 'outcome_event') return [];
    const { conversationId, at, event } = effect;
    return [insertEvent(db, workspaceId, { id: key, conversationId, at, event })];
  });
  if (statements.length > 0) await db.batch(statements);
  return rows.length;
}

async function deliver(env: Env, workspaceId: WorkspaceId, effect: QueueEffect): Promise<void> {
  switch (effect.kind) {
    case 'assigned': {
      const { conversationId, escalationId, hop, agentId, agentName, reservationId, rank, raises } = effect;
      const agent = { id: agentId, name: agentName };
      await conversationStub(env, workspaceId, conversationId).assigned(escalationId, hop, agent, rank, raises);
      // The agent's object asked for this, but may have died before it heard the answer.
      await agentStub(env, workspaceId, agentId).offerAccepted(reservationId);
      return;
    }
    case 'offer_reranked': {
      const { agentId, reservationId, epoch, terms, dueAt } = effect;
      await agentStub(env, workspaceId, agentId).offerReranked(reservationId, epoch, { terms, dueAt });
      return;
    }
    case 'offer_ended':
      await agentStub(env, workspaceId, effect.agentId).offerEnded(effect.reservationId, effect.because);
      return;
    case 'taken_back': {
      const { conversationId, escalationId, hop, agentId, agentName, reservationId, cause } = effect;
      const agent = { id: agentId, name: agentName };
      await conversationStub(env, workspaceId, conversationId).takenBack(escalationId, hop, agent, cause);
      await agentStub(env, workspaceId, agentId).release(escalationId, hop, reservationId);
      return;
    }
    case 'released':
      await agentStub(env, workspaceId, effect.agentId).release(effect.escalationId, effect.hop, null, effect.isUndone);
      return;
    case 'overflow':
      await conversationStub(env, workspaceId, effect.conversationId).overflow(
        effect.escalationId,
        effect.hop,
        effect.to,
        effect.because,
        effect.raises,
        effect.relaxed,
      );
      return;
    case 'outcome_event':
    case 'audit':
      return;
    default:
      effect satisfies never;
  }
}
