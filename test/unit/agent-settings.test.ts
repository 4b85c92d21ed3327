import { describe, expect, test } from 'vitest';
import { changedSettings } from '#domain/queue/changed-settings.ts';
import { isSkillName, parseSkills, skillText } from '#domain/routing/skill.ts';
import type { AgentSettings } from '#protocol/agent-settings.ts';
import { deedWords } from '../../widget/console/context/deed-words.ts';
import {
  type AgentDraft,
  agentCatalogue,
  agentDraftOf,
  agentFields,
  newSkill,
  readAgent,
} from '../../widget/console/settings/agent-draft.ts';
import { changedPaths, mergeOnto } from '../../widget/console/settings/catalogue.ts';

const fields = agentFields([
  { id: 'que_billing0', name: 'Billing' },
  { id: 'que_general0', name: 'General' },
]);
const settings: AgentSettings = {
  skills: [
    { name: 'billing', level: 1 },
    { name: 'api', level: 3 },
  ],
  capacity: 3,
  queueIds: ['que_billing0' as never],
};
const draft = (changed: Partial<AgentDraft> & { skill?: [string, string] } = {}): AgentDraft => {
  const { skill, ...rest } = changed;
  const one = agentDraftOf(settings, fields);
  const more = skill === undefined ? [] : [{ ...newSkill(), name: skill[0], level: skill[1] }];
  return { ...one, skills: [...one.skills, ...more], ...rest };
};

describe('[A7] what an agent can do, in the fields', () => {
  test('comes back as it was', () => {
    expect(readAgent(draft(), fields)).toEqual({ ok: true, settings });
  });

  test.each([
    [['', '1'], 'skills.2.name', 'Name the skill, or remove the row.'],
    [['two words', '1'], 'skills.2.name', 'A skill is one word of at most 60 characters, without > : # | or &.'],
    [['api ', '1'], 'skills.2.name', 'This skill is there twice.'],
    [['vat', '0'], 'skills.2.level', 'A level is a whole number from 1 to 10.'],
    [['vat', '2.5'], 'skills.2.level', 'A level is a whole number from 1 to 10.'],
    [['vat', 'good'], 'skills.2.level', 'A level is a whole number from 1 to 10.'],
  ] as const)('the skill %j is said at its control', (skill, path, message) => {
    expect(readAgent(draft({ skill: [...skill] }), fields)).toEqual({ ok: false, issues: [{ path, message }] });
    expect(agentCatalogue(fields).labelOf(path)).toBe(`Skill 3, ${path.slice('skills.2.'.length)}`);
  });

  test.each([
    ['', 'This cannot be empty.'],
    ['0', 'At least 1.'],
    ['1.5', 'Write a whole number such as 3.'],
    ['1001', 'At most 1,000.'],
  ])('a capacity of “%s” is said at its field', (capacity, message) => {
    const values = { ...draft().values, capacity };
    expect(readAgent(draft({ values }), fields)).toEqual({ ok: false, issues: [{ path: 'capacity', message }] });
  });

  test('the order of skills is no change; mine stay on top of theirs', () => {
    const catalogue = agentCatalogue(fields);
    const turned = draft({ skills: draft().skills.toReversed() });
    expect(changedPaths(catalogue, draft(), turned)).toEqual([]);
    const mine = draft({ skill: ['vat', '2'] });
    const theirs = draft({ values: { ...draft().values, capacity: '5' } });
    const merged = mergeOnto(catalogue, draft(), mine, theirs);
    expect(merged).toMatchObject({ theirs: ['capacity'], both: [] });
    expect(readAgent(merged.draft, fields)).toMatchObject({
      settings: { capacity: 5, skills: [...settings.skills, { name: 'vat', level: 2 }] },
    });
  });

  test('a skill that is written is read as itself', () => {
    for (const { name, level } of [...settings.skills, { name: 'lang-fr', level: 10 }]) {
      expect(isSkillName(name)).toBe(true);
      expect([...parseSkills([skillText({ name, level })])]).toEqual([[name, level]]);
    }
    for (const name of ['', 'a b', 'a:b', 'a#1', 'a>=2', 'a|b', 'a&b', 'x'.repeat(61)])
      expect(isSkillName(name)).toBe(false);
  });
});

describe('[O3] what was done, in words', () => {
  test('settings that differ are named by their paths, lists as one', () => {
    const before = {
      offerMs: 30,
      rank: { atRiskMinutes: 5, areaMinutes: { billing: 1, api: 2 } },
      path: [{ afterMs: 1 }],
    };
    const after = {
      offerMs: 30,
      rank: { atRiskMinutes: 6, areaMinutes: { billing: 1, web: 2 } },
      path: [{ afterMs: 2 }],
    };
    expect(changedSettings(before, before)).toEqual([]);
    expect(changedSettings(before, after)).toEqual([
      'rank.atRiskMinutes',
      'rank.areaMinutes.web',
      'rank.areaMinutes.api',
      'path',
    ]);
    expect(changedSettings({ fairness: null }, { fairness: { count: 1 } })).toEqual(['fairness']);
  });

  test.each([
    [{ deed: 'accepted', agent: 'Maya' }, 'Maya took it'],
    [{ deed: 'chosen', agent: 'Maya', by: 'Ines' }, 'Ines chose Maya for it'],
    [{ deed: 'offer_withdrawn', agent: 'Maya', by: 'Ines' }, 'Ines took the offer back from Maya'],
    [{ deed: 'adjusted', by: 'Ines', minutes: 15 }, 'Ines moved it forward 15 minutes'],
    [{ deed: 'adjusted', by: 'Ines', minutes: -1 }, 'Ines moved it back 1 minute'],
    [{ deed: 'taken_back', agent: 'Maya', because: 'supervisor', by: 'Ines' }, 'Ines took it back from Maya'],
    [
      { deed: 'taken_back', agent: 'Maya', because: 'silent', by: null },
      'Taken back from Maya, who did not answer in time',
    ],
    [
      { deed: 'taken_back', agent: 'Maya', because: 'vanished', by: null },
      'Taken back from Maya, who was offline for too long',
    ],
    [{ deed: 'taken_back', agent: 'Maya', because: 'unknown', by: null }, 'Taken back from Maya'],
    [{ deed: 'passed_on', by: 'Maya', to: 'Technical' }, 'Maya passed it on to Technical'],
    [{ deed: 'resolved', by: 'Maya' }, 'Maya resolved it'],
  ] as const)('%j', (deed, words) => {
    expect(deedWords({ id: 'one', at: 0, ...deed })).toBe(words);
  });
});
