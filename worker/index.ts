import { createApp } from './app.ts';

export { AgentObject } from '../durable-objects/agent-object.ts';
export { ConversationObject } from '../durable-objects/conversation-object.ts';
export { LimitObject } from '../durable-objects/limit-object.ts';
export { QueueObject } from '../durable-objects/queue-object.ts';
export { TrainingObject } from '../durable-objects/training-object.ts';

export default createApp();
