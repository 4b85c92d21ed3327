import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import type { Fact } from '#domain/triggers/fact.ts';

/**
 * What a model may read of an account. What it is worth and how it is rated is left out: the company's own opinion is for agents, and a model writes what the customer
 * reads.
 */
const TOLD = {
  tier: 'Plan',
  renewal_in_days: 'Days until the contract renews',
  open_dispute: 'Has an open payment dispute',
  incident: 'Affected by the incident',
} as const;

const MAX_VALUE_CHARS = 80;

/**
 * [G35] What is attested of the visitor's account, a line for each fact; null where nobody has attested who this is. Never a name, an address or an id, and nothing that
 * the page claims.
 */
export function accountLines(visitor: { attested: boolean; account: Readonly<Record<string, Fact>> }): string[] | null {
  if (!visitor.attested) return null;
  return Object.entries(TOLD).flatMap(([name, label]) => {
    const fact = Object.hasOwn(visitor.account, name) ? visitor.account[name] : undefined;
    if (fact === undefined || fact.value === null) return [];
    if (fact.provenance !== 'attested' && fact.provenance !== 'fetched') return [];
    return [`${label}: ${redactText(wordsOf(fact.value), RECORDED).text.slice(0, MAX_VALUE_CHARS)}`];
  });
}

const wordsOf = (value: NonNullable<Fact['value']>): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : Array.isArray(value) ? value.join(', ') : String(value);
