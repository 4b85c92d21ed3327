import type { Outlook } from '#domain/confidence/answer-costs.ts';
import type { EpochMs, QueueId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { within } from '../within.ts';

/** An older one is asked for anew, and meanwhile used. */
const FRESH_MS = 5_000;
/** One that is older than this says nothing any more. */
const STALE_MS = 60_000;
/** So long a turn waits for it where there is none. */
export const OUTLOOK_WITHIN_MS = 100;

type Kept = { at: EpochMs; askedAt: EpochMs; outlook: Outlook | null };

/**
 * What was asked of queues lately, so that not each turn asks: an estimate that a visitor's answer must not wait for. Of values alone: objects share this memory, and one
 * must not wait for what another has begun.
 */
const kept = new Map<string, Kept>();

/**
 * [G38] The outlook of a queue: from memory while it is fresh; one that is not is asked for anew in `later`, and only where there is none of the last minute `ask` is waited
 * for, 100 ms at most. Null where nobody could say. Never throws.
 */
export async function outlookOf(
  workspaceId: WorkspaceId,
  queueId: QueueId,
  { ask, later, now }: { ask: () => Promise<Outlook>; later: (work: Promise<void>) => void; now: () => EpochMs },
): Promise<Outlook | null> {
  const key = `${workspaceId}/${queueId}`;
  const known = kept.get(key);
  const at = now();
  const usable = known !== undefined && at - known.at < STALE_MS ? known.outlook : undefined;
  if (known !== undefined && at - known.askedAt < FRESH_MS) return usable ?? null;
  kept.set(key, { at: known?.at ?? 0, outlook: known?.outlook ?? null, askedAt: at });
  const asked = ask()
    .then((outlook) => void kept.set(key, { at: now(), askedAt: at, outlook }))
    .catch((cause) => console.warn(JSON.stringify({ at: 'outlook', message: faultText(cause) })));
  later(asked);
  if (usable !== undefined) return usable;
  await within(OUTLOOK_WITHIN_MS, asked, 'the outlook').catch(() => {});
  const found = kept.get(key);
  return found !== undefined && found.at >= at ? found.outlook : null;
}

/** For tests: what was asked is forgotten. */
export const forgetOutlooks = (): void => kept.clear();
