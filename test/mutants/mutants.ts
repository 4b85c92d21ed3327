/** A planted bug: in `file`, `from` (found exactly once) becomes `to`. `suite` names the tests that should notice. */
export type Mutant = { name: string; file: string; from: string; to: string; suite: Suite };
export type Suite = keyof typeof SUITES;

/** What is run against a mutant; the quickest that should see it. */
export const SUITES = {
  kernel: [
    'test/vitest.unit.config.ts',
    'test/unit/queue.test.ts',
    'test/unit/routing-cases.test.ts',
    'test/unit/rank.test.ts',
    'test/unit/agent.test.ts',
    'test/unit/conversation.test.ts',
  ],
  offers: [
    'test/vitest.integration.config.ts',
    'test/integration/handoff.test.ts',
    'test/integration/queue-behaviour.test.ts',
  ],
  store: ['test/vitest.integration.config.ts', 'test/integration/queue-store.test.ts'],
  story: ['test/vitest.integration.config.ts', 'test/integration/conversation.test.ts'],
} as const;

const QUEUE = 'worker/domain/queue/decide.ts';
const PATH = 'worker/domain/queue/path.ts';
const RANK = 'worker/domain/priority/rank.ts';
const AGENT = 'worker/domain/routing/agent.ts';
const CHOOSE = 'worker/domain/routing/choose-agent.ts';
const SKILL = 'worker/domain/routing/skill.ts';
const TALK = 'worker/domain/conversation/decide.ts';
const QUEUE_OBJECT = 'durable-objects/queue-object.ts';
const QUEUE_STORE = 'durable-objects/queue-store.ts';
const AGENT_OBJECT = 'durable-objects/agent-object.ts';
const TALK_OBJECT = 'durable-objects/conversation-object.ts';

const kernel = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'kernel',
});

export const MUTANTS: Mutant[] = [
  // Reservations.
  kernel(
    'accept forgets the epoch',
    QUEUE,
    "if (entry.epoch !== epoch) return refuse('stale_epoch'",
    "if (entry.epoch > epoch + 99) return refuse('stale_epoch'",
  ),
  kernel(
    'anybody may accept an offer',
    QUEUE,
    "if (entry.agentId !== agentId) return refuse('not_yours', 'This offer was made",
    "if (entry.agentId === '') return refuse('not_yours', 'This offer was made",
  ),
  kernel(
    'a second accept is a refusal',
    QUEUE,
    "return entry.agentId === agentId ? accepted() : refuse('not_yours', 'Another",
    "return entry.agentId === '' ? accepted() : refuse('not_yours', 'Another",
  ),
  kernel(
    'an ended offer may be accepted until the alarm',
    QUEUE,
    'if (entry.expiresAt <= now) return refuse',
    'if (entry.expiresAt + 60_000 <= now) return refuse',
  ),
  kernel('the epoch does not count up', QUEUE, 'epoch: entry.epoch + 1,', 'epoch: entry.epoch,'),
  kernel('an offer ends at once', QUEUE, 'expiresAt: now + view.config.offerMs,', 'expiresAt: now,'),
  kernel(
    'a repeated hand-over is a second place',
    QUEUE,
    'if (view.entry(work.escalationId, work.hop) !== null) return accepted();',
    '',
  ),
  kernel('closed twice is served twice', QUEUE, "if (entry.state === 'closed') return accepted();", ''),
  // Returning.
  kernel('no sweep of ended offers', QUEUE, "events.push(...giveBack(view, entry, 'expired', now));", ''),
  kernel(
    'no cool-down after a refusal',
    QUEUE,
    "if (cooldownMs > 0 && (because === 'declined' || because === 'expired')) {",
    'if (cooldownMs < 0) {',
  ),
  kernel(
    'a cool-down after an orphaned offer',
    QUEUE,
    "if (cooldownMs > 0 && (because === 'declined' || because === 'expired')) {",
    'if (cooldownMs > 0) {',
  ),
  kernel(
    'returned work goes to the end of the line',
    QUEUE,
    "const queued: QueuedEntry = { ...common(entry), state: 'queued', cooldowns };",
    "const queued: QueuedEntry = { ...common(entry), seq: view.nextSeq(), state: 'queued', cooldowns };",
  ),
  kernel(
    'cool-downs never end',
    QUEUE,
    '({ agentId, until }) => agentId === agent.id && until > now)',
    '({ agentId }) => agentId === agent.id)',
  ),
  kernel(
    'taken-back work is asked of the silent agent again',
    QUEUE,
    "if (why !== 'vanished' && cooldownMs > 0) cooldowns.push",
    'if (cooldownMs < 0) cooldowns.push',
  ),
  kernel(
    'who vanished is not preferred',
    QUEUE,
    "const preferred = why === 'vanished' ? agentId : null;",
    'const preferred = null;',
  ),
  // Matching.
  kernel(
    'away agents are offered work',
    QUEUE,
    "if (agent.presence !== 'available' || agent.load + cost > agent.capacity) return false;",
    'if (agent.load + cost > agent.capacity) return false;',
  ),
  kernel(
    'capacity off by one',
    QUEUE,
    'agent.load + cost > agent.capacity) return false;',
    'agent.load + cost > agent.capacity + 1) return false;',
  ),
  kernel(
    'this queue’s own limit is ignored',
    QUEUE,
    'return held < perAgentLimit;',
    'return held < perAgentLimit + 1;',
  ),
  kernel('no fairness window', QUEUE, 'if (recent.length >= fairness.count) return false;', ''),
  kernel(
    'the slot is not counted until the agent reports',
    QUEUE,
    'agent: { ...agent, load: agent.load + view.config.cost } },',
    'agent },',
  ),
  kernel(
    'an older report undoes a newer one',
    QUEUE,
    'if (known !== null && known.version >= agent.version) return accepted();',
    '',
  ),
  kernel(
    'the head blocks the line',
    QUEUE,
    'if (next.done) lines.splice(lines.indexOf(line), 1);\n      else line.head = next.value;',
    'lines.splice(lines.indexOf(line), 1);',
  ),
  kernel(
    'the wrong line is served first',
    QUEUE,
    '(compareRank(one.head, best.head) < 0 ? one : best)',
    '(compareRank(one.head, best.head) > 0 ? one : best)',
  ),
  kernel(
    'a supervisor may overfill an agent',
    QUEUE,
    'if (hasRoom(view, agent, record, now)) free.push',
    'if (wanted !== undefined || hasRoom(view, agent, record, now)) free.push',
  ),
  kernel(
    'preferred means nothing',
    CHOOSE,
    'if ((a.agent.id === preferred) !== (b.agent.id === preferred)) return a.agent.id === preferred ? -1 : 1;',
    '',
  ),
  kernel(
    'the last idle first',
    CHOOSE,
    'a.agent.lastAssignedAt - b.agent.lastAssignedAt;',
    'b.agent.lastAssignedAt - a.agent.lastAssignedAt;',
  ),
  kernel('load in pieces, not in shares', CHOOSE, 'agent.load / agent.capacity;', 'agent.load;'),
  kernel('levels do not count', SKILL, '(skills.get(name) ?? 0) >= level)', '(skills.get(name) ?? 0) > 0)'),
  kernel('class 0 is dropped too', SKILL, '.filter((relax) => relax > 0)', ''),
  kernel('the lowest class goes first', SKILL, '.sort((a, b) => b - a);', '.sort((a, b) => a - b);'),
  // Paths and time.
  kernel(
    'steps are counted from the last step',
    PATH,
    'return step === undefined ? null : entry.queuedAt + step.afterMs;',
    'return step === undefined ? null : entry.queuedAt + step.afterMs * 2;',
  ),
  kernel(
    'a step is taken again and again',
    QUEUE,
    'stepsTaken: entry.stepsTaken + 1 };',
    'stepsTaken: entry.stepsTaken };',
  ),
  kernel(
    'steps are taken while somebody is asked',
    PATH,
    "    case 'reserved':\n      return entry.expiresAt;",
    "    case 'reserved':\n      return Math.min(entry.expiresAt, entry.queuedAt + 60_000);",
  ),
  kernel(
    'silence is never noticed',
    PATH,
    '!entry.isAnswered && config.silentMs !== null ? entry.assignedAt + config.silentMs : null,',
    'null,',
  ),
  kernel(
    'an answer does not end the silence',
    QUEUE,
    "return accepted(put({ ...entry, isAnswered: true }, 'answered'));",
    'return accepted();',
  ),
  // Rank.
  kernel('class does not come first', RANK, 'a.class - b.class || a.sortAt', 'a.sortAt'),
  kernel('equal ranks by the later arrival', RANK, 'a.seq - b.seq;', 'b.seq - a.seq;'),
  kernel(
    'due before it was queued',
    RANK,
    'dueAt: queuedAt + Math.max(0, sum) * MINUTE_MS, terms };',
    'dueAt: queuedAt + sum * MINUTE_MS, terms };',
  ),
  kernel('a renewal that has passed counts', RANK, 'facts.renewalInDays >= 0 &&', ''),
  kernel(
    'a re-rank forgets the supervisor',
    QUEUE,
    'rankEntry(entry.facts, rank, entry.queuedAt, entry.raises);',
    'rankEntry(entry.facts, rank, entry.queuedAt);',
  ),
  kernel('strict order by age', RANK, 'BY_SEVERITY[facts.severity] * ERA_MS + queuedAt;', 'queuedAt;'),
  // The agent's slots.
  kernel(
    'slots without a limit',
    AGENT,
    'if (loadOf(state) + proposal.cost > state.capacity)',
    'if (loadOf(state) > state.capacity * 9)',
  ),
  kernel('a proposal twice is two slots', AGENT, 'if (held !== undefined) return accepted();', ''),
  kernel(
    'an absent console is offered work',
    AGENT,
    "if (state.presence !== 'available' || state.goneAt !== null)",
    "if (state.presence !== 'available')",
  ),
  kernel(
    'a closed laptop keeps its offers',
    AGENT,
    ".filter((slot) => slot.state === 'offered')",
    ".filter((slot) => slot.state === 'wrapping')",
  ),
  kernel(
    'the silent agent stays on',
    AGENT,
    "presence: 'away',\n          because: 'An offer",
    "presence: 'available',\n          because: 'An offer",
  ),
  kernel('wrap-up never ends', AGENT, 'slot.wrapEndsAt <= now)', 'slot.wrapEndsAt <= 0)'),
  // The conversation.
  kernel('a newer message loses the wish', TALK, '!isWish(state.turn)', 'true'),
  kernel(
    'a stale turn takes effect',
    TALK,
    "if (state.turn?.id !== turnId) return refuse('stale_turn', 'This turn is over.');",
    '',
  ),
  kernel(
    'work leaves the old queue before it is in the new one',
    TALK,
    "effect({ kind: 'hand_over', escalationId: escalation.id, hop, bugReport }),\n    effect({ kind: 'close_entry', escalationId: escalation.id, hop: hop - 1, queueId: from.queueId, outcome: 'moved' }),",
    "effect({ kind: 'close_entry', escalationId: escalation.id, hop: hop - 1, queueId: from.queueId, outcome: 'moved' }),\n    effect({ kind: 'hand_over', escalationId: escalation.id, hop, bugReport }),",
  ),
  kernel(
    'anybody may resolve',
    TALK,
    'if (escalation.agent.id !== agent.id) return refuse',
    "if (escalation.agent.id === '') return refuse",
  ),
  kernel(
    'overflow takes work from who has it',
    TALK,
    "escalation.state !== 'queued' || escalation.hops.length !== hop) return ok();\n  const from",
    'escalation.hops.length !== hop) return ok();\n  const from',
  ),
  // The shells.
  {
    name: 'the store forgets the wake-up',
    file: QUEUE_STORE,
    from: '      wakeAt(entry, this.config),\n',
    to: '      null,\n',
    suite: 'store',
  },
  {
    name: 'the store’s line loses its count',
    file: QUEUE_STORE,
    from: "'update lines set waiting = waiting - 1 where needs = ?'",
    to: "'update lines set waiting = waiting where needs = ?'",
    suite: 'store',
  },
  {
    name: 'pages repeat their last row',
    file: QUEUE_STORE,
    from: '(class, sort_at, seq) > (?, ?, ?)',
    to: '(class, sort_at, seq) >= (?, ?, ?)',
    suite: 'store',
  },
  {
    name: 'no alarm is set',
    file: QUEUE_OBJECT,
    from: 'else void this.ctx.storage.setAlarm(Math.max(Math.min(...deadlines), now + 1));',
    to: 'else void this.ctx.storage.deleteAlarm();',
    suite: 'offers',
  },
  {
    name: 'the conversation is not told who accepted',
    file: QUEUE_OBJECT,
    from: "    case 'accepted':\n      if (entry.state !== 'assigned') return [];",
    to: "    case 'accepted':\n      if (entry.state === 'assigned') return [];",
    suite: 'offers',
  },
  {
    name: 'the agent is not told that the offer ended',
    file: QUEUE_OBJECT,
    from: "      if (before?.state !== 'reserved') return [];",
    to: "      if (before?.state === 'reserved') return [];",
    suite: 'offers',
  },
  {
    name: 'taken-back work stays in the agent’s hands',
    file: QUEUE_OBJECT,
    from: "      if (before?.state !== 'assigned') return [];",
    to: "      if (before?.state === 'assigned') return [];",
    suite: 'offers',
  },
  {
    name: 'a freed slot is reported to nobody',
    file: AGENT_OBJECT,
    from: "        this.#outbox.add({ kind: 'publish' }, now);\n      });\n      this.#state = state;",
    to: '      });\n      this.#state = state;',
    suite: 'offers',
  },
  {
    name: 'offers of a gone console are not returned',
    file: AGENT_OBJECT,
    from: 'if (orphan !== null) this.#outbox.add(orphan, now);',
    to: 'if (orphan === null) continue;',
    suite: 'offers',
  },
  {
    name: 'an overflow reaches nobody',
    file: QUEUE_OBJECT,
    from: "if (event.type === 'overflowed') {",
    to: "if (event.type === 'overflowed' && event.because === '') {",
    suite: 'offers',
  },
  {
    name: 'a repeated message is kept twice',
    file: TALK_OBJECT,
    from: 'if (known !== null) return { seq: known };',
    to: 'if (known === -1) return { seq: known };',
    suite: 'story',
  },
  {
    name: 'the cursor means nothing',
    file: TALK_OBJECT,
    from: 'entries: this.#store.entriesAfter(cursor).filter(isShared) } satisfies VisitorDown',
    to: 'entries: this.#store.entriesAfter(0).filter(isShared) } satisfies VisitorDown',
    suite: 'story',
  },
  {
    name: 'visitors see what is for agents',
    file: TALK_OBJECT,
    from: 'const shared = entries.filter(isShared);',
    to: 'const shared = entries as never[];',
    suite: 'story',
  },
  {
    name: 'a turn of a dead process is forgotten',
    file: TALK_OBJECT,
    from: 'if (this.#store.state !== null) this.#arm();',
    to: '',
    suite: 'story',
  },
];
