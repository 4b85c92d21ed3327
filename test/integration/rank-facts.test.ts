import { describe, expect, it } from 'vitest';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { Fact, FactValue, Provenance } from '#domain/triggers/fact.ts';
import { type DeliveryDeps, rankFactsOf } from '../../durable-objects/conversation-delivery.ts';
import { aConversation, NOW } from '../support/builders.ts';

const ACCOUNT: Record<string, FactValue> = {
  tier: 'enterprise',
  contract_value: 84_000,
  health: 'at_risk',
  renewal_in_days: 24,
  open_dispute: true,
};
const vouchedBy = (provenance: Provenance): Record<string, Fact> =>
  Object.fromEntries(
    Object.entries(ACCOUNT).map(([name, value]) => [name, { value, provenance, at: NOW, source: 'test' }]),
  );
const UNKNOWN = { tier: null, contractValue: null, health: null, renewalInDays: null, openDispute: null };
const KNOWN = { tier: 'enterprise', contractValue: 84_000, health: 'at_risk', renewalInDays: 24, openDispute: true };

const factsOf = (
  visitor: Partial<ConversationState['visitor']>,
  { page = null, trail = [] }: { page?: Page | null; trail?: Breadcrumb[] } = {},
) => {
  const start = aConversation();
  const state = { ...start, visitor: { ...start.visitor, ...visitor } };
  const deps = { state, entries: () => [], page: () => page, trail: () => trail } as unknown as DeliveryDeps;
  return rankFactsOf(deps, { severity: 'normal' } as Escalation, NOW);
};

describe('[P4] rank', () => {
  it.each<[Provenance, object]>([
    ['attested', KNOWN],
    ['fetched', KNOWN],
    ['claimed', UNKNOWN],
  ])('takes account facts that are %s as it should', (provenance, expected) => {
    expect(factsOf({ attested: true, account: vouchedBy(provenance) })).toMatchObject(expected);
  });

  it('takes none of a visitor for whom nobody vouches', () => {
    expect(factsOf({ attested: false, account: vouchedBy('attested') })).toMatchObject(UNKNOWN);
  });

  it('takes no value of the wrong kind', () => {
    const account = Object.fromEntries(
      Object.keys(ACCOUNT).map((name) => [
        name,
        { value: ['enterprise'] as FactValue, provenance: 'attested' as const, at: NOW, source: 'test' },
      ]),
    );
    expect(factsOf({ attested: true, account })).toMatchObject(UNKNOWN);
    const infinite = { ...vouchedBy('attested').contract_value!, value: Number.POSITIVE_INFINITY };
    expect(factsOf({ attested: true, account: { contract_value: infinite } })).toMatchObject(UNKNOWN);
  });

  it('takes the tone of what the visitor wrote last, and of nobody else', () => {
    const words: [author: string, text: string][] = [
      ['visitor', 'This is terrible, nothing works'],
      ['agent', 'Sorry, that is bad'],
    ];
    const tone = (said: typeof words) => {
      const entries = () =>
        said.map(([kind, text], i) => ({ seq: i + 1, at: NOW, type: 'message', author: { kind }, text }));
      const deps = { state: aConversation(), entries, page: () => null, trail: () => [] } as unknown as DeliveryDeps;
      return rankFactsOf(deps, { severity: 'normal' } as Escalation, NOW).sentiment;
    };
    expect(tone(words)).toBeLessThan(-0.4);
    expect(tone([...words, ['visitor', 'Thank you, that is great']])).toBeGreaterThan(0);
    expect(tone([])).toBeNull();
  });

  it('takes what our capture saw, and not what the host calls the page', () => {
    const page = { path: '/settings/team', area: 'billing', at: NOW } as Page;
    const failed: Breadcrumb = {
      tab: 'tabtabtab1',
      n: 0,
      at: NOW - 1000,
      kind: 'request_failed',
      method: 'POST',
      path: '/api/pay',
      status: 402,
      durationMs: 10,
    };
    expect(factsOf({}, { page, trail: [failed] })).toMatchObject({ area: 'settings', failedRequests: 1 });
  });
});
