import type { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { type RouteTable, routeChanges, routeProblems, routesOf, tableOf } from '#domain/routing/route-table.ts';
import { previewRoutes } from '#domain/routing/routes-preview.ts';
import { routesAnswer, routesChange, routesPreview, routeTable } from '#protocol/routes.ts';
import { ProblemError } from '../middleware/problems.ts';
import { intentsOf } from '../storage/intents.ts';
import { articleAreas, pastHandovers, type RoutesInForce, routesInForce, saveRoutes } from '../storage/routes.ts';
import { type Queue, queuesOf } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** So many of the last hand-overs are sent once more, in thought. */
const LOOKED_AT = 200;

/** [M2] Which queue work comes to: read by everybody, changed by admins, previewed on what was handed over last. */
export function addRoutes(api: Api): void {
  const shared = {
    access: 'agent',
    keys: 'queues',
    least: 'viewer',
    tag: 'Agent',
    path: '/v1/routes',
    answer: routesAnswer,
  } as const;

  api.add({ ...shared, method: 'get', summary: 'Which queue work comes to' }, async (c) => {
    const { workspaceId } = c.get('agent');
    return c.json(await answerOf(c.env.DB, workspaceId));
  });

  api.add(
    {
      ...shared,
      method: 'put',
      least: 'admin',
      deed: 'change which queue work comes to',
      summary: 'Change which queue work comes to',
      description:
        'Owners and admins. Within a minute whatever is handed over goes by it; what waits stays where it is. Queues are named by their slugs. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: routesChange,
    },
    async (c, { body: { revision: from, ...table } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const [before, queues] = await Promise.all([
        routesInForce(c.env.DB, workspaceId),
        queuesOf(c.env.DB, workspaceId),
      ]);
      const routes = routesOf(table);
      // Before its contents: what is wrong with them may be what the newer routes have put right.
      const isDone = (now: RoutesInForce) =>
        now.revision === from + 1 && now.changed?.by === by && isSame(tableOf(now.routes), tableOf(routes));
      if (before.revision !== from && !isDone(before)) throw outdated(before);
      refuseWrong(table, queues);
      const detail = routeChanges(tableOf(before.routes), table, nameIn(queues)).join('; ');
      const changed = { by, name, at: Date.now() };
      // [Q14] Sent again because its answer was lost, it is done already.
      if (!isDone(before) && !(await saveRoutes(c.env.DB, workspaceId, routes, { from, changed, detail }))) {
        const newer = await routesInForce(c.env.DB, workspaceId);
        if (!isDone(newer)) throw outdated(newer);
      }
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );

  api.add(
    {
      access: 'agent',
      keys: 'queues',
      least: 'viewer',
      tag: 'Agent',
      method: 'post',
      path: '/v1/routes/preview',
      isRead: true,
      summary: 'What other routes would have done with the last hand-overs',
      description: `Changes nothing. Looks at the last ${LOOKED_AT}; what went by a trigger’s word, or back to who had it before, would have gone there by any routes.`,
      body: routeTable,
      answer: routesPreview,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const [{ routes }, queues, past] = await Promise.all([
        routesInForce(c.env.DB, workspaceId),
        queuesOf(c.env.DB, workspaceId),
        pastHandovers(c.env.DB, workspaceId, LOOKED_AT),
      ]);
      refuseWrong(body, queues);
      return c.json(previewRoutes(past, routes, routesOf(body), queues) satisfies z.infer<typeof routesPreview>);
    },
  );
}

async function answerOf(db: D1Database, workspaceId: WorkspaceId): Promise<z.infer<typeof routesAnswer>> {
  const [{ revision, changed, routes }, queues, past, articles, { intents }] = await Promise.all([
    routesInForce(db, workspaceId),
    queuesOf(db, workspaceId),
    pastHandovers(db, workspaceId, LOOKED_AT),
    articleAreas(db, workspaceId),
    intentsOf(db, workspaceId),
  ]);
  const named = (...names: (string | null)[]) => [...new Set(names.filter((name) => name !== null))].sort();
  return {
    revision,
    changed,
    routes: tableOf(routes),
    queues: queues.map(({ slug, name }) => ({ slug, name })),
    known: {
      topics: named(...intents.map(({ name }) => name), ...articles, ...past.map(({ topic }) => topic)),
      areas: named(...queues.flatMap(({ rank }) => Object.keys(rank.areaMinutes)), ...past.map(({ area }) => area)),
    },
  };
}

function refuseWrong(table: RouteTable, queues: readonly Queue[]): void {
  const problems = routeProblems(
    table,
    queues.map(({ slug }) => slug),
  );
  if (problems.length > 0) throw ProblemError.ofIssues(problems);
}

const nameIn =
  (queues: readonly Queue[]) =>
  (slug: string): string =>
    queues.find((queue) => queue.slug === slug)?.name ?? slug;

/** [Q14] */
const outdated = ({ changed }: RoutesInForce): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed which queue work comes to after you opened it. Nothing of yours was saved; look at the newer routes first.`,
  );
