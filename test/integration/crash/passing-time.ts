const RealDate = Date;
let passed = 0;

class PassingDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(PassingDate.now());
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + passed;
  }
}

/**
 * Lets so much time pass for everything in this isolate, objects included: what waits for a retry, an offer's end or a grace need not be
 * waited for. Only forward. The platform's own alarms follow its own clock, so whoever uses this rings them by hand.
 */
export function pass(ms: number): void {
  globalThis.Date = PassingDate as DateConstructor;
  passed += ms;
}
