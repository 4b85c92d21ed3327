import { type Me, meAnswer } from '#protocol/http.ts';
import { ProblemError } from '../middleware/problems.ts';
import { agentsOf, workspacesOf } from '../storage/agents.ts';
import { hostsOf, queuesOf, workspaceById } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

export function addMe(api: Api): void {
  api.add(
    {
      method: 'get',
      path: '/v1/me',
      access: 'agent',
      keys: null,
      least: 'viewer',
      tag: 'Agent',
      summary: 'Who is signed in',
      description:
        'Whoever is in several workspaces says which one with every call, by the header `x-baton-workspace` or, in an address that a browser opens by itself, `?workspace=`; who says none is in the first that they joined.',
      answer: meAnswer,
    },
    async (c) => {
      const { workspaceId, id, name, email, role, queueIds } = c.get('agent');
      const [workspace, workspaces, queues, agents] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        workspacesOf(c.env.DB, id),
        queuesOf(c.env.DB, workspaceId),
        agentsOf(c.env.DB, workspaceId),
      ]);
      if (workspace === null) throw new ProblemError('forbidden', 'This workspace is gone.');
      return c.json({
        agent: { id, name, email, role },
        workspace: {
          id: workspace.id,
          name: workspace.name,
          hosts: hostsOf(workspace),
        },
        workspaces,
        queues: queues.map((queue) => ({
          id: queue.id,
          name: queue.name,
          tier: queue.tier,
          mine: queueIds.includes(queue.id),
          asks: queue.asks,
          ownerName: queue.ownerName,
          agents: agents.filter((one) => one.queueIds.includes(queue.id)).map(({ id, name }) => ({ id, name })),
        })),
        replayOrigin: c.get('settings').replayOrigin,
        signOutAt: c.get('settings').access === null ? null : '/cdn-cgi/access/logout',
      } satisfies Me);
    },
  );
}
