import { type Addition, additionWords } from '#domain/escalation/additions.ts';
import { leadsBack } from './path.ts';
import type { QueueConfig } from './queue.ts';

/** What is wrong with settings, and where: the dotted way to the value, `path.0.to`. */
export type SettingsProblem = { path: string; message: string };

type Checked = Pick<QueueConfig, 'relaxAfterMs' | 'path'> & { asks: readonly Addition[] };
type Neighbour = Pick<QueueConfig, 'id' | 'name' | 'tier' | 'path'> & { asks: readonly Addition[] };

/**
 * [Q11] What no single value shows: steps and relaxing out of order, a path to a queue that is not there, and one that leads around in a
 * circle, which would move work for ever. [E5] And a path up to a tier that asks for what no path can give, said at the tier where a change of
 * that is what makes it so. `queue` is as it would be, `queues` are all of the workspace, as they are stored.
 */
export function settingsProblems(
  queue: Pick<Neighbour, 'id' | 'name' | 'tier'>,
  settings: Checked,
  queues: readonly Neighbour[],
): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });

  const tierNow = queues.find(({ id }) => id === queue.id)?.tier ?? queue.tier;
  if (queues.some(({ id, name }) => id !== queue.id && isSameName(name, queue.name)))
    report('name', 'another queue is called that.');

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
      report(
        to.tier > tierNow ? `path.${index}.to` : 'tier',
        to.tier > tierNow
          ? `${to.name} asks for ${additionWords(to.asks)}, which only a person can add.`
          : `step ${index + 1} of the path would lead up to ${to.name}, which asks for ${additionWords(to.asks)}; only a person can add that.`,
      );
    else if (leadsBack(queue.id, step.to, overflowsOf))
      report(`path.${index}.to`, `from there the work would come back to ${queue.name}.`);
  }
  const leading = leadingUp(queues, queue);
  if (settings.asks.length > 0 && leading.length > 0) {
    const names = leading.map(({ name }) => name).join(', ');
    if (leadingUp(queues, { ...queue, tier: tierNow }).length > 0)
      report('asks', `a path of ${names} leads here, and only a person can add this.`);
    else report('tier', `a path of ${names} would lead up here, and only a person can add what is asked for.`);
  }
  return problems;
}

/** Whose path comes up to this one. */
const leadingUp = (queues: readonly Neighbour[], queue: Pick<Neighbour, 'id' | 'tier'>): readonly Neighbour[] =>
  queues.filter(
    ({ tier, path }) => tier < queue.tier && path.some((step) => step.do === 'overflow' && step.to === queue.id),
  );

const isSameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
