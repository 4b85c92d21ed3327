import { type Me, meAnswer } from '#protocol/http.ts';
import { ProblemError } from '../middleware/problems.ts';
import { agentsOf } from '../storage/agents.ts';
import { queuesOf, workspaceById } from '../storage/workspaces.ts';
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
      answer: meAnswer,
    },
    async (c) => {
      const { workspaceId, id, name, email, role, queueIds } = c.get('agent');
      const [workspace, queues, agents] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        queuesOf(c.env.DB, workspaceId),
        agentsOf(c.env.DB, workspaceId),
      ]);
      if (workspace === null) throw new ProblemError('forbidden', 'This workspace is gone.');
      return c.json({
        agent: { id, name, email, role },
        workspace: { id: workspace.id, name: workspace.name },
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
