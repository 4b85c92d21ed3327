import type { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import type { SlaSettings } from '#domain/sla/policy.ts';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import {
  type NamedCalendar,
  type SlaPreview,
  slaPolicyAnswer,
  slaPolicyChange,
  slaPreview,
  slaPreviewRequest,
} from '#protocol/sla.ts';
import { conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { conversationsNotOver } from '../storage/conversations.ts';
import { replaceSla, type SlaInForce, slaInForce, slaSettingsOf } from '../storage/sla.ts';
import { configOf, queuesOf } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** What is promised to whom, and the hours in which it is counted: read by everybody, changed by admins. */
export function addSla(api: Api): void {
  const shared = {
    access: 'agent',
    keys: 'promises',
    least: 'viewer',
    tag: 'Agent',
    path: '/v1/sla-policy',
    answer: slaPolicyAnswer,
  } as const;

  api.add({ ...shared, method: 'get', summary: 'What is promised, and the calendars' }, async (c) => {
    const { workspaceId } = c.get('agent');
    return c.json(toAnswer(await slaInForce(c.env.DB, workspaceId)));
  });

  api.add(
    {
      ...shared,
      method: 'put',
      least: 'admin',
      deed: 'change what is promised',
      summary: 'Change what is promised, and the calendars',
      description:
        'Owners and admins. The policy is published as a new version, and the calendars are those that are sent. It reaches every conversation with whatever happens in it next, at the latest with its next deadline; what has elapsed is kept. `version` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: slaPolicyChange,
    },
    async (c, { body: { version: from, ...change } }) => {
      const { workspaceId, id: author } = c.get('agent');
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
      if (!(await replaceSla(c.env.DB, workspaceId, change, { from, author, at: Date.now() }))) {
        const newer = await slaInForce(c.env.DB, workspaceId);
        // [Q14] Sent again because its answer was lost, it is done already: the queues hear of it once more.
        const { policy, calendars } = newer;
        if (
          newer.changed?.by !== author ||
          !isSame({ policy, calendars: byId(calendars) }, { ...change, calendars: byId(change.calendars) })
        )
          throw outdated(newer);
      }
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

  api.add(
    {
      access: 'agent',
      keys: 'promises',
      least: 'viewer',
      tag: 'Agent',
      method: 'post',
      path: '/v1/sla-policy/preview',
      isRead: true,
      summary: 'What other promises would do to the conversations that wait now',
      description: `Changes nothing. Asks the latest ${PREVIEWED} conversations that are not over.`,
      body: slaPreviewRequest,
      answer: slaPreview,
    },
    async (c, { body: { policy, calendars } }) => {
      const would = {
        policy: { version: 0, ...policy },
        calendars: new Map(calendars.map(({ id, calendar }) => [id, calendar])),
        publishedAt: null,
      } satisfies Partial<SlaSettings>;
      return c.json(await previewOf(c.env, c.get('agent').workspaceId, would));
    },
  );
}

/** So many of the latest conversations are asked; each is a call to another object. */
const PREVIEWED = 300;
/** Calls under way at once. */
const AT_ONCE = 20;
/** So many of those that change are named. */
const NAMED = 50;

type Asked = Awaited<ReturnType<ReturnType<typeof conversationStub>['previewSla']>>;

/** [K7] Asks every conversation that is not over what other promises would do there. */
async function previewOf(
  env: Env,
  workspaceId: WorkspaceId,
  would: Pick<SlaSettings, 'policy' | 'calendars'>,
): Promise<SlaPreview> {
  const [inForce, { ids, count }] = await Promise.all([
    slaSettingsOf(env.DB, workspaceId),
    conversationsNotOver(env.DB, workspaceId, PREVIEWED),
  ]);
  const answers: PromiseSettledResult<Asked>[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE).map((id) => conversationStub(env, workspaceId, id));
    answers.push(
      ...(await Promise.allSettled(
        some.map(async (stub) => (await stub.previewSla(inForce, { ...inForce, ...would })) as Asked),
      )),
    );
  }
  const owed = answers.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : []));
  const never = Number.POSITIVE_INFINITY;
  const isEarlier = ({ was, would: next }: (typeof owed)[number]) => (next ?? never) < (was ?? never);
  const isLater = ({ was, would: next }: (typeof owed)[number]) => (next ?? never) > (was ?? never);
  const changed = owed
    .filter((one) => isEarlier(one) || isLater(one) || one.breaksAtOnce > 0)
    .sort(
      (a, b) => Number(b.breaksAtOnce > 0) - Number(a.breaksAtOnce > 0) || (a.would ?? never) - (b.would ?? never) || 0,
    );
  return {
    owed: owed.length,
    unseen: count - answers.filter(({ status }) => status === 'fulfilled').length,
    earlier: owed.filter(isEarlier).length,
    later: owed.filter(isLater).length,
    breaksAtOnce: owed.filter(({ breaksAtOnce }) => breaksAtOnce > 0).length,
    first: changed.slice(0, NAMED).map((one) => ({ ...one, breaksAtOnce: one.breaksAtOnce > 0 })),
  };
}

function toAnswer(sla: SlaInForce): z.infer<typeof slaPolicyAnswer> {
  const { version: _, ...defaults } = DEFAULT_SLA_POLICY;
  return { ...sla, defaults };
}

const byId = (calendars: readonly NamedCalendar[]): NamedCalendar[] =>
  [...calendars].sort((a, b) => (a.id < b.id ? -1 : 1));

/** [K11] */
const outdated = ({ changed }: SlaInForce): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed what is promised after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
