import type { WorkspaceId } from '#domain/ids.ts';
import type { Incident } from '#domain/queue/incident.ts';
import type { Routes } from '#domain/routing/choose-queue.ts';
import type { SlaSettings } from '#domain/sla/policy.ts';
import type { Policy } from '#domain/triggers/policy.ts';
import type { Env } from '../env.ts';
import { articlesOf, articlesVersion } from '../storage/articles.ts';
import { activePolicy } from '../storage/policies.ts';
import { slaSettingsOf } from '../storage/sla.ts';
import { type Queue, queuesOf, workspaceById } from '../storage/workspaces.ts';
import { buildKnowledge, type Knowledge } from './knowledge.ts';

/** What a turn and a hand-over need of their workspace; the same for all its conversations. */
export type Desk = {
  knowledge: Knowledge;
  policy: Policy;
  queues: Queue[];
  routes: Routes;
  sla: SlaSettings;
  incidents: Incident[];
};

/** A change in the settings reaches every conversation within this time. */
const FRESH_MS = 10_000;

/**
 * A desk that is being read takes no longer than this. Whoever began to read it may have died on the way, and with it the promise: it is
 * never kept and never broken, and others must not wait for it.
 */
const GIVEN_UP_MS = 3000;

type Kept = { at: number; articles: string; desk: Desk };
type Loading = { since: number; promise: Promise<Kept> };
const kept = new Map<WorkspaceId, Kept>();
const loading = new Map<WorkspaceId, Loading>();

/** As `loadDesk`, but waits for what is in force now where memory is too old: for what cannot be unmade. */
export async function loadDeskFresh(env: Env, workspaceId: WorkspaceId): Promise<Desk> {
  const desk = await loadDesk(env, workspaceId);
  return loading.has(workspaceId) ? (await loaded(env, workspaceId)).desk : desk;
}

/**
 * The desk of a workspace, from memory while it is fresh; an older one is used once more while a new one is fetched, so that no
 * visitor waits for it. The index over the articles is built again only when an article changed.
 * Throws when the workspace does not exist or D1 cannot be read and nothing is in memory.
 */
export async function loadDesk(env: Env, workspaceId: WorkspaceId): Promise<Desk> {
  const known = kept.get(workspaceId);
  if (known !== undefined && Date.now() - known.at < FRESH_MS) return known.desk;
  if (known === undefined) return (await loaded(env, workspaceId)).desk;
  load(env, workspaceId).promise.catch((cause) => console.warn(JSON.stringify({ at: 'desk', message: String(cause) })));
  return known.desk;
}

/** The reading that is under way, or a new one. */
function load(env: Env, workspaceId: WorkspaceId): Loading {
  const underWay = loading.get(workspaceId);
  if (underWay !== undefined && Date.now() - underWay.since < GIVEN_UP_MS) return underWay;
  const promise = read(env, workspaceId, kept.get(workspaceId)).finally(() => {
    if (loading.get(workspaceId) === begun) loading.delete(workspaceId);
  });
  const begun = { since: Date.now(), promise };
  loading.set(workspaceId, begun);
  return begun;
}

/** What the reading under way comes to; should nothing come of it in time, whichever comes to something first, that or a new one. */
async function loaded(env: Env, workspaceId: WorkspaceId): Promise<Kept> {
  const begun: Promise<Kept>[] = [];
  for (;;) {
    const { since, promise } = load(env, workspaceId);
    begun.push(promise);
    let timer: number | null = null;
    const givenUp = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), Math.max(0, since + GIVEN_UP_MS - Date.now()));
    });
    const made = await Promise.race([...begun, givenUp]).finally(() => clearTimeout(timer));
    if (made !== null) return made;
  }
}

async function read(env: Env, workspaceId: WorkspaceId, known: Kept | undefined): Promise<Kept> {
  const [workspace, policy, queues, sla, articles] = await Promise.all([
    workspaceById(env.DB, workspaceId),
    activePolicy(env.DB, workspaceId),
    queuesOf(env.DB, workspaceId),
    slaSettingsOf(env.DB, workspaceId),
    articlesVersion(env.DB, workspaceId),
  ]);
  if (workspace === null) throw new Error('this workspace does not exist');
  const knowledge =
    known !== undefined && known.articles === articles
      ? known.desk.knowledge
      : buildKnowledge(await articlesOf(env.DB, workspaceId));
  const made: Kept = {
    at: Date.now(),
    articles,
    desk: { knowledge, policy, queues, routes: workspace.settings.routes, sla, incidents: queues[0]?.incidents ?? [] },
  };
  kept.set(workspaceId, made);
  return made;
}
