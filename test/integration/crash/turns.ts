import { assigned, offered } from './before.ts';
import type { Operation } from './play.ts';
import { queueIdOf } from './world.ts';

const DAY = 86_400_000;

/** What the assistant does with a question, and what waits for nobody: a step whose queue is empty, settings that must be read first. */
export const TURNS: Operation[] = [
  {
    name: 'a question that the assistant answers',
    of: ['visitor message.send'],
    in: ['conversation'],
    // What it is about decides where a person for it is looked for.
    serves: ['general', 'billing'],
    run: (world) => world.question(),
    // Said by the visitor, and answered; each once, however often it is sent.
    until: async (world) => {
      const said = (await world.entries()).filter((type) => type === 'message').length;
      if (said < 2) await world.question();
      return said === 2;
    },
  },
  {
    name: 'a transfer for which the settings must be read',
    of: ['desk transfer'],
    in: ['conversation'],
    hops: 2,
    serves: ['general', 'billing'],
    readsDesk: true,
    before: assigned,
    run: (world) => world.transfer(),
    until: async (world) => {
      if ((await world.entries()).includes('moved')) return true;
      await world.transfer();
      return false;
    },
  },
  {
    name: 'a path whose step is not waited for when nobody is there',
    of: ['queue mirrorAgent'],
    in: ['general'],
    hops: 2,
    serves: ['general', 'billing'],
    settings: {
      general: { path: [{ afterMs: DAY, skipWhenNobody: true, do: 'overflow', to: queueIdOf('billing') }] },
      // Once there it waits for her.
      billing: { path: [] },
    },
    // Offered, so that it is not skipped at once; then she goes away and it comes back to a queue without anybody.
    before: offered,
    run: async (world) => {
      await world.comeAndGo('away');
      await world.decline();
    },
    until: async (world) => {
      if (world.offer !== undefined) await world.decline();
      if (!(await world.entries()).includes('moved')) return false;
      await world.comeAndGo('available');
      return true;
    },
  },
  {
    name: 'a wish that nobody is there for',
    of: ['queue enqueue'],
    in: ['general', 'conversation'],
    hops: 2,
    serves: ['billing'],
    settings: {
      general: { path: [{ afterMs: DAY, skipWhenNobody: true, do: 'overflow', to: queueIdOf('billing') }] },
    },
    before: (world) => world.comeAndGo('away'),
    run: (world) => world.ask(),
    until: async (world) => {
      const types = await world.entries();
      if (!types.includes('escalated')) await world.ask();
      if (!types.includes('moved')) return false;
      await world.comeAndGo('available');
      return true;
    },
  },
];
