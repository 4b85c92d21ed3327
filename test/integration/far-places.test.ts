import { describe, expect, it } from 'vitest';
import { PLACES_TOLD } from '#domain/queue/places-told.ts';
import type { QueueEntry } from '#domain/queue/queue.ts';
import { workingHours } from '#domain/sla/calendar.ts';
import { type FarLine, FarTeller } from '../../durable-objects/far-places.ts';
import { aQueue, NOW } from '../support/builders.ts';

/** A line as far as the teller asks: everybody waits, in the order of their numbers. */
class Line {
  readonly entries: QueueEntry[] = [];
  readonly front = new Set<string>();
  agents = 0;
  told = { closedAfter: null as number | null, lines: {} as Record<string, string>, seq: -1 };

  joins(seq: number): void {
    const id = `cnv_${seq}`;
    this.entries.push({
      seq,
      escalationId: `esc_${seq}`,
      hop: 1,
      conversationId: id,
      needsKey: '',
      state: 'queued',
    } as never);
  }

  now(): FarLine {
    const { entries } = this;
    return {
      env: {} as never,
      workspaceId: 'wsp_1' as never,
      hours: workingHours(aQueue().hours),
      now: NOW,
      serversFor: () => ({ agentsAvailable: this.agents }) as never,
      fullFrom: null,
      front: this.front,
      store: {
        config: aQueue(),
        closure: () => null,
        waitingCount: () => entries.length,
        needsKeys: () => [''],
        farTold: () => this.told,
        keepFarTold: (told: Line['told']) => {
          this.told = told;
        },
        waitingAfter: (seq: number, limit: number) => entries.filter((one) => one.seq > seq).slice(0, limit),
        entry: (escalationId: string) => entries.find((one) => one.escalationId === escalationId) ?? null,
      } as never,
    };
  }
}

describe('[W4] those behind the front of a line', () => {
  const told: string[] = [];
  const deaf = new Set<string>();
  const teller = new FarTeller(async (_, { conversationId }, { position, agentsAvailable }) => {
    if (deaf.has(conversationId)) return false;
    expect(position).toBe(PLACES_TOLD + 1);
    told.push(`${conversationId} ${agentsAvailable}`);
    return true;
  });
  const line = new Line();
  const tell = async (): Promise<string[]> => {
    told.splice(0);
    await teller.tell(line.now());
    return [...told];
  };

  it('are told once each, in pages, and not those of the front', async () => {
    for (let seq = 1; seq <= 120; seq += 1) line.joins(seq);
    for (let seq = 1; seq <= PLACES_TOLD; seq += 1) line.front.add(`cnv_${seq}`);
    const first = await tell();
    expect(first).toHaveLength(120 - PLACES_TOLD);
    expect(new Set(first).size).toBe(first.length);
    expect(await tell()).toEqual([]);
    line.joins(121);
    expect(await tell()).toEqual(['cnv_121 0']);
  });

  it('hear that somebody has come, all of them; how many makes no difference', async () => {
    line.agents = 1;
    expect(await tell()).toHaveLength(121 - PLACES_TOLD);
    line.agents = 3;
    expect(await tell()).toEqual([]);
  });

  it('are tried again when they could not be told', async () => {
    deaf.add('cnv_122');
    line.joins(122);
    line.joins(123);
    expect(await tell()).toEqual(['cnv_123 1']);
    expect(await tell()).toEqual([]);
    deaf.clear();
    expect(await tell()).toEqual(['cnv_122 1']);
    expect(await tell()).toEqual([]);
  });

  it('and no more when they have left meanwhile', async () => {
    deaf.add('cnv_124');
    line.joins(124);
    expect(await tell()).toEqual([]);
    deaf.clear();
    line.entries.pop();
    expect(await tell()).toEqual([]);
  });
});
