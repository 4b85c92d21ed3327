import type { Store } from '../../kit/storage.ts';
import type { Outgoing } from '../../panel/outbox.ts';

type Kind = 'message' | 'note';
type Written = Outgoing<Kind>;

/** What one agent has written into one conversation and the server does not have: kept over reloads, in this tab. */
export type Kept = {
  outgoing(): Written[];
  keepOutgoing(items: readonly Written[]): void;
  draft(kind: Kind): string;
  keepDraft(kind: Kind, text: string): void;
};

const BASE = 'baton.console.of.';
const prefixOf = (agentId: string) => `${BASE}${agentId}.`;

const isWritten = (value: unknown): value is Written =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'text' in value &&
  'at' in value &&
  'state' in value &&
  'kind' in value &&
  (value.kind === 'message' || value.kind === 'note');

export function openKept(store: Store, agentId: string, conversationId: string): Kept {
  const keyOf = (what: 'out' | Kind) => `${prefixOf(agentId)}${conversationId}.${what}`;
  const put = (key: string, text: string) => (text === '' ? store.remove(key) : store.set(key, text));
  return {
    outgoing() {
      try {
        const value: unknown = JSON.parse(store.get(keyOf('out')) ?? '[]');
        return Array.isArray(value) ? value.filter(isWritten) : [];
      } catch {
        return [];
      }
    },
    keepOutgoing(items) {
      const unanswered = items.filter(({ state }) => state !== 'sent');
      put(keyOf('out'), unanswered.length === 0 ? '' : JSON.stringify(unanswered));
    },
    draft: (kind) => store.get(keyOf(kind)) ?? '',
    keepDraft: (kind, text) => put(keyOf(kind), text),
  };
}

/** Another agent has signed in on this tab: words of the last one are neither shown nor sent. */
export function forgetOtherAgents(store: Store, agentId: string): void {
  for (const key of store.keys()) if (key.startsWith(BASE) && !key.startsWith(prefixOf(agentId))) store.remove(key);
}
