import { agentUp } from './agent.ts';
import { agentConversationUp } from './agent-conversation.ts';
import { queueUp } from './queue.ts';
import { visitorUp } from './visitor.ts';

/** Every frame that a client may send, by the socket it may be sent on. */
export const up = {
  visitor: visitorUp,
  agentConversation: agentConversationUp,
  agent: agentUp,
  queue: queueUp,
} as const;
