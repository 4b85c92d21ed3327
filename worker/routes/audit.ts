import { z } from 'zod';
import { auditAnswer } from '#protocol/audit.ts';
import { auditOf } from '../storage/audit.ts';
import type { Api } from './api.ts';

const query = z.object({
  before: z.coerce.number().int().min(0).optional(),
  beforeId: z.string().max(200).default(''),
});

/** [O3] Who did what that is about no single conversation; read by everybody, written by what was done. */
export function addAudit(api: Api): void {
  api.add(
    {
      method: 'get',
      path: '/v1/audit',
      access: 'agent',
      keys: 'audit',
      least: 'viewer',
      tag: 'Agent',
      summary: 'Who changed what',
      description:
        'The latest hundred deeds that are about no single conversation, or those behind the one with the `at` of `before` (epoch ms) and the `id` of `beforeId`.',
      query,
      answer: auditAnswer,
    },
    async (c, { query: { before, beforeId } }) =>
      c.json(
        await auditOf(c.env.DB, c.get('agent').workspaceId, before === undefined ? null : { at: before, id: beforeId }),
      ),
  );
}
