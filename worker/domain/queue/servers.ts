import { mayTake, parseSkills } from '#domain/routing/skill.ts';
import type { QueueView } from './queue.ts';

/** Who could take work of one line now, and what that says of a wait in it. */
export type Servers = {
  agentsAvailable: number;
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
export function serversOf(view: QueueView): (needsKey: string) => Servers {
  const { cost } = view.config;
  const there = [...view.agents()]
    .filter(({ presence }) => presence === 'available')
    .map((agent) => ({ ...agent, levels: parseSkills(agent.skills) }));
  const offers = new Map<string, number>();
  for (const { agentId } of view.reserved()) offers.set(agentId, (offers.get(agentId) ?? 0) + 1);
  const known = new Map<string, Servers>();
  const look = (needsKey: string): Servers => {
    const able = there.filter(({ levels }) => mayTake(levels, needsKey));
    const shared = new Map<string, boolean>([[needsKey, true]]);
    return {
      agentsAvailable: able.length,
      slots: able.reduce((sum, { capacity }) => sum + Math.floor(capacity / cost), 0),
      freeSlots: able.reduce(
        (sum, { id, capacity, load }) => sum + Math.floor(Math.max(0, capacity - load) / cost) + (offers.get(id) ?? 0),
        0,
      ),
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
