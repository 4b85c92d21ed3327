import type { EpochMs, ReservationId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import { type Candidate, chooseAgent } from '#domain/routing/choose-agent.ts';
import { meetsAll, parseNeed, parseSkills, readNeedsKey } from '#domain/routing/skill.ts';
import type { QueueCommand } from './command.ts';
import { put } from './event.ts';
import type { AgentMirror, QueuedEntry, QueueEvent, QueueView, ReservedEntry } from './queue.ts';
import { hasRoom } from './room.ts';

/**
 * [Q2] Reserves the first entry in rank order that some agent may take. Entries with the same requirement stand in one line, so only
 * the heads are compared: a line that nobody here may serve is left out as a whole, and blocks nothing [Q3].
 */
export function match(
  view: QueueView,
  { reservationId, only, entry: wanted }: Extract<QueueCommand, { type: 'match' }>,
  now: EpochMs,
): QueueEvent[] {
  const keys = wanted === undefined ? [...view.needsKeys()] : [];
  // Most looks find nobody waiting; then nobody need be looked for.
  if (wanted === undefined && keys.length === 0) return [];
  const agents = only === null ? view.agents() : [view.agent(only)].filter((agent) => agent !== null);
  const free = freeAgents(view, agents, now);
  if (free.length === 0) return [];

  if (wanted !== undefined) {
    const entry = view.entry(wanted.escalationId, wanted.hop);
    if (entry === null || entry.state !== 'queued') return [];
    // A supervisor's choice outweighs a cool-down and a skill; capacity it does not.
    const agent = chooseAgent(free, view.config.choice, [], entry.preferred);
    return agent === null ? [] : reserve(view, entry, agent, reservationId, now);
  }

  const lines: { head: QueuedEntry; rest: Iterator<QueuedEntry>; candidates: Candidate[] }[] = [];
  for (const key of keys) {
    const candidates = ableTo(free, key);
    if (candidates.length === 0) continue;
    // [Q18] What came after the closing is for a supervisor's hand alone.
    const rest = view.waitingWith(key, 'offered')[Symbol.iterator]();
    const first = rest.next();
    if (!first.done) lines.push({ head: first.value, rest, candidates });
  }
  try {
    while (lines.length > 0) {
      const line = lines.reduce((best, one) => (compareRank(one.head, best.head) < 0 ? one : best));
      const agent = chooseFor(view, line.head, line.candidates, now);
      if (agent !== null) return reserve(view, line.head, agent, reservationId, now);
      // Everybody who may is in a cool-down against this one: the next in the same line.
      const next = line.rest.next();
      if (next.done) lines.splice(lines.indexOf(line), 1);
      else line.head = next.value;
    }
    return [];
  } finally {
    // A store may hold a cursor open; nothing may be written while it does.
    for (const { rest } of lines) rest.return?.();
  }
}

type FreeAgent = Candidate & { skills: ReturnType<typeof parseSkills> };

export function freeAgents(view: QueueView, agents: Iterable<AgentMirror>, now: EpochMs): FreeAgent[] {
  const free: FreeAgent[] = [];
  for (const agent of agents) {
    const record = view.record(agent.id);
    if (hasRoom(view, agent, record, now)) free.push({ agent, record, skills: parseSkills(agent.skills) });
  }
  return free;
}

export function ableTo(free: readonly FreeAgent[], needsKey: string): FreeAgent[] {
  const alternatives = readNeedsKey(needsKey);
  return free.filter(({ skills }) => alternatives.some((needs) => meetsAll(skills, needs)));
}

/** [M1] Among those who are able, whoever is in no cool-down against this entry, by the queue's choice. */
export const chooseFor = (
  view: QueueView,
  entry: QueuedEntry,
  able: readonly Candidate[],
  now: EpochMs,
): AgentMirror | null =>
  chooseAgent(
    able.filter(({ agent }) => !entry.cooldowns.some(({ agentId, until }) => agentId === agent.id && until > now)),
    view.config.choice,
    // What was asked for at first, also where it has been relaxed or others are allowed: they may take it, and fit as well as they fit.
    entry.skills.flatMap((text) => parseNeed(text) ?? []),
    entry.preferred,
  );

export function reserve(
  view: QueueView,
  entry: QueuedEntry,
  agent: AgentMirror,
  reservationId: ReservationId,
  now: EpochMs,
): QueueEvent[] {
  const record = view.record(agent.id);
  const reserved: ReservedEntry = {
    ...entry,
    state: 'reserved',
    epoch: entry.epoch + 1,
    reservationId,
    agentId: agent.id,
    agentName: agent.name,
    offeredAt: now,
    expiresAt: now + view.config.offerMs,
    turnBefore: record.lastOfferedAt,
  };
  return [
    put(reserved, 'reserved'),
    // Optimistic: until the agent object reports again, this queue must not offer the same slot twice.
    {
      type: 'agent_put',
      agent: { ...agent, load: agent.load + view.config.cost },
      record: { ...record, lastOfferedAt: now },
    },
  ];
}
