import { type Addition, additionWords } from '#domain/escalation/additions.ts';
import { leadsBack } from './path.ts';
import type { QueueConfig } from './queue.ts';

/** What is wrong with settings, and where: the dotted way to the value, `path.0.to`. */
export type SettingsProblem = { path: string; message: string };

type Checked = Pick<QueueConfig, 'relaxAfterMs' | 'path'> & { asks: readonly Addition[] };
type Neighbour = Pick<QueueConfig, 'id' | 'name' | 'tier' | 'path'> & { asks: readonly Addition[] };

/**
 * [Q11] What no single value shows: steps and relaxing out of order, a path to a queue that is not there, and one that leads around in a
 * circle, which would move work for ever. [E5] And a path up to a tier that asks for what no path can give. `queues` are all of the workspace, as they are stored.
 */
export function settingsProblems(
  queue: Pick<Neighbour, 'id' | 'name' | 'tier'>,
  settings: Checked,
  queues: readonly Neighbour[],
): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });

  for (const [index, after] of settings.relaxAfterMs.entries()) {
    const before = settings.relaxAfterMs[index - 1];
    if (index === 0 || after === null) continue;
    // Classes are dropped one after the other: behind one that stays, none is ever dropped.
    if (before === null) report(`relaxAfterMs.${index}`, 'it never comes to this while the one above it is never.');
    else if (before !== undefined && after < before)
      report(`relaxAfterMs.${index}`, 'it cannot come before the one above it.');
  }

  const overflowsOf = (id: string): string[] =>
    (queues.find((one) => one.id === id)?.path ?? []).flatMap((step) => (step.do === 'overflow' ? [step.to] : []));
  for (const [index, step] of settings.path.entries()) {
    const before = settings.path[index - 1];
    if (before !== undefined && step.afterMs < before.afterMs)
      report(`path.${index}.afterMs`, 'a step cannot come before the one above it.');
    if (step.do !== 'overflow') continue;
    const to = queues.find(({ id }) => id === step.to);
    if (to === undefined) report(`path.${index}.to`, 'this workspace has no such queue.');
    else if (to.tier > queue.tier && to.asks.length > 0)
      report(`path.${index}.to`, `${to.name} asks for ${additionWords(to.asks)}, which only a person can add.`);
    else if (leadsBack(queue.id, step.to, overflowsOf))
      report(`path.${index}.to`, `from there the work would come back to ${queue.name}.`);
  }
  const leading = queues.filter(
    ({ tier, path }) => tier < queue.tier && path.some((step) => step.do === 'overflow' && step.to === queue.id),
  );
  if (settings.asks.length > 0 && leading.length > 0)
    report(
      'asks',
      `a path of ${leading.map(({ name }) => name).join(', ')} leads here, and only a person can add this.`,
    );
  return problems;
}
