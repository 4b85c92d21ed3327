/** What an agent is labelled with, such as `language: french` or `sales: 15`. */
export type Labels = Readonly<Record<string, string | number>>;

export const SELECTOR_OPERATORS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'] as const;
export type Selector = { key: string; op: (typeof SELECTOR_OPERATORS)[number]; value: string | number };

/** How far beyond what was asked, pressed into 0..1; exactly as asked is a half. */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * [M5] How well labels fit selectors, 0 to 1: an equality counts one or nothing (a missing label satisfies "not equal"), a magnitude
 * counts by the logistic function of how far it exceeds what was asked, relative to that. The mean over the selectors; without any
 * selector every agent fits, with 1. Method: Azure Communication Services, Job Router, "Best worker mode".
 */
export function matchScore(labels: Labels, selectors: readonly Selector[]): number {
  if (selectors.length === 0) return 1;
  const sum = selectors.reduce((total, selector) => total + scoreOne(labels[selector.key], selector), 0);
  return sum / selectors.length;
}

function scoreOne(have: string | number | undefined, { op, value }: Selector): number {
  switch (op) {
    case 'eq':
      return have === value ? 1 : 0;
    case 'neq':
      return have === value ? 0 : 1;
    default: {
      if (typeof have !== 'number' || typeof value !== 'number' || value === 0) return 0;
      const beyond = op === 'gt' || op === 'gte' ? (have - value) / value : (value - have) / value;
      return logistic(beyond);
    }
  }
}

/** Whether an agent may be chosen at all; the score only orders those who may. */
export const satisfies = (labels: Labels, selectors: readonly Selector[]): boolean =>
  selectors.every(({ key, op, value }) => {
    const have = labels[key];
    switch (op) {
      case 'eq':
        return have === value;
      case 'neq':
        return have !== value;
      case 'gt':
        return typeof have === 'number' && have > Number(value);
      case 'gte':
        return typeof have === 'number' && have >= Number(value);
      case 'lt':
        return typeof have === 'number' && have < Number(value);
      case 'lte':
        return typeof have === 'number' && have <= Number(value);
      default:
        return op satisfies never;
    }
  });
