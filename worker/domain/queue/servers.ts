import type { AgentId, EpochMs } from '#domain/ids.ts';
import { mayTake, parseSkills } from '#domain/routing/skill.ts';
import { type AgentMirror, isHere, type QueuedEntry, type QueueView } from './queue.ts';
import { fairnessUntil, offeredTo } from './wake.ts';

/** Who could take work of one line now, and what that says of a wait in it. */
export type Servers = {
  agentsAvailable: number;
  /** Who they are. */
  agentIds: readonly AgentId[];
  /** Pieces that they can have at once. */
  slots: number;
  /** Of those, free or held by an offer that nobody has answered yet. */
  freeSlots: number;
  /** Whether work of this line is before somebody of the other when it ranks first: one of them could take it too. */
  isBefore(needsKey: string): boolean;
};

/**
 * [W1] Those who are there and have the skills that the line asks for. Whoever lacks them is no reason to hope, and whoever waits for others is
 * not before anybody here. The returned function looks each line up once: make it anew when agents may have changed.
 */
export function serversOf(view: QueueView, now: EpochMs): (needsKey: string) => Servers {
  const offers = new Map<string, number>();
  for (const { agentId } of view.reserved()) offers.set(agentId, (offers.get(agentId) ?? 0) + 1);
  const there = [...view.agents()]
    .filter(isHere)
    .map((agent) => ({
      id: agent.id,
      levels: parseSkills(agent.skills),
      slots: slotsOf(view, agent),
      freeSlots: roomOf(view, agent, now) + (offers.get(agent.id) ?? 0),
    }))
    // Whose whole capacity is less than a piece takes will not have it, however long somebody waits.
    .filter(({ slots }) => slots > 0);
  const known = new Map<string, Servers>();
  const look = (needsKey: string): Servers => {
    const able = there.filter(({ levels }) => mayTake(levels, needsKey));
    const shared = new Map<string, boolean>([[needsKey, true]]);
    return {
      agentsAvailable: able.length,
      agentIds: able.map(({ id }) => id),
      slots: able.reduce((sum, { slots }) => sum + slots, 0),
      freeSlots: able.reduce((sum, { freeSlots }) => sum + freeSlots, 0),
      isBefore: (other) => {
        const before = shared.get(other) ?? able.some(({ levels }) => mayTake(levels, other));
        shared.set(other, before);
        return before;
      },
    };
  };
  return (needsKey) => {
    const servers = known.get(needsKey) ?? look(needsKey);
    known.set(needsKey, servers);
    return servers;
  };
}

/** [W1] How long, in ms, each of those who could take it is not asked for this entry, because they let it pass; 0 where somebody may be. */
export function cooldownMs(
  { agentIds }: Pick<Servers, 'agentIds'>,
  { cooldowns }: Pick<QueuedEntry, 'cooldowns'>,
  now: EpochMs,
): number {
  if (cooldowns.length === 0 || agentIds.length === 0) return 0;
  const ends = agentIds.map((id) => cooldowns.find(({ agentId }) => agentId === id)?.until ?? now);
  return Math.max(0, Math.min(...ends) - now);
}

/**
 * [Q9] [Q11] Whether anybody is there for the work of a line, free or not: with its skills, and with room for one piece where they have nothing else. The returned
 * function looks each line up once.
 */
export function somebodyFor(view: QueueView): (needsKey: string) => boolean {
  const there = [...view.agents()]
    .filter((agent) => isHere(agent) && slotsOf(view, agent) > 0)
    .map(({ skills }) => parseSkills(skills));
  const known = new Map<string, boolean>();
  return (needsKey) => {
    const is = known.get(needsKey) ?? there.some((levels) => mayTake(levels, needsKey));
    known.set(needsKey, is);
    return is;
  };
}

/** [M1] By the agent's capacity, and by how many of this queue one agent may have: both hold. */
const slotsOf = ({ config: { cost, perAgentLimit } }: QueueView, { capacity }: AgentMirror): number =>
  Math.min(Math.floor(capacity / cost), perAgentLimit ?? Number.POSITIVE_INFINITY);

/** How many more pieces of this queue they may be offered now [M1] [M6]. */
function roomOf(view: QueueView, agent: AgentMirror, now: EpochMs): number {
  const { cost, perAgentLimit, fairness } = view.config;
  if (fairness !== null && fairnessUntil(view.record(agent.id), offeredTo(view, agent.id), fairness, now) !== null)
    return 0;
  const spare = Math.floor(Math.max(0, agent.capacity - agent.load) / cost);
  if (perAgentLimit === null) return spare;
  let held = 0;
  for (const _ of view.heldBy(agent.id)) held += 1;
  return Math.min(spare, Math.max(0, perAgentLimit - held));
}
