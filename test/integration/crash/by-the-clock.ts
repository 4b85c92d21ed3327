import { assigned, offered, waiting } from './before.ts';
import type { Operation } from './play.ts';
import { queueIdOf, type World } from './world.ts';

const goes = (world: World) => world.goes();
const SECOND = 1000;
const LONG = 40 * SECOND;

const incidentOf = ({ visitor }: World) => `inc_${visitor.conversationId.slice(4)}`;

type Entry = {
  terms: { label: string }[];
  state: string;
  raises: { label: string; minutes: number }[];
  preferred: string | null;
};

type Promised = { queuedAt: number; facts: { promiseDueAt: number | null } };

/** What the clock, a supervisor and an agent's presence do. */
export const BY_THE_CLOCK: Operation[] = [
  {
    name: 'the end of an offer',
    of: ['queue alarm', 'agent offerEnded'],
    in: ['general', 'agent'],
    before: offered,
    run: (world) => world.later(LONG),
  },
  {
    name: 'a path’s step to another queue',
    of: ['conversation overflow'],
    in: ['general', 'conversation', 'billing'],
    hops: 2,
    serves: ['billing'],
    settings: { general: { path: [{ afterMs: 2 * SECOND, do: 'overflow', to: queueIdOf('billing') }] } },
    before: waiting,
    run: async (world) => {
      await world.later(2 * SECOND);
      await world.comeAndGo('available');
    },
    until: async (world) => (await world.entries()).includes('moved'),
  },
  {
    name: 'work that is not answered',
    of: ['conversation takenBack'],
    in: ['general', 'conversation', 'agent'],
    settings: { general: { silentMs: 20 * SECOND } },
    before: assigned,
    run: (world) => world.later(20 * SECOND),
    until: async (world) => (await world.entries()).includes('agent_left'),
  },
  {
    name: 'work of an agent who has vanished',
    of: ['agent alarm'],
    in: ['agent', 'general', 'conversation'],
    settings: { general: { vanishedMs: 10 * SECOND } },
    before: assigned,
    run: async (world) => {
      await world.goes();
      await world.later(11 * SECOND);
    },
    until: async (world) => (await world.entries()).includes('agent_left'),
  },
  {
    name: 'an offer to somebody who goes',
    of: ['agent webSocketClose', 'queue orphan'],
    in: ['agent', 'general'],
    before: offered,
    run: goes,
  },
  {
    name: 'coming',
    of: ['agent presence.set', 'queue mirrorAgent', 'queue offerTo'],
    in: ['agent', 'general'],
    before: waiting,
    run: (world) => world.comeAndGo('available'),
  },
  { name: 'being away', of: ['agent presence.set'], in: ['agent'], run: (world) => world.comeAndGo('away') },
  {
    name: 'the end of the notes',
    of: ['agent wrap_up.done'],
    in: ['agent'],
    settings: { general: { wrapUpMs: 60 * SECOND } },
    before: async (world) => {
      await assigned(world);
      await world.resolve();
      await world.until('the notes', () => (world.state?.wrapping.length ?? 0) > 0);
    },
    run: (world) => world.notesAreDone(),
  },
  {
    name: 'a broken promise',
    of: ['conversation alarm', 'agent notice', 'agent noticeOver'],
    in: ['conversation'],
    before: waiting,
    run: (world) => world.later(3 * 3600 * SECOND),
    until: async (world) =>
      (await world.records('sla.breached')) > 0 && (await world.notices()).includes('first_response breached'),
    // [K14] It is over with the end, for who was told as well.
    after: (world) => world.until('nothing is at risk', async () => (await world.notices()).length === 0),
  },
  {
    name: 'a breach that sends on',
    of: ['queue sendOn'],
    in: ['conversation', 'general'],
    hops: 2,
    serves: ['billing'],
    // By itself the step would come in a week.
    settings: { general: { path: [{ afterMs: 7 * 86_400 * SECOND, do: 'overflow', to: queueIdOf('billing') }] } },
    before: async (world) => {
      await world.breachSendsOn(true);
      await waiting(world);
    },
    run: async (world) => {
      await world.later(3 * 3600 * SECOND);
      await world.comeAndGo('available');
    },
    until: async (world) => (await world.entries()).includes('moved'),
    after: (world) => world.breachSendsOn(false),
  },
  {
    name: 'other promises',
    of: ['conversation alarm'],
    in: ['conversation'],
    // What coming tells the database may go out before or after: it is another operation's.
    before: async (world) => {
      await waiting(world);
      await world.until('all is told', async () => (await world.depths()).every((depth) => depth === 0));
    },
    run: async (world) => {
      await world.promise(7);
      // Longer than a reading of the settings counts.
      await world.later(15 * SECOND);
    },
    until: async (world) => {
      await world.later(15 * SECOND);
      const [entry] = await world.kept<Promised>('general');
      return entry !== undefined && entry.facts.promiseDueAt === entry.queuedAt + 7 * 60 * SECOND;
    },
    after: (world) => world.promise(null),
  },
  {
    name: 'an agent’s settings',
    of: ['agent configure'],
    in: ['agent', 'general'],
    before: waiting,
    run: (world) => world.newCapacity(5),
    until: async (world) => {
      await world.watchdog();
      return world.state?.capacity === 5;
    },
    after: (world) => world.newCapacity(3),
  },
  {
    name: 'an incident',
    of: ['queue configure'],
    in: ['general'],
    before: waiting,
    run: (world) => world.incident(incidentOf(world), 'begins'),
    until: async (world) => {
      await world.watchdog();
      return (await world.kept<Entry>('general')).every(({ terms }) =>
        terms.some(({ label }) => label.includes('All is broken')),
      );
    },
    after: async (world) => {
      await world.incident(incidentOf(world), 'ends');
      await world.watchdog();
    },
  },
  {
    name: 'other settings',
    of: ['queue configure'],
    in: ['general'],
    serves: ['general'],
    before: waiting,
    run: (world) => world.newSettings('general'),
  },
  {
    name: 'a supervisor’s minutes',
    of: ['queue entry.adjust'],
    in: ['general'],
    before: waiting,
    run: (world) => world.adjust(7),
    until: async (world) => (await world.adjust(7)) === 'ack',
    after: async (world) => {
      const [entry] = await world.kept<Entry>('general');
      const given = entry?.raises.map(({ minutes }) => minutes);
      if (JSON.stringify(given) !== '[-7]') throw new Error(`minutes were given ${JSON.stringify(given)}`);
    },
  },
  {
    name: 'a supervisor’s choice',
    of: ['queue entry.assign'],
    in: ['general', 'agent'],
    before: async (world) => {
      await offered(world);
      await world.decline();
      await world.until('it is in line', async () => (await world.kept<Entry>('general'))[0]?.state === 'queued');
    },
    run: (world) => world.assign(),
  },
  {
    name: 'a supervisor’s taking back',
    of: ['queue entry.take_back'],
    in: ['general', 'conversation'],
    before: assigned,
    run: (world) => world.supervise('general', { type: 'entry.take_back' }),
    until: async (world) => {
      if ((await world.entries()).includes('agent_left')) return true;
      await world.supervise('general', { type: 'entry.take_back' });
      return false;
    },
  },
  {
    name: 'a supervisor’s closing of the queue',
    of: ['queue queue.close'],
    in: ['general'],
    before: waiting,
    run: (world) => world.supervise('general', { type: 'queue.close' }),
    until: async (world) => (await world.supervise('general', { type: 'queue.open' })) === 'ack',
  },
];
