import { describe, expect, it } from 'vitest';
import {
  GUIDE_OUTCOMES,
  type GuideStep,
  guideEndedWords,
  holdsOn,
  MAX_GUIDE_NAME_CHARS,
  MAX_GUIDE_PATH_CHARS,
  MAX_GUIDE_STEPS,
  MAX_GUIDE_TEXT_CHARS,
} from '#domain/guide/guide.ts';
import { readGuides } from '#domain/guide/read-guide.ts';
import { guide as guideSchema } from '#protocol/guide.ts';
import { readDocument } from '../../worker/assist/import/read-document.ts';
import { buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import { sectionsOf } from '../../worker/assist/markdown.ts';
import { cpuMillis } from '../support/cpu-time.ts';
import { Talk } from '../support/talk.ts';

const only = (markdown: string) => readGuides(markdown)[0] ?? { heading: '', steps: [], problems: [] };
const stepOf = (link: string): GuideStep | string => {
  const { steps, problems } = only(`1. Press ${link} now.`);
  return steps[0] ?? problems[0] ?? 'nothing';
};

describe('[G30] what an author writes', () => {
  it.each<[string, Partial<GuideStep>]>([
    ['[Save](#guide:button)', { role: 'button', name: 'Save', path: null, text: 'Press Save now.' }],
    ['[Save](#guide:button "Save changes")', { name: 'Save changes', text: 'Press Save now.' }],
    ["[Save](#guide:button 'Save changes')", { name: 'Save changes' }],
    ['[**Save**](#guide:button)', { name: 'Save', text: 'Press Save now.' }],
    ['**[Save](#guide:button)**', { name: 'Save', text: 'Press Save now.' }],
    ['[Save](#guide:button@/settings/billing)', { path: '/settings/billing' }],
    ['[Save](#guide:button@/teams/*/billing "Save all (3)")', { path: '/teams/*/billing', name: 'Save all (3)' }],
    ['[Say](#guide:button "Say \\"hello\\"")', { name: 'Say "hello"' }],
    ['[snake](#guide:link "my\\_file")', { name: 'my_file' }],
    ['[Save]( #guide:button   "  Save   it  " )', { name: 'Save it' }],
    ['[E-mail](#guide:textbox "E-mail *")', { role: 'textbox', name: 'E-mail *' }],
  ])('%s', (link, wanted) => {
    expect(stepOf(link)).toMatchObject(wanted);
  });

  it.each<[string, RegExp]>([
    ['[Save](#guide:buton)', /“\[Save\]\(#guide:buton\)”: “buton” is no role .* button, link,/],
    ['[Save](#guide:Button)', /“Button” is no role/],
    ['[Save](#guide:)', /is no role/],
    ['[Save](#guide:toString)', /is no role/],
    ['[Save](#guide:button "")', /the name is empty/],
    ['[ ](#guide:button)', /the name is empty/],
    ['[](#guide:button "  ")', /the name is empty/],
    [`[Save](#guide:button "${'x'.repeat(MAX_GUIDE_NAME_CHARS + 1)}")`, /the name is longer than 100/],
    [`[Save](#guide:button@/${'x'.repeat(MAX_GUIDE_PATH_CHARS)})`, /the path is longer than 200/],
    [`[Save](#guide:button) ${'and so on '.repeat(50)}`, /the step is longer than 400/],
    ['[Save](#guide:button@settings)', /path such as \/settings\/billing/],
    ['[Save](#guide:button@https://evil.example/)', /path such as/],
    ['[Save](#guide:button@/a?b=1)', /path such as/],
    ['[Save](#guide:button "Save changes)', /it is written \[words\]\(#guide:role "name"\)/],
    ['[Save](#guide:button "Save" on /settings)', /it is written/],
    ['[Save](#guide:button) and [Close](#guide:button)', /points at 2 things/],
  ])('%s is refused in words', (link, because) => {
    expect(stepOf(link)).toMatch(because);
  });

  it('takes the steps of a numbered list under their heading, in order, and no others', () => {
    const guides = readGuides(
      [
        'Before anything.',
        '## First',
        'Lead in.',
        '1. Open [Keys](#guide:link).',
        '2. Copy nothing.',
        '3) Press',
        '   [Create](#guide:button)',
        '   and wait.',
        '## Second',
        '```',
        '1. [Code](#guide:button)',
        '```',
        '## Third',
        '1. [Only](#guide:tab)',
      ].join('\n'),
    );
    expect(guides.map(({ heading, steps }) => [heading, steps.map(({ name, text }) => [name, text])])).toEqual([
      [
        'First',
        [
          ['Keys', 'Open Keys.'],
          ['Create', 'Press Create and wait.'],
        ],
      ],
      ['Third', [['Only', 'Only']]],
    ]);
  });

  it.each([
    ['a paragraph', 'Press [Save](#guide:button).'],
    ['a bulleted list', '- Press [Save](#guide:button).'],
    ['what follows a blank line', '1. Press it.\n\n   [Save](#guide:button)'],
  ])('in %s it is no step', (_, markdown) => {
    expect(only(markdown)).toMatchObject({
      steps: [],
      problems: [expect.stringMatching(/stands in no numbered step/)],
    });
  });

  it('is whole or not at all: one step that cannot be understood leaves none, under its heading only', () => {
    const guides = readGuides('## A\n1. [One](#guide:button)\n2. [Two](#guide:knob)\n## B\n1. [Three](#guide:button)');
    expect(guides.map(({ steps, problems }) => [steps.length, problems.length])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('has at most nine steps, as an answer has', () => {
    const list = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}. [B${i}](#guide:button)`).join('\n');
    expect(only(`## Steps\n${list(MAX_GUIDE_STEPS)}`).steps).toHaveLength(MAX_GUIDE_STEPS);
    expect(only(`## Steps\n${list(MAX_GUIDE_STEPS + 1)}`)).toMatchObject({
      steps: [],
      problems: ['“Steps” has 10 steps that point at something; at most 9 can be shown.'],
    });
  });

  it('what is read fits the wire', () => {
    const name = 'n'.repeat(MAX_GUIDE_NAME_CHARS);
    const path = `/${'p'.repeat(MAX_GUIDE_PATH_CHARS - 1)}`;
    const { steps } = only(`1. [${name}](#guide:button@${path}) ${'t'.repeat(MAX_GUIDE_TEXT_CHARS - name.length - 1)}`);
    expect(guideSchema.parse(steps)).toEqual(steps);
  });

  it('takes hostile text in its stride', () => {
    for (const text of [
      '[x](#guide:button "'.repeat(5000),
      `1. ${'[('.repeat(20_000)}#guide:`,
      `[${'\\"'.repeat(20_000)}](#guide:a "`,
    ]) {
      const before = cpuMillis();
      readGuides(`1. ${text}`);
      expect(cpuMillis() - before).toBeLessThan(1000);
    }
  });
});

describe('[G30] the words without the syntax', () => {
  it.each([
    ['1. Press [Save](#guide:button "Save all (3)") now.', '1. Press Save now.'],
    ['1. Press [Save](#guide:buton).', '1. Press Save.'],
    ['Press **[Save](#guide:button@/x)**', 'Press Save'],
  ])('%s', (markdown, words) => {
    expect(sectionsOf(markdown).map(({ text }) => text)).toEqual([words]);
  });

  it('survives the import of an HTML page, and other links within the page do not', async () => {
    const read = await readDocument({
      name: 'keys.html',
      type: 'html',
      text: '<main><h1>Keys</h1><ol><li>Open <a href="#guide:link@/api-keys" title="API_keys (2)">the keys</a></li><li>See <a href="#top">above</a></li></ol></main>',
    });
    expect('content' in read && readGuides(read.content.body)).toMatchObject([
      { steps: [{ role: 'link', name: 'API_keys (2)', path: '/api-keys', text: 'Open the keys' }], problems: [] },
    ]);
    expect('content' in read && read.content.body).not.toContain('#top');
  });
});

const article = (id: string, body: string) => ({
  id: `art_${id}`,
  slug: id,
  title: 'Rotate the frobnicator',
  area: null,
  keywords: [],
  body,
  updatedAt: 0,
});

describe('[G31] what an answer carries', () => {
  const guided = '1. Open [Tools](#guide:link).\n2. Press [Rotate](#guide:button).';

  it.each([
    ['under a heading', `## Steps\n${guided}`, ['Tools', 'Rotate']],
    ['behind an introduction', `The frobnicator can be rotated.\n## Steps\n${guided}`, ['Tools', 'Rotate']],
    [
      'under another heading than the one that answers',
      `## How to rotate the frobnicator\nTurn it.\n## Elsewhere\n${guided}`,
      undefined,
    ],
    ['where nothing is pointed at', '## Steps\n1. Open it.\n2. Close it.', undefined],
  ])('the steps %s', (_, body, names) => {
    const [passage] = retrieve(buildKnowledge([article('frob', body)]), 'rotate the frobnicator');
    expect(passage?.guide?.map(({ name }) => name)).toEqual(names);
  });

  it('the demo’s answer has its steps, and an answer without steps has none', () => {
    const talk = new Talk({ area: 'api-keys' });
    const { say } = talk.says('How do I create an API key?');
    expect(say?.text).toContain('Press Create key.');
    expect(say?.text).not.toMatch(/guide:|\]\(/);
    expect(say?.guide?.map(({ role, name, path }) => [role, name, path])).toEqual([
      ['link', 'API keys', null],
      ['textbox', 'Key name', '/api-keys'],
      ['combobox', 'Mode', '/api-keys'],
      ['button', 'Create key', '/api-keys'],
    ]);
    const message = talk.entries.findLast((entry) => entry.type === 'message');
    expect(message).toMatchObject({ guide: say?.guide });
    expect(new Talk().says('How do I download an invoice?').say).not.toHaveProperty('guide');
  });
});

describe('[G30] the page of a step', () => {
  it.each<[string | null, string, boolean]>([
    [null, '/anything', true],
    ['/', '/', true],
    ['/settings', '/settings/', true],
    ['/settings/', '/settings', true],
    ['/settings', '/settings/billing', false],
    ['/settings', '/Settings', false],
    ['/teams/*/keys', '/teams/42/keys', true],
    ['/teams/*/keys', '/teams/42/43/keys', false],
    ['/teams/*', '/teams', false],
  ])('%s on %s', (condition, path, holds) => {
    expect(holdsOn(condition, path)).toBe(holds);
  });
});

describe('[C11] how it ended', () => {
  const steps: GuideStep[] = ['One', 'Two'].map((name) => ({ role: 'button', name, path: null, text: name }));

  it('is said in words that both sides can read', () => {
    expect(GUIDE_OUTCOMES.map((outcome) => guideEndedWords(outcome, 2, steps))).toEqual([
      'The guide was followed to its end: 2 steps',
      'The guide was stopped at step 2 of 2',
      'The guide ended at step 2 of 2: there is no button “Two” here that can be used',
      'The guide ended at step 2 of 2: there is more than one button “Two” here',
      'The guide ended at step 2 of 2: the page was left',
    ]);
  });
});
