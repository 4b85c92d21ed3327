import { INSISTS_FROM } from '#domain/timeline/page-signals.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import type { FactName } from '#domain/triggers/fact-names.ts';
import { type Condition, EXPLICIT_WISH, type Operator, type Policy, type When } from '#domain/triggers/policy.ts';

const fact = (name: FactName, op: Operator, value: FactValue): Condition => ({
  kind: 'condition',
  fact: name,
  op,
  value,
});
const all = (...of: When[]): When => ({ kind: 'all', of });
const any = (...of: When[]): When => ({ kind: 'any', of });
const not = (of: When): When => ({ kind: 'not', of });
const says = (...phrases: string[]): Condition => fact('message.text', 'contains', phrases);

/** A page that is failing right now, as the widget saw it. */
const pageInTrouble = any(
  fact('page.failed_requests', 'gte', 1),
  fact('page.errors', 'gte', 1),
  fact('page.rage_clicks', 'gte', 1),
);

/**
 * What a workspace starts with: careful, small, and readable in the editor from top to bottom. Numbers are the measured defaults of the
 * embedded triage (on a failing page frustration 0.45 is one clear hint or two weak ones), learning may move them, never the first trigger.
 */
export const DEFAULT_POLICY: Policy = {
  id: 'pol_default',
  version: 1,
  parent: null,
  author: 'Baton',
  reason: 'The policy every workspace starts with.',
  status: 'active',
  createdAt: 0,
  triggers: [
    EXPLICIT_WISH,
    {
      id: 'security_report',
      label: 'Suspected data breach',
      layer: 'rules',
      when: says(
        'data breach',
        'security breach',
        'data leak',
        'been hacked',
        'got hacked',
        'account was hacked',
        'account is hacked',
        'someone else logged in',
        'someone logged into my account',
        'see another customer’s data',
        'other customers data',
        'unauthorized access',
        'unauthorised access',
      ),
      actions: [
        { do: 'escalate' },
        { do: 'set_class', class: 0 },
        { do: 'set_severity', severity: 'critical' },
        { do: 'set_queue', queue: 'technical' },
        { do: 'block_auto_answer' },
      ],
      enabled: true,
    },
    {
      id: 'legal_threat',
      label: 'Legal words',
      layer: 'rules',
      when: any(
        says(
          'lawyer',
          'lawyers',
          'attorney',
          'solicitor',
          'legal action',
          'legal team',
          'sue you',
          'small claims',
          'consumer protection',
        ),
        // "The legal name on our invoice" is a billing question, not a threat.
        all(says('legal'), not(says('legal name', 'legal entity', 'legal address', 'legal notice', 'legal page'))),
      ),
      actions: [{ do: 'escalate' }, { do: 'set_severity', severity: 'high' }, { do: 'block_auto_answer' }],
      enabled: true,
    },
    {
      id: 'payment_dispute',
      label: 'Disputed payment',
      layer: 'rules',
      when: says(
        'chargeback',
        'charge back',
        'charge backs',
        'chargebacks',
        'dispute the charge',
        'dispute this charge',
        'fraudulent charge',
      ),
      actions: [{ do: 'escalate' }, { do: 'set_severity', severity: 'high' }, { do: 'set_queue', queue: 'billing' }],
      enabled: true,
    },
    {
      id: 'wrong_charge',
      label: 'Charged wrongly',
      layer: 'rules',
      when: says(
        'charged twice',
        'charged me twice',
        'charged us twice',
        'charged two times',
        'charged double',
        'double charged',
        'double charge',
        'duplicate charge',
        'billed twice',
        'billed me twice',
        'paid twice',
        'overcharged',
      ),
      actions: [{ do: 'offer_human' }, { do: 'set_queue', queue: 'billing' }, { do: 'add_skill', skill: 'billing' }],
      enabled: true,
    },
    {
      id: 'leaving',
      label: 'Wants to leave',
      layer: 'rules',
      when: says(
        'cancel my account',
        'close my account',
        'cancel our account',
        'cancel my subscription',
        'switching to another',
        'cancel our contract',
      ),
      actions: [{ do: 'offer_human' }, { do: 'set_queue', queue: 'billing' }],
      enabled: true,
    },
    {
      id: 'attempts_failed',
      label: 'Two attempts did not help',
      layer: 'rules',
      when: fact('attempts.failed', 'gte', 2),
      actions: [{ do: 'escalate' }],
      enabled: true,
    },
    {
      id: 'frustrated_in_trouble',
      label: 'Frustrated on a failing page',
      layer: 'model',
      when: all(fact('message.frustration', 'gte', 0.45), pageInTrouble),
      actions: [{ do: 'escalate' }],
      enabled: true,
    },
    {
      id: 'frustrated_unhelped',
      label: 'Frustrated, and an attempt did not help',
      layer: 'model',
      when: all(fact('message.frustration', 'gte', 0.6), fact('attempts.failed', 'gte', 1)),
      actions: [{ do: 'escalate' }],
      enabled: true,
    },
    {
      id: 'very_frustrated',
      label: 'Very frustrated',
      layer: 'model',
      when: fact('message.frustration', 'gte', 0.8),
      actions: [{ do: 'offer_human' }],
      enabled: true,
    },
    {
      id: 'person_suggested',
      label: 'A model suggests a person',
      layer: 'model',
      when: fact('attempts.person_suggested', 'eq', true),
      actions: [{ do: 'offer_human' }],
      enabled: true,
    },
    {
      id: 'out_of_scope',
      label: 'Outside what we support',
      layer: 'model',
      when: fact('message.in_scope', 'eq', false),
      actions: [{ do: 'ask_clarifying' }],
      enabled: true,
    },
    {
      id: 'offer_help',
      label: 'Page in trouble',
      layer: 'context',
      when: any(
        all(fact('page.rage_clicks', 'gte', 1), fact('page.failed_requests', 'gte', 1)),
        fact('page.repeated_failures', 'gte', INSISTS_FROM),
      ),
      actions: [{ do: 'offer_human' }],
      enabled: true,
    },
    {
      id: 'open_dispute',
      label: 'Open dispute on the account',
      layer: 'context',
      when: fact('account.open_dispute', 'eq', true),
      actions: [{ do: 'set_severity', severity: 'high' }],
      enabled: true,
    },
    {
      id: 'billing_area',
      label: 'On a billing page',
      layer: 'context',
      when: fact('page.area', 'eq', 'billing'),
      actions: [{ do: 'set_queue', queue: 'billing' }],
      enabled: true,
    },
  ],
};
