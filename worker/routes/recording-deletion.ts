import type { z } from 'zod';
import type { RecordingId, WorkspaceId } from '#domain/ids.ts';
import { deletedAnswer } from '#protocol/http.ts';
import { recordingId } from '#protocol/primitives.ts';
import type { Env } from '../env.ts';
import { requireOrigin } from '../middleware/origin.ts';
import { ProblemError } from '../middleware/problems.ts';
import { forget } from '../retention.ts';
import { insertAudit } from '../storage/audit.ts';
import { type ConversationRow, conversationByRecording } from '../storage/conversations.ts';
import { type DeletionCause, markDeleted } from '../storage/recording-deletions.ts';
import { workspaceById } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** [X14] A recording that somebody wants gone. Repeating it is harmless. */
export function addRecordingDeletion(api: Api): void {
  const shared = { params: { recordingId }, answer: deletedAnswer } as const;

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/recordings/:recordingId/delete',
      access: 'agent',
      keys: null,
      tag: 'Agent',
      least: 'supervisor',
      deed: 'delete recordings',
      summary: 'Delete a recording',
      description:
        'Supervisors, admins and owners. Every byte of it; what was said and the steps stay. Nothing more is recorded in that conversation.',
    },
    async (c) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const id = param<RecordingId>(c, 'recordingId');
      const row = await conversationByRecording(c.env.DB, workspaceId, id);
      if (row === null) throw new ProblemError('not_found', 'This workspace has no such recording.');
      const at = Date.now();
      await insertAudit(c.env.DB, workspaceId, {
        id: `recording/${id}/deleted`,
        at,
        by: { id: by, name },
        deed: 'recording.deleted',
        about: `BTN-${row.number}`,
        detail: '',
      }).run();
      return c.json(await done(c.env, workspaceId, row, { because: 'agent', by: { id: by, name } }, at));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/recordings/:recordingId/forget',
      access: 'visitor',
      tag: 'Visitor',
      summary: 'Delete one’s own recording',
      description: 'Every byte of it. Nothing more is recorded in this conversation.',
    },
    async (c) => {
      const { workspaceId, visitorId } = c.get('visit');
      const id = param<RecordingId>(c, 'recordingId');
      const [workspace, row] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        conversationByRecording(c.env.DB, workspaceId, id),
      ]);
      if (workspace === null || row === null || row.visitorId !== visitorId)
        throw new ProblemError('not_found', 'This visit has no such recording.');
      requireOrigin(c.req.header('origin'), workspace);
      return c.json(await done(c.env, workspaceId, row, { because: 'visitor' }, Date.now()));
    },
  );
}

/** Marked first: should this end on the way, the minute's run goes on with it. */
async function done(
  env: Env,
  workspaceId: WorkspaceId,
  { id: conversationId, recordingId }: ConversationRow,
  cause: DeletionCause,
  at: number,
): Promise<z.infer<typeof deletedAnswer>> {
  await markDeleted(env.DB, workspaceId, recordingId, cause, at);
  await forget(env, { workspaceId, recordingId, conversationId }, at);
  return { deleted: true };
}
