import type { IntentSettings, IntentsAnswer } from '#protocol/intents.ts';
import { randomId } from '../../kit/random-id.ts';
import type { Catalogue, Values } from './catalogue.ts';
import type { Issue } from './draft.ts';
import type { ReadResult } from './settings-form.ts';

/** Intents as they stand in the fields. `key` is the row's own, for as long as the page is open; examples stand one on a line. */
export type IntentsDraft = { values: Values; intents: readonly IntentDraft[] };
export type IntentDraft = { key: string; name: string; examples: string; articles: readonly string[] };

export const INTENTS = 'intents';
/** The wire's limits; its schemas are not in a page. */
const MAX_NAME_CHARS = 64;
const MAX_EXAMPLE_CHARS = 300;

export const EMPTY_INTENTS: IntentsDraft = { values: {}, intents: [] };
export const newIntent = (): IntentDraft => ({ key: randomId(8), name: '', examples: '', articles: [] });

export const intentsDraftOf = ({ intents }: Pick<IntentsAnswer, 'intents'>): IntentsDraft => ({
  values: {},
  intents: intents.map(({ name, examples, articles }) => ({
    ...newIntent(),
    name,
    examples: examples.join('\n'),
    articles,
  })),
});

/** One example a line; empty lines are none. */
export const examplesOf = ({ examples }: Pick<IntentDraft, 'examples'>): string[] =>
  examples
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The fields as intents, or what is wrong with single values; what they say together the server sees. */
export function readIntents({ intents }: IntentsDraft): ReadResult<IntentSettings[]> {
  const issues: Issue[] = [];
  const settings = intents.map((intent, index) => {
    const name = intent.name.trim();
    const examples = examplesOf(intent);
    const report = (part: string, message: string) => issues.push({ path: `${INTENTS}.${index}.${part}`, message });
    if (name === '') report('name', 'Name the intent, or remove it.');
    if (name.length > MAX_NAME_CHARS) report('name', `At most ${MAX_NAME_CHARS} characters.`);
    const long = examples.findIndex((text) => text.length > MAX_EXAMPLE_CHARS);
    if (long !== -1) report('examples', `Line ${long + 1} is longer than ${MAX_EXAMPLE_CHARS} characters.`);
    return { name, examples, articles: [...intent.articles] };
  });
  return issues.length === 0 ? { ok: true, settings } : { ok: false, issues };
}

/** The server's issues at the controls: an example is a line of its field. */
export const placeIntentIssues = (issues: readonly Issue[]): Issue[] =>
  issues.map(({ path, message }) => {
    const [, control, line] = /^(intents\.\d+\.\w+)(?:\.(\d+))?$/.exec(path) ?? [];
    const words = message.charAt(0).toUpperCase() + message.slice(1);
    if (control === undefined) return { path: INTENTS, message: words };
    return {
      path: control,
      message: line === undefined || !control.endsWith('.examples') ? words : `Line ${Number(line) + 1}: ${message}`,
    };
  });

export const intentCatalogue: Catalogue<IntentsDraft> = {
  fields: [],
  rows: [
    {
      path: INTENTS,
      label: 'Intents',
      words: ({ intents }) =>
        intents
          .map((intent) => `${intent.name.trim()}: ${[...examplesOf(intent), ...intent.articles].join(' · ')}`)
          .sort()
          .join('; '),
      copy: (draft, from) => ({ ...draft, intents: from.intents.map((row) => ({ ...row, key: newIntent().key })) }),
    },
  ],
  labelOf(path) {
    const [, index, part] = /^intents\.(\d+)\.(\w+)$/.exec(path) ?? [];
    return index === undefined ? 'Intents' : `Intent ${Number(index) + 1}, ${part}`;
  },
};
