import { computed, effect, signal, untracked } from '@preact/signals';
import type { Me } from '#protocol/http.ts';
import { openStore } from '../kit/storage.ts';
import { forgetOtherAgents } from './conversation/kept.ts';
import { type LiveConversation, openConversation } from './conversation/live-conversation.ts';
import { type AgentFeed, openAgentFeed } from './inbox/agent-feed.ts';
import { openQueueFeed, type QueueFeed } from './inbox/queue-feed.ts';
import type { Connection } from './kit/feed.ts';
import { go, route } from './route.ts';

/** Everything that is open for one signed-in agent. */
export type Workplace = {
  me: Me;
  agent: AgentFeed;
  queues: QueueFeed[];
  /** The conversation on the screen. */
  current: { readonly value: LiveConversation | null };
  conversation(id: string): LiveConversation | null;
  /** The worst of all links: one that is not live makes the screen older than it looks. */
  connection: { readonly value: Connection };
  accept(): Promise<void>;
  reconnect(): void;
};

const WORST: Connection[] = ['expired', 'outdated', 'refused', 'lost', 'connecting', 'live'];

export function openWorkplace(me: Me): Workplace {
  forgetOtherAgents(openStore('sessionStorage'), me.agent.id);
  const agent = openAgentFeed();
  const queues = me.queues.map((queue) => openQueueFeed(queue));
  const open = signal<ReadonlyMap<string, LiveConversation>>(new Map());
  const shown = computed(() => (route.value.page === 'conversation' ? route.value.id : null));

  // Own work stays connected, so that an answer to one is seen while looking at another; the rest closes behind us.
  effect(() => {
    const wanted = new Set(agent.state.value?.work.map(({ conversationId }) => conversationId) ?? []);
    if (shown.value !== null) wanted.add(shown.value);
    const before = open.peek();
    const after = new Map<string, LiveConversation>();
    for (const id of wanted) after.set(id, before.get(id) ?? untracked(() => openConversation(id, me)));
    for (const [id, conversation] of before) if (!wanted.has(id)) conversation.close();
    if (after.size !== before.size || [...after.keys()].some((id) => !before.has(id))) open.value = after;
  });
  effect(() => {
    for (const [id, conversation] of open.value) conversation.watched.value = id === shown.value;
  });

  const current = computed(() => (shown.value === null ? null : (open.value.get(shown.value) ?? null)));
  const connection = computed<Connection>(() => {
    const all = [agent.connection.value, ...queues.map((queue) => queue.connection.value)];
    // One that may not be opened says so in its own place; everything else is as fresh as before.
    if (current.value !== null && current.value.connection.value !== 'refused')
      all.push(current.value.connection.value);
    return WORST.find((one) => all.includes(one)) ?? 'live';
  });

  return {
    me,
    agent,
    queues,
    current,
    conversation: (id) => open.value.get(id) ?? null,
    connection,
    async accept() {
      const first = agent.state.value?.offers[0];
      if (first !== undefined && (await agent.accept(first))) go({ page: 'conversation', id: first.conversationId });
    },
    reconnect() {
      agent.reconnect();
      for (const queue of queues) queue.reconnect();
      for (const conversation of open.value.values()) conversation.reconnect();
    },
  };
}
