import type { Context } from 'hono';
import type { z } from 'zod';
import type { IncidentId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { incidentsAnswer, newIncident } from '#protocol/incidents.ts';
import { incidentId } from '#protocol/primitives.ts';
import { queueStub } from '../../durable-objects/names.ts';
import type { AppEnv } from '../app-env.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { endIncident, incidentsOf, startIncident } from '../storage/incidents.ts';
import { configOf, queuesOf, workspaceById } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** [P8] What is broken for many just now: read by everybody, declared and ended by supervisors; every queue ranks by it at once. */
export function addIncidents(api: Api): void {
  const shared = {
    access: 'agent',
    keys: 'incidents',
    least: 'viewer',
    tag: 'Agent',
    answer: incidentsAnswer,
  } as const;
  const answer = async (c: Context<AppEnv>, workspaceId: WorkspaceId) => c.json(await allOf(c.env, workspaceId));

  api.add({ ...shared, method: 'get', path: '/v1/incidents', summary: 'What is broken just now' }, (c) =>
    answer(c, c.get('agent').workspaceId),
  );

  api.add(
    {
      ...shared,
      method: 'put',
      path: '/v1/incidents/:incidentId',
      params: { incidentId },
      least: 'supervisor',
      deed: 'say what is broken',
      summary: 'Say that something is broken',
      description:
        'Supervisors, admins and owners. The caller makes the id, so that a repeated call is one incident. Who waits about that area is ranked anew at once, by the minutes that each queue gives an incident.',
      body: newIncident,
    },
    async (c, { body }) => {
      const { workspaceId, name } = c.get('agent');
      const id = param<IncidentId>(c, 'incidentId');
      await startIncident(c.env.DB, workspaceId, { id, ...body, startedAt: Date.now(), by: name });
      await tellQueues(c.env, workspaceId);
      return answer(c, workspaceId);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/incidents/:incidentId/end',
      params: { incidentId },
      least: 'supervisor',
      deed: 'say that it works again',
      summary: 'Say that it works again',
      description: 'Supervisors, admins and owners. Repeating it changes nothing.',
    },
    async (c) => {
      const { workspaceId, name } = c.get('agent');
      const ended = { at: Date.now(), by: name };
      if (!(await endIncident(c.env.DB, workspaceId, param<IncidentId>(c, 'incidentId'), ended)))
        throw new ProblemError('not_found', 'This workspace has no such incident.');
      await tellQueues(c.env, workspaceId);
      return answer(c, workspaceId);
    },
  );
}

/** A queue that cannot be told now hears of it with the next work that it is handed. */
async function tellQueues(env: Env, workspaceId: WorkspaceId): Promise<void> {
  const queues = await queuesOf(env.DB, workspaceId);
  const told = await Promise.allSettled(
    queues.map((queue) => queueStub(env, workspaceId, queue.id).configure({ workspaceId, config: configOf(queue) })),
  );
  for (const one of told)
    if (one.status === 'rejected') console.warn(JSON.stringify({ at: 'incidents', message: faultText(one.reason) }));
}

async function allOf(env: Env, workspaceId: WorkspaceId): Promise<z.infer<typeof incidentsAnswer>> {
  const [incidents, queues, workspace] = await Promise.all([
    incidentsOf(env.DB, workspaceId),
    queuesOf(env.DB, workspaceId),
    workspaceById(env.DB, workspaceId),
  ]);
  const ranked = queues.flatMap(({ rank }) => Object.keys(rank.areaMinutes));
  const routed = Object.keys(workspace?.settings.routes.byArea ?? {});
  return { ...incidents, areas: [...new Set([...ranked, ...routed])].sort() };
}
