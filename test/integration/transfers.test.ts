import { describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import type { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { available, waitingFor } from './waiting.ts';

type View = Extract<QueueDown, { type: 'queue' }>;
const general = testEnv.DEMO.queues.find(({ slug }) => slug === 'general')?.id as string;

const offersOn = (own: FrameSocket<AgentDown>, { conversationId }: Visitor) =>
  own.frames.flatMap((frame) =>
    frame.type === 'state' ? frame.offers.filter((offer) => offer.conversationId === conversationId) : [],
  );

describe('[Q12] a transfer that stays in its queue', () => {
  it('to a colleague is offered to them, with the note, its wait and the minutes that a supervisor gave it', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    // Both serve General.
    const settings = (await (await ines.get('/v1/agents')).json()) as {
      agents: { id: string; name: string; revision: number; settings: { queueIds: string[] } }[];
    };
    const jonasBefore = settings.agents.find(({ name }) => name === 'Jonas Weber')!;
    await inWorker.fetch(`/v1/agents/${jonasBefore.id}/settings`, {
      method: 'PUT',
      headers: ines.headers,
      body: JSON.stringify({
        ...jonasBefore.settings,
        queueIds: [...new Set([...jonasBefore.settings.queueIds, general])],
        revision: jonasBefore.revision,
      }),
    });
    const queue = await ines.queue(general);
    const { visitor } = await waitingFor('Hello.');
    const entry = () =>
      (queue.frames.findLast((frame) => frame.type === 'queue') as View | undefined)?.entries.find(
        ({ conversationId }) => conversationId === visitor.conversationId,
      );
    await expect.poll(entry).toBeDefined();
    const { escalationId, hop, queuedAt } = entry() as NonNullable<ReturnType<typeof entry>>;
    await queue.ask({ type: 'entry.adjust', escalationId, hop, minutes: 15 });
    const maya = await available('maya@baton.test');
    await accept(maya.own, await offerOn(maya.own, visitor.conversationId));
    const jonas = await available('jonas@baton.test');
    const work = await maya.agent.conversation(visitor.conversationId);
    const told = await work.ask({
      type: 'transfer',
      queueId: general,
      agentId: jonasBefore.id,
      note: 'Jonas knows this customer',
    });
    expect(told).toMatchObject({ type: 'ack' });
    const offer = await offerOn(jonas.own, visitor.conversationId);
    expect(offer).toMatchObject({ hop: 2, queuedAt, because: ['Maya Okafor: Jonas knows this customer'] });
    expect(offer.rank).toContainEqual({ label: 'moved by Ines Duarte', minutes: -15 });

    // He does not want it either: it is not with her again, who gave it away a moment ago.
    const before = offersOn(maya.own, visitor).length;
    const declined = await jonas.own.ask({
      type: 'offer.decline',
      reservationId: offer.reservationId,
      epoch: offer.epoch,
      queueId: general,
    });
    expect(declined).toMatchObject({ type: 'ack' });
    await expect.poll(() => [entry()?.state, entry()?.agent?.name ?? null]).toEqual(['queued', null]);
    expect(offersOn(maya.own, visitor)).toHaveLength(before);
  });
});
