import type { AccountFact } from '#domain/bundle/bundle.ts';
import { plural } from '../wording.ts';
import { factValue } from './describe.ts';

const DAY_MS = 86_400_000;

/** One value of an account as people say it. The label is the bundle's, made of the fact's name. */
export function accountValue(label: string, value: string): string {
  switch (label) {
    // Policy and rank count contracts in dollars a year.
    case 'Contract value':
      return /^\d+(?:\.\d+)?$/.test(value) ? `$${Number(value).toLocaleString('en-US')} a year` : value;
    case 'Renewal in days':
      return /^-?\d+$/.test(value) ? inDays(Number(value)) : value;
    default:
      return value === 'true' ? 'yes' : value === 'false' ? 'no' : factValue(value);
  }
}

/** The account's facts as they are read: the renewal once, as a date and how far that is. */
export function accountRows(facts: readonly AccountFact[]): AccountFact[] {
  const renewalAt = facts.find(({ label }) => label === 'Renewal at');
  return facts.flatMap((fact) => {
    if (fact.label === 'Renewal at') {
      const days = Math.ceil((Date.parse(fact.value) - fact.at) / DAY_MS);
      const value = Number.isFinite(days) ? `${factValue(fact.value)}, ${inDays(days)}` : fact.value;
      return [{ ...fact, label: 'Renewal', value }];
    }
    if (fact.label === 'Renewal in days')
      return renewalAt === undefined
        ? [{ ...fact, label: 'Renewal', value: accountValue(fact.label, fact.value) }]
        : [];
    return [{ ...fact, value: accountValue(fact.label, fact.value) }];
  });
}

const inDays = (days: number): string =>
  days === 0 ? 'today' : days > 0 ? `in ${plural(days, 'day')}` : `${plural(-days, 'day')} ago`;

/** What the trouble costs whom, one phrase a fact; what is in order is no impact. */
export function impactPhrases(facts: readonly AccountFact[]): string[] {
  return accountRows(facts).flatMap(({ label, value }) => {
    switch (label) {
      case 'Company':
      case 'Contract value':
        return [value];
      case 'Plan':
      case 'Tier':
        return [`${value} plan`];
      case 'Health':
        return value === 'healthy' ? [] : [`account ${value}`];
      case 'Renewal':
        return [`renewal ${value}`];
      case 'Seats':
        return [plural(Number(value), 'seat')];
      case 'Open dispute':
        return value === 'yes' ? ['open payment dispute'] : [];
      default:
        return [];
    }
  });
}
