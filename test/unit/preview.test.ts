import { describe, expect, it } from 'vitest';
import { compareRank } from '#domain/priority/rank.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import { previewOf } from '#domain/queue/preview.ts';
import type { AgentMirror, QueueConfig, QueueEntry } from '#domain/queue/queue.ts';
import { type Open, underSettings } from '#domain/queue/ranked.ts';
import {
  agentId,
  anAgent,
  aQueue,
  escalationId,
  MINUTE,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';
import { HOPS, someHistories, WORKS } from '../support/queue-histories.ts';
import { bringMemoryTo, run, take } from '../support/queue-store-contract.ts';

const TECHNICAL = 'que_technical' as never;
const BY_NEXT_WEEK = 7 * 24 * 60 * MINUTE;

const keyOf = ({ escalationId, hop }: Pick<QueueEntry, 'escalationId' | 'hop'>): string => `${escalationId}/${hop}`;

const openOf = (store: MemoryQueueStore): Open[] =>
  WORKS.flatMap((n) => HOPS.map((hop) => store.entry(escalationId(n), hop))).filter(
    (entry): entry is Open & QueueEntry => entry !== null && entry.state !== 'closed',
  );

function withWaiting(count: number, agents: AgentMirror[] = []): MemoryQueueStore {
  const store = new MemoryQueueStore(aQueue());
  for (const agent of agents) run(store, { type: 'mirror_agent', agent }, NOW);
  for (let n = 1; n <= count; n += 1) {
    const work = someWork(n, { skills: n === 1 ? ['sql#2'] : [] });
    run(store, { type: 'enqueue', work, class: 1, facts: someFacts(), queuedAt: NOW + n, preferred: null }, NOW);
  }
  return store;
}

const preview = (store: MemoryQueueStore, changed: Partial<QueueConfig>, after = 0) =>
  previewOf(openOf(store), store.agents(), { before: store.config, after: aQueue(changed), now: NOW + after });

describe('[Q11] a preview of settings', () => {
  it('raises at once what has waited for so long already', () => {
    const { line } = preview(withWaiting(2), { path: [{ afterMs: 5 * MINUTE, do: 'raise', minutes: 30 }] }, 6 * MINUTE);
    expect(line.map(({ was, entry }) => (was.dueAt - entry.dueAt) / MINUTE)).toEqual([30, 30]);
    expect(line[0]?.entry.terms.at(-1)).toEqual({ label: 'waited 5 min', minutes: -30 });
  });

  it('drops what the path or the time has dropped by then', () => {
    const needs = (changed: Partial<QueueConfig>) =>
      preview(withWaiting(1), changed, 6 * MINUTE).line[0]?.entry.needsKey;
    expect(needs({})).toBe('sql');
    expect(needs({ relaxAfterMs: [MINUTE, null, null] })).toBe('');
    expect(needs({ path: [{ afterMs: 0, do: 'relax', to: 1 }] })).toBe('');
    expect(needs({ path: [{ afterMs: 0, do: 'also_allow', skills: ['csv'] }] })).toBe('csv|sql');
  });

  it('sends on whom the path sends on at once, also because nobody is there', () => {
    const path: QueueConfig['path'] = [{ afterMs: BY_NEXT_WEEK, skipWhenNobody: true, do: 'overflow', to: TECHNICAL }];
    expect(preview(withWaiting(3), { path })).toEqual({ line: [], leaving: new Map([[TECHNICAL, 3]]), takenBack: 0 });
    const busy = (skills: string[]) => [anAgent('maya', { load: 3, capacity: 3, skills })];
    expect(preview(withWaiting(3, busy(['sql'])), { path }).line).toHaveLength(3);
    // Who is there for the others is nobody for the one that asks for SQL.
    expect(preview(withWaiting(3, busy([])), { path })).toMatchObject({ leaving: new Map([[TECHNICAL, 1]]) });
  });

  it('takes back from who has been silent for longer than they shall', () => {
    const store = withWaiting(2, [anAgent('maya')]);
    run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
    const offer = store.byReservation(reservationId(1));
    if (offer?.state !== 'reserved') throw new Error('nothing was offered');
    run(store, { type: 'accept', reservationId: reservationId(1), epoch: offer.epoch, agentId: agentId('maya') }, NOW);
    const { takenBack, line } = preview(store, { silentMs: 2 * MINUTE }, 3 * MINUTE);
    expect([takenBack, line.length]).toEqual([1, 2]);
    expect(preview(store, { silentMs: 4 * MINUTE }, 3 * MINUTE)).toMatchObject({ takenBack: 0, line: [{}] });
  });

  it('is what saving does, whatever has happened', () => {
    let seen = 0;
    for (const { settings, steps } of someHistories(300, 7)) {
      const store = new MemoryQueueStore(settings);
      for (const step of steps) take(store, step, bringMemoryTo);
      const now = (steps.at(-1)?.now ?? NOW) + MINUTE;
      const before = store.config;
      const after: QueueConfig = {
        ...settings,
        rank: { ...settings.rank, atRiskMinutes: 90 },
        relaxAfterMs: [MINUTE, 2 * MINUTE, 3 * MINUTE],
        path: [
          { afterMs: MINUTE, do: 'raise', minutes: 10 },
          { afterMs: 20 * MINUTE, do: 'overflow', to: TECHNICAL },
        ],
        silentMs: 5 * MINUTE,
      };
      const { line, leaving } = previewOf(openOf(store), store.agents(), { before, after, now });
      // Saved by the store's own means: in place, one after the other, and the clock goes on until nothing is due.
      store.config = after;
      for (const entry of openOf(store))
        store.apply({ type: 'entry_put', entry: underSettings(entry, after, before), because: 'reranked' });
      const sent = new Set<string>();
      for (let ticks = 0; ticks < 50; ticks += 1) {
        const decision = decideQueue(store, { type: 'tick' }, now);
        if (!decision.ok) throw new Error(decision.message);
        for (const event of decision.events) {
          store.apply(event);
          if (event.type === 'overflowed') sent.add(keyOf(event.entry));
        }
      }
      const stays = openOf(store).filter((entry) => entry.state === 'queued' && !sent.has(keyOf(entry)));
      expect(line.map(({ entry }) => entry)).toEqual(stays.sort((a, b) => compareRank(a as never, b as never)));
      expect([...leaving.values()].reduce((sum, n) => sum + n, 0)).toBe(sent.size);
      seen += line.length + sent.size;
    }
    expect(seen).toBeGreaterThan(300);
  });
});
