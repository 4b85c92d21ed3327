import type { z } from 'zod';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import { outwardAddressProblem } from '#domain/webhook/address.ts';
import { webhookId } from '#protocol/primitives.ts';
import { newWebhook, webhookSecret, webhookSwitch, webhooksAnswer } from '#protocol/webhooks.ts';
import { ProblemError } from '../middleware/problems.ts';
import {
  endWebhook,
  MAX_WEBHOOKS,
  makeWebhook,
  rotateWebhook,
  switchWebhook,
  webhooksOf,
} from '../storage/webhooks.ts';
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
        'Owners and admins. For a day both secrets sign, so that the receiver can change its own without losing anything. The secret is in this answer and in no other.',
      answer: webhookSecret,
    },
    async (c) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<WebhookId>(c, 'webhookId');
      const line = { at: Date.now(), by: { id: by, name } };
      const made = await rotateWebhook(c.env.DB, workspaceId, id, line, c.get('settings').masterKeys);
      if (made === null) throw notThere();
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
}
