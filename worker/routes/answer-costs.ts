import type { z } from 'zod';
import type { AnswerCosts } from '#domain/confidence/answer-costs.ts';
import { outcomeBins } from '#domain/confidence/outcome-bins.ts';
import { IDENTITY } from '#domain/confidence/outcome-map.ts';
import { settledAnswers } from '#domain/confidence/settled-answers.ts';
import type { WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { answerCostsAnswer, answerCostsChange } from '#protocol/answer-costs.ts';
import { ProblemError } from '../middleware/problems.ts';
import { saveAnswerCosts } from '../storage/answer-costs.ts';
import { answerEvents, outcomeMapsOf } from '../storage/answer-outcomes.ts';
import { workspaceById } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

/** [G38] [G39] How sure the assistant must be for whom, and what became of its answers. */
export function addAnswerCosts(api: Api): void {
  const shared = {
    access: 'agent',
    keys: null,
    least: 'admin',
    tag: 'Agent',
    path: '/v1/assistant/costs',
    answer: answerCostsAnswer,
  } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      deed: 'see how sure the assistant must be',
      summary: 'What the assistant’s answers cost, and what became of them',
      description:
        'Owners and admins. By the costs the assistant answers, or does not: it must be surer for who is frustrated, less sure where a person would take long, and never less sure than the least of the plan.',
    },
    async (c) => c.json(await answerOf(c.env.DB, c.get('agent').workspaceId)),
  );

  api.add(
    {
      ...shared,
      method: 'put',
      deed: 'change how sure the assistant must be',
      summary: 'Change what the assistant’s answers cost',
      description:
        'Owners and admins. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed. Conversations go by it within ten seconds.',
      body: answerCostsChange,
    },
    async (c, { body: { revision: from, costs } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const before = await inForce(c.env.DB, workspaceId);
      const isDone = (now: typeof before) =>
        now.revision === from + 1 && now.changed?.by === by && isSame(now.costs, costs);
      if (before.revision !== from && !isDone(before)) throw outdated(before.changed);
      const change = { from, changed: { by, name, at: Date.now() }, detail: changeWords(before.costs, costs) };
      // [Q14] Sent again because its answer was lost, it is done already.
      if (!isDone(before) && !(await saveAnswerCosts(c.env.DB, workspaceId, costs, change))) {
        const newer = await inForce(c.env.DB, workspaceId);
        if (!isDone(newer)) throw outdated(newer.changed);
      }
      return c.json(await answerOf(c.env.DB, workspaceId));
    },
  );
}

async function inForce(db: D1Database, workspaceId: WorkspaceId) {
  const workspace = await workspaceById(db, workspaceId);
  if (workspace === null) throw new ProblemError('not_found', 'There is no such workspace.');
  const { answerCosts: costs, answerCostsRevision: revision, answerCostsChanged: changed } = workspace.settings;
  return { costs, revision, changed };
}

async function answerOf(db: D1Database, workspaceId: WorkspaceId): Promise<z.infer<typeof answerCostsAnswer>> {
  const now = Date.now();
  const [settings, events, maps] = await Promise.all([
    inForce(db, workspaceId),
    answerEvents(db, workspaceId, now),
    outcomeMapsOf(db, workspaceId),
  ]);
  const answers = settledAnswers(events, now);
  return {
    ...settings,
    outcomes: {
      answers: answers.length,
      helped: answers.filter(({ helped }) => helped).length,
      bins: outcomeBins(answers),
      isMapped: !isSame(maps.all, IDENTITY) || Object.keys(maps.groups).length > 0,
      topics: Object.keys(maps.groups).sort(),
    },
  };
}

const COSTS = { wrongMinutes: 'wrong answer', handoverMinutes: 'hand-over', waitWeight: 'minute in line' } as const;

/** Before and after, for the log. */
function changeWords(was: AnswerCosts, is: AnswerCosts): string {
  const numbers = (Object.keys(COSTS) as (keyof typeof COSTS)[]).flatMap((name) =>
    was[name] === is[name] ? [] : [`${COSTS[name]} ${was[name]} → ${is[name]}`],
  );
  const leasts = (Object.keys(is.least) as (keyof AnswerCosts['least'])[]).flatMap((plan) =>
    was.least[plan] === is.least[plan] ? [] : [`least for ${plan} ${was.least[plan]} → ${is.least[plan]}`],
  );
  return [...numbers, ...leasts].join('; ');
}

/** [Q14] */
const outdated = (changed: { name: string } | null): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed this after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
