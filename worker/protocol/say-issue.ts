import type { core } from 'zod';

/** Enough to recognise one's mistake by; a body made of a thousand unknown fields must not become an answer of that size. */
const NAMED_AT_MOST = 6;
const NAME_CHARS = 60;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  date: 'a date',
};
const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'a web address',
  datetime: 'a date and time such as 2026-01-31T09:00:00Z',
  date: 'a date such as 2026-01-31',
  time: 'a time such as 09:00:00',
  uuid: 'a UUID',
  base64: 'base64',
};

/**
 * [S4] What is wrong with a value, for whoever sent it: a plain sentence without the field, which stands before it. Given to `safeParse` as `error`, so
 * what a schema says in its own words stays. Never says the value itself: it may be a secret.
 */
export function sayIssue(issue: core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== 'custom' && issue.code !== 'unrecognized_keys') return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? 'something else'}`;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin !== 'number' && !issue.exact) return 'must not be empty';
      return `must ${limit(issue, issue.exact ? 'exactly' : issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${limit(issue, issue.exact ? 'exactly' : issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return FORMATS[issue.format] === undefined
        ? 'does not have the expected form'
        : `must be ${FORMATS[issue.format]}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${quoted(issue.values)}` : `must be one of ${quoted(issue.values)}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.length === 1 ? 'a field that is' : 'fields that are'} not known: ${quoted(issue.keys)}`;
    case 'invalid_union':
      if (issue.discriminator !== undefined && lacks(issue.input, issue.discriminator)) return 'is missing';
      if (issue.discriminator !== undefined && 'options' in issue && Array.isArray(issue.options))
        return `must be one of ${quoted(issue.options)}`;
      return issue.discriminator === undefined ? 'has none of the forms that are possible here' : 'is of no known kind';
    case 'invalid_key':
      return 'has a field name that is not possible here';
    case 'invalid_element':
      return 'has an entry that is not possible here';
    default:
      return 'is not valid';
  }
}

const lacks = (value: unknown, field: string): boolean =>
  typeof value === 'object' && value !== null && (value as Record<string, unknown>)[field] === undefined;

/** "have at most 4000 characters", "be at least 1". */
function limit({ origin }: { origin: string }, how: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${how} ${bound} ${Number(bound) === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set' || origin === 'map' || origin === 'object' || origin === 'record')
    return `have ${how} ${bound} ${Number(bound) === 1 ? 'entry' : 'entries'}`;
  return `be ${how} ${bound}`;
}

function quoted(values: readonly unknown[]): string {
  const named = values
    .slice(0, NAMED_AT_MOST)
    .map((value) => (typeof value === 'string' ? `“${shortened(value)}”` : String(value)));
  return values.length > NAMED_AT_MOST ? `${named.join(', ')} …` : named.join(', ');
}

const shortened = (text: string): string => (text.length > NAME_CHARS ? `${text.slice(0, NAME_CHARS - 1)}…` : text);
