import { z } from 'zod';
import { accountTold, accountToldAnswer } from '#protocol/people.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { accountFacts, attestedAccount } from '../middleware/identity.ts';
import { ProblemError } from '../middleware/problems.ts';
import { latestConversation } from '../storage/conversations.ts';
import { derivedId } from '../storage/ids.ts';
import { tellAccount } from '../storage/visitors.ts';
import { type Api, param } from './api.ts';

/** [P10] What a company's own systems know of its people, told when it changes and not only when their page is opened again. */
export function addPeople(api: Api): void {
  api.add(
    {
      method: 'put',
      path: '/v1/people/:subject/account',
      access: 'agent',
      keys: 'people',
      least: 'admin',
      deed: 'tell about an account',
      tag: 'Agent',
      summary: 'Tell what has changed about somebody’s account',
      description:
        'For a CRM or billing system, with an API key: plan, contract, health, renewal and disputes of the account of `subject`, the user’s id in your identity tokens. It stands until a token or another call says otherwise. Whoever waits is ranked anew at once. 404 when nobody of that id has been here: what their token says counts when they come.',
      params: { subject: z.string().min(1).max(200) },
      body: accountTold,
      answer: accountToldAnswer,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const visitorId = await derivedId('visitor', workspaceId, 'subject', param<string>(c, 'subject'));
      const account = attestedAccount(body.account);
      const now = Date.now();
      if (!(await tellAccount(c.env.DB, workspaceId, visitorId, account, now)))
        throw new ProblemError('not_found', 'Nobody of that id has been here.');
      const conversation = await latestConversation(c.env.DB, workspaceId, visitorId);
      if (conversation !== null)
        await conversationStub(c.env, workspaceId, conversation.id).accountTold({
          account: accountFacts(account, now, now, 'account API'),
          company: body.account.name ?? null,
        });
      return c.json({ visitorId, conversationId: conversation?.id ?? null } satisfies z.infer<
        typeof accountToldAnswer
      >);
    },
  );
}
