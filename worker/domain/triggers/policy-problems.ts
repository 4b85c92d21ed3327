import { unreachable } from '#domain/result.ts';
import { parseNeed, SKILL_NAME_RULE } from '#domain/routing/skill.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import { factLabel, isFactName } from '#domain/triggers/fact-names.ts';
import { FACT_TYPES, type FactType, OPERATORS_OF } from '#domain/triggers/fact-types.ts';
import {
  type Condition,
  MAX_WHEN_DEPTH,
  type Trigger,
  type TriggerAction,
  type When,
} from '#domain/triggers/policy.ts';

/** More triggers than anybody reads from top to bottom; a decision of 500 still takes less than a message's way. */
export const MAX_TRIGGERS = 200;
export const MAX_CONDITIONS = 100;
export const MAX_ACTIONS = 10;
export const MAX_PHRASES = 100;
export const MAX_PHRASE_CHARS = 120;
export const MAX_LABEL_CHARS = 80;
/** An id is what evaluations and reasons call the trigger by, for good. */
export const TRIGGER_ID = /^[a-z][a-z0-9_]{0,63}$/;

/** `path` leads to the spot, dotted and counted from 0: `triggers.3.when.of.1.value`. */
export type PolicyProblem = { path: string; message: string };

/**
 * [T10] All that is wrong with a policy, each where it is; none, and it can be put in force. A policy that merely does not make sense (two triggers that say the same) is
 * its author's own business.
 */
export function policyProblems(triggers: readonly Trigger[], queues: readonly string[]): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  if (triggers.length > MAX_TRIGGERS) say('triggers', `there are at most ${MAX_TRIGGERS} triggers.`);
  const seen = new Map<string, number>();
  for (const [index, trigger] of triggers.entries()) {
    const at = `triggers.${index}`;
    const before = seen.get(trigger.id);
    if (before !== undefined) say(`${at}.id`, `trigger ${before + 1} has this id already.`);
    else seen.set(trigger.id, index);
    if (!TRIGGER_ID.test(trigger.id))
      say(`${at}.id`, 'small letters, digits and underscores, 64 at most, beginning with a letter.');
    if (trigger.label.trim() === '') say(`${at}.label`, 'it needs a name: agents read it as the reason.');
    if (trigger.label.length > MAX_LABEL_CHARS) say(`${at}.label`, `at most ${MAX_LABEL_CHARS} characters.`);
    const counted = { conditions: 0 };
    checkWhen(trigger.when, `${at}.when`, 0, counted, say);
    if (counted.conditions > MAX_CONDITIONS)
      say(`${at}.when`, `there are at most ${MAX_CONDITIONS} conditions in a trigger.`);
    if (trigger.actions.length === 0) say(`${at}.actions`, 'it does nothing yet: choose what is to happen.');
    if (trigger.actions.length > MAX_ACTIONS) say(`${at}.actions`, `at most ${MAX_ACTIONS} actions.`);
    for (const [n, action] of trigger.actions.entries()) checkAction(action, `${at}.actions.${n}`, queues, say);
  }
  return problems;
}

type Say = (path: string, message: string) => void;

function checkWhen(when: When, at: string, depth: number, counted: { conditions: number }, say: Say): void {
  // What is nested deeper is never looked into, so it would be silently without effect.
  if (depth > MAX_WHEN_DEPTH) {
    say(at, `groups are nested at most ${MAX_WHEN_DEPTH} deep.`);
    return;
  }
  switch (when.kind) {
    case 'condition':
      counted.conditions += 1;
      checkCondition(when, at, say);
      return;
    case 'not':
      checkWhen(when.of, `${at}.of`, depth + 1, counted, say);
      return;
    case 'all':
    case 'any':
      if (when.of.length === 0) say(`${at}.of`, 'an empty group never matches: add a condition or remove the group.');
      for (const [n, part] of when.of.entries()) checkWhen(part, `${at}.of.${n}`, depth + 1, counted, say);
      return;
    default:
      unreachable(when);
  }
}

function checkCondition({ fact, op, value }: Condition, at: string, say: Say): void {
  if (!isFactName(fact)) {
    say(`${at}.fact`, 'there is no such fact.');
    return;
  }
  const type = FACT_TYPES[fact];
  if (!OPERATORS_OF[type.kind].includes(op)) {
    const fitting = OPERATORS_OF[type.kind].join(', ');
    say(`${at}.op`, `${factLabel(fact)} cannot be asked for by “${op}”; one of ${fitting}.`);
    return;
  }
  const wrong =
    op === 'exists' ? null : op === 'in' || op === 'contains' ? wrongList(op, value) : wrongValue(type, value);
  if (wrong !== null) say(`${at}.value`, wrong);
}

function wrongList(op: 'in' | 'contains', value: FactValue): string | null {
  const list = typeof value === 'string' && op === 'contains' ? [value] : value;
  if (!Array.isArray(list)) return 'a list of texts.';
  if (list.length === 0) return 'at least one, or it never matches.';
  if (list.length > MAX_PHRASES) return `at most ${MAX_PHRASES}.`;
  const empty = list.findIndex((text) => text.trim() === '');
  if (empty >= 0) return `number ${empty + 1} is empty.`;
  const long = list.findIndex((text) => text.length > MAX_PHRASE_CHARS);
  return long >= 0 ? `number ${long + 1} is longer than ${MAX_PHRASE_CHARS} characters.` : null;
}

/** `null` asks for a fact that is known to be nothing. */
function wrongValue(type: FactType, value: FactValue): string | null {
  if (value === null) return type.kind === 'number' ? 'a number.' : null;
  switch (type.kind) {
    case 'yes_no':
      return typeof value === 'boolean' ? null : 'yes or no (true or false).';
    case 'name':
    case 'text':
      if (typeof value !== 'string') return 'a text.';
      if (value.trim() === '') return 'it is empty.';
      return value.length > MAX_PHRASE_CHARS ? `at most ${MAX_PHRASE_CHARS} characters.` : null;
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number.';
      if (type.isWhole && !Number.isInteger(value)) return 'a whole number.';
      if (value < type.min || (type.max !== null && value > type.max))
        return type.max === null ? `at least ${type.min}.` : `between ${type.min} and ${type.max}.`;
      return null;
    }
    default:
      return unreachable(type);
  }
}

function checkAction(action: TriggerAction, at: string, queues: readonly string[], say: Say): void {
  switch (action.do) {
    case 'set_queue':
      if (!queues.includes(action.queue)) say(`${at}.queue`, 'there is no such queue.');
      return;
    case 'add_skill':
      if (parseNeed(action.skill) === null) say(`${at}.skill`, SKILL_NAME_RULE);
      return;
    case 'escalate':
    case 'offer_human':
    case 'ask_clarifying':
    case 'set_severity':
    case 'set_class':
    case 'block_auto_answer':
      return;
    default:
      // Whoever did not come by the schema: a table, an older version.
      say(`${at}.do`, 'there is no such action.');
  }
}

/** Whether a tree from outside is nested no deeper than is ever looked into: asked before anything else walks it. */
export function isTooDeep(value: unknown): boolean {
  // One level of a tree is an object, and a list in a group.
  const most = 2 * (MAX_WHEN_DEPTH + 8);
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one.value !== 'object' || one.value === null) continue;
    if (one.depth > most) return true;
    for (const inner of Object.values(one.value)) open.push({ value: inner, depth: one.depth + 1 });
  }
  return false;
}
