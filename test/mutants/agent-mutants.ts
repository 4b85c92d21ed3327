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
  planted('agents', 'everybody changes agents', 'worker/middleware/role.ts', '!isSupervisor(agent)', 'false'),
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
];
