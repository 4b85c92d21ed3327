import { describe, expect, it } from 'vitest';
import { freeSlug, slugOf } from '#domain/slug.ts';

describe('a slug', () => {
  it.each([
    ['Refunds & Returns', 'refunds-returns'],
    ['Zürich, große Kunden', 'zurich-gro-e-kunden'],
    [' – Billing – ', 'billing'],
    ['技術', ''],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
  ])('of %s is %s', (name, slug) => expect(slugOf(name, 40)).toBe(slug));

  it.each([
    ['billing', [], 'billing'],
    ['billing', ['billing-2'], 'billing'],
    ['billing', ['billing', 'billing-2'], 'billing-3'],
  ])('%s beside %j is %s', (slug, taken, free) => expect(freeSlug(slug, taken)).toBe(free));
});
