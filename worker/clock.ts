import { faultText } from '#domain/redaction/fault.ts';

/** What the clock does each minute, one after the other, by the name that the log has for it. */
export type ClockStep = readonly [name: string, run: () => Promise<unknown>];

/** [O11] Each step in its turn. One that fails is a line of the log, is tried again with the next minute, and keeps no other from its turn. Never throws. */
export async function runEach(steps: readonly ClockStep[]): Promise<void> {
  for (const [name, run] of steps) {
    try {
      await run();
    } catch (cause) {
      console.error(JSON.stringify({ at: `clock.${name}`, message: faultText(cause) }));
    }
  }
}
