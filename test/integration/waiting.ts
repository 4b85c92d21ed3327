import type { AgentDown } from '#protocol/agent.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { Agent } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';

export type Waiting = { visitor: Visitor; socket: FrameSocket<VisitorDown> };

/** Somebody who has asked for a person in these words and has been handed over. Null is a fresh visitor; a user has one live conversation at a time. */
export async function waitingFor(words: string, user: string | null = null): Promise<Waiting> {
  const visitor = await Visitor.arrive(inWorker, user);
  const socket = await visitor.open();
  await socket.ask({ type: 'message.send', text: `${words} Please let me talk to a human.` });
  await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
  return { visitor, socket };
}

/** An agent who is there, with their own socket. */
export async function available(email: string): Promise<{ agent: Agent; own: FrameSocket<AgentDown> }> {
  const agent = await Agent.signIn(inWorker, email);
  const own = await agent.own();
  await own.ask({ type: 'presence.set', presence: 'available' });
  return { agent, own };
}
