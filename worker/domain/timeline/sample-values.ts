/** Names of fields, and what fits them. The first that is in the name counts. */
const BY_NAME: readonly [RegExp, string][] = [
  [/e-?mail/i, 'person@example.com'],
  [/card\s*(?:number|no)/i, '4242 4242 4242 4242'],
  [/expir|valid (?:to|until|thru)/i, '12/34'],
  [/\b(?:cvc|cvv|csc|security code)\b/i, '123'],
  [/phone|mobile|\btel\b/i, '+1 202 555 0143'],
  [/\b(?:vat|tax)\b/i, 'DE123456789'],
  [/\biban\b/i, 'DE89370400440532013000'],
  [/website|url|link|address of (?:the|your) (?:page|site)/i, 'https://example.com'],
  [/post\s*code|postal|zip/i, '10115'],
  [/amount|price|quantity|number of|how many/i, '1'],
  [/password/i, 'Correct-horse-9'],
  [/name/i, 'Sam Example'],
];
const BY_KIND: Readonly<Record<string, string>> = {
  email: 'person@example.com',
  tel: '+1 202 555 0143',
  url: 'https://example.com',
  number: '1',
  date: '2030-01-15',
  'datetime-local': '2030-01-15T09:00',
  month: '2030-01',
  week: '2030-W03',
  time: '09:00',
  password: 'Correct-horse-9',
  search: 'a',
};
/** Fields of these kinds take nothing that is not of their form. */
const STRICT = new Set(['number', 'date', 'datetime-local', 'month', 'week', 'time']);

/** Something to put into a field of this name and kind; `misfit` where the page is known to have refused what was in it. */
export function sampleOf(name: string, inputKind: string, misfit: boolean): string {
  if (misfit) return STRICT.has(inputKind) ? (inputKind === 'number' ? '-999999' : '1900-01-01') : 'x';
  return BY_KIND[inputKind] ?? BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'Example';
}
