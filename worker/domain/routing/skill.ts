/**
 * Skills as they are written in settings and triggers. A requirement is `name`, `name>=level`, and after `#` its relax class: 0 is
 * never dropped, 3 is dropped first, 1 last; without one it is 1. An agent's skill is `name` (level 1) or `name:level`.
 */
export type SkillNeed = { name: string; level: number; relax: RelaxClass };
export type RelaxClass = 0 | 1 | 2 | 3;
export type SkillLevels = ReadonlyMap<string, number>;

export const MAX_SKILL_LEVEL = 10;

const NEED = /^([^\s>:#|&]{1,60})(?:>=(\d{1,2}))?(?:#([0-3]))?$/;
const SKILL_NAME = /^[^\s>:#|&]{1,60}$/;
const SKILL = /^([^\s>:#|&]{1,60})(?::(\d{1,2}))?$/;

export const SKILL_NAME_RULE = 'a skill is one word of at most 60 characters, without > : # | or &.';
export const isSkillName = (text: string): boolean => SKILL_NAME.test(text);

/** An agent's skill as it is written. */
export const skillText = ({ name, level }: Pick<SkillNeed, 'name' | 'level'>): string =>
  level > 1 ? `${name}:${level}` : name;

const levelOf = (text: string | undefined): number => Math.min(MAX_SKILL_LEVEL, Math.max(1, Number(text ?? 1)));

/** Null when the text is no requirement; settings are refused then, a trigger's word is left out. */
export function parseNeed(text: string): SkillNeed | null {
  const match = NEED.exec(text);
  if (match === null) return null;
  return { name: match[1] as string, level: levelOf(match[2]), relax: Number(match[3] ?? 1) as RelaxClass };
}

/** What an agent can do, the higher level where one is named twice. Texts that are no skill are left out. */
export function parseSkills(texts: readonly string[]): SkillLevels {
  const levels = new Map<string, number>();
  for (const text of texts) {
    const match = SKILL.exec(text);
    if (match === null) continue;
    const name = match[1] as string;
    levels.set(name, Math.max(levels.get(name) ?? 0, levelOf(match[2])));
  }
  return levels;
}

/** [M1] Every need at its level or above; who needs nothing may have anybody. */
export const meetsAll = (skills: SkillLevels, needs: readonly SkillNeed[]): boolean =>
  needs.every(({ name, level }) => (skills.get(name) ?? 0) >= level);

/** [M1] Whether somebody may take from the line with this key (`needsKey`): one of its alternatives is enough. */
export const mayTake = (skills: SkillLevels, key: string): boolean =>
  readNeedsKey(key).some((needs) => meetsAll(skills, needs));

/**
 * [M3] The requirement after `relaxed` timeouts: each drops the highest relax class that is still there, class 0 never. What was dropped
 * stays on the entry for whoever reads it. Semantics: Zendesk, skill priority in trigger actions.
 */
export function remainingNeeds(needs: readonly SkillNeed[], relaxed: number): SkillNeed[] {
  const dropped = new Set(classesOf(needs).slice(0, relaxed));
  return needs.filter(({ relax }) => !dropped.has(relax));
}

/** [M3] How many timeouts drop everything from class 3 down to this one: classes that nothing is in need none. */
export const classesDownTo = (needs: readonly SkillNeed[], lowest: RelaxClass): number =>
  classesOf(needs).filter((relax) => relax >= lowest).length;

/** The classes that may be dropped, in the order in which they are. */
const classesOf = (needs: readonly SkillNeed[]): RelaxClass[] =>
  [...new Set(needs.map(({ relax }) => relax))].filter((relax) => relax > 0).sort((a, b) => b - a);

/**
 * One text for all entries that the same agents may take: alternatives by `|`, needs in each by `&`. Entries with one key stand in one
 * line, and a queue looks only at the head of each line.
 */
export function needsKey(alternatives: readonly (readonly SkillNeed[])[]): string {
  const texts = alternatives.map((needs) =>
    [...new Set(needs.map(({ name, level }) => (level > 1 ? `${name}>=${level}` : name)))].sort().join('&'),
  );
  return [...new Set(texts)].sort().join('|');
}

/** Reads a key back; the empty text is "anybody". */
export function readNeedsKey(key: string): SkillNeed[][] {
  return key.split('|').map((part) => (part === '' ? [] : part.split('&').flatMap((text) => parseNeed(text) ?? [])));
}
