import type { FactName } from '#domain/triggers/fact-names.ts';
import type { Operator } from '#domain/triggers/policy.ts';

/** What a fact can be: running text, a name out of some, yes or no, or a number within bounds. */
export type FactType =
  | { kind: 'text' }
  | { kind: 'name' }
  | { kind: 'yes_no' }
  /** `isWhole`: it is counted, not measured. `max` is null where there is no upper bound. */
  | { kind: 'number'; min: number; max: number | null; isWhole: boolean };

const TEXT = { kind: 'text' } as const;
const NAME = { kind: 'name' } as const;
const YES_NO = { kind: 'yes_no' } as const;
const SHARE = { kind: 'number', min: 0, max: 1, isWhole: false } as const;
const COUNT = { kind: 'number', min: 0, max: 10_000, isWhole: true } as const;

export const FACT_TYPES: Readonly<Record<FactName, FactType>> = {
  'message.text': TEXT,
  'message.wants_person': YES_NO,
  'message.frustration': SHARE,
  'message.sentiment': { kind: 'number', min: -1, max: 1, isWhole: false },
  'message.intent': NAME,
  'message.intent_confidence': SHARE,
  'message.in_scope': YES_NO,
  'attempts.failed': COUNT,
  'attempts.person_suggested': YES_NO,
  'conversation.repeat_contact': YES_NO,
  'conversation.age_minutes': { kind: 'number', min: 0, max: null, isWhole: true },
  'support.open': YES_NO,
  'support.waiting': { kind: 'number', min: 0, max: null, isWhole: true },
  'support.wait_minutes': { kind: 'number', min: 0, max: null, isWhole: true },
  'page.area': NAME,
  'page.path': NAME,
  'page.language': NAME,
  'page.failed_requests': COUNT,
  'page.errors': COUNT,
  'page.rage_clicks': COUNT,
  'page.repeated_failures': COUNT,
  'page.dead_clicks': COUNT,
  'page.form_rejections': COUNT,
  'account.tier': NAME,
  'account.contract_value': { kind: 'number', min: 0, max: null, isWhole: false },
  'account.health': NAME,
  // A renewal may be overdue.
  'account.renewal_in_days': { kind: 'number', min: -10_000, max: 10_000, isWhole: true },
  'account.open_dispute': YES_NO,
  'account.incident': NAME,
};

/** The questions that can be asked of a fact of this type; any other would never hold, or not mean what it says. */
export const OPERATORS_OF: Readonly<Record<FactType['kind'], readonly Operator[]>> = {
  text: ['contains', 'exists'],
  name: ['eq', 'neq', 'in', 'contains', 'exists'],
  yes_no: ['eq', 'neq', 'exists'],
  number: ['gte', 'gt', 'lte', 'lt', 'eq', 'neq', 'exists'],
};
