import { z } from 'zod';
import { auditAnswer } from '#protocol/audit.ts';
import { auditOf } from '../storage/audit.ts';
import type { Api } from './api.ts';

const query = z.object({ before: z.coerce.number().int().min(0).optional() });

/** [O3] Who did what that is about no single conversation; read by everybody, written by what was done. */
export function addAudit(api: Api): void {
  api.add(
    {
      method: 'get',
      path: '/v1/audit',
      access: 'agent',
      tag: 'Agent',
      summary: 'Who changed what',
      description:
        'The latest hundred deeds that are about no single conversation, or those before `before` (epoch ms).',
      query,
      answer: auditAnswer,
    },
    async (c, { query: { before } }) =>
      c.json(await auditOf(c.env.DB, c.get('agent').workspaceId, before ?? null), 200, { 'cache-control': 'no-store' }),
  );
}
