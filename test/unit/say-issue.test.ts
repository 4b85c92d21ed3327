import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sayIssue } from '#protocol/say-issue.ts';

const said = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value, { error: sayIssue });
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
};
const shape = z.strictObject({
  name: z.string().min(1).max(5),
  code: z.string().regex(/^[a-z]+$/),
  mail: z.email(),
  count: z.number().int().min(1).max(9),
  tags: z.array(z.string()).min(2).max(3),
  kind: z.enum(['a', 'b']),
  once: z.literal('only'),
  level: z.literal([1, 2, 3]),
  open: z.boolean(),
  by: z.record(z.string(), z.number()),
  step: z.discriminatedUnion('do', [z.object({ do: z.literal('raise') }), z.object({ do: z.literal('move') })]),
  either: z.union([z.string(), z.number()]),
  note: z.string().nullable(),
  own: z.string().refine((text) => text !== 'no', 'this is said in our own words'),
});
const good = {
  name: 'Ada',
  code: 'abc',
  mail: 'a@b.example',
  count: 3,
  tags: ['a', 'b'],
  kind: 'a',
  once: 'only',
  level: 2,
  open: true,
  by: { a: 1 },
  step: { do: 'raise' },
  either: 1,
  note: null,
  own: 'yes',
};

describe('[S4] what is wrong with a body', () => {
  test.each<[string, object, string]>([
    ['a field that is not there', { name: undefined }, 'name: is missing'],
    ['a choice that is not there', { kind: undefined }, 'kind: is missing'],
    ['a nullable one that is not there', { note: undefined }, 'note: is missing'],
    ['a number for a text', { name: 7 }, 'name: must be a text'],
    ['a text for a number', { count: '7' }, 'count: must be a number'],
    ['a broken number', { count: 1.5 }, 'count: must be a whole number'],
    ['a number for a list', { tags: 7 }, 'tags: must be a list'],
    ['something in a list', { tags: ['a', 3] }, 'tags.1: must be a text'],
    ['a list for an object', { by: [] }, 'by: must be an object'],
    ['a text for a yes', { open: 'yes' }, 'open: must be true or false'],
    ['nothing', { name: '' }, 'name: must not be empty'],
    ['too long', { name: 'Adelaide' }, 'name: must have at most 5 characters'],
    ['too few', { tags: ['a'] }, 'tags: must have at least 2 entries'],
    ['too many', { tags: ['a', 'b', 'c', 'd'] }, 'tags: must have at most 3 entries'],
    ['none of a few numbers', { level: 0 }, 'level: must be one of 1, 2, 3'],
    ['too small', { count: 0 }, 'count: must be at least 1'],
    ['too large', { count: 10 }, 'count: must be at most 9'],
    ['another form', { code: '7' }, 'code: does not have the expected form'],
    ['no address', { mail: 'x' }, 'mail: must be an e-mail address'],
    ['another choice', { kind: 'c' }, 'kind: must be one of “a”, “b”'],
    ['another constant', { once: 'twice' }, 'once: must be “only”'],
    ['of no kind', { step: { do: 'fly' } }, 'step.do: must be one of “raise”, “move”'],
    ['without a kind', { step: {} }, 'step.do: is missing'],
    ['none of several', { either: true }, 'either: has none of the forms that are possible here'],
    ['a field too many', { admin: 1 }, 'body: has a field that is not known: “admin”'],
    ['two fields too many', { x: 1, y: 2 }, 'body: has fields that are not known: “x”, “y”'],
    ['what a schema says itself', { own: 'no' }, 'own: this is said in our own words'],
  ])('%s', (_, change, sentence) => {
    expect(said(shape, { ...good, ...change })).toEqual([sentence]);
  });

  test('nothing, when nothing is', () => expect(said(shape, good)).toEqual([]));

  test('is said without the value, and briefly', () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    expect(said(shape, { ...good, code: secret, name: secret, count: secret, kind: secret }).join()).not.toContain(
      'sk_',
    );
    const many = Object.fromEntries(Array.from({ length: 500 }, (__, i) => [`field${i}${'x'.repeat(100)}`, 1]));
    expect(said(shape, { ...good, ...many })[0]!.length).toBeLessThan(500);
  });
});
