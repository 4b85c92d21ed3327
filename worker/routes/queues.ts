import type { z } from 'zod';
import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { DEFAULT_RANK_POLICY } from '#domain/priority/rank.ts';
import { changedSettings } from '#domain/queue/changed-settings.ts';
import { DEFAULT_QUEUE_BEHAVIOUR } from '#domain/queue/queue.ts';
import { settingsProblems } from '#domain/queue/settings-problems.ts';
import { tooLittleRoom } from '#domain/routing/room.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import { freeSlug, slugOf } from '#domain/slug.ts';
import { queueId } from '#protocol/primitives.ts';
import type { ProblemIssue } from '#protocol/problem.ts';
import {
  type NamedSettings,
  type NewQueue,
  newQueue,
  previewAnswer,
  queueSettingsAnswer,
  queueSettingsChange,
  queueSettingsDraft,
} from '#protocol/queue-settings.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { ProblemError } from '../middleware/problems.ts';
import { type Agent, agentsOf } from '../storage/agents.ts';
import { derivedId } from '../storage/ids.ts';
import { calendarsOf } from '../storage/sla.ts';
import { configOf, insertQueue, type Queue, queuesOf, saveQueueSettings } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** Of what rules call a queue. */
const MAX_SLUG_CHARS = 40;

/** Which queues there are, and how each ranks, matches and moves its work: read by everybody, changed by admins, previewed before it is. */
export function addQueues(api: Api): void {
  const shared = { access: 'agent', keys: 'queues', least: 'viewer', tag: 'Agent', params: { queueId } } as const;

  api.add(
    {
      access: 'agent',
      keys: 'queues',
      least: 'admin',
      deed: 'make queues',
      tag: 'Agent',
      method: 'post',
      path: '/v1/queues',
      summary: 'Make a queue',
      description:
        'Owners and admins. It begins with the defaults, and nobody serves it yet. The caller’s `clientId` makes a repeated call one queue; the answer is what has become of it. Its slug is made of the name, and stays.',
      body: newQueue,
      answer: queueSettingsAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const queue = await make(c.env.DB, workspaceId, body, { at: Date.now(), by: { id: by, name } });
      await queueStub(c.env, workspaceId, queue.id).configure({ workspaceId, config: configOf(queue) });
      return c.json(toAnswer(queue, await calendarsOf(c.env.DB, workspaceId)));
    },
  );

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
      const [queues, calendars] = await Promise.all([
        queuesOf(c.env.DB, workspaceId),
        calendarsOf(c.env.DB, workspaceId),
      ]);
      const queue = oneOf(queues, param<QueueId>(c, 'queueId'));
      return c.json(toAnswer(queue, calendars));
    },
  );

  api.add(
    {
      ...shared,
      method: 'put',
      path: '/v1/queues/:queueId/settings',
      least: 'admin',
      deed: 'change how a queue works',
      summary: 'Change how a queue works',
      description:
        'Owners and admins. What waits is ranked and lined up anew at once. A path that leads back to where it began, or to a queue that does not exist, is refused with the step’s number. A name or tier that is left out stays. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: queueSettingsChange,
      answer: queueSettingsAnswer,
    },
    async (c, { body: { revision: from, ...body } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const [queues, agents, calendars] = await Promise.all([
        queuesOf(c.env.DB, workspaceId),
        agentsOf(c.env.DB, workspaceId),
        calendarsOf(c.env.DB, workspaceId),
      ]);
      const queue = oneOf(queues, param<QueueId>(c, 'queueId'));
      const settings = { ...body, name: body.name ?? queue.name, tier: body.tier ?? queue.tier };
      // Before its contents: what is wrong with them may be what the newer settings have put right.
      const isDone = (now: Queue) =>
        now.revision === from + 1 && now.changed?.by === by && isSame(toAnswer(now, calendars).settings, settings);
      if (queue.revision !== from && !isDone(queue)) throw outdated(queue);
      refuse(problemsOf(queue, settings, { queues, agents, calendars }));
      const changed = { by, name, at: Date.now() };
      const { settings: before } = toAnswer(queue, calendars);
      const detail = changedSettings(before, settings).filter((path) => path !== 'name' && path !== 'tier');
      const row = { from, changed, was: queue, detail: detail.join(', ') };
      // [Q14] Sent again because its answer was lost, it is done already: the queue hears of it once more.
      if (!isDone(queue) && !(await saveQueueSettings(c.env.DB, workspaceId, queue.id, settings, row))) {
        const newer = oneOf(await queuesOf(c.env.DB, workspaceId), queue.id);
        if (!isDone(newer)) throw outdated(newer);
      }
      // Read again: it is as of now, and whoever changes something else at this moment is in it or after it.
      const saved = oneOf(await queuesOf(c.env.DB, workspaceId), queue.id);
      await queueStub(c.env, workspaceId, queue.id).configure({ workspaceId, config: configOf(saved) });
      return c.json(toAnswer(saved, calendars));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/queues/:queueId/settings/preview',
      isRead: true,
      summary: 'What other settings would do to what waits now',
      description: 'Changes nothing. At most the first 50 in either order.',
      body: queueSettingsDraft,
      answer: previewAnswer,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const [queues, agents, calendars] = await Promise.all([
        queuesOf(c.env.DB, workspaceId),
        agentsOf(c.env.DB, workspaceId),
        calendarsOf(c.env.DB, workspaceId),
      ]);
      const queue = oneOf(queues, param<QueueId>(c, 'queueId'));
      const settings = { ...body, name: body.name ?? queue.name, tier: body.tier ?? queue.tier };
      refuse(problemsOf(queue, settings, { queues, agents, calendars }));
      const hours = calendars.find(({ id }) => id === settings.hoursId)?.calendar ?? ALWAYS_OPEN;
      const would = { ...queue, ...settings, hours };
      const preview = await queueStub(c.env, workspaceId, queue.id).preview(
        { workspaceId, config: configOf(queue) },
        configOf(would),
      );
      return c.json(preview satisfies z.infer<typeof previewAnswer>);
    },
  );
}

/** Who names a queue at the same moment may take the slug. */
const TRIES = 3;

/** [Q14] The queue that this call makes, or made before its answer was lost. */
async function make(
  db: D1Database,
  workspaceId: WorkspaceId,
  { clientId, name, tier }: NewQueue,
  line: Parameters<typeof insertQueue>[3],
): Promise<Queue> {
  const id = await derivedId('queue', workspaceId, clientId);
  for (let tries = 0; ; tries += 1) {
    const queues = await queuesOf(db, workspaceId);
    const there = queues.find((one) => one.id === id);
    if (there !== undefined) return there;
    refuse(settingsProblems({ id, name, tier }, { ...DEFAULT_QUEUE_BEHAVIOUR, rank: DEFAULT_RANK_POLICY }, queues));
    if (tries === TRIES) throw new ProblemError('unavailable', 'The queue could not be made just now. Try again.');
    const slug = freeSlug(
      slugOf(name, MAX_SLUG_CHARS) || 'queue',
      queues.map((one) => one.slug),
    );
    await insertQueue(db, workspaceId, { id, slug, name, tier }, line);
  }
}

/** What of them could not be saved, and where: the same for who saves and for who only looks. */
function problemsOf(
  queue: Queue,
  settings: NamedSettings,
  {
    queues,
    agents,
    calendars,
  }: { queues: readonly Queue[]; agents: readonly Agent[]; calendars: readonly { id: string }[] },
): ProblemIssue[] {
  const { hoursId, ownerId, cost } = settings;
  const most = tooLittleRoom({ id: queue.id, cost }, agents);
  // A queue's hours would silently be around the clock, and nobody would answer for it.
  return [
    ...settingsProblems({ ...settings, id: queue.id }, settings, queues),
    ...(hoursId !== null && !calendars.some(({ id }) => id === hoursId)
      ? [{ path: 'hoursId', message: 'this workspace has no such calendar.' }]
      : []),
    ...(most === null
      ? []
      : [{ path: 'cost', message: `nobody who serves this queue has room for that: ${most} at most.` }]),
    ...(ownerId !== null && !agents.some(({ id }) => id === ownerId)
      ? [{ path: 'ownerId', message: 'nobody of this workspace is called that.' }]
      : []),
  ];
}

function oneOf(queues: readonly Queue[], id: QueueId): Queue {
  const queue = queues.find((one) => one.id === id);
  if (queue === undefined) throw new ProblemError('not_found', 'This workspace has no such queue.');
  return queue;
}

const toAnswer = (
  queue: Queue,
  calendars: readonly { id: string; name: string }[],
): z.infer<typeof queueSettingsAnswer> => {
  const { id, slug, ownerName: _, hours: __, asOf: ___, incidents: ____, revision, changed, ...settings } = queue;
  return {
    queue: { id, slug, name: settings.name, tier: settings.tier },
    revision,
    changed,
    settings,
    calendars: calendars.map((calendar) => ({ id: calendar.id, name: calendar.name })),
  };
};

function refuse(problems: readonly ProblemIssue[]): void {
  if (problems.length > 0) throw ProblemError.ofIssues(problems);
}

/** [Q14] */
const outdated = ({ name, changed }: Queue): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed how ${name} works after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
