import { privacyChange, privacySettings } from '#protocol/privacy.ts';
import { ProblemError } from '../middleware/problems.ts';
import { randomText } from '../storage/ids.ts';
import { savePrivacy, workspaceById } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** [X12] [X14] What is recorded, and how long it is kept: read by everybody, changed by admins. */
export function addPrivacy(api: Api): void {
  const shared = {
    access: 'agent',
    keys: null,
    least: 'viewer',
    tag: 'Agent',
    path: '/v1/privacy',
    answer: privacySettings,
  } as const;

  api.add({ ...shared, method: 'get', summary: 'What is recorded, and for how long' }, async (c) => {
    const workspace = await workspaceById(c.env.DB, c.get('agent').workspaceId);
    if (workspace === null) throw new ProblemError('not_found', 'There is no such workspace.');
    const { capture, recordingDays } = workspace.settings;
    return c.json({ capture, recordingDays });
  });

  api.add(
    {
      ...shared,
      method: 'put',
      least: 'admin',
      deed: 'change what is recorded',
      summary: 'Change what is recorded, and for how long',
      description:
        'Owners and admins. Recordings that are older than that, of conversations that are over, are deleted from the next minute on. What is recorded counts for conversations that begin from now on. `was` is what the change was made from; when that is no longer so, the answer is 409 and nothing has changed.',
      body: privacyChange,
    },
    async (c, { body: { was, ...next } }) => {
      const { workspaceId, id, name } = c.get('agent');
      const by = { id, name };
      if (
        !(await savePrivacy(
          c.env.DB,
          workspaceId,
          { was, next },
          { id: `privacy/${randomText(16)}`, at: Date.now(), by },
        ))
      )
        throw new ProblemError(
          'conflict',
          'Somebody else changed what is recorded after you opened it. Nothing of yours was saved; look at the newer settings first.',
        );
      return c.json(next);
    },
  );
}
