import type { z } from 'zod';
import { visitAnswer, visitRequest } from '#protocol/http.ts';
import { readIdentity } from '../middleware/identity.ts';
import { limit } from '../middleware/limits.ts';
import { requireOrigin } from '../middleware/origin.ts';
import { ProblemError } from '../middleware/problems.ts';
import { readVisit, signVisit } from '../middleware/visit-auth.ts';
import { derivedId, newId } from '../storage/ids.ts';
import { isVisiting, seeVisitor } from '../storage/visitors.ts';
import { workspaceByKey } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

export function addVisits(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/visits',
      access: 'page',
      tag: 'Visitor',
      summary: 'Start or continue a visit',
      description:
        'Called by the widget on pages whose origin the workspace allows. With an identity token the visit is attested; a token that is refused answers 401 and never becomes an anonymous visit.',
      body: visitRequest,
      answer: visitAnswer,
    },
    async (c, { body }) => {
      const now = Date.now();
      const workspace = await workspaceByKey(c.env.DB, body.workspaceKey);
      if (workspace === null) throw new ProblemError('not_found', 'No workspace has this key.');
      requireOrigin(c.req.header('origin'), workspace);

      const settings = c.get('settings');
      const identity =
        body.identityToken === null
          ? null
          : await readIdentity(c.env.DB, workspace, body.identityToken, { now, masterKeys: settings.masterKeys });
      const visitorId =
        identity === null
          ? await anonymousVisitor()
          : await derivedId('visitor', workspace.id, 'subject', identity.subject);
      await limit(c, 'visit', workspace.id, body.visitToken === null && identity === null ? null : visitorId);
      const conversationId = await seeVisitor(c.env.DB, workspace.id, {
        id: visitorId,
        subject: identity?.subject ?? null,
        name: identity?.name ?? null,
        email: identity?.email ?? null,
        account: identity?.account ?? {},
        at: now,
      });
      const attested = identity !== null;
      const { token, expiresAt } = await signVisit(settings, { workspaceId: workspace.id, visitorId, attested }, now);
      const { greeting, suggestions, capture } = workspace.settings;
      return c.json({
        visitToken: token,
        expiresAt,
        now: Date.now(),
        visitor: { id: visitorId, name: identity?.name ?? null, attested },
        conversationId,
        workspace: { name: workspace.name, greeting, suggestions },
        capture,
      } satisfies z.infer<typeof visitAnswer>);

      /** The same browser keeps its anonymous visitor. Somebody who was attested and is no longer is a new person to us. */
      async function anonymousVisitor() {
        const earlier = body.visitToken === null ? null : await readVisit(settings, body.visitToken);
        return earlier !== null &&
          !earlier.attested &&
          earlier.workspaceId === workspace?.id &&
          // [Y5] Who was erased is a new person to us.
          (await isVisiting(c.env.DB, earlier.workspaceId, earlier.visitorId, earlier.issuedAt))
          ? earlier.visitorId
          : newId('visitor');
      }
    },
  );
}
