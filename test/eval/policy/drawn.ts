import { type Draw, drawOf } from '#domain/simulation/random.ts';
import type { Fact, Facts, FactValue } from '#domain/triggers/fact.ts';
import { FACT_NAMES } from '#domain/triggers/fact-names.ts';
import type { Condition, Policy, Trigger, TriggerAction, When } from '#domain/triggers/policy.ts';

/** Policies and facts as companies have them, drawn from a seed: the same ones in every runtime. */

const PROVENANCES: Fact['provenance'][] = ['attested', 'observed', 'inferred', 'claimed'];
const WORDS = 'the invoice card login export webhook sso seat refund limit error slow cancel price key import'.split(
  ' ',
);
const PHRASES = [
  'not working',
  'talk to a lawyer',
  'data breach',
  'cancel my plan',
  'charged twice',
  'since last week',
];
const TEXTS: Record<string, readonly string[]> = {
  'message.intent': ['billing', 'sso', 'export', 'webhooks'],
  'page.area': ['billing', 'reports', 'api-keys', 'settings'],
  'page.language': ['en', 'de', 'fr-CA'],
  'page.path': ['/billing', '/reports/42', '/api-keys', '/settings/sso'],
  'account.tier': ['free', 'pro', 'enterprise'],
  'account.health': ['healthy', 'at_risk'],
  'account.incident': ['Payments fail', 'Slow exports'],
};
const YES_OR_NO = new Set([
  'message.wants_person',
  'message.in_scope',
  'conversation.repeat_contact',
  'account.open_dispute',
]);
const SHARES = new Set(['message.frustration', 'message.intent_confidence']);
const NAMES = Object.keys(FACT_NAMES);

const pick = <T>(of: readonly T[], draw: Draw): T => of[Math.floor(draw() * of.length)] as T;
const sentence = (draw: Draw): string => {
  const words = Array.from({ length: 4 + Math.floor(draw() * 20) }, () => pick(WORDS, draw));
  if (draw() < 0.3) words.splice(2, 0, pick(PHRASES, draw));
  return words.join(' ');
};

function drawnValue(name: string, draw: Draw): FactValue {
  if (name === 'message.text') return sentence(draw);
  const texts = TEXTS[name];
  if (texts !== undefined) return pick(texts, draw);
  if (YES_OR_NO.has(name)) return draw() < 0.5;
  if (SHARES.has(name)) return Math.round(draw() * 100) / 100;
  if (name === 'message.sentiment') return Math.round(draw() * 200 - 100) / 100;
  return name === 'account.contract_value' ? Math.round(draw() * 200_000) : Math.floor(draw() * 12);
}

function condition(draw: Draw): Condition {
  const fact = pick(NAMES, draw);
  const kind = 'condition' as const;
  if (draw() < 0.08) return { kind, fact, op: 'exists', value: true };
  if (fact === 'message.text')
    return {
      kind,
      fact,
      op: 'contains',
      value: Array.from({ length: 1 + Math.floor(draw() * 5) }, () => pick(PHRASES, draw)),
    };
  if (TEXTS[fact] !== undefined)
    return draw() < 0.5
      ? { kind, fact, op: pick(['eq', 'neq'] as const, draw), value: drawnValue(fact, draw) }
      : { kind, fact, op: 'in', value: TEXTS[fact].slice(0, 2) };
  if (YES_OR_NO.has(fact)) return { kind, fact, op: 'eq', value: draw() < 0.5 };
  return { kind, fact, op: pick(['gt', 'gte', 'lt', 'lte'] as const, draw), value: drawnValue(fact, draw) };
}

function when(draw: Draw, depth = 0): When {
  const kind = draw();
  if (depth >= 3 || kind < 0.45) return condition(draw);
  if (kind < 0.55) return { kind: 'not', of: when(draw, depth + 1) };
  const of = Array.from({ length: 2 + Math.floor(draw() * 3) }, () => when(draw, depth + 1));
  return { kind: kind < 0.8 ? 'all' : 'any', of };
}

const ACTIONS: readonly TriggerAction[] = [
  { do: 'escalate' },
  { do: 'offer_human' },
  { do: 'ask_clarifying' },
  { do: 'set_queue', queue: 'billing' },
  { do: 'set_queue', queue: 'technical' },
  { do: 'set_severity', severity: 'high' },
  { do: 'set_severity', severity: 'critical' },
  { do: 'add_skill', skill: 'api' },
  { do: 'set_class', class: 0 },
  { do: 'block_auto_answer' },
];

/** A policy of so many triggers. */
export function drawnPolicy(rules: number, seed: number): Pick<Policy, 'triggers'> {
  const draw = drawOf(seed, rules);
  const triggers = Array.from(
    { length: rules },
    (_, n): Trigger => ({
      id: `trigger-${n}`,
      label: `Trigger ${n}`,
      layer: pick(['rules', 'model', 'context'] as const, draw),
      when: when(draw),
      actions: Array.from({ length: 1 + Math.floor(draw() * 2) }, () => pick(ACTIONS, draw)),
      enabled: draw() > 0.05,
      ...(draw() < 0.002 ? { ends: true as const } : {}),
    }),
  );
  return { triggers };
}

/** What is known in the `n`th conversation; some of it is not. */
export function drawnFacts(n: number, seed: number): Facts {
  const draw = drawOf(seed, 7919, n);
  const facts: Record<string, Fact> = {};
  for (const name of NAMES) {
    if (draw() < 0.25) continue;
    const value = draw() < 0.03 ? null : drawnValue(name, draw);
    facts[name] = { value, provenance: pick(PROVENANCES, draw), at: 1_760_000_000_000 + n, source: 'drawn' };
  }
  return facts;
}
