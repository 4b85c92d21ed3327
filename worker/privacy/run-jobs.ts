import type { AgentId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { ERASURE_STEPS } from '#domain/privacy/data-map.ts';
import { faultText } from '#domain/redaction/fault.ts';
import type { Env } from '../env.ts';
import { newId } from '../storage/ids.ts';
import { isBackAgain } from '../storage/personal-data.ts';
import {
  advanceJob,
  askForJob,
  finishJob,
  jobById,
  jobsDue,
  type PrivacyJobRow,
  postponeJob,
} from '../storage/privacy-jobs.ts';
import { erasePortion } from './erase.ts';
import { writeExport } from './export.ts';
import { EXPORT_MS, type Tombstone } from './files.ts';

/** So many jobs in one run of the clock, and so many portions of each; the rest with the next, a minute later. */
const MAX_JOBS = 5;
const MAX_PORTIONS = 40;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Where a job of this kind begins. */
export const firstStep = (kind: PrivacyJobRow['kind']): string => (kind === 'erasure' ? ERASURE_STEPS[0] : 'write');

/** [Y2] Goes on with what is under way, wherever it stopped. One that fails is tried again, later each time. */
export async function runPrivacyJobs(env: Env, now: EpochMs): Promise<void> {
  for (const job of await jobsDue(env.DB, now, MAX_JOBS)) await runPrivacyJob(env, job, now);
}

/** [Y2] One job as far as it goes now. Never throws. */
export async function runPrivacyJob(env: Env, first: PrivacyJobRow, now: EpochMs): Promise<void> {
  let job: PrivacyJobRow | null = first;
  try {
    for (let n = 0; n < MAX_PORTIONS && job !== null && job.doneAt === null; n += 1) {
      if (!(await goOn(env, job, now))) return await postponeJob(env.DB, job, now + backOff(job));
      job = await jobById(env.DB, job.workspaceId, job.id);
    }
  } catch (cause) {
    console.error(JSON.stringify({ at: 'privacy', job: first.id, message: faultText(cause) }));
    // A database that is away is asked again by the clock.
    await postponeJob(env.DB, job ?? first, now + backOff(job ?? first)).catch(() => {});
  }
}

const backOff = ({ failures }: PrivacyJobRow): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));

/** One portion; false is that it has to wait. */
async function goOn(env: Env, job: PrivacyJobRow, now: EpochMs): Promise<boolean> {
  if (job.kind === 'export') {
    await finishJob(env.DB, job, { found: await writeExport(env, job), left: {}, doneAt: now });
    return true;
  }
  const portion = await erasePortion(env, job, now);
  switch (portion.is) {
    case 'later':
      return false;
    case 'on':
      await advanceJob(env.DB, job, portion);
      return true;
    case 'done':
      await finishJob(env.DB, job, { found: portion.found, left: portion.left, doneAt: now });
      return true;
  }
}

/** [Y6] Exports that are older than they are kept go. */
export async function forgetExports(env: Env, now: EpochMs): Promise<void> {
  for await (const { key, uploaded } of filesUnder(env.REPLAYS, 'exports/'))
    if (uploaded.getTime() < now - EXPORT_MS) await env.REPLAYS.delete(key);
}

/** [Y8] Whoever is back although they were erased (a backup was restored) is erased again. Whoever came back by themselves is not. */
export async function eraseTheRestored(env: Env, now: EpochMs): Promise<void> {
  for await (const { key } of filesUnder(env.REPLAYS, 'erased/')) {
    const workspaceId = key.split('/')[1] as WorkspaceId;
    const tombstone = await (await env.REPLAYS.get(key))?.json<Tombstone>();
    if (tombstone === undefined) continue;
    if (!(await isBackAgain(env.DB, workspaceId, tombstone))) continue;
    const by = { id: 'restore' as AgentId, name: 'a restored backup' };
    const job = { workspaceId, id: newId('privacyJob'), kind: 'erasure' as const, visitorId: tombstone.visitorId, by };
    await askForJob(env.DB, { ...job, askedAt: tombstone.erasedAt }, firstStep('erasure'));
  }
  await runPrivacyJobs(env, now);
}

async function* filesUnder(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const listed = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    yield* listed.objects;
    cursor = listed.truncated ? listed.cursor : undefined;
  } while (cursor !== undefined);
}
