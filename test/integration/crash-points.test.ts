import type { Operation } from './crash/play.ts';
import { testCrashPoints } from './crash/play.ts';
import type { World } from './crash/world.ts';

/* What visitors and agents ask for. What the clock and a supervisor do is in `crash-points-clock`. */

const offered = async (world: World) => {
  await world.ask();
  await world.until('an offer', () => world.offer !== undefined);
};
const assigned = async (world: World) => {
  await offered(world);
  await world.accept();
  await world.until('the work', () => world.work !== undefined);
};
const hasMoved = (again: (world: World) => Promise<string>) => async (world: World) => {
  if ((await world.entries()).includes('moved')) return true;
  await again(world);
  return false;
};

type Entry = { preferred: string | null };

const OPERATIONS: Operation[] = [
  { name: 'a wish', in: ['conversation', 'general', 'agent'], run: (world) => world.ask() },
  { name: 'an accept', in: ['agent', 'general', 'conversation'], before: offered, run: (world) => world.accept() },
  { name: 'a decline', in: ['agent', 'general'], before: offered, run: (world) => world.decline() },
  {
    name: 'an angry word while an offer is open',
    in: ['conversation', 'general'],
    before: offered,
    run: (world) => world.complain(),
  },
  {
    name: 'leaving the line while an offer is open',
    in: ['conversation', 'general', 'agent'],
    ends: 'abandoned',
    before: offered,
    run: (world) => world.leave(),
  },
  {
    name: 'a question after the answer',
    in: ['conversation'],
    before: async (world) => {
      await assigned(world);
      await world.greet();
    },
    run: (world) => world.complain(),
  },
  { name: 'a first answer', in: ['conversation'], before: assigned, run: (world) => world.greet() },
  {
    name: 'a transfer',
    in: ['conversation', 'agent', 'general', 'billing'],
    hops: 2,
    serves: ['general', 'billing'],
    before: assigned,
    run: (world) => world.transfer(),
    until: hasMoved((world) => world.transfer()),
  },
  {
    name: 'an escalation to the next tier',
    in: ['conversation', 'agent', 'general', 'engineering'],
    hops: 2,
    serves: ['general', 'engineering'],
    before: assigned,
    run: (world) => world.escalate(),
    until: hasMoved((world) => world.escalate()),
  },
  {
    name: 'a resolve',
    in: ['conversation', 'general', 'agent'],
    before: assigned,
    run: (world) => world.resolve(),
  },
  {
    name: 'coming back with what was resolved',
    in: ['conversation', 'general', 'agent'],
    before: async (world) => {
      await assigned(world);
      await world.resolve();
      await world.until('the slot is free', async () => {
        await world.notesAreDone();
        return world.state?.load === 0 && (await world.entries()).includes('resolved');
      });
    },
    run: (world) => world.comeBack(),
    // [M7] Also after the worst moment it is hers first who had it.
    after: async (world) => {
      const before = (await world.kept<Entry>('general')).map(({ preferred }) => preferred);
      if (before.at(-1) !== world.mayaId) throw new Error(`it was to go to ${JSON.stringify(before)}`);
    },
  },
];

testCrashPoints(OPERATIONS);
