import { describe, expect, it } from 'vitest';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';

describe('one conversation, end to end', () => {
  it('is answered, handed over, offered, accepted and resolved', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const priya = await Visitor.arrive(inWorker);
    const socket = await priya.open();
    expect(await socket.ask({ type: 'message.send', text: 'Please let me talk to a human' })).toMatchObject({
      type: 'ack',
      seq: 1,
    });
    const offer = await offerOn(own, priya.conversationId);
    expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
  });
});
