import { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import type { Fact } from '#domain/triggers/fact.ts';
import type { Trigger } from '#domain/triggers/policy.ts';
import { policyDiff, sayChange } from '#domain/triggers/policy-diff.ts';
import { MAX_EXAMPLES, policyEffect } from '#domain/triggers/policy-effect.ts';
import { policyProblems } from '#domain/triggers/policy-problems.ts';
import {
  MAX_POLICY_BYTES,
  type PolicyAnswer,
  type PolicyVersion,
  policiesAnswer,
  policyAnswer,
  policyDraft,
  policyEffectAnswer,
  policyEffectAsked,
  policyMove,
  policyTried,
  policyTry,
} from '#protocol/policy.ts';
import { loadDeskFresh } from '../assist/desk.ts';
import { factsOfMessages } from '../assist/facts-of-messages.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { countEvaluations, lastEvaluations, shadowRecord } from '../storage/evaluations.ts';
import {
  insertDraft,
  type KnownPolicy,
  moveShadow,
  policiesInForce,
  policiesOf,
  policyAt,
  publishPolicy,
  rollBackTo,
} from '../storage/policies.ts';
import { queuesOf } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** So many of the last evaluations are asked again. */
const LOOKED_AT = 1000;

const version = z.string().regex(/^[1-9]\d{0,8}$/);

/** [T10]–[T16] When a conversation is handed over: versions of the policy, read by everybody, made and put in force by admins. */
export function addPolicies(api: Api): void {
  const shared = { access: 'agent', keys: 'policies', least: 'viewer', tag: 'Agent' } as const;
  const changing = { least: 'admin', deed: 'change when a conversation is handed over' } as const;
  const large = { maxBodyBytes: MAX_POLICY_BYTES } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/policies',
      summary: 'The versions of the policy',
      answer: policiesAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const [versions, { policy }, queues, recorded] = await Promise.all([
        policiesOf(c.env.DB, workspaceId),
        policiesInForce(c.env.DB, workspaceId),
        queuesOf(c.env.DB, workspaceId),
        countEvaluations(c.env.DB, workspaceId),
      ]);
      return c.json({
        active: policy.version,
        versions: versions.map(toVersion),
        queues: queues.map(({ slug, name }) => ({ slug, name })),
        recorded,
      } satisfies z.infer<typeof policiesAnswer>);
    },
  );

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/policies/:version',
      params: { version },
      summary: 'One version of the policy',
      description: 'Its triggers, and what it would have decided otherwise while it ran in shadow.',
      answer: policyAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      return c.json(await answerOf(c.env, workspaceId, await theirs(c.env, workspaceId, Number(param(c, 'version')))));
    },
  );

  api.add(
    {
      ...shared,
      ...changing,
      ...large,
      method: 'post',
      path: '/v1/policies',
      summary: 'Make a new draft',
      description:
        'Owners and admins. A draft is evaluated by nothing yet. `parent` is the version that it was made from. The same draft sent again by the same person is the same one.',
      body: policyDraft,
      answer: policyAnswer,
    },
    async (c, { body: { triggers, parent, reason } }) => {
      const { workspaceId, id, name } = c.get('agent');
      await refuseWrong(c.env, workspaceId, triggers);
      const [from, [newest]] = await Promise.all([
        policyAt(c.env.DB, workspaceId, parent),
        policiesOf(c.env.DB, workspaceId),
      ]);
      if (from === null) throw ProblemError.ofIssues([{ path: 'parent', message: 'there is no such version.' }]);
      // Its answer was lost: it is done already.
      const isDone =
        newest?.status === 'draft' &&
        newest.parentVersion === parent &&
        newest.author === name &&
        newest.reason === reason &&
        isSame(newest.triggers, triggers);
      const draft = { triggers, parent, reason, by: { id, name }, at: Date.now() };
      const made = isDone
        ? newest.version
        : await insertDraft(c.env.DB, workspaceId, draft, changeWords(reason, from.triggers, triggers));
      return c.json(await answerOf(c.env, workspaceId, await theirs(c.env, workspaceId, made)));
    },
  );

  api.add(
    {
      ...shared,
      ...changing,
      method: 'post',
      path: '/v1/policies/:version/status',
      params: { version },
      summary: 'Run a version in shadow, put it in force, or go back to it',
      description:
        'Owners and admins. `shadow` evaluates a draft beside the policy in force, and nothing follows from it; `draft` ends that. `active` puts a draft in force within a minute. From a version that was in force before, `active` goes back to it: as a new version, whose parent is the one that is rolled back. `active` in the body is the version that was in force when this was decided; when that is another by now, the answer is 409 and nothing has changed.',
      body: policyMove,
      answer: policyAnswer,
    },
    async (c, { body: { to, active, reason } }) => {
      const { workspaceId, id, name } = c.get('agent');
      const { DB } = c.env;
      const number = Number(param(c, 'version'));
      const wanted = await theirs(c.env, workspaceId, number);
      const told = { by: { id, name }, at: Date.now(), detail: reason };
      const answer = async (of: number) =>
        c.json(await answerOf(c.env, workspaceId, await theirs(c.env, workspaceId, of)));
      if (to !== 'active') {
        if (wanted.status === to) return answer(number);
        if (!(await moveShadow(DB, workspaceId, number, to, told)))
          throw notNow(await theirs(c.env, workspaceId, number));
        return answer(number);
      }
      const { policy } = await policiesInForce(DB, workspaceId);
      // Sent again because its answer was lost.
      if (policy.version === number && policy.changed?.by === id) return answer(number);
      if (policy.version !== active) throw outdated(policy);
      if (wanted.status === 'active') throw notNow(wanted);
      // What it names may have gone since it was drafted.
      await refuseWrong(c.env, workspaceId, wanted.triggers);
      const detail = changeWords(reason, policy.triggers, wanted.triggers);
      if (wanted.status === 'draft' || wanted.status === 'shadow') {
        if (!(await publishPolicy(DB, workspaceId, number, active, { ...told, detail })))
          throw outdated((await policiesInForce(DB, workspaceId)).policy);
        return answer(number);
      }
      const back = await rollBackTo(DB, workspaceId, wanted, active, {
        ...told,
        detail,
        reason: `Back to version ${number}: ${reason}`,
      });
      if (back === null) throw outdated((await policiesInForce(DB, workspaceId)).policy);
      return answer(back);
    },
  );

  api.add(
    {
      ...shared,
      ...large,
      method: 'post',
      path: '/v1/policies/try',
      isRead: true,
      summary: 'What a policy decides, and why',
      description:
        'Changes nothing. The last of `messages` is read as a turn would read it; `facts` come on top, and take the place of what was read.',
      body: policyTry,
      answer: policyTried,
    },
    async (c, { body: { triggers, messages, facts: given } }) => {
      const { workspaceId } = c.get('agent');
      await refuseWrong(c.env, workspaceId, triggers);
      const at = Date.now();
      const desk = await loadDeskFresh(c.env, workspaceId);
      const facts: Record<string, Fact> = { ...factsOfMessages(messages, desk, at) };
      for (const [name, fact] of Object.entries(given)) facts[name] = { ...fact, at, source: 'test bench' };
      return c.json({ ...evaluate({ triggers }, facts), facts } satisfies z.infer<typeof policyTried>);
    },
  );

  api.add(
    {
      ...shared,
      ...large,
      method: 'post',
      path: '/v1/policies/effect',
      isRead: true,
      summary: 'What a policy would have decided otherwise',
      description: `Changes nothing. Asks it and the policy in force about the last ${LOOKED_AT} evaluations, and names up to ${MAX_EXAMPLES} conversations in which they differ.`,
      body: policyEffectAsked,
      answer: policyEffectAnswer,
    },
    async (c, { body: { triggers } }) => {
      const { workspaceId } = c.get('agent');
      await refuseWrong(c.env, workspaceId, triggers);
      const [{ policy }, past] = await Promise.all([
        policiesInForce(c.env.DB, workspaceId),
        lastEvaluations(c.env.DB, workspaceId, LOOKED_AT),
      ]);
      return c.json(policyEffect(past, policy.triggers, triggers) satisfies z.infer<typeof policyEffectAnswer>);
    },
  );
}

async function theirs(env: Env, workspaceId: WorkspaceId, number: number): Promise<KnownPolicy> {
  const policy = await policyAt(env.DB, workspaceId, number);
  if (policy === null) throw new ProblemError('not_found', 'There is no such version of the policy.');
  return policy;
}

async function refuseWrong(env: Env, workspaceId: WorkspaceId, triggers: readonly Trigger[]): Promise<void> {
  const queues = await queuesOf(env.DB, workspaceId);
  const problems = policyProblems(
    triggers,
    queues.map(({ slug }) => slug),
  );
  if (problems.length > 0) throw ProblemError.ofIssues(problems);
}

const toVersion = ({ version, parentVersion, author, reason, status, createdAt, changed, triggers }: KnownPolicy) =>
  ({
    version,
    parent: parentVersion,
    author,
    reason,
    status,
    createdAt,
    changed,
    triggers: triggers.length,
  }) satisfies PolicyVersion;

async function answerOf(env: Env, workspaceId: WorkspaceId, policy: KnownPolicy): Promise<PolicyAnswer> {
  return {
    version: toVersion(policy),
    triggers: policy.triggers,
    shadow: await shadowRecord(env.DB, workspaceId, policy.version, MAX_EXAMPLES),
  };
}

/** For the log: why, and what. */
const changeWords = (reason: string, before: readonly Trigger[], after: readonly Trigger[]): string =>
  [reason, ...policyDiff(before, after).map(sayChange)].join('; ').slice(0, MAX_DETAIL_CHARS);
const MAX_DETAIL_CHARS = 1000;

/** [T16] */
const outdated = ({ version, changed, author }: KnownPolicy): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? author} has put version ${version} in force meanwhile. Nothing was changed; look at it first.`,
  );

const STATUS_WORDS = {
  draft: 'a draft',
  shadow: 'in shadow',
  active: 'in force',
  former: 'no longer in force',
  rolled_back: 'rolled back',
} as const;

const notNow = ({ version, status }: KnownPolicy): ProblemError =>
  new ProblemError('conflict', `Version ${version} is ${STATUS_WORDS[status]}. Nothing was changed.`);
