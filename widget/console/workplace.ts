import { batch, computed, effect, signal, untracked } from '@preact/signals';
import type { Me } from '#protocol/http.ts';
import { openStore } from '../kit/storage.ts';
import { forgetOtherAgents } from './conversation/kept.ts';
import { type LiveConversation, openConversation } from './conversation/live-conversation.ts';
import { type AgentFeed, openAgentFeed } from './inbox/agent-feed.ts';
import { openQueueFeed, type QueueFeed } from './inbox/queue-feed.ts';
import type { Connection } from './kit/feed.ts';
import { go, route } from './route.ts';
import { loadSession } from './session.ts';

/** Everything that is open for one signed-in agent. */
export type Workplace = {
  readonly me: Me;
  agent: AgentFeed;
  readonly queues: QueueFeed[];
  /** Queues that have come, gone, or are called something else now. */
  know(me: Me): void;
  /** The conversation on the screen. */
  current: { readonly value: LiveConversation | null };
  conversation(id: string): LiveConversation | null;
  /** The worst of all links: one that is not live makes the screen older than it looks. */
  connection: { readonly value: Connection };
  accept(): Promise<void>;
  reconnect(): void;
};

const WORST: Connection[] = ['expired', 'outdated', 'refused', 'lost', 'connecting', 'live'];

export function openWorkplace(first: Me): Workplace {
  forgetOtherAgents(openStore('sessionStorage'), first.agent.id);
  const me = signal(first);
  const agent = openAgentFeed();
  const queues = signal(first.queues.map((queue) => openQueueFeed(queue)));
  const open = signal<ReadonlyMap<string, LiveConversation>>(new Map());
  const shown = computed(() => (route.value.page === 'conversation' ? route.value.id : null));

  // Own work stays connected, so that an answer to one is seen while looking at another; the rest closes behind us.
  effect(() => {
    const wanted = new Set(agent.state.value?.work.map(({ conversationId }) => conversationId) ?? []);
    if (shown.value !== null) wanted.add(shown.value);
    const before = open.peek();
    const after = new Map<string, LiveConversation>();
    for (const id of wanted) after.set(id, before.get(id) ?? untracked(() => openConversation(id, me.value)));
    for (const [id, conversation] of before) if (!wanted.has(id)) conversation.close();
    if (after.size !== before.size || [...after.keys()].some((id) => !before.has(id))) open.value = after;
  });
  effect(() => {
    for (const [id, conversation] of open.value) conversation.watched.value = id === shown.value;
  });

  const current = computed(() => (shown.value === null ? null : (open.value.get(shown.value) ?? null)));
  const connection = computed<Connection>(() => {
    const all = [agent.connection.value, ...queues.value.map((queue) => queue.connection.value)];
    // One that may not be opened says so in its own place; everything else is as fresh as before.
    if (current.value !== null && current.value.connection.value !== 'refused')
      all.push(current.value.connection.value);
    return WORST.find((one) => all.includes(one)) ?? 'live';
  });

  /** What was looked up already: a queue that has not heard of its own name must not make us ask for ever. */
  const asked = new Set<string>();
  effect(() => {
    const offers = agent.state.value?.offers ?? [];
    const known = new Map(me.value.queues.map((queue) => [queue.id as string, queue]));
    const strange = [
      ...offers.flatMap(({ queueId }) => (known.has(queueId) ? [] : [queueId])),
      ...queues.value.flatMap(({ view }) => {
        const told = view.value?.queue;
        const here = told === undefined ? undefined : known.get(told.id);
        return told === undefined || (here?.name === told.name && here.tier === told.tier)
          ? []
          : [`${told.id} ${told.tier} ${told.name}`];
      }),
    ].filter((one) => !asked.has(one));
    if (strange.length === 0) return;
    for (const one of strange) asked.add(one);
    void loadSession();
  });

  return {
    get me() {
      return me.value;
    },
    agent,
    get queues() {
      return queues.value;
    },
    know(next) {
      const before = queues.peek();
      const after = next.queues.map((queue) => {
        const feed = before.find((one) => one.queue.id === queue.id) ?? openQueueFeed(queue);
        feed.know(queue);
        return feed;
      });
      for (const feed of before) if (!after.includes(feed)) feed.close();
      batch(() => {
        me.value = next;
        queues.value = after;
      });
    },
    current,
    conversation: (id) => open.value.get(id) ?? null,
    connection,
    async accept() {
      const first = agent.state.value?.offers[0];
      if (first !== undefined && (await agent.accept(first))) go({ page: 'conversation', id: first.conversationId });
    },
    reconnect() {
      agent.reconnect();
      for (const queue of queues.peek()) queue.reconnect();
      for (const conversation of open.value.values()) conversation.reconnect();
    },
  };
}
