/** What stands before a brace (selectors, or an at-rule), and what does not: no sign is looked at twice. */
const RUNS = /[^{};]+\{?/g;
/** Texts, what is in square brackets, and which child it is: signs in these are no combinators. */
const QUOTED = /"[^"]*"?|'[^']*'?|\[[^\]]*\]?|\\[\s\S]|\(\s*[+-]?\d*n\s*[+-]\s*\d+\s*\)/gi;
/** A browser tries each way to read them: of these two the usual frameworks have one, of all combinators five or six. */
const MAX_SIBLINGS = 2;
const MAX_COMBINATORS = 20;
const NESTED = /:has\((?! ?[>+]? ?(?:[^()\s>+~,]|, ?|\([^()\s>+~]*\))* ?\))|:nth-[\w-]+\([^()]*\bof\b/i;
const NOTHING = ':not(*)';

/**
 * [X8] A style sheet whose selectors a browser matches in an instant. Not kept, and said by a selector that is nobody's (so that rules keep their
 * places): more than two of `~` and `+` or twenty combinators in one selector, `:has()` of more than one compound, and `:nth-child(… of …)`.
 */
export const boundSelectors = (css: string): string =>
  css.replace(RUNS, (run) => (isRule(run) && selectorsOf(run.slice(0, -1)).some(isCostly) ? `${NOTHING}{` : run));

const isRule = (run: string): boolean => run.endsWith('{') && !run.trimStart().startsWith('@');

/** Cut at the commas that are in no brackets. */
function selectorsOf(list: string): string[] {
  let depth = 0;
  const plain = list.replace(QUOTED, 'x').replace(/\s+/g, ' ').trim();
  const marked = plain.replace(/[(),]/g, (sign) => {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    return sign === ',' && depth <= 0 ? '\n,' : sign;
  });
  return marked.split('\n,');
}

const isCostly = (selector: string): boolean =>
  NESTED.test(selector) ||
  (selector.match(/[~+]/g)?.length ?? 0) > MAX_SIBLINGS ||
  (selector.match(/(?<![\s>~+,(])[\s>~+]+/g)?.length ?? 0) > MAX_COMBINATORS;

/** Counts the rules that a browser tries on the same elements, by the name that it looks them up by. Returns the most of one name. */
export function countSubjects(css: string, known: Map<string, number>): number {
  let most = 0;
  for (const [run] of css.matchAll(RUNS))
    for (const one of isRule(run) ? run.slice(0, -1).split(',') : []) {
      const subject = /[^\s>~+]*\s*$/.exec(one.slice(-200))?.[0] ?? '';
      const name = (/[#.][\w-]+/.exec(subject) ?? /^[\w-]+/.exec(subject))?.[0] ?? '*';
      const count = (known.get(name) ?? 0) + 1;
      known.set(name, count);
      most = Math.max(most, count);
    }
  return most;
}

export const SELECTOR_RULES: readonly unknown[] = [RUNS, QUOTED, NESTED, MAX_SIBLINGS, MAX_COMBINATORS];
