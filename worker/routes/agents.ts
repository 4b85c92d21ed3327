import type { z } from 'zod';
import type { AgentId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { tooLittleRoom } from '#domain/routing/room.ts';
import { parseNeed, parseSkills, skillText } from '#domain/routing/skill.ts';
import {
  type AgentEntry,
  agentPreview,
  agentSettings,
  agentSettingsAnswer,
  agentSettingsChange,
  agentsAnswer,
} from '#protocol/agent-settings.ts';
import { agentId } from '#protocol/primitives.ts';
import { agentStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { type Agent, agentsOf, saveAgentSettings } from '../storage/agents.ts';
import { configOf, type Queue, queuesOf } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** [A7] What agents can do, how much at once, and for which queues: read by everybody, changed by supervisors, previewed before it is. */
export function addAgents(api: Api): void {
  const shared = { access: 'agent', keys: 'agents', least: 'viewer', tag: 'Agent' } as const;
  const one = { ...shared, path: '/v1/agents/:agentId/settings', params: { agentId } } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/agents',
      summary: 'Who answers, and what they can do',
      answer: agentsAnswer,
    },
    async (c) => {
      const { agents, queues } = await workplaceOf(c.env, c.get('agent').workspaceId);
      return c.json({ agents: agents.map(toEntry), ...choicesOf(agents, queues) } satisfies z.infer<
        typeof agentsAnswer
      >);
    },
  );

  api.add({ ...one, method: 'get', summary: 'What an agent can do', answer: agentSettingsAnswer }, async (c) => {
    const { agents, queues } = await workplaceOf(c.env, c.get('agent').workspaceId);
    return c.json(toAnswer(oneOf(agents, param<AgentId>(c, 'agentId')), agents, queues));
  });

  api.add(
    {
      ...one,
      method: 'put',
      least: 'supervisor',
      deed: 'change what agents can do',
      summary: 'Change what an agent can do',
      description:
        'Supervisors, admins and owners. It reaches the agent and the queues at once, also while they work: what waits is matched anew, what they have they keep, and an offer that no longer fits goes back to its own rank. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: agentSettingsChange,
      answer: agentSettingsAnswer,
    },
    async (c, { body: { revision: from, ...settings } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const { agents, queues } = await workplaceOf(c.env, workspaceId);
      const agent = oneOf(agents, param<AgentId>(c, 'agentId'));
      // Before its contents: what is wrong with them may be what the newer settings have put right.
      const isDone = (now: Agent) =>
        now.revision === from + 1 && now.changed?.by === by && isSame(toEntry(now).settings, settings);
      if (agent.revision !== from && !isDone(agent)) throw outdated(agent);
      refuseUnknownQueues(settings.queueIds, queues);
      const next = { ...agent, ...toProfile(settings, queues) };
      if (!isDone(agent)) refuseTooLittleRoom(agent, next, agents, queues);
      const changed = { by, name, at: Date.now() };
      const detail = changeWords(agent, next, queues);
      // [Q14] Sent again because its answer was lost, it is done already: agent and queues hear of it once more.
      if (!isDone(agent) && !(await saveAgentSettings(c.env.DB, workspaceId, next, { from, changed, detail }))) {
        const newer = oneOf(await agentsOf(c.env.DB, workspaceId), agent.id);
        if (!isDone(newer)) throw outdated(newer);
      }
      // Read again: it is as of now, and whoever changes something else at this moment is in it or after it.
      const now = await workplaceOf(c.env, workspaceId);
      const { changed: _, ...profile } = oneOf(now.agents, agent.id);
      const serves = now.queues.filter(({ id }) => profile.queueIds.includes(id)).map(configOf);
      await agentStub(c.env, workspaceId, agent.id).configure({ workspaceId, profile, queues: serves });
      return c.json(toAnswer(oneOf(now.agents, agent.id), now.agents, now.queues));
    },
  );

  api.add(
    {
      ...one,
      method: 'post',
      path: '/v1/agents/:agentId/settings/preview',
      isRead: true,
      summary: 'Whom an agent with other settings could be offered',
      description:
        'Of those who wait now, by skills and queues alone. Changes nothing. At most fifty of each queue are named.',
      body: agentSettings,
      answer: agentPreview,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const { agents, queues } = await workplaceOf(c.env, workspaceId);
      const was = oneOf(agents, param<AgentId>(c, 'agentId'));
      refuseUnknownQueues(body.queueIds, queues);
      const would = toProfile(body, queues);
      refuseTooLittleRoom(was, { ...was, ...would }, agents, queues);
      const concerned = queues.filter(({ id }) => was.queueIds.includes(id) || would.queueIds.includes(id));
      const told = await Promise.all(
        concerned.map(async (queue) => ({
          id: queue.id,
          name: queue.name,
          ...(await queueStub(c.env, workspaceId, queue.id).previewAgent(
            { workspaceId, config: configOf(queue) },
            was.queueIds.includes(queue.id) ? was.skills : null,
            would.queueIds.includes(queue.id) ? would.skills : null,
          )),
        })),
      );
      return c.json({ queues: told } satisfies z.infer<typeof agentPreview>);
    },
  );
}

/** [Q11] Where somebody had room for a piece of a queue and now nobody of those who serve it would. */
function refuseTooLittleRoom(was: Agent, would: Agent, agents: readonly Agent[], queues: readonly Queue[]): void {
  const others = agents.filter(({ id }) => id !== was.id);
  const problems = queues.flatMap((queue) => {
    const most = tooLittleRoom(queue, [...others, would]);
    if (most === null || tooLittleRoom(queue, [...others, was]) !== null) return [];
    const path = would.queueIds.includes(queue.id) ? 'capacity' : 'queueIds';
    const message = `a piece of ${queue.name} takes ${queue.cost}, and nobody who serves it would have room for that: ${most} at most.`;
    return [{ path, message }];
  });
  if (problems.length > 0) throw ProblemError.ofIssues(problems);
}

async function workplaceOf(env: Env, workspaceId: WorkspaceId): Promise<{ agents: Agent[]; queues: Queue[] }> {
  const [agents, queues] = await Promise.all([agentsOf(env.DB, workspaceId), queuesOf(env.DB, workspaceId)]);
  return { agents, queues };
}

function oneOf(agents: readonly Agent[], id: AgentId): Agent {
  const agent = agents.find((one) => one.id === id);
  if (agent === undefined) throw new ProblemError('not_found', 'Nobody of this workspace is called that.');
  return agent;
}

const toEntry = ({ id, name, role, revision, changed, skills, capacity, queueIds }: Agent): AgentEntry => ({
  id,
  name,
  role,
  revision,
  changed,
  settings: { skills: [...parseSkills(skills)].map(([skill, level]) => ({ name: skill, level })), capacity, queueIds },
});

/** What there is to choose from. */
function choicesOf(agents: readonly Agent[], queues: readonly Queue[]) {
  const had = agents.flatMap(({ skills }) => [...parseSkills(skills).keys()]);
  const asked = queues.flatMap(({ path }) =>
    path.flatMap((step) =>
      step.do === 'also_allow' ? step.skills.flatMap((text) => parseNeed(text)?.name ?? []) : [],
    ),
  );
  return {
    queues: queues.map(({ id, name, cost }) => ({ id, name, cost })),
    skills: [...new Set([...had, ...asked])].sort(),
  };
}

const toAnswer = (agent: Agent, agents: readonly Agent[], queues: readonly Queue[]) =>
  ({ agent: toEntry(agent), ...choicesOf(agents, queues) }) satisfies z.infer<typeof agentSettingsAnswer>;

/** As it is stored: skills as texts, each queue once, in the order of the queues. */
const toProfile = ({ skills, capacity, queueIds }: z.infer<typeof agentSettings>, queues: readonly Queue[]) => ({
  skills: skills.map(skillText),
  capacity,
  queueIds: queues.map(({ id }) => id).filter((id) => queueIds.includes(id)),
});

function refuseUnknownQueues(queueIds: readonly QueueId[], queues: readonly Queue[]): void {
  const issues = queueIds.flatMap((id, index) =>
    queues.some((queue) => queue.id === id)
      ? []
      : [{ path: `queueIds.${index}`, message: 'this workspace has no such queue.' }],
  );
  if (issues.length > 0) throw ProblemError.ofIssues(issues);
}

type Settings = Pick<Agent, 'skills' | 'capacity' | 'queueIds'>;

/** What changed, for the log. */
function changeWords(was: Settings, is: Settings, queues: readonly Queue[]): string {
  const words = ({ skills, capacity, queueIds }: Settings) => ({
    skills: skills.join(', ') || 'none',
    capacity: String(capacity),
    queues: queues.flatMap(({ id, name }) => (queueIds.includes(id) ? [name] : [])).join(', ') || 'none',
  });
  const [before, after] = [words(was), words(is)];
  return (['skills', 'capacity', 'queues'] as const)
    .filter((part) => before[part] !== after[part])
    .map((part) => `${part} ${before[part]} → ${after[part]}`)
    .join('; ');
}

/** [Q14] */
const outdated = ({ name, changed }: Agent): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed what ${name} can do after you opened it. Nothing of yours was saved; look at the newer settings first.`,
  );
