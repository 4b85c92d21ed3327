import type { AgentMirror, QueueConfig } from '#domain/queue/queue.ts';

/*
 * Who is asked, as SPEC says it (M1, M5): everybody who may take it is given a mark for each rule in turn, and whoever a rule does not put first
 * is struck out. It calls nothing of the product.
 */

export type Chooser = {
  choice: QueueConfig['choice'];
  /** What the work asked for at first, as it is written. */
  asked: readonly string[];
  preferred: string | null;
  /** When this queue last asked each of them; who is not in it was never asked. */
  askedAt: ReadonlyMap<string, number>;
};

/** Smaller is sooner. */
type Mark = (agent: AgentMirror) => number;

const SAME = 1e-9;

/** [M1] Those of the able who come before all others; one, where no two have the same id. */
export function soonest(able: readonly AgentMirror[], chooser: Chooser): AgentMirror[] {
  const hadItBefore: Mark = ({ id }) => (id === chooser.preferred ? 0 : 1);
  const since: Mark = ({ idleSince }) => idleSince;
  const share: Mark = ({ load, capacity }) => load / capacity;
  const rules = [hadItBefore, markOf(chooser), since, share];
  const left = rules.reduce<readonly AgentMirror[]>((some, mark) => {
    const least = Math.min(...some.map(mark));
    return some.filter((agent) => mark(agent) - least < SAME);
  }, able);
  const [lowest] = left.map(({ id }) => String(id)).sort();
  return left.filter(({ id }) => id === lowest);
}

function markOf({ choice, asked, askedAt }: Chooser): Mark {
  switch (choice) {
    case 'longest_idle':
      return ({ idleSince }) => idleSince;
    case 'least_loaded':
      return ({ load, capacity }) => load / capacity;
    case 'most_spare':
      return ({ load, capacity }) => load - capacity;
    case 'best_match':
      return ({ skills }) => -likeness(skills, asked);
    case 'round_robin':
      return ({ id }) => askedAt.get(id) ?? 0;
    default:
      throw new Error(`nobody knows how to choose by ${choice satisfies never}`);
  }
}

/** [M5] The mean over what is asked of how far it is exceeded, pressed into 0 to 1; what somebody lacks is nothing. */
function likeness(skills: readonly string[], asked: readonly string[]): number {
  if (asked.length === 0) return 1;
  let sum = 0;
  for (const text of asked) {
    const [name, level = '1'] = (text.split('#')[0] as string).split('>=');
    const have = skills.find((skill) => skill.split(':')[0] === name);
    if (have === undefined) continue;
    const beyond = (Number(have.split(':')[1] ?? 1) - Number(level)) / Number(level);
    sum += 1 / (1 + Math.E ** -beyond);
  }
  return sum / asked.length;
}
