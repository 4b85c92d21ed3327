import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { waitingFor } from './waiting.ts';

/** Longer than the grace of an agent whose last console has gone. */
const GONE_MS = 6500;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;

beforeAll(async () => {
  const config = {
    perAgentLimit: 1,
    path: [{ afterMs: 3_600_000, do: 'overflow', to: queueId('technical'), skipWhenNobody: true }],
  };
  await testEnv.DB.prepare('update queues set config = ? where id = ?')
    .bind(JSON.stringify(config), queueId('billing'))
    .run();
});

const moves = (socket: FrameSocket<VisitorDown>) =>
  socket.frames
    .flatMap((frame) => (frame.type === 'entries' ? frame.entries : []))
    .filter(({ type }) => type === 'moved');
const placesOf = (socket: FrameSocket<VisitorDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'place' && frame.position !== null ? [frame] : []));

describe('[A2] [Q9] an agent who opens the console anew', () => {
  it('is somebody all the while: nobody is sent on, and nobody hears that nobody is there; who stays away is nobody', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    let own: FrameSocket<AgentDown> = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const first = await waitingFor('I was charged twice.');
    await accept(own, await offerOn(own, first.visitor.conversationId));
    const { socket } = await waitingFor('I was charged twice.');
    await expect.poll(() => placesOf(socket).at(-1)).toMatchObject({ position: 1, agentsAvailable: 1 });

    own.close();
    await new Promise((resolve) => setTimeout(resolve, 600));
    own = await maya.own();
    await expect
      .poll(() => own.frames.findLast((frame) => frame.type === 'state'))
      .toMatchObject({ presence: 'available' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(moves(socket)).toEqual([]);
    expect(placesOf(socket).filter(({ agentsAvailable }) => agentsAvailable === 0)).toEqual([]);

    own.close();
    await expect.poll(() => moves(socket), { timeout: GONE_MS * 2 }).toMatchObject([{ kind: 'overflow' }]);
  }, 40_000);

  it('and who says to be away is nobody at once', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    // The queue has heard of it: before, there was truly nobody.
    const queue = await maya.queue(queueId('billing'));
    await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        frame.agents.some(({ name, presence }) => name === 'Maya Okafor' && presence === 'available'),
    );
    const { socket } = await waitingFor('I was charged twice.');
    // Her one place in this queue is taken: this one waits for her.
    await expect.poll(() => placesOf(socket).at(-1)).toMatchObject({ agentsAvailable: 1 });
    expect(moves(socket)).toEqual([]);
    await own.ask({ type: 'presence.set', presence: 'away' });
    await expect.poll(() => moves(socket)).toMatchObject([{ kind: 'overflow' }]);
  });
});
