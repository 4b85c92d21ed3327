import type { Allowance } from './token-bucket.ts';

/** [S21] What a workspace's visitors may do together, and one of them, and its API keys: far above what a busy product needs, far below what hurts its neighbours. */
export const ALLOWANCES = {
  visit: { all: { burst: 6000, perSecond: 100 }, each: { burst: 120, perSecond: 2 } },
  conversation: { all: { burst: 6000, perSecond: 100 }, each: { burst: 120, perSecond: 2 } },
  socket: { all: { burst: 12_000, perSecond: 200 }, each: { burst: 120, perSecond: 2 } },
  segment: { all: { burst: 20_000, perSecond: 1000 }, each: { burst: 600, perSecond: 20 } },
  api: { all: { burst: 6000, perSecond: 100 }, each: { burst: 600, perSecond: 10 } },
} as const satisfies Record<string, { all: Allowance; each: Allowance }>;
