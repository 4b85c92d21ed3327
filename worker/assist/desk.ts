import type { AnswerCosts } from '#domain/confidence/answer-costs.ts';
import type { OutcomeMaps } from '#domain/confidence/outcome-map.ts';
import type { WorkspaceId } from '#domain/ids.ts';
import type { Incident } from '#domain/queue/incident.ts';
import { faultText } from '#domain/redaction/fault.ts';
import type { Routes } from '#domain/routing/choose-queue.ts';
import type { SlaSettings } from '#domain/sla/policy.ts';
import type { Policy } from '#domain/triggers/policy.ts';
import type { Env } from '../env.ts';
import { outcomeMapsOf } from '../storage/answer-outcomes.ts';
import { articlesOf, articlesVersion } from '../storage/articles.ts';
import { activeModel, activeModelHash } from '../storage/intents.ts';
import { policiesInForce } from '../storage/policies.ts';
import { slaSettingsOf } from '../storage/sla.ts';
import { hostsOf, type Queue, queuesOf, workspaceById } from '../storage/workspaces.ts';
import { within } from '../within.ts';
import { buildKnowledge, type Knowledge } from './knowledge.ts';
import { type IntentModel, readModel } from './triage/model.ts';

/** What a turn and a hand-over need of their workspace; the same for all its conversations. */
export type Desk = {
  knowledge: Knowledge;
  /** [G26] What its visitors want, as it names it; null until it has told its intents. */
  intents: IntentModel | null;
  policy: Policy;
  /** [T13] The version that runs in shadow, if one does. */
  shadow: Policy | null;
  queues: Queue[];
  routes: Routes;
  sla: SlaSettings;
  incidents: Incident[];
  /** [G3] The workspace's own hosts: where links of an answer may lead. */
  hosts: string[];
  /** [G24] What a model may cost this workspace in a day. */
  aiTokensPerDay: number | null;
  /** [G38] What answers cost here. */
  answerCosts: AnswerCosts;
  /** [G39] What became of answers here. */
  outcomes: OutcomeMaps;
};

/** A change in the settings reaches every conversation within this time. */
const FRESH_MS = 10_000;

/** One that is older than this is waited for, as long as that takes no longer than `GIVEN_UP_MS`. */
const STALE_MS = 60_000;

/** Whoever began to read a desk may have died on the way: after this long somebody else begins. */
const GIVEN_UP_MS = 3000;
const FIRST_READ_MS = 10_000;

type Kept = { at: number; articles: string; desk: Desk };
const kept = new Map<WorkspaceId, Kept>();
/**
 * Since when somebody reads it anew. Objects share this memory, but never a promise: one that waits for what another object has begun has
 * nothing to wait for in the runtime's eyes, and is reset as hung, with its sockets.
 */
const readingSince = new Map<WorkspaceId, number>();
/** When it was waited for in vain: for a while nobody else waits too. */
const gaveUpAt = new Map<WorkspaceId, number>();

/** As `loadDesk`, but waits for what is in force now where memory is too old: for what cannot be unmade. Should that not come in time, what was in force counts. */
export async function loadDeskFresh(env: Env, workspaceId: WorkspaceId): Promise<Desk> {
  const known = kept.get(workspaceId);
  return (known !== undefined && isFresh(known) ? known : await readInTime(env, workspaceId, known)).desk;
}

/**
 * The desk of a workspace, from memory while it is fresh; an older one is used once more while a new one is fetched, so that no
 * visitor waits for it; only one of long ago is waited for. The index over the articles is built again only when an article changed.
 * Throws when the workspace does not exist or D1 cannot be read and nothing is in memory.
 */
export async function loadDesk(env: Env, workspaceId: WorkspaceId): Promise<Desk> {
  const known = kept.get(workspaceId);
  if (known === undefined || Date.now() - known.at > STALE_MS) return (await readInTime(env, workspaceId, known)).desk;
  if (!isFresh(known) && Date.now() - (readingSince.get(workspaceId) ?? 0) >= GIVEN_UP_MS) {
    readingSince.set(workspaceId, Date.now());
    read(env, workspaceId)
      .catch((cause) => console.warn(JSON.stringify({ at: 'desk', message: faultText(cause) })))
      .finally(() => readingSince.delete(workspaceId));
  }
  return known.desk;
}

/** [O10] What is in force now; should that not come in time, what was. Throws where nothing was. */
async function readInTime(env: Env, workspaceId: WorkspaceId, known: Kept | undefined): Promise<Kept> {
  if (known !== undefined && Date.now() - (gaveUpAt.get(workspaceId) ?? 0) < FRESH_MS) return known;
  const reading = read(env, workspaceId);
  // The first reading after a start builds the index, too.
  if (known === undefined) return within(FIRST_READ_MS, reading, 'the database');
  return within(GIVEN_UP_MS, reading, 'the database').catch((cause) => {
    console.warn(JSON.stringify({ at: 'desk', message: faultText(cause) }));
    gaveUpAt.set(workspaceId, Date.now());
    return known;
  });
}

const isFresh = ({ at }: Kept): boolean => Date.now() - at < FRESH_MS;

async function read(env: Env, workspaceId: WorkspaceId): Promise<Kept> {
  const at = Date.now();
  const [workspace, { policy, shadow }, queues, sla, articles, modelHash, outcomes] = await Promise.all([
    workspaceById(env.DB, workspaceId),
    policiesInForce(env.DB, workspaceId),
    queuesOf(env.DB, workspaceId),
    slaSettingsOf(env.DB, workspaceId),
    articlesVersion(env.DB, workspaceId),
    activeModelHash(env.DB, workspaceId),
    outcomeMapsOf(env.DB, workspaceId),
  ]);
  if (workspace === null) throw new Error('this workspace does not exist');
  // Of many who read at once, as after a start, one builds; by then the others find it here.
  const built = () =>
    kept.get(workspaceId)?.articles === articles ? kept.get(workspaceId)?.desk.knowledge : undefined;
  let knowledge = built();
  if (knowledge === undefined) {
    const rows = await articlesOf(env.DB, workspaceId);
    knowledge = built() ?? buildKnowledge(rows);
  }
  const intents = await modelOf(env, workspaceId, modelHash);
  const hosts = hostsOf(workspace);
  const made: Kept = {
    at,
    articles,
    desk: {
      knowledge,
      intents,
      policy,
      shadow,
      queues,
      routes: workspace.settings.routes,
      sla,
      incidents: queues[0]?.incidents ?? [],
      hosts,
      aiTokensPerDay: workspace.settings.aiTokensPerDay,
      answerCosts: workspace.settings.answerCosts,
      outcomes,
    },
  };
  // A slow reading must not take the place of a newer one.
  if ((kept.get(workspaceId)?.at ?? 0) <= at) kept.set(workspaceId, made);
  return made;
}

/** [G16] Known by its hash: the same one is read once. One that cannot be read is as none, or nobody would be answered. */
async function modelOf(env: Env, workspaceId: WorkspaceId, hash: string | null): Promise<IntentModel | null> {
  if (hash === null) return null;
  const known = kept.get(workspaceId)?.desk.intents ?? null;
  if (known?.hash === hash) return known;
  try {
    const bytes = await activeModel(env.DB, workspaceId);
    return bytes === null ? null : await readModel(bytes);
  } catch (cause) {
    console.error(JSON.stringify({ at: 'desk.intents', message: faultText(cause) }));
    return known;
  }
}
