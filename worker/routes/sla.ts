import type { z } from 'zod';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import { slaPolicyAnswer, slaPolicyChange } from '#protocol/sla.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { ProblemError } from '../middleware/problems.ts';
import { requireAdmin } from '../middleware/role.ts';
import { replaceSla, type SlaInForce, slaInForce } from '../storage/sla.ts';
import { configOf, queuesOf } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** What is promised to whom, and the hours in which it is counted: read by everybody, changed by admins. */
export function addSla(api: Api): void {
  const shared = { access: 'agent', tag: 'Agent', path: '/v1/sla-policy', answer: slaPolicyAnswer } as const;

  api.add({ ...shared, method: 'get', summary: 'What is promised, and the calendars' }, async (c) => {
    const { workspaceId } = c.get('agent');
    return c.json(toAnswer(await slaInForce(c.env.DB, workspaceId)), 200, { 'cache-control': 'no-store' });
  });

  api.add(
    {
      ...shared,
      method: 'put',
      summary: 'Change what is promised, and the calendars',
      description:
        'Owners and admins. The policy is published as a new version, and the calendars are those that are sent. It reaches every conversation with whatever happens in it next, at the latest with its next deadline; what has elapsed is kept. `version` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: slaPolicyChange,
    },
    async (c, { body: { version: from, ...change } }) => {
      const { workspaceId, id: author, ...agent } = c.get('agent');
      requireAdmin(agent, 'change what is promised');
      const queues = await queuesOf(c.env.DB, workspaceId);
      const homeless = queues.filter(
        ({ hoursId }) => hoursId !== null && !change.calendars.some(({ id }) => id === hoursId),
      );
      if (homeless.length > 0)
        throw ProblemError.ofIssues(
          homeless.map(({ name }) => ({
            path: 'calendars',
            message: `${name} has its hours in one that is removed; give it other hours first.`,
          })),
        );
      if (!(await replaceSla(c.env.DB, workspaceId, change, { from, author, at: Date.now() })))
        throw outdated(await slaInForce(c.env.DB, workspaceId));
      // A queue is told its hours with its settings.
      const told = (await queuesOf(c.env.DB, workspaceId)).filter(({ hoursId }) => hoursId !== null);
      await Promise.all(
        told.map((queue) =>
          queueStub(c.env, workspaceId, queue.id).configure({ workspaceId, config: configOf(queue) }),
        ),
      );
      return c.json(toAnswer(await slaInForce(c.env.DB, workspaceId)));
    },
  );
}

function toAnswer(sla: SlaInForce): z.infer<typeof slaPolicyAnswer> {
  const { version: _, ...defaults } = DEFAULT_SLA_POLICY;
  return { ...sla, defaults };
}

/** [K11] */
const outdated = ({ changed }: SlaInForce): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed what is promised after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
