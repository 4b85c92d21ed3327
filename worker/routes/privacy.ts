import { keptSince } from '#domain/privacy/kept.ts';
import { privacyChange, privacyPreview, privacyPreviewed, privacySettings } from '#protocol/privacy.ts';
import { ProblemError } from '../middleware/problems.ts';
import { randomText } from '../storage/ids.ts';
import { countPast } from '../storage/retention.ts';
import { savePrivacy, workspaceById } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** [X12] [X14] [Y10] What is recorded, and how long it and conversations are kept: read by everybody, changed by admins. */
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
    const { capture, recordingDays, conversationDays } = workspace.settings;
    return c.json({ capture, recordingDays, conversationDays });
  });

  api.add(
    {
      ...shared,
      method: 'put',
      least: 'admin',
      deed: 'change what is recorded',
      summary: 'Change what is recorded, and for how long',
      description:
        'Owners and admins. What is older than that is deleted from the next minute on, for good: recordings of conversations that are over; conversations in which nobody waits or works, with everything about them; visitors who have none left. What is recorded counts for conversations that begin from now on. `was` is what the change was made from; when that is no longer so, the answer is 409 and nothing has changed.',
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
  api.add(
    {
      access: 'agent',
      keys: null,
      least: 'admin',
      tag: 'Agent',
      method: 'post',
      path: '/v1/privacy/preview',
      deed: 'see what would be deleted',
      isRead: true,
      summary: 'What is older than it would be kept',
      description:
        'Owners and admins. How many recordings, conversations and visitors would be deleted if that were saved now, of what is there now. Changes nothing.',
      body: privacyPreviewed,
      answer: privacyPreview,
    },
    async (c, { body: { recordingDays, conversationDays } }) => {
      const now = Date.now();
      const since = { recordings: keptSince(recordingDays, now), conversations: keptSince(conversationDays, now) };
      return c.json(await countPast(c.env.DB, c.get('agent').workspaceId, since));
    },
  );
}
