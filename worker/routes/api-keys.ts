import type { z } from 'zod';
import type { ApiKeyId } from '#domain/ids.ts';
import { apiKeysAnswer, madeApiKey, newApiKey } from '#protocol/api-keys.ts';
import { apiKeyId } from '#protocol/primitives.ts';
import { ProblemError } from '../middleware/problems.ts';
import { apiKeysOf, endApiKey, MAX_API_KEYS, makeApiKey } from '../storage/api-keys.ts';
import { type Api, param } from './api.ts';

const DAY_MS = 86_400_000;

/** [S15] Keys with which programs of the company call this API. */
export function addApiKeys(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', deed: 'change API keys', tag: 'Agent' } as const;
  const answerOf = async (...of: Parameters<typeof apiKeysOf>): Promise<z.infer<typeof apiKeysAnswer>> => ({
    keys: await apiKeysOf(...of),
  });

  api.add(
    {
      ...shared,
      deed: 'see API keys',
      method: 'get',
      path: '/v1/api-keys',
      summary: 'The API keys that are live',
      description: 'Owners and admins. A secret is in no answer but the one that made it.',
      answer: apiKeysAnswer,
    },
    async (c) => c.json(await answerOf(c.env.DB, c.get('agent').workspaceId)),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/api-keys',
      summary: 'Make an API key',
      description: `Owners and admins. At most ${MAX_API_KEYS} are live. The secret is in this answer and in no other: whoever loses it ends the key and makes another.`,
      body: newApiKey,
      answer: madeApiKey,
    },
    async (c, { body: { name, scopes, days } }) => {
      const { workspaceId, ...by } = c.get('agent');
      const at = Date.now();
      const wanted = { name, scopes, expiresAt: days === null ? null : at + days * DAY_MS };
      const made = await makeApiKey(c.env.DB, workspaceId, wanted, { at, by: { id: by.id, name: by.name } });
      if (made === null)
        throw new ProblemError('conflict', `There are ${MAX_API_KEYS} live keys already. End one that is not used.`);
      return c.json({ ...made, ...(await answerOf(c.env.DB, workspaceId)) } satisfies z.infer<typeof madeApiKey>);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/api-keys/:keyId/end',
      params: { keyId: apiKeyId },
      summary: 'End an API key',
      description:
        'Owners and admins. From the next call on it opens nothing. It cannot be undone. Ended twice it has ended once.',
      answer: apiKeysAnswer,
    },
    async (c) => {
      const { workspaceId, id, name } = c.get('agent');
      const line = { at: Date.now(), by: { id, name } };
      if (!(await endApiKey(c.env.DB, workspaceId, param<ApiKeyId>(c, 'keyId'), line)))
        throw new ProblemError('not_found', 'This workspace has no such API key.');
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );
}
