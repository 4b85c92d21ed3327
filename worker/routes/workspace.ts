import type { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { newSigningKey, signingKeyId, workspaceAnswer, workspaceChange } from '#protocol/workspace.ts';
import { ProblemError } from '../middleware/problems.ts';
import { tokensUsed } from '../storage/ai-spend.ts';
import {
  endSigningKey,
  MAX_LIVE_KEYS,
  makeSigningKey,
  saveWorkspace,
  type WorkspaceInForce,
  workspaceInForce,
} from '../storage/workspace-settings.ts';
import { type Api, param } from './api.ts';

/** [S10] [S11] The workspace itself: what it is called, which pages may embed the tag, what its assistant may use, and the keys that its hosts sign with. */
export function addWorkspace(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', tag: 'Agent', answer: workspaceAnswer } as const;
  const ofKeys = { ...shared, method: 'post', deed: 'change signing keys' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/workspace',
      deed: 'see how the workspace is set up',
      summary: 'What the workspace is called, its sites and its signing keys',
      description: 'Owners and admins. Of signing keys their ids; a secret is in no answer but the one that made it.',
    },
    async (c) => c.json(await answerOf(c.env.DB, c.get('agent').workspaceId)),
  );

  api.add(
    {
      ...shared,
      method: 'put',
      path: '/v1/workspace',
      deed: 'change what the workspace is called and which sites it has',
      summary: 'Change what the workspace is called, and its sites',
      description:
        'Owners and admins. Origins are exact, as browsers send them: https (http for this machine), no path, no wildcard. They count with the next call of a page. `aiTokensPerDay` is what the assistant’s model may use in a UTC day; null is no limit, and left out it stays. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: workspaceChange,
    },
    async (c, { body: { revision: from, ...wanted } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const before = await inForce(c.env.DB, workspaceId);
      const next = {
        ...wanted,
        aiTokensPerDay: wanted.aiTokensPerDay === undefined ? before.aiTokensPerDay : wanted.aiTokensPerDay,
      };
      const isDone = (now: WorkspaceInForce) =>
        now.revision === from + 1 &&
        now.changed?.by === by &&
        isSame({ name: now.name, allowedOrigins: now.allowedOrigins, aiTokensPerDay: now.aiTokensPerDay }, next);
      if (before.revision !== from && !isDone(before)) throw outdated(before);
      const change = { from, changed: { by, name, at: Date.now() }, detail: changeWords(before, next) };
      // [Q14] Sent again because its answer was lost, it is done already.
      if (!isDone(before) && !(await saveWorkspace(c.env.DB, workspaceId, next, change))) {
        const newer = await inForce(c.env.DB, workspaceId);
        if (!isDone(newer)) throw outdated(newer);
      }
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );

  api.add(
    {
      ...ofKeys,
      path: '/v1/workspace/signing-keys',
      summary: 'Make a signing key',
      description: `Owners and admins. At most ${MAX_LIVE_KEYS} are live. The secret is in this answer and in no other: whoever loses it ends the key and makes another.`,
      answer: newSigningKey,
    },
    async (c) => {
      const { workspaceId, id, name } = c.get('agent');
      const line = { at: Date.now(), by: { id, name } };
      const made = await makeSigningKey(c.env.DB, workspaceId, line, c.get('settings').masterKeys);
      if (made === null)
        throw new ProblemError('conflict', 'There are two live keys already. End the one that is not used any more.');
      return c.json(made satisfies z.infer<typeof newSigningKey>);
    },
  );

  api.add(
    {
      ...ofKeys,
      path: '/v1/workspace/signing-keys/:kid/end',
      params: { kid: signingKeyId },
      summary: 'End a signing key',
      description:
        'Owners and admins. From the next call on no token of it is accepted; visits that have begun with one go on for at most twelve hours. It cannot be undone. Ended twice it has ended once.',
    },
    async (c) => {
      const { workspaceId, id, name } = c.get('agent');
      const line = { at: Date.now(), by: { id, name } };
      if (!(await endSigningKey(c.env.DB, workspaceId, param<string>(c, 'kid'), line)))
        throw new ProblemError('not_found', 'This workspace has no such signing key.');
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );
}

async function inForce(db: D1Database, workspaceId: WorkspaceId): Promise<WorkspaceInForce> {
  const workspace = await workspaceInForce(db, workspaceId);
  if (workspace === null) throw new ProblemError('not_found', 'There is no such workspace.');
  return workspace;
}

async function answerOf(db: D1Database, workspaceId: WorkspaceId): Promise<z.infer<typeof workspaceAnswer>> {
  const [workspace, aiTokensToday] = await Promise.all([
    inForce(db, workspaceId),
    tokensUsed(db, workspaceId, Date.now()),
  ]);
  return { ...workspace, aiTokensToday };
}

type Changeable = Pick<WorkspaceInForce, 'name' | 'allowedOrigins' | 'aiTokensPerDay'>;

/** Before and after, for the log. */
function changeWords(was: Changeable, is: Changeable): string {
  const [gone, come] = [
    was.allowedOrigins.filter((one) => !is.allowedOrigins.includes(one)),
    is.allowedOrigins.filter((one) => !was.allowedOrigins.includes(one)),
  ];
  return [
    ...(was.name === is.name ? [] : [`name ${was.name} → ${is.name}`]),
    ...(gone.length === 0 && come.length === 0
      ? []
      : [`sites ${was.allowedOrigins.join(', ')} → ${is.allowedOrigins.join(', ')}`]),
    ...(was.aiTokensPerDay === is.aiTokensPerDay
      ? []
      : [`tokens a day ${was.aiTokensPerDay ?? 'unlimited'} → ${is.aiTokensPerDay ?? 'unlimited'}`]),
  ].join('; ');
}

/** [Q14] */
const outdated = ({ changed }: WorkspaceInForce): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed the workspace after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
