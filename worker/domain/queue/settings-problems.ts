import { type Addition, additionWords } from '#domain/escalation/additions.ts';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { RankPolicy } from '#domain/priority/rank.ts';
import { MAX_SKILL_LEVEL, parseNeed, type SkillNeed } from '#domain/routing/skill.ts';
import { AREA_RULE, isArea } from './incident.ts';
import { leadsBack, type PathStep } from './path.ts';
import type { QueueConfig } from './queue.ts';

/** What is wrong with settings, and where: the dotted way to the value, `path.0.to`. */
export type SettingsProblem = { path: string; message: string };

type Checked = Pick<QueueConfig, 'relaxAfterMs' | 'path'> & {
  asks: readonly Addition[];
  rank: Pick<RankPolicy, 'targetMinutes' | 'repeatContact' | 'areaMinutes'>;
};
type Neighbour = Pick<QueueConfig, 'id' | 'name' | 'tier' | 'path'> & { asks: readonly Addition[] };

/**
 * [Q11] What no single value shows: steps and relaxing out of order, a path to a queue that is not there, and one that leads around in a
 * circle, which would move work for ever. What can never do anything is refused too: whoever wrote it meant something. [E5] And a path up to a tier that asks for what no path can give, said at the tier where a change of
 * that is what makes it so. `queue` is as it would be, `queues` are all of the workspace, as they are stored.
 */
export function settingsProblems(
  queue: Pick<Neighbour, 'id' | 'name' | 'tier'>,
  settings: Checked,
  queues: readonly Neighbour[],
): SettingsProblem[] {
  const problems: SettingsProblem[] = [...rankProblems(settings.rank), ...idleSteps(settings.path)];
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

/**
 * Targets by which the less urgent would be served first (and a broken promise would put back [K10]), minutes that no earlier conversation gives, and
 * areas that no page is in.
 */
function* rankProblems({ targetMinutes, repeatContact, areaMinutes }: Checked['rank']): Iterable<SettingsProblem> {
  for (const [plan, minutes] of Object.entries(targetMinutes)) {
    for (const [place, severity] of SEVERITIES.entries()) {
      const milder = SEVERITIES[place - 1];
      if (milder !== undefined && minutes[severity] > minutes[milder])
        yield {
          path: `rank.targetMinutes.${plan}.${severity}`,
          message: `${severity} cannot be due later than ${milder}, which is due after ${minutes[milder]} min.`,
        };
    }
  }
  const { minutesEach, atMost } = repeatContact;
  if (atMost < minutesEach)
    yield {
      path: 'rank.repeatContact.atMost',
      message: `one earlier conversation gives ${minutesEach} min already. Without any, set each time to 0.`,
    };
  for (const area of Object.keys(areaMinutes))
    if (!isArea(area)) yield { path: `rank.areaMinutes.${area}`, message: AREA_RULE };
}

/** Steps that change nothing whenever they are taken, or are never taken. */
function* idleSteps(path: readonly PathStep[]): Iterable<SettingsProblem> {
  let sentOnBy: number | null = null;
  let anybodyBy: number | null = null;
  const allowedBy: { step: number; needs: SkillNeed[] }[] = [];
  let relaxedTo: { step: number; to: number } | null = null;
  for (const [index, step] of path.entries()) {
    if (sentOnBy !== null) {
      yield { path: `path.${index}.afterMs`, message: `it never comes to this: step ${sentOnBy} sends the work on.` };
      continue;
    }
    if (step.do === 'raise' && step.minutes === 0)
      yield { path: `path.${index}.minutes`, message: '0 minutes move nothing.' };
    if (anybodyBy !== null && (step.do === 'also_allow' || step.do === 'relax'))
      yield {
        path: `path.${index}.${step.do === 'relax' ? 'to' : 'skills'}`,
        message: `this adds nobody: step ${anybodyBy} lets anybody take it.`,
      };
    if (step.do === 'relax') {
      if (relaxedTo === null || step.to < relaxedTo.to) relaxedTo = { step: index + 1, to: step.to };
      else if (anybodyBy === null)
        yield {
          path: `path.${index}.to`,
          message: `this drops nothing: step ${relaxedTo.step} drops down to class ${relaxedTo.to} already.`,
        };
    }
    // Without a skill it is open to all.
    if (step.do === 'also_allow' && step.skills.length === 0) anybodyBy ??= index + 1;
    if (step.do === 'also_allow' && step.skills.length > 0) {
      for (const text of step.skills) {
        const wrong = wrongAlternative(text);
        if (wrong !== null) yield { path: `path.${index}.skills`, message: wrong };
      }
      const needs = step.skills.flatMap((text) => parseNeed(text) ?? []);
      const before = allowedBy.find((one) => isWithin(needs, one.needs));
      if (before !== undefined && anybodyBy === null)
        yield {
          path: `path.${index}.skills`,
          message: `this adds nobody: step ${before.step} lets all of them take it already.`,
        };
      allowedBy.push({ step: index + 1, needs });
    }
    if (step.do === 'overflow') sentOnBy = index + 1;
  }
}

/** What would be read as something else than it says: nothing drops a skill of a step, and no level is above the highest. */
function wrongAlternative(text: string): string | null {
  const name = parseNeed(text)?.name ?? text;
  if (text.includes('#')) return `a step's skills have no relax class: write ${text.slice(0, text.indexOf('#'))}.`;
  const level = Number(/>=(\d+)$/.exec(text)?.[1] ?? 1);
  return level < 1 || level > MAX_SKILL_LEVEL ? `the level of ${name} is from 1 to ${MAX_SKILL_LEVEL}.` : null;
}

/** Whether whoever has all of `needs` has all of `wider` too. */
const isWithin = (needs: readonly SkillNeed[], wider: readonly SkillNeed[]): boolean =>
  wider.every(({ name, level }) => needs.some((need) => need.name === name && need.level >= level));

/** Whose path comes up to this one. */
const leadingUp = (queues: readonly Neighbour[], queue: Pick<Neighbour, 'id' | 'tier'>): readonly Neighbour[] =>
  queues.filter(
    ({ tier, path }) => tier < queue.tier && path.some((step) => step.do === 'overflow' && step.to === queue.id),
  );

const isSameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
