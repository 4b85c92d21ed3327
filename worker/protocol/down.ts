import { agentDown } from './agent.ts';
import { agentConversationDown } from './agent-conversation.ts';
import { queueDown } from './queue.ts';
import { visitorDown } from './visitor.ts';

/** Every frame that a server may send, by the socket it is sent on. */
export const down = {
  visitor: visitorDown,
  agentConversation: agentConversationDown,
  agent: agentDown,
  queue: queueDown,
} as const;
