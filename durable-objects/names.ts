import type { AgentId, ConversationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import type { Env } from '../worker/env.ts';
import type { AgentObject } from './agent-object.ts';
import type { ConversationObject } from './conversation-object.ts';
import type { LimitObject } from './limit-object.ts';
import type { QueueObject } from './queue-object.ts';
import type { TrainingObject } from './training-object.ts';

/*
 * The only place that names objects. The workspace comes first in every name, so an id of one workspace never reaches an
 * object of another.
 */

export const conversationStub = (
  env: Env,
  workspace: WorkspaceId,
  id: ConversationId,
): DurableObjectStub<ConversationObject> => env.CONVERSATIONS.get(env.CONVERSATIONS.idFromName(`${workspace}/${id}`));

export const queueStub = (env: Env, workspace: WorkspaceId, id: QueueId): DurableObjectStub<QueueObject> =>
  env.QUEUES.get(env.QUEUES.idFromName(`${workspace}/${id}`));

export const agentStub = (env: Env, workspace: WorkspaceId, id: AgentId): DurableObjectStub<AgentObject> =>
  env.AGENTS.get(env.AGENTS.idFromName(`${workspace}/${id}`));

export const trainingStub = (env: Env, workspace: WorkspaceId): DurableObjectStub<TrainingObject> =>
  env.TRAINING.get(env.TRAINING.idFromName(workspace));

export const limitStub = (env: Env, workspace: WorkspaceId): DurableObjectStub<LimitObject> =>
  env.LIMITS.get(env.LIMITS.idFromName(workspace));
