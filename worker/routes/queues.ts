import type { z } from 'zod';
import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import { leadsBack } from '#domain/queue/path.ts';
import { queueId } from '#protocol/primitives.ts';
import { previewAnswer, queueSettings, queueSettingsAnswer } from '#protocol/queue-settings.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { ProblemError } from '../middleware/problems.ts';
import { agentsOf } from '../storage/agents.ts';
import { calendarsOf } from '../storage/sla.ts';
import { configOf, type Queue, queuesOf, saveQueueSettings } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);

/** How a queue ranks, matches and moves its work: read by everybody, changed by admins, previewed before it is. */
export function addQueues(api: Api): void {
  const shared = { access: 'agent', tag: 'Agent', params: { queueId } } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/queues/:queueId/settings',
      summary: 'How a queue works',
      answer: queueSettingsAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const queue = oneOf(await queuesOf(c.env.DB, workspaceId), param<QueueId>(c, 'queueId'));
      return c.json(toAnswer(queue), 200, { 'cache-control': 'no-store' });
    },
  );

  api.add(
    {
      ...shared,
      method: 'put',
      path: '/v1/queues/:queueId/settings',
      summary: 'Change how a queue works',
      description:
        'Owners and admins. What waits is ranked and lined up anew at once. A path that leads back to where it began, or to a queue that does not exist, is refused with the step’s number.',
      body: queueSettings,
      answer: queueSettingsAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, role } = c.get('agent');
      if (!ADMINS.has(role)) throw new ProblemError('forbidden', 'Only owners and admins change how a queue works.');
      const queues = await queuesOf(c.env.DB, workspaceId);
      const queue = oneOf(queues, param<QueueId>(c, 'queueId'));
      refuseBadPath(queue, body, queues);
      await refuseUnknown(c.env.DB, workspaceId, body);
      const revision = queue.revision + 1;
      await saveQueueSettings(c.env.DB, workspaceId, queue.id, body, revision);
      const changed: Queue = { ...queue, ...body, revision };
      await queueStub(c.env, workspaceId, queue.id).configure({ workspaceId, config: configOf(changed) });
      return c.json(toAnswer(changed));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/queues/:queueId/settings/preview',
      summary: 'What other settings would do to what waits now',
      description: 'Changes nothing. At most the first 50 in either order.',
      body: queueSettings,
      answer: previewAnswer,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const queues = await queuesOf(c.env.DB, workspaceId);
      const queue = oneOf(queues, param<QueueId>(c, 'queueId'));
      refuseBadPath(queue, body, queues);
      const entries = await queueStub(c.env, workspaceId, queue.id).preview(
        { workspaceId, config: configOf(queue) },
        configOf({ ...queue, ...body }),
      );
      return c.json({ entries } satisfies z.infer<typeof previewAnswer>);
    },
  );
}

function oneOf(queues: readonly Queue[], id: QueueId): Queue {
  const queue = queues.find((one) => one.id === id);
  if (queue === undefined) throw new ProblemError('not_found', 'This workspace has no such queue.');
  return queue;
}

const toAnswer = (queue: Queue): z.infer<typeof queueSettingsAnswer> => {
  const { id, slug: _, revision: __, ownerName: ___, hours: ____, name, tier, ...settings } = queue;
  return { queue: { id, name, tier }, settings };
};

/** Names of things that are not there. A queue's hours would silently be around the clock, and nobody would answer for it. */
async function refuseUnknown(
  db: D1Database,
  workspaceId: WorkspaceId,
  { hoursId, ownerId }: z.infer<typeof queueSettings>,
): Promise<void> {
  if (hoursId !== null && !(await calendarsOf(db, workspaceId)).some(({ id }) => id === hoursId))
    throw new ProblemError('invalid', 'hoursId: this workspace has no such calendar.');
  if (ownerId !== null && !(await agentsOf(db, workspaceId)).some(({ id }) => id === ownerId))
    throw new ProblemError('invalid', 'ownerId: nobody of this workspace is called that.');
}

/** [Q11] A path that leads around in a circle would move work for ever. */
function refuseBadPath(queue: Queue, settings: z.infer<typeof queueSettings>, queues: readonly Queue[]): void {
  const pathOf = (id: string) => (id === queue.id ? settings.path : (queues.find((one) => one.id === id)?.path ?? []));
  const targets = (id: string): string[] => pathOf(id).flatMap((step) => (step.do === 'overflow' ? [step.to] : []));
  for (const [index, step] of settings.path.entries()) {
    const spot = `path.${index}`;
    const before = settings.path[index - 1];
    if (before !== undefined && step.afterMs < before.afterMs)
      throw new ProblemError('invalid', `${spot}.afterMs: a step cannot come before the one above it.`);
    if (step.do !== 'overflow') continue;
    if (!queues.some(({ id }) => id === step.to))
      throw new ProblemError('invalid', `${spot}.to: this workspace has no such queue.`);
    if (leadsBack(queue.id, step.to, targets))
      throw new ProblemError('invalid', `${spot}.to: from there the work would come back to ${queue.name}.`);
  }
}
