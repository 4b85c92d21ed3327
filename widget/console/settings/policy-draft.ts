import type { DecisionAction, TriggerDecision } from '#domain/triggers/evaluate.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import { FACT_NAMES, type FactName, isFactName } from '#domain/triggers/fact-names.ts';
import { FACT_TYPES, type FactType, OPERATORS_OF } from '#domain/triggers/fact-types.ts';
import type {
  Condition,
  Operator,
  PolicyStatus,
  Trigger,
  TriggerAction,
  TriggerLayer,
  When,
} from '#domain/triggers/policy.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import type { PolicyProblem } from '#domain/triggers/policy-problems.ts';
import { randomId } from '../../kit/random-id.ts';
import { plural } from '../wording.ts';

/** A trigger being edited. Its id is made of its name when it is new, and stays for good afterwards. */
export type TriggerDraft = Trigger & { key: string; isNew: boolean };

export const draftsOf = (triggers: readonly Trigger[]): TriggerDraft[] =>
  triggers.map((trigger) => ({ ...trigger, key: trigger.id, isNew: false }));

export const newCondition = (): Condition => conditionOn('message.text');

export const newTrigger = (): TriggerDraft => ({
  key: randomId(10),
  isNew: true,
  id: '',
  label: '',
  layer: 'rules',
  when: { kind: 'all', of: [newCondition()] },
  actions: [{ do: 'offer_human' }],
  enabled: true,
});

/** The draft as the wire has it: new triggers have ids, lists no empty lines. */
export function triggersOf(drafts: readonly TriggerDraft[]): Trigger[] {
  const taken = new Set(drafts.flatMap(({ id, isNew }) => (isNew ? [] : [id])));
  return drafts.map(({ key: _, isNew, ...trigger }) => {
    const id = isNew ? freeId(trigger.label, taken) : trigger.id;
    taken.add(id);
    return { ...trigger, id, label: trigger.label.trim(), when: tidied(trigger.when) };
  });
}

function freeId(label: string, taken: ReadonlySet<string>): string {
  const slug = label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 56);
  const base = slug === '' ? 'trigger' : slug;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(id)) return id;
  }
}

function tidied(when: When): When {
  switch (when.kind) {
    case 'condition':
      return Array.isArray(when.value)
        ? { ...when, value: when.value.map((line) => line.trim()).filter((line) => line !== '') }
        : when;
    case 'not':
      return { ...when, of: tidied(when.of) };
    default:
      return { ...when, of: when.of.map(tidied) };
  }
}

/** Facts in the order in which they are offered, by where they come from. */
export const FACT_GROUPS: readonly { label: string; names: FactName[] }[] = [
  ['The message', 'message.'],
  ['The conversation', 'attempts.', 'conversation.'],
  ['The page', 'page.'],
  ['The account', 'account.'],
].map(([label, ...prefixes]) => ({
  label: label as string,
  names: (Object.keys(FACT_NAMES) as FactName[]).filter((name) => prefixes.some((prefix) => name.startsWith(prefix))),
}));

export const typeOf = (fact: string): FactType => (isFactName(fact) ? FACT_TYPES[fact] : { kind: 'name' });
export const operatorsOf = (fact: string): readonly Operator[] => OPERATORS_OF[typeOf(fact).kind];

/** A condition on another fact begins with the question that is asked of it most. */
export function conditionOn(fact: string): Condition {
  const op = operatorsOf(fact)[0] as Operator;
  return { kind: 'condition', fact, op, value: valueFor(fact, op, null) };
}

/** What was there, where it fits the other operator; otherwise what one begins with. */
export function valueFor(fact: string, op: Operator, before: FactValue): FactValue {
  const type = typeOf(fact);
  if (op === 'exists') return null;
  if (op === 'in' || op === 'contains')
    return Array.isArray(before) ? before : typeof before === 'string' && before !== '' ? [before] : [];
  switch (type.kind) {
    case 'yes_no':
      return typeof before === 'boolean' ? before : true;
    case 'number':
      return typeof before === 'number' ? before : type.isWhole ? 1 : type.max === 1 ? 0.5 : 0;
    default:
      return typeof before === 'string' ? before : Array.isArray(before) ? (before[0] ?? '') : '';
  }
}

/** As it is typed: what is no number stays as it is, and is said to be none. */
export const numberOf = (text: string): FactValue =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;

export const OPERATOR_WORDS: Record<Operator, string> = {
  eq: 'is',
  neq: 'is not',
  gt: 'is above',
  gte: 'is at least',
  lt: 'is below',
  lte: 'is at most',
  in: 'is one of',
  contains: 'mentions one of',
  exists: 'is known',
};

export const LAYER_WORDS: Record<TriggerLayer, string> = {
  rules: 'Rules: words and counts',
  model: 'Model: what is estimated',
  context: 'Context: page and account',
};

export const STATUS_WORDS: Record<PolicyStatus, string> = {
  draft: 'draft',
  shadow: 'in shadow',
  active: 'in force',
  former: 'former',
  rolled_back: 'rolled back',
};

export const ACTION_WORDS: Record<TriggerAction['do'], string> = {
  escalate: 'hand over to a person',
  offer_human: 'offer a person',
  ask_clarifying: 'ask back',
  set_queue: 'send it to the queue',
  set_severity: 'severity is at least',
  add_skill: 'ask for the skill',
  set_class: 'put it before everything else',
  block_auto_answer: 'let nothing be answered automatically',
};
export const ACTIONS = Object.keys(ACTION_WORDS) as TriggerAction['do'][];

export function newAction(kind: TriggerAction['do'], queue: string): TriggerAction {
  switch (kind) {
    case 'set_queue':
      return { do: kind, queue };
    case 'set_severity':
      return { do: kind, severity: 'high' };
    case 'add_skill':
      return { do: kind, skill: '' };
    case 'set_class':
      return { do: kind, class: 0 };
    default:
      return { do: kind };
  }
}

type QueueName = { slug: string; name: string };
const queueName = (queues: readonly QueueName[], slug: string): string =>
  queues.find((queue) => queue.slug === slug)?.name ?? slug;

/** One action as a clause: "send it to the queue Billing". */
export function actionWords(action: TriggerAction, queues: readonly QueueName[]): string {
  switch (action.do) {
    case 'set_queue':
      return `send it to ${queueName(queues, action.queue)}`;
    case 'set_severity':
      return `severity ${action.severity}`;
    case 'add_skill':
      return `skill ${action.skill}`;
    case 'set_class':
      return action.class === 0 ? 'before everything else' : 'in its usual place';
    case 'block_auto_answer':
      return 'no automatic answer';
    default:
      return ACTION_WORDS[action.do];
  }
}

export const DECISION_WORDS: Record<DecisionAction, string> = {
  none: 'Nothing is done',
  clarify: 'It is asked back',
  offer_human: 'A person is offered',
  escalate: 'It is handed over to a person',
};

/** A decision in a sentence: "It is handed over to a person, to Billing, severity high: Asked for a person." */
export function decisionWords(
  decision: TriggerDecision,
  queues: readonly QueueName[],
  labels: ReadonlyMap<string, string>,
): string {
  const parts = [
    DECISION_WORDS[decision.action],
    ...(decision.queue === null ? [] : [`to ${queueName(queues, decision.queue)}`]),
    ...(decision.severity === null ? [] : [`severity ${decision.severity}`]),
    ...(decision.class === 0 ? ['before everything else'] : []),
    ...decision.skills.map((skill) => `skill ${skill}`),
    ...(decision.blockAutoAnswer ? ['nothing is answered automatically'] : []),
  ];
  const because = decision.because.map((id) => `“${labels.get(id) ?? id}”`);
  return `${parts.join(', ')}${because.length === 0 ? '' : `: ${because.join(', ')}`}.`;
}

export function effectWords({ looked, otherwise }: Pick<PolicyEffect, 'looked' | 'otherwise'>): string {
  if (looked === 0) return 'Nothing has been evaluated yet: it will be known when visitors have written.';
  if (otherwise === 0) return `Of the last ${plural(looked, 'evaluation')} none would have been decided otherwise.`;
  return `${otherwise} of the last ${plural(looked, 'evaluation')} would have been decided otherwise.`;
}

/** Which trigger a problem is in, so that it can be opened. */
export const triggerAt = ({ path }: PolicyProblem): number | null => {
  const match = /^triggers\.(\d+)/.exec(path);
  return match === null ? null : Number(match[1]);
};

/** One whose place is not in sight is said at the nearest thing around it that is. */
export const issuesUnder = (problems: readonly PolicyProblem[], path: string): string | null =>
  problems.find((one) => one.path === path)?.message ?? null;
