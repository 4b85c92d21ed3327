import { describe, expect, it } from 'vitest';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { QueueId } from '#domain/ids.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { Fact, FactValue, Provenance } from '#domain/triggers/fact.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { type DeliveryDeps, deliverWork, rankFactsOf } from '../../durable-objects/conversation-delivery.ts';
import { Agent } from '../support/agent.ts';
import { aConversation, NOW } from '../support/builders.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

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

/** Handed over so long before now. */
const anEscalation = (agoMs = 0) => ({ severity: 'normal', hops: [{ at: NOW - agoMs }] }) as unknown as Escalation;

const factsOf = (
  visitor: Partial<ConversationState['visitor']>,
  { page = null, trail = [] }: { page?: Page | null; trail?: Breadcrumb[] } = {},
) => {
  const start = aConversation();
  const state = { ...start, visitor: { ...start.visitor, ...visitor } };
  const deps = { state, entries: () => [], page: () => page, trail: () => trail } as unknown as DeliveryDeps;
  return rankFactsOf(deps, anEscalation(), NOW);
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
      return rankFactsOf(deps, anEscalation(), NOW).sentiment;
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

  it('takes what was seen and felt at its strongest since shortly before the hand-over: waiting does not move anybody back', () => {
    const MINUTE = 60_000;
    const crumb = (ago: number): Breadcrumb => ({
      tab: 'tabtabtab1',
      n: ago,
      at: NOW - ago,
      kind: 'request_failed',
      method: 'POST',
      path: '/api/pay',
      status: 402,
      durationMs: 10,
    });
    const said = (ago: number, seq: number, text: string) => ({
      seq,
      at: NOW - ago,
      type: 'message',
      author: { kind: 'visitor' },
      text,
    });
    const entries = () => [
      said(21 * MINUTE, 1, 'THIS IS RIDICULOUS!!! I am furious!!!'),
      said(19 * MINUTE, 2, 'You are useless, this is terrible!!! I am so angry'),
      said(MINUTE, 3, 'The order is 4711.'),
    ];
    const trail = [crumb(24 * MINUTE), crumb(26 * MINUTE)];
    const deps = { state: aConversation(), entries, page: () => null, trail: () => trail } as unknown as DeliveryDeps;
    const facts = rankFactsOf(deps, anEscalation(20 * MINUTE), NOW);
    // The one of 26 minutes ago was over when it was handed over.
    expect(facts.failedRequests).toBe(1);
    expect(facts.frustration).toBeGreaterThan(0.7);
    // What was felt before the hand-over is what that turn found.
    const calm = { ...deps, entries: () => entries().filter(({ seq }) => seq !== 2) } as DeliveryDeps;
    expect(rankFactsOf(calm, anEscalation(20 * MINUTE), NOW).frustration).toBeLessThan(0.7);
  });
});

describe('[P4] while somebody waits', () => {
  it('a request that fails on their page ranks them anew, and what they write does not move them back', async () => {
    const billing = testEnv.DEMO.queues.find(({ slug }) => slug === 'billing')?.id as QueueId;
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(billing);
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const page = {
      path: '/billing',
      title: 'Billing',
      area: 'billing',
      entries: [],
      viewport: { width: 1, height: 1 },
      browser: 'x',
      language: 'en',
      at: Date.now(),
    };
    const failed = (n: number) => ({
      tab: visitor.tab,
      n,
      at: Date.now(),
      kind: 'request_failed',
      method: 'POST',
      path: '/api/pay',
      status: 402,
      durationMs: 10,
    });
    await socket.ask({ type: 'page.update', page, trail: [] });
    await socket.ask({ type: 'message.send', text: 'I was charged twice. Please let me talk to a human.' });
    const terms = () =>
      (queue.frames.findLast((frame) => frame.type === 'queue') as Extract<QueueDown, { type: 'queue' }>).entries
        .find(({ conversationId }) => conversationId === visitor.conversationId)
        ?.rank.map(({ label }) => label);
    await expect.poll(terms).toBeDefined();
    expect(terms()).not.toContain('failed request on the page');
    await socket.ask({ type: 'page.update', page: { ...page, at: Date.now() }, trail: [failed(1)] });
    await expect.poll(terms).toContain('failed request on the page');
    await socket.ask({ type: 'person.withdraw' });
    socket.close();
    queue.close();
  });
});

describe('[C9] [P9] an assistant that cannot read', () => {
  it('keeps nothing of what waits in the outbox behind it', async () => {
    const billing = testEnv.DEMO.queues.find(({ slug }) => slug === 'billing')?.id as QueueId;
    const hops = [{ hop: 1, queueId: billing, kind: 'handoff', at: NOW, waitedMs: 0, raises: [] }];
    const escalation = {
      id: 'esc_unheard000',
      state: 'queued',
      severity: 'normal',
      class: 1,
      hops,
    } as unknown as Escalation;
    let asked = 0;
    const deps = {
      env: testEnv,
      state: { ...aConversation(), workspaceId: testEnv.DEMO.id, escalation },
      entries: () => [{ seq: 1, at: NOW, type: 'message', author: { kind: 'visitor' }, text: 'hello' }],
      // It fails over the page the first time that anybody looks.
      page: () => {
        asked += 1;
        if (asked === 1) throw new Error('nothing can be read');
        return null;
      },
      trail: () => [],
      keepRank: () => {},
      keepHeard: () => {
        throw new Error('nothing was heard');
      },
    } as unknown as DeliveryDeps;
    const effect = { kind: 'rerank', escalationId: escalation.id, hop: 1, queueId: billing, said: 1 } as const;
    expect(await deliverWork(deps, [{ id: 1, attempts: 0, effect } as never])).toBe(1);
    expect(asked).toBe(2);
  });
});
