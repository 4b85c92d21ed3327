import type { Mutant } from './mutants.ts';

const OBJECT = 'durable-objects/agent-object.ts';
const QUEUE_OBJECT = 'durable-objects/queue-object.ts';

const planted = (suite: Mutant['suite'], name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite,
});

/** Planted bugs of changes to agents, and of the records of who did what. */
export const AGENT_MUTANTS: Mutant[] = [
  planted(
    'kernel',
    'the first offer goes back, not the latest',
    'worker/domain/routing/agent.ts',
    'kept.findLastIndex(',
    'kept.findIndex(',
  ),
  planted(
    'kernel',
    'offers of a queue that is no longer theirs stay',
    'worker/domain/routing/agent.ts',
    "slot.state !== 'offered' || queueIds.includes(slot.queueId)",
    'true',
  ),
  planted(
    'kernel',
    'who no longer serves is offered all the same',
    'worker/domain/queue/room.ts',
    "if (!agent.serves) return 'no longer serves this queue';",
    '',
  ),
  planted(
    'kernel',
    'an offer that they can no longer take stays',
    'worker/domain/queue/decide.ts',
    "events.push(...giveBack(view, entry, 'unfit', now));",
    '',
  ),
  planted(
    'kernel',
    'a supervisor’s choice is withdrawn with a skill',
    'worker/domain/queue/decide.ts',
    '!mayTake(before, entry.needsKey) || ',
    '',
  ),
  planted(
    'agents',
    'older settings replace newer ones',
    OBJECT,
    'if (before !== null && before.profile.revision > setup.profile.revision) return;',
    '',
  ),
  planted('agents', 'a queue that is taken away is not told', OBJECT, '{ ...mirror, serves: false }', 'mirror'),
  planted(
    'agents',
    'settings that were made from older ones are saved',
    'worker/storage/agents.ts',
    ' and revision = ?4',
    ' and ?4 >= 0',
  ),
  planted('agents', 'everybody changes agents', 'worker/routes/agents.ts', "least: 'supervisor',", "least: 'viewer',"),
  planted(
    'agents',
    'a change that was refused is in the log',
    'worker/storage/audit.ts',
    ' where changes() > 0',
    ' where true',
  ),
  planted(
    'offers',
    'a choice of agent is not recorded',
    QUEUE_OBJECT,
    "this.#audit(escalationId, hop, { type: 'escalation.agent_chosen', escalationId, hop, by, agentId }, now);",
    '',
  ),
  planted(
    'offers',
    'closing what is closed is a deed',
    QUEUE_OBJECT,
    "if (applied.events.length > 0) {\n      this.#outbox.add({ kind: 'audit'",
    "if (applied.ok) {\n      this.#outbox.add({ kind: 'audit'",
  ),
  planted(
    'offers',
    'who took it back is forgotten',
    'worker/domain/queue/decide.ts',
    "{ kind: 'supervisor', by: command.by }",
    "{ kind: 'silent' }",
  ),
  planted(
    'offers',
    'who comes too late for the best goes away empty',
    OBJECT,
    'if (await queueStub(this.env, workspaceId, config.id).offerTo(mirror.id)) return;',
    'await queueStub(this.env, workspaceId, config.id).offerTo(mirror.id);\n      return;',
  ),
  planted(
    'kernel',
    'entries of several queues are compared by each queue’s own numbers',
    'worker/domain/priority/rank.ts',
    'sortAt: entry.dueAt,\n  seq: entry.queuedAt,',
    'sortAt: (entry as unknown as RankKey).sortAt,\n  seq: (entry as unknown as RankKey).seq,',
  ),
  planted(
    'kernel',
    'what was dropped is asked for again where it overflows to',
    'worker/domain/queue/line.ts',
    'relaxed = 0 } = command;',
    'relaxed: _ } = command;\n  const relaxed = 0;',
  ),
  planted(
    'kernel',
    'silence of who is offline is taken for their leaving',
    'worker/domain/queue/tick.ts',
    "isVanished(entry, view.config, now) ? 'vanished' : 'silent'",
    "entry.vanishedAt === null ? 'silent' : 'vanished'",
  ),
  planted(
    'kernel',
    'the queue does not hear when the next promise breaks',
    'worker/domain/conversation/promises.ts',
    '? [promised(escalation, dueAt)]',
    '? []',
  ),
  planted(
    'kernel',
    'the next conversation knows nothing of the one before',
    'worker/domain/conversation/turns.ts',
    'earnedWait(state.escalation ?? state.before, wanted',
    'earnedWait(state.escalation, wanted',
  ),
  planted(
    'kernel',
    'a recording is sent before they were asked',
    'worker/domain/conversation/sharing.ts',
    "(capture !== 'ask' || sharing === 'yes')",
    'true',
  ),
  planted(
    'kernel',
    'who stopped sharing is recorded with the next hand-over',
    'worker/domain/conversation/sharing.ts',
    "sharing !== 'no' && ",
    '',
  ),
];
