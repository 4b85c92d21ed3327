import type { Context } from 'hono';
import type { z } from 'zod';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import { outwardAddressProblem } from '#domain/webhook/address.ts';
import { webhookId } from '#protocol/primitives.ts';
import {
  deliveriesAnswer,
  deliveriesQuery,
  deliveryAgain,
  newWebhook,
  webhookRotation,
  webhookSecret,
  webhookSwitch,
  webhooksAnswer,
  webhookTried,
} from '#protocol/webhooks.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import {
  addTest,
  deliveriesOf,
  deliveryOf,
  endWebhook,
  MAX_WEBHOOKS,
  makeWebhook,
  rotateWebhook,
  switchWebhook,
  takeAgain,
  webhooksOf,
} from '../storage/webhooks.ts';
import type { DueDelivery } from '../webhook/try-delivery.ts';
import { sendDelivery } from '../webhooks.ts';
import { type Api, param } from './api.ts';

/** [S28] Where a workspace wants to be told of its events. */
export function addWebhooks(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', deed: 'change webhooks', tag: 'Agent' } as const;
  const one = { ...shared, method: 'post', params: { webhookId } } as const;
  const answerOf = async (db: D1Database, workspaceId: WorkspaceId): Promise<z.infer<typeof webhooksAnswer>> => ({
    webhooks: await webhooksOf(db, workspaceId),
  });
  const notThere = () => new ProblemError('not_found', 'This workspace has no such webhook.');

  api.add(
    {
      ...shared,
      deed: 'see webhooks',
      method: 'get',
      path: '/v1/webhooks',
      summary: 'Where events are sent to',
      description:
        'Owners and admins. With how many of the last days’ deliveries arrived, wait for another try, and were given up.',
      answer: webhooksAnswer,
    },
    async (c) => c.json(await answerOf(c.env.DB, c.get('agent').workspaceId)),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/webhooks',
      summary: 'Make a webhook',
      description: `Owners and admins. At most ${MAX_WEBHOOKS}. The address is https at a public name, without port, user or password. From the next event on each that is named is sent, signed as Standard Webhooks say. The secret is in this answer and in no other.`,
      body: newWebhook,
      answer: webhookSecret,
    },
    async (c, { body }) => {
      const { workspaceId, id, name } = c.get('agent');
      const { isProduction, publicOrigin, replayOrigin, masterKeys } = c.get('settings');
      const ownHosts = [publicOrigin, replayOrigin].map((origin) => new URL(origin).host);
      const problem = outwardAddressProblem(body.url, { isDevelopment: !isProduction, ownHosts });
      if (problem !== null) throw ProblemError.ofIssues([{ path: 'url', message: problem }]);
      const made = await makeWebhook(c.env.DB, workspaceId, body, { at: Date.now(), by: { id, name } }, masterKeys);
      if (made === null)
        throw new ProblemError('conflict', `There are ${MAX_WEBHOOKS} webhooks already. Remove one that is not used.`);
      return c.json({ ...made, ...(await answerOf(c.env.DB, workspaceId)) } satisfies z.infer<typeof webhookSecret>);
    },
  );

  api.add(
    {
      ...one,
      path: '/v1/webhooks/:webhookId/rotate',
      summary: 'Give a webhook another secret',
      description:
        'Owners and admins. For a day both secrets sign, so that the receiver can change its own without losing anything. Until then there is no third (409): one that a receiver still has would end at once. With `endsBefore` it does, for whoever lost the new one or gave it away. The secret is in this answer and in no other.',
      body: webhookRotation,
      answer: webhookSecret,
    },
    async (c, { body: { endsBefore } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<WebhookId>(c, 'webhookId');
      const line = { at: Date.now(), by: { id: by, name } };
      const made = await rotateWebhook(c.env.DB, workspaceId, id, line, c.get('settings').masterKeys, endsBefore);
      if (made === null) throw notThere();
      if ('bothSignUntil' in made)
        throw new ProblemError(
          'conflict',
          `Two secrets sign until ${new Date(made.bothSignUntil).toISOString()}. A third would end the one before at once: wait, or say endsBefore.`,
        );
      return c.json({ id, ...made, ...(await answerOf(c.env.DB, workspaceId)) } satisfies z.infer<
        typeof webhookSecret
      >);
    },
  );

  api.add(
    {
      ...one,
      path: '/v1/webhooks/:webhookId/switch',
      summary: 'Switch a webhook on or off',
      description:
        'Owners and admins. What happens while it is off is not told later; what waited for another try goes on when it is on again. One that was switched off by itself, because its receiver was gone or failed for days, is on again as if nothing had been.',
      body: webhookSwitch,
      answer: webhooksAnswer,
    },
    async (c, { body: { isOn } }) => {
      const { workspaceId, id, name } = c.get('agent');
      const line = { at: Date.now(), by: { id, name } };
      if (!(await switchWebhook(c.env.DB, workspaceId, param<WebhookId>(c, 'webhookId'), isOn, line))) throw notThere();
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );

  api.add(
    {
      ...one,
      path: '/v1/webhooks/:webhookId/remove',
      summary: 'Remove a webhook',
      description:
        'Owners and admins. Nothing more is sent to it, also what waited for another try. It cannot be undone.',
      answer: webhooksAnswer,
    },
    async (c) => {
      const { workspaceId, id, name } = c.get('agent');
      const line = { at: Date.now(), by: { id, name } };
      if (!(await endWebhook(c.env.DB, workspaceId, param<WebhookId>(c, 'webhookId'), line))) throw notThere();
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );

  api.add(
    {
      ...shared,
      deed: 'see what webhooks were told',
      method: 'get',
      path: '/v1/webhooks/:webhookId/deliveries',
      params: { webhookId },
      summary: 'What a webhook was told',
      description:
        'Owners and admins. The latest fifty of the last 30 days, or those behind the one with the `at` of `before` and the `eventId` of `beforeId`; with `state`, those alone. Of what was answered there is the status.',
      query: deliveriesQuery,
      answer: deliveriesAnswer,
    },
    async (c, { query: { state, before, beforeId } }) => {
      const { workspaceId } = c.get('agent');
      const last = before === undefined ? null : { at: before, id: beforeId ?? '' };
      const id = param<WebhookId>(c, 'webhookId');
      const told = await deliveriesOf(c.env.DB, workspaceId, id, { state: state ?? null, before: last });
      if (told === null) throw notThere();
      return c.json(told);
    },
  );

  /** [S29] Sends what was taken for it, and answers what became of it. */
  const sendNow = async (c: Context<AppEnv>, due: DueDelivery): Promise<z.infer<typeof webhookTried>> => {
    await sendDelivery(c.env, due);
    const delivery = await deliveryOf(c.env.DB, due.workspaceId, due.webhookId, due.eventId);
    // Removed while it was on its way.
    if (delivery === null) throw notThere();
    return { delivery, ...(await answerOf(c.env.DB, due.workspaceId)) };
  };

  api.add(
    {
      ...one,
      path: '/v1/webhooks/:webhookId/test',
      summary: 'Send a test',
      description:
        'Owners and admins. An event `webhook.test` with no data, signed and sent like every other, once, also while it is off; the answer says what became of it. Whether it arrives changes nothing for the webhook. At most five in a minute.',
      answer: webhookTried,
    },
    async (c) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const line = { at: Date.now(), by: { id: by, name } };
      const due = await addTest(c.env.DB, workspaceId, param<WebhookId>(c, 'webhookId'), line);
      if (due === null) throw notThere();
      if (due === 'too_many')
        throw new ProblemError('rate_limited', 'Five tests in a minute are the most. Wait a little.', 60_000);
      return c.json(await sendNow(c, due));
    },
  );

  api.add(
    {
      ...one,
      path: '/v1/webhooks/:webhookId/again',
      summary: 'Send an event again',
      description:
        'Owners and admins. One that failed, or waits for another try, is sent now, under the same `webhook-id`; when it fails, its tries begin anew.',
      body: deliveryAgain,
      answer: webhookTried,
    },
    async (c, { body: { eventId } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const line = { at: Date.now(), by: { id: by, name } };
      const due = await takeAgain(c.env.DB, workspaceId, param<WebhookId>(c, 'webhookId'), eventId, line);
      switch (due) {
        case null:
          throw new ProblemError('not_found', 'This webhook has no such event to be told, or no more.');
        case 'off':
          throw new ProblemError('conflict', 'This webhook is off. Switch it on first.');
        case 'delivered':
          throw new ProblemError('conflict', 'This event has arrived.');
        case 'under_way':
          throw new ProblemError('conflict', 'This event is being sent, or will be within two minutes.');
        default:
          return c.json(await sendNow(c, due));
      }
    },
  );
}
