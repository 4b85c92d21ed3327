import type { Intent } from './intent-rows.ts';

/** What is wrong with intents, and where: the dotted way to the value, `2.examples.0`. */
export type IntentProblem = { path: string; message: string };

/** Fewer tell nobody what an intent is. */
const LEAST_EXAMPLES = 3;

/** [G26] What no single value shows: two of one name, one example for two of them, articles that are not there, and too little to learn from. */
export function intentProblems(intents: readonly Intent[], slugs: ReadonlySet<string>): IntentProblem[] {
  const problems: IntentProblem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });
  const keyOf = (text: string) => text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
  const names = new Set<string>();
  const owners = new Map<string, string>();
  intents.forEach(({ name, examples, articles }, i) => {
    if (names.has(keyOf(name))) report(`${i}.name`, 'another intent is called this already.');
    names.add(keyOf(name));
    examples.forEach((text, j) => {
      const owner = owners.get(keyOf(text));
      if (owner === undefined) owners.set(keyOf(text), name);
      else
        report(
          `${i}.examples.${j}`,
          owner === name
            ? 'this example is there twice.'
            : `this is an example of ${owner} already; it can be about one of them only.`,
        );
    });
    articles.forEach((slug, j) => {
      if (!slugs.has(slug)) report(`${i}.articles.${j}`, 'there is no such article.');
    });
    if (examples.length < LEAST_EXAMPLES && articles.length === 0)
      report(
        `${i}.examples`,
        `at least ${LEAST_EXAMPLES} examples, or an article, or nothing can be learnt; ten make a good start.`,
      );
  });
  if (intents.length === 1) report('0.name', 'one intent cannot be told from others; add a second one, or remove it.');
  return problems;
}
