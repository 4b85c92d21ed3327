import { isSkillName, MAX_SKILL_LEVEL, SKILL_NAME_RULE } from '#domain/routing/skill.ts';
import type { AgentSettings } from '#protocol/agent-settings.ts';
import { randomId } from '../../kit/random-id.ts';
import type { Catalogue, Values } from './catalogue.ts';
import type { Issue } from './draft.ts';
import type { Field } from './fields.ts';
import type { ReadResult } from './settings-form.ts';
import { parseNumber, readText, textOf } from './text.ts';

/** What an agent can do as it stands in the fields. `key` is the row's own, for as long as the page is open. */
export type AgentDraft = { values: Values; skills: readonly SkillDraft[] };
export type SkillDraft = { key: string; name: string; level: string };

type Queue = { id: string; name: string };

export const SKILLS = 'skills';
const CAPACITY = 'capacity';
const QUEUES = 'queueIds';
/** The wire's limits; its schemas are not in a page. */
const MAX_CAPACITY = 1000;
const MAX_SKILLS_PER_AGENT = 50;

export const EMPTY_AGENT: AgentDraft = { values: {}, skills: [] };

export const newSkill = (): SkillDraft => ({ key: randomId(8), name: '', level: '1' });

/** Room, and the queues of this workspace. */
export const agentFields = (queues: readonly Queue[]): Field[] => [
  {
    path: CAPACITY,
    label: 'Capacity',
    help: 'How much at once, over all queues; a queue says how much of it a piece of its work takes. Whoever has more in hand than that keeps it.',
    isOwn: true,
    kind: 'whole',
    unit: 'at once',
    min: 1,
    max: MAX_CAPACITY,
  },
  {
    path: QUEUES,
    label: 'Queues',
    help: 'From other queues nothing is offered to them.',
    isOwn: true,
    kind: 'set',
    options: queues.map(({ id, name }) => ({ value: id, label: name, help: '' })),
    never: 'none',
  },
];

export const agentDraftOf = (settings: AgentSettings, fields: readonly Field[]): AgentDraft => ({
  values: Object.fromEntries(
    fields.map((field) => [field.path, textOf(field, settings[field.path as 'capacity' | 'queueIds'])]),
  ),
  skills: settings.skills.map(({ name, level }) => ({ ...newSkill(), name, level: String(level) })),
});

/** The fields as settings, or everything that is wrong with them. */
export function readAgent({ values, skills }: AgentDraft, fields: readonly Field[]): ReadResult<AgentSettings> {
  const issues: Issue[] = [];
  const read = (path: string): unknown => {
    const field = fields.find((one) => one.path === path) as Field;
    const result = readText(field, values[path] ?? '');
    if (result.ok) return result.value;
    issues.push({ path, message: result.message });
    return null;
  };
  const [capacity, queueIds] = [read(CAPACITY) as number, read(QUEUES) as AgentSettings['queueIds']];
  const names = skills.map(({ name }) => name.trim());
  const settings = {
    capacity,
    queueIds,
    skills: skills.map(({ level: text }, index) => {
      const name = names[index] as string;
      const level = parseNumber(text);
      const report = (part: string, message: string) => issues.push({ path: `${SKILLS}.${index}.${part}`, message });
      if (name === '') report('name', 'Name the skill, or remove the row.');
      else if (!isSkillName(name)) report('name', SKILL_NAME_RULE.charAt(0).toUpperCase() + SKILL_NAME_RULE.slice(1));
      else if (names.indexOf(name) < index) report('name', 'This skill is there twice.');
      if (level === null || !Number.isInteger(level) || level < 1 || level > MAX_SKILL_LEVEL)
        report('level', `A level is a whole number from 1 to ${MAX_SKILL_LEVEL}.`);
      return { name, level: level as number };
    }),
  };
  if (skills.length > MAX_SKILLS_PER_AGENT)
    issues.push({ path: SKILLS, message: `At most ${MAX_SKILLS_PER_AGENT} skills.` });
  return issues.length === 0 ? { ok: true, settings } : { ok: false, issues };
}

/** Everything that can be set about an agent. */
export const agentCatalogue = (fields: readonly Field[]): Catalogue<AgentDraft> => ({
  fields,
  rows: [
    {
      path: SKILLS,
      label: 'Skills',
      words: ({ skills }) =>
        skills
          .map(({ name, level }) => `${name.trim()} ${level.trim()}`)
          .sort()
          .join(', '),
      copy: (draft, from) => ({ ...draft, skills: from.skills.map((row) => ({ ...row, key: newSkill().key })) }),
    },
  ],
  labelOf(path) {
    const [, index, part] = /^skills\.(\d+)\.(\w+)$/.exec(path) ?? [];
    if (index !== undefined) return `Skill ${Number(index) + 1}, ${part}`;
    return fields.find((field) => field.path === path)?.label ?? 'Skills';
  },
});
