import { afterAll, describe, expect, it } from 'vitest';
import { disturb, FAULTS, type Fault, Plan } from './faults.ts';
import { pass } from './passing-time.ts';
import { type Place, type QueueSlug, World, wipe } from './world.ts';

export type Operation = {
  name: string;
  /** The calls and frames of the three objects that it stands for: `queue enqueue`, `visitor person.request`. */
  of: string[];
  /** It waits for the settings: they are older than anybody goes by, and reading them is disturbed too. */
  readsDesk?: true;
  /** The objects whose calls are disturbed, one after the other. */
  in: Place[];
  /** How many queues the work has been in when all is over. */
  hops?: number;
  /** What becomes of the work; resolved, if it says nothing. */
  ends?: 'abandoned';
  /** Maya's queues; `general` alone, if it says nothing. */
  serves?: QueueSlug[];
  settings?: Partial<Record<QueueSlug, object>>;
  before?(world: World): Promise<unknown>;
  run(world: World): Promise<unknown>;
  /** Done again as whoever asked would, until it has come about. */
  until?(world: World): Promise<boolean>;
  /** What must be so beside what is always so. */
  after?(world: World): Promise<void>;
};

type Played = { calls: string[]; hasStruck: boolean };

/** Nothing was called for so long: the operation is over, with what goes on by itself after the answer. */
const CALM_MS = 90;
const LOOK_MS = 15;
/** Longer than the settings in memory count without being asked for again. */
const DESK_IS_OLD_MS = 61_000;

/** Runs in which a point is looked for. */
const TRIES = 4;
/** Places are told every half second at most, whatever happens: the next run may have told them just before. */
const THROTTLED = 'conversation.setPlace';

/** As `act`, in a world that a story which failed has not spoilt for the next. */
async function play(...of: Parameters<typeof act>): Promise<Played> {
  try {
    return await act(...of);
  } catch (cause) {
    await wipe();
    throw cause;
  }
}

/** One run: the world up to the operation, the operation, with a fault where one is planned, and the end of the story. */
async function act(operation: Operation, place: Place, strike: { at: string; fault: Fault } | null): Promise<Played> {
  const world = await World.make(operation.serves ?? ['general'], operation.settings ?? {});
  await operation.before?.(world);
  if (place !== 'conversation' && place !== 'agent') await world.forgetHandleTimes(place);
  const plan = new Plan(strike);
  await disturb(world.stub(place), plan, operation.readsDesk);
  if (operation.readsDesk) pass(DESK_IS_OLD_MS);
  await operation.run(world);
  for (let calm = 0, seen = -1; calm < CALM_MS; calm += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    // What is only written down for later goes out with the alarm, which is due at once.
    await world.ring(place);
    if (plan.calls.length !== seen) calm = 0;
    seen = plan.calls.length;
  }
  // What is called later belongs to the end of the story.
  const played = { calls: [...plan.calls], hasStruck: plan.hasStruck };
  const { until } = operation;
  if (until !== undefined) await world.until(`${operation.name} has come about`, () => until(world));
  if (operation.ends === 'abandoned') await world.finishAbandoned();
  else await world.finish(operation.hops ?? 1);
  await operation.after?.(world);
  return played;
}

/**
 * [F2] [F3] Every call that an object makes while it does something is a point at which it may die or not hear the answer. They are named
 * by doing it once undisturbed, then each is disturbed in each way, one run each; after every run the story must end as if nothing had
 * happened: one escalation, one agent at a time, resolved once, every slot free, every picture of it true.
 */
export function testCrashPoints(operations: readonly Operation[]): void {
  let points = 0;
  const missed: string[] = [];
  let calls = 0;
  const cases = operations.flatMap((operation) =>
    operation.in.map((place) => ({ operation, place, title: `${operation.name}, in ${place}` })),
  );
  afterAll(() =>
    console.log(
      [
        `${points} crash points: ${calls} calls of ${operations.length} operations in ${cases.length} places, in ${FAULTS.length} ways`,
        ...missed.map((point) => `not there in ${TRIES} runs: ${point}`),
      ].join('\n'),
    ),
  );

  describe('[F2] [F3] crash points', () => {
    it.each(cases)('$title', { timeout: 400_000 }, async ({ operation, place }) => {
      const named = (await play(operation, place, null)).calls;
      expect(named).not.toEqual([]);
      calls += named.length;
      for (const at of named) {
        for (const fault of FAULTS) {
          const strike = async (again = TRIES - 1): Promise<boolean> => {
            const { hasStruck } = await play(operation, place, { at, fault }).catch((cause) => {
              throw new Error(`${at}, ${fault}: ${cause instanceof Error ? cause.message : cause}`);
            });
            // What goes out together with what hangs on the moment; another run may have the point.
            return hasStruck || (again > 0 && strike(again - 1));
          };
          if (await strike()) points += 1;
          else {
            missed.push(`${operation.name}, in ${place}: ${at}, ${fault}`);
            if (at.startsWith(THROTTLED)) continue;
            // A call that is made whenever nothing goes wrong is a point that must be reached; another hangs on the moment, and is named.
            const again = [await play(operation, place, null), await play(operation, place, null)];
            expect(
              again.every(({ calls }) => calls.includes(at)),
              `${at}, ${fault} was never reached`,
            ).toBe(false);
          }
        }
      }
    });
  });
}
