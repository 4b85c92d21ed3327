import type { AgentId, EpochMs } from '#domain/ids.ts';
import type { AgentMirror } from '#domain/queue/queue.ts';
import { unreachable } from '#domain/result.ts';
import { matchScore, type Selector } from './match-score.ts';
import { parseSkills, type SkillNeed } from './skill.ts';

/**
 * How a queue picks among the agents who may take an entry. `longest_idle`: who took, and was through with, their last work longest ago (Azure Job Router's longest available). `least_loaded`: the lowest
 * share of capacity in use, then the longest idle. `most_spare`: the most free units, then the longest idle. `best_match`: who exceeds the
 * required levels most, then the longest idle. `round_robin`: whom this queue offered to longest ago.
 */
export const CHOICES = ['longest_idle', 'least_loaded', 'most_spare', 'best_match', 'round_robin'] as const;
export type Choice = (typeof CHOICES)[number];

/** What a queue remembers of an agent itself, beside the agent's own reports. */
export type AgentRecord = {
  lastOfferedAt: EpochMs;
  /** When this agent took work of this queue, within the fairness window. */
  takenAt: EpochMs[];
};
export const NO_RECORD: AgentRecord = { lastOfferedAt: 0, takenAt: [] };

export type Candidate = { agent: AgentMirror; record: AgentRecord };

/**
 * [M1] Who is offered the work: the preferred agent when among the candidates, otherwise by the queue's choice; at last by id, so that the
 * choice never depends on storage order. Null when there is no candidate.
 */
export function chooseAgent(
  candidates: readonly Candidate[],
  choice: Choice,
  needs: readonly SkillNeed[],
  preferred: AgentId | null,
): AgentMirror | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best === null || compare(candidate, best, choice, needs, preferred) < 0) best = candidate;
  }
  return best?.agent ?? null;
}

function compare(
  a: Candidate,
  b: Candidate,
  choice: Choice,
  needs: readonly SkillNeed[],
  preferred: AgentId | null,
): number {
  if ((a.agent.id === preferred) !== (b.agent.id === preferred)) return a.agent.id === preferred ? -1 : 1;
  return (
    byChoice(a, b, choice, needs) || idle(a, b) || loadRatio(a) - loadRatio(b) || (a.agent.id < b.agent.id ? -1 : 1)
  );
}

const idle = (a: Candidate, b: Candidate): number => a.agent.idleSince - b.agent.idleSince;
const loadRatio = ({ agent }: Candidate): number => agent.load / agent.capacity;
const spare = ({ agent }: Candidate): number => agent.capacity - agent.load;

function byChoice(a: Candidate, b: Candidate, choice: Choice, needs: readonly SkillNeed[]): number {
  switch (choice) {
    case 'longest_idle':
      return idle(a, b);
    case 'least_loaded':
      return loadRatio(a) - loadRatio(b);
    case 'most_spare':
      return spare(b) - spare(a);
    case 'best_match':
      return skillScore(b, needs) - skillScore(a, needs);
    case 'round_robin':
      return a.record.lastOfferedAt - b.record.lastOfferedAt;
    default:
      return unreachable(choice);
  }
}

/** Levels as magnitudes: somebody with level 8 fits "level 3 or more" better than somebody with level 3. */
function skillScore({ agent }: Candidate, needs: readonly SkillNeed[]): number {
  const labels = Object.fromEntries(parseSkills(agent.skills));
  return matchScore(
    labels,
    needs.map(({ name, level }): Selector => ({ key: name, op: 'gte', value: level })),
  );
}
