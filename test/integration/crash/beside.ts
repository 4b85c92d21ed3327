import { assigned, offered, waiting } from './before.ts';
import type { Operation } from './play.ts';
import { queueIdOf, type World } from './world.ts';

type Entry = { state: string };
const isBack = async (world: World) => (await world.kept<Entry>('general'))[0]?.state === 'queued';
const hasMoved = (again: (world: World) => Promise<unknown>) => async (world: World) => {
  if ((await world.entries()).includes('moved')) return true;
  await again(world);
  return false;
};
/** Her role is taken from her, and given back when what she had is in line. */
const outAndIn = {
  before: async (world: World) => {
    await assigned(world);
    await world.role('viewer');
    // Her sockets will close; she does not come back by herself.
    world.presence = 'gone';
  },
  run: (world: World) => world.recheck('agent'),
  until: async (world: World) => {
    await world.recheck('agent');
    if (!(await isBack(world))) return false;
    await world.role('member');
    await world.comeAndGo('available');
    return true;
  },
};

/** What happens beside the story of one hand-over: members, moves to nobody in particular, settings that must be read first. */
export const BESIDE: Operation[] = [
  {
    name: 'opening a conversation after another',
    of: ['conversation open', 'conversation lastWork'],
    in: ['conversation'],
    before: (world) => world.beginsAnew(),
    run: (world) => world.ask(),
  },
  {
    name: 'a flag',
    of: ['desk flag'],
    in: ['conversation'],
    before: assigned,
    run: (world) => world.flag(),
    until: async (world) => (await world.flag()) === 'ack',
    after: (world) => world.until('it is written down', async () => (await world.records('escalation.flagged')) === 1),
  },
  {
    name: 'a transfer to nobody in particular',
    of: ['desk transfer'],
    in: ['conversation', 'billing'],
    hops: 2,
    serves: ['general', 'billing'],
    before: assigned,
    run: (world) => world.transferToAnybody(),
    until: hasMoved((world) => world.transferToAnybody()),
  },
  {
    name: 'a path’s step for which the settings must be read',
    of: ['conversation overflow'],
    in: ['conversation'],
    hops: 2,
    serves: ['billing'],
    readsDesk: true,
    settings: { general: { path: [{ afterMs: 2000, do: 'overflow', to: queueIdOf('billing') }] } },
    before: waiting,
    run: async (world) => {
      await world.later(2000);
      await world.comeAndGo('available');
    },
    until: async (world) => (await world.entries()).includes('moved'),
  },
  {
    name: 'an agent who may answer no more',
    of: ['agent recheckMembers', 'queue giveUp'],
    in: ['agent', 'general', 'conversation'],
    ...outAndIn,
  },
  {
    name: 'a look at who sits at a queue',
    of: ['queue recheckMembers', 'queue alarm'],
    in: ['general'],
    before: async (world) => {
      await waiting(world);
      await world.looksOn('general');
    },
    run: (world) => world.recheck('general'),
  },
  {
    name: 'a supervisor’s taking back of an offer',
    of: ['queue entry.take_back', 'agent offerEnded'],
    in: ['general', 'agent'],
    before: offered,
    run: (world) => world.superviseOnce({ type: 'entry.take_back' }),
    // Sent again until it is answered: it takes nothing from whoever is offered it next.
    until: async (world) => (await world.superviseOnce({ type: 'entry.take_back' })) === 'ack',
    after: (world) =>
      world.until('it is written down', async () => (await world.records('escalation.offer_withdrawn')) === 1),
  },
  {
    name: 'a supervisor’s taking back, sent again when it has been taken again',
    of: ['queue entry.take_back'],
    in: ['general'],
    before: assigned,
    run: (world) => world.superviseOnce({ type: 'entry.take_back' }),
    until: async (world) => {
      if ((await world.superviseOnce({ type: 'entry.take_back' })) !== 'ack') return false;
      if (!(await world.entries()).includes('agent_left')) return false;
      if (world.work === undefined) {
        await world.accept();
        return false;
      }
      return (await world.superviseOnce({ type: 'entry.take_back' })) === 'ack';
    },
    after: async (world) => {
      const left = (await world.entries()).filter((type) => type === 'agent_left').length;
      if (left !== 1) throw new Error(`it was taken back ${left} times`);
    },
  },
  {
    name: 'a supervisor’s opening of the queue',
    of: ['queue queue.open'],
    in: ['general'],
    before: async (world) => {
      await waiting(world);
      await world.superviseOnce({ type: 'queue.close' });
    },
    run: (world) => world.superviseOnce({ type: 'queue.open' }),
    until: async (world) => (await world.superviseOnce({ type: 'queue.open' })) === 'ack',
    after: (world) => world.until('it is open', async () => !(await world.isClosed('general'))),
  },
];
