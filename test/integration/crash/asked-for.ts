import { assigned, offered } from './before.ts';
import type { Operation } from './play.ts';
import type { World } from './world.ts';

const hasMoved = (again: (world: World) => Promise<string>) => async (world: World) => {
  if ((await world.entries()).includes('moved')) return true;
  await again(world);
  return false;
};

type Entry = { preferred: string | null };

/** What visitors and agents ask for. */
export const ASKED_FOR: Operation[] = [
  {
    name: 'a wish',
    of: ['visitor person.request', 'queue enqueue', 'agent grant'],
    in: ['conversation', 'general', 'agent'],
    run: (world) => world.ask(),
  },
  {
    name: 'an accept',
    of: ['agent offer.accept', 'queue accept', 'conversation assigned', 'agent offerAccepted'],
    in: ['agent', 'general', 'conversation'],
    before: offered,
    run: (world) => world.accept(),
  },
  {
    name: 'a decline',
    of: ['agent offer.decline', 'queue decline', 'agent offerEnded'],
    in: ['agent', 'general'],
    before: offered,
    run: (world) => world.decline(),
  },
  {
    name: 'an angry word while an offer is open',
    of: ['visitor message.send', 'queue rerank', 'agent offerReranked'],
    in: ['conversation', 'general'],
    before: offered,
    run: (world) => world.complain(),
  },
  {
    name: 'leaving the line while an offer is open',
    of: ['visitor person.withdraw', 'queue close'],
    in: ['conversation', 'general', 'agent'],
    ends: 'abandoned',
    before: offered,
    run: (world) => world.leave(),
  },
  {
    name: 'a question after the answer',
    of: ['queue owed'],
    in: ['conversation'],
    before: async (world) => {
      await assigned(world);
      await world.greet();
    },
    run: (world) => world.complain(),
  },
  {
    name: 'a first answer',
    of: ['desk message.send', 'queue answered', 'queue promised'],
    in: ['conversation'],
    before: assigned,
    run: (world) => world.greet(),
  },
  {
    name: 'a transfer',
    of: ['desk transfer'],
    in: ['conversation', 'agent', 'general', 'billing'],
    hops: 2,
    serves: ['general', 'billing'],
    before: assigned,
    run: (world) => world.transfer(),
    until: hasMoved((world) => world.transfer()),
  },
  {
    name: 'an escalation to the next tier',
    of: ['desk escalate'],
    in: ['conversation', 'agent', 'general', 'engineering'],
    hops: 2,
    serves: ['general', 'engineering'],
    before: assigned,
    run: (world) => world.escalate(),
    until: hasMoved((world) => world.escalate()),
  },
  {
    name: 'a resolve',
    of: ['desk resolve', 'agent release'],
    in: ['conversation', 'general', 'agent'],
    before: assigned,
    run: (world) => world.resolve(),
  },
  {
    name: 'coming back with what was resolved',
    of: ['visitor person.request'],
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
