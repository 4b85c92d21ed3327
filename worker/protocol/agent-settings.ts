import { z } from 'zod';
import { isSkillName, MAX_SKILL_LEVEL, SKILL_NAME_RULE } from '#domain/routing/skill.ts';
import { agentId, queueId } from './primitives.ts';
import { settingsChanged } from './queue-settings.ts';

/** More than anybody has; a limit keeps a mistake from being stored. */
export const MAX_SKILLS_PER_AGENT = 50;
export const MAX_CAPACITY = 1000;

const skill = z.object({
  name: z.string().trim().refine(isSkillName, SKILL_NAME_RULE),
  level: z.number().int().min(1).max(MAX_SKILL_LEVEL),
});

/** What an agent can do, how much at once, and for whom. */
export const agentSettings = z.object({
  skills: z
    .array(skill)
    .max(MAX_SKILLS_PER_AGENT)
    .superRefine((skills, context) => {
      for (const [index, { name }] of skills.entries())
        if (skills.findIndex((one) => one.name === name) < index)
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'this skill is there twice.' });
    }),
  /** Units at once, over all queues; a queue says how many a piece of its work takes. */
  capacity: z.number().int().min(1).max(MAX_CAPACITY),
  queueIds: z.array(queueId).max(200),
});
export type AgentSettings = z.infer<typeof agentSettings>;

/** `PUT /v1/agents/:agentId/settings`: as they shall be, and the revision that they were made from. */
export const agentSettingsChange = agentSettings.extend({ revision: z.number().int().min(0) });

const agentEntry = z.object({
  id: agentId,
  name: z.string(),
  role: z.string(),
  /** Counts the changes; 0 was never changed. */
  revision: z.number().int(),
  changed: settingsChanged.nullable(),
  settings: agentSettings,
});
export type AgentEntry = z.infer<typeof agentEntry>;

/** `GET /v1/agents`: everybody who answers, by name, and what there is to choose from. */
export const agentsAnswer = z.object({
  agents: z.array(agentEntry),
  queues: z.array(z.object({ id: queueId, name: z.string(), cost: z.number().int() })),
  /** Names of skills that somebody has or a queue's path asks for. */
  skills: z.array(z.string()),
});
export type AgentsAnswer = z.infer<typeof agentsAnswer>;

/** `GET` and `PUT /v1/agents/:agentId/settings` */
export const agentSettingsAnswer = agentsAnswer.omit({ agents: true }).extend({ agent: agentEntry });
export type AgentSettingsAnswer = z.infer<typeof agentSettingsAnswer>;

const waiter = z.object({ ticketNumber: z.string(), subject: z.string(), needs: z.string() });

/**
 * `POST /v1/agents/:agentId/settings/preview`: of those who wait now, whom this agent could be offered besides, and whom no longer; by
 * queues and skills alone, whether or not they are there. At most fifty of each queue are named, the counts are of all.
 */
export const agentPreview = z.object({
  queues: z.array(
    z.object({
      id: queueId,
      name: z.string(),
      waiting: z.number().int(),
      gained: z.object({ count: z.number().int(), first: z.array(waiter) }),
      lost: z.object({ count: z.number().int(), first: z.array(waiter) }),
    }),
  ),
});
export type AgentPreview = z.infer<typeof agentPreview>;
