import type { EpochMs } from '#domain/ids.ts';
import { isSameRank, type RankFacts } from '#domain/priority/rank.ts';
import type { Decision } from '#domain/result.ts';
import type { QueueCommand, QueueRefusal } from './command.ts';
import { accepted, put } from './event.ts';
import { ableTo, chooseFor, freeAgents, reserve } from './match.ts';
import { needsKeyOf } from './path.ts';
import type { PutCause, QueuedEntry, QueueEntry, QueueEvent, QueueView } from './queue.ts';
import { ranked } from './ranked.ts';

export function enqueue(
  view: QueueView,
  command: Extract<QueueCommand, { type: 'enqueue' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const { work, facts, queuedAt, preferred, relaxed = 0, passedBy = null } = command;
  const { cooldownMs } = view.config;
  // [Q5] The escalation and its hop are the key: a repeated hand-over is the same place in line.
  if (view.entry(work.escalationId, work.hop) !== null) return accepted();
  const entry: QueuedEntry = {
    ...work,
    state: 'queued',
    seq: view.nextSeq(),
    class: command.class,
    facts,
    raises: command.raises ?? [],
    terms: [],
    queuedAt,
    pathSince: command.pathSince ?? queuedAt,
    dueAt: queuedAt,
    sortAt: queuedAt,
    needsKey: needsKeyOf(work.skills, relaxed, view.config.path, 0),
    relaxed,
    stepsTaken: 0,
    sendOnSince: null,
    epoch: 0,
    cooldowns: passedBy === null || cooldownMs === 0 ? [] : [{ agentId: passedBy, until: now + cooldownMs }],
    preferred,
  };
  const queued = ranked(entry, view.config);
  // [Q18] Whoever comes while the queue is closed is a newcomer.
  const isOpen = view.closure() === null;
  if (command.reservationId !== undefined && isOpen && [...view.needsKeys()].length === 0) {
    const free = freeAgents(view, view.agents(), now);
    const agent = chooseFor(view, queued, ableTo(free, queued.needsKey), now);
    if (agent !== null) return accepted(...reserve(view, queued, agent, command.reservationId, now));
  }
  return accepted(put(queued, 'queued'));
}

export const isSameFacts = (a: RankFacts, b: RankFacts): boolean =>
  (Object.keys(a) as (keyof RankFacts)[]).every((name) => a[name] === b[name]);

/** Nothing changed, nothing to tell anybody. */
export function changed(before: QueueEntry, after: QueueEntry, because: PutCause): { ok: true; events: QueueEvent[] } {
  return before.class === after.class && before.sortAt === after.sortAt && isSameRank(before, after)
    ? accepted()
    : accepted(put(after, because));
}
