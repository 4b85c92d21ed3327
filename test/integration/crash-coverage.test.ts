import { describe, expect, it } from 'vitest';
import { agentUp } from '#protocol/agent.ts';
import { agentConversationUp } from '#protocol/agent-conversation.ts';
import { queueUp } from '#protocol/queue.ts';
import { visitorUp } from '#protocol/visitor.ts';
import { AgentObject } from '../../durable-objects/agent-object.ts';
import { ConversationObject } from '../../durable-objects/conversation-object.ts';
import { QueueObject } from '../../durable-objects/queue-object.ts';
import { ASKED_FOR } from './crash/asked-for.ts';
import { assigned } from './crash/before.ts';
import { BESIDE } from './crash/beside.ts';
import { BY_THE_CLOCK } from './crash/by-the-clock.ts';
import { disturb, Plan } from './crash/faults.ts';
import { TURNS } from './crash/turns.ts';
import { World } from './crash/world.ts';

const SILENT = 'makes no call';
const READS = 'reads, and makes no call';
const ERASES = 'is a step of an erasure; `privacy-jobs` has each step die at every call, done or not done';
const RUNTIME = 'what comes in by it is named by itself';

/** What no operation stands for, and why. */
const LEFT_OUT: Record<string, string> = {
  'queue preview': READS,
  'queue previewAgent': READS,
  'queue outlook': READS,
  'queue lookUp': READS,
  'queue workOf': READS,
  'queue eraseWork': ERASES,
  'agent holdings': READS,
  'agent isThereFor': READS,
  'agent eraseWork': ERASES,
  'conversation holdings': READS,
  'conversation exported': READS,
  'conversation erase': ERASES,
  'conversation eraseIfPast': 'is a step of retention; `retention` has each step die at every call, done or not done',
  'queue issueTicket': SILENT,
  'queue fetch': SILENT,
  'queue overdueMs': SILENT,
  'queue webSocketMessage': RUNTIME,
  'queue webSocketClose': SILENT,
  'queue hello': READS,
  'agent issueTicket': 'is how everybody comes; the report that follows from it is that of `presence.set`',
  'agent fetch': 'is how everybody comes; the report that follows from it is that of `presence.set`',
  'agent overdueMs': 'looks whether settings were told; then it is `configure`',
  'agent webSocketMessage': RUNTIME,
  'agent webSocketError': 'is webSocketClose',
  'agent hello': READS,
  'agent notice.seen': SILENT,
  'conversation accountTold':
    'is `open` by somebody who is known by now: the rank that follows is that of the reranking',
  'conversation previewSla': READS,
  'conversation read': READS,
  'conversation liveWork': READS,
  'conversation issueTicket': SILENT,
  'conversation fetch': SILENT,
  'conversation overdueMs': SILENT,
  'conversation setPlace': SILENT,
  'conversation segmentStored': SILENT,
  'conversation recordingDeleted': SILENT,
  'conversation webSocketMessage': RUNTIME,
  'conversation webSocketClose': SILENT,
  'conversation webSocketError': 'is webSocketClose',
  'visitor hello': READS,
  'visitor person.decline': SILENT,
  'visitor contact.wish': SILENT,
  'visitor recording.share': SILENT,
  'visitor guide.end': SILENT,
  'visitor page.update': SILENT,
  'visitor read': SILENT,
  'visitor typing': SILENT,
  'desk hello': READS,
  'desk note.add': SILENT,
  'desk silence.mark': SILENT,
  'desk typing': SILENT,
  'desk looking': SILENT,
};

const methodsOf = (kind: string, of: { prototype: object }) =>
  Object.getOwnPropertyNames(of.prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => `${kind} ${name}`);
const framesOf = (kind: string, { options }: { options: readonly { shape: { type: { value: string } } }[] }) =>
  options.map(({ shape }) => `${kind} ${shape.type.value}`);

describe('[F2] what crash points are of', () => {
  const all = [
    ...methodsOf('queue', QueueObject),
    ...methodsOf('agent', AgentObject),
    ...methodsOf('conversation', ConversationObject),
    ...framesOf('queue', queueUp),
    ...framesOf('agent', agentUp),
    ...framesOf('visitor', visitorUp),
    ...framesOf('desk', agentConversationUp),
  ];
  const named = [...ASKED_FOR, ...BY_THE_CLOCK, ...BESIDE, ...TURNS].flatMap((operation) => operation.of);

  it('every call and every frame of the three objects: an operation stands for it, or a reason says why not', () => {
    const unnamed = all.filter((name) => !named.includes(name) && LEFT_OUT[name] === undefined);
    expect(unnamed).toEqual([]);
  });

  it('nothing that is not there, and no reason for what is there', () => {
    expect(named.filter((name) => !all.includes(name))).toEqual([]);
    expect(Object.keys(LEFT_OUT).filter((name) => !all.includes(name) || named.includes(name))).toEqual([]);
  });

  it('what is said to make no call makes none', { timeout: 30_000 }, async () => {
    const world = await World.make(['general'], {});
    await assigned(world);
    const socket = await world.visitor.connect();
    const desk = await world.maya.conversation(world.visitor.conversationId);
    await world.until('all is told', async () => (await world.depths()).every((depth) => depth === 0));
    const plan = new Plan(null);
    await disturb(world.stub('conversation'), plan, true);
    const said = [
      await socket.ask({ type: 'person.decline' }),
      await socket.ask({ type: 'contact.wish', wish: { way: 'here' } }),
      await socket.ask({ type: 'recording.share', shares: false }),
      await socket.ask({ type: 'read', seq: 1 }),
      await socket.ask({ type: 'typing' }),
      await desk.ask({ type: 'note.add', text: 'Twice.' }),
      await desk.ask({ type: 'typing' }),
      await desk.ask({ type: 'looking', looking: true }),
    ];
    expect(said.map(({ type }) => type)).toEqual(said.map(() => 'ack'));
    const stub = world.stub('conversation') as unknown as ConversationObject;
    await stub.recordingDeleted();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(plan.calls).toEqual([]);
    socket.close();
    desk.close();
    await world.finish(1);
  });
});
