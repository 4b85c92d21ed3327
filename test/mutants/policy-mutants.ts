import type { Mutant, Suite } from './mutants.ts';

const STORE = 'worker/storage/policies.ts';
const KEPT = 'worker/storage/evaluations.ts';
const ROUTE = 'worker/routes/policies.ts';
const PROBLEMS = 'worker/domain/triggers/policy-problems.ts';
const EFFECT = 'worker/domain/triggers/policy-effect.ts';
const NEAREST = 'worker/domain/triggers/nearest.ts';
const EVALUATE = 'worker/domain/triggers/evaluate.ts';
const TURN = 'worker/domain/triggers/turn-evaluation.ts';

const bug = (suite: Suite, name: string, file: string, from: string, to: string): Mutant => ({
  suite,
  name,
  file,
  from,
  to,
});

/** Planted bugs of the policy: what guards a version, what is kept, and what is said of it. */
export const POLICY_MUTANTS: Mutant[] = [
  bug('triggers', 'no trigger ends the list', EVALUATE, 'row.ends === true', 'false'),
  bug(
    'triggers',
    'a trigger that does not match ends the list',
    EVALUATE,
    "row.outcome === 'matched' && row.ends",
    'row.ends',
  ),
  bug('triggers', 'what a trace was made of forgets who ended it', NEAREST, '      ...(ends ? { ends } : {}),\n', ''),
  bug(
    'policies',
    'a policy is published over one that came meanwhile',
    STORE,
    "and version = ?3 and status = 'active'\n         and exists",
    "and status = 'active' and ?3 > 0\n         and exists",
  ),
  bug(
    'policies',
    'what is no draft takes the place of what is in force',
    STORE,
    "and exists (select 1 from policies where workspace_id = ?1 and version = ?2 and status in ('draft', 'shadow'))",
    '',
  ),
  bug('policies', 'a wrong draft is saved', ROUTE, 'if (problems.length > 0) throw', 'if (false) throw'),
  bug(
    'policies',
    'two run in shadow',
    STORE,
    "set status = 'draft' where workspace_id",
    "set status = 'shadow' where workspace_id",
  ),
  bug('policies', 'everybody changes the policy', ROUTE, "least: 'admin'", "least: 'viewer'"),
  bug(
    'policies',
    'the newest evaluations are forgotten',
    KEPT,
    'order by at desc, id limit ?2',
    'order by at, id limit ?2',
  ),
  bug(
    'policies',
    'old evaluations stay',
    KEPT,
    'delete from evaluations where at < ?',
    'delete from evaluations where at < 0 * ?',
  ),
  bug('policies', 'a draft that is sent again is another one', ROUTE, "newest?.status === 'draft' &&", 'false &&'),
  bug(
    'policies',
    'no evaluation is kept',
    'worker/domain/conversation/turns.ts',
    'of outcome.evaluations)',
    'of outcome.evaluations.slice(9))',
  ),
  bug('policy', 'what is kept of an evaluation has secrets in it', TURN, 'facts: redactDeep(facts)', 'facts'),
  bug(
    'policy',
    'the policy in shadow decides',
    TURN,
    'const evaluation = evaluate(policy, facts);',
    'const evaluation = evaluate(shadow ?? policy, facts);',
  ),
  bug('policy', 'an empty group is right', PROBLEMS, 'if (when.of.length === 0)', 'if (when.of.length < 0)'),
  bug('policy', 'any operator fits any fact', PROBLEMS, '!OPERATORS_OF[type.kind].includes(op)', 'false'),
  bug('policy', 'nesting has no end', PROBLEMS, 'if (one.depth > most) return true;', ''),
  bug('policy', 'a threshold may be anything', PROBLEMS, 'value < type.min ||', ''),
  bug('policy', 'another reason is another decision', EFFECT, 'const { because: _, ...one } = a;', 'const one = a;'),
  bug('policy', 'all examples are named', EFFECT, 'if (examples.length < MAX_EXAMPLES)', ''),
  bug(
    'policy',
    'two changes are told where one would do',
    NEAREST,
    'const action = outcomeOf([change]);',
    'const action = was;',
  ),
  bug('policy', 'the dearest change is told', NEAREST, 'costOf(a) - costOf(b));', 'costOf(b) - costOf(a));'),
  bug('policy', 'fewer than none are told', NEAREST, 'to >= type.min &&', ''),
];
