import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { AgentId, ConversationId, EscalationId } from '#domain/ids.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
/** Monday, 2 November 2026, 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 10, 2);

export const ANA = 'agt_ana000' as AgentId;

/** Writes one conversation's events, in minutes since it began. */
export class Story {
  readonly id: ConversationId;
  readonly startedAt: number;
  readonly events: CohortEvent[] = [];
  #escalations = 0;

  constructor(name: string, startedAt = MONDAY) {
    this.id = `cnv_${name.padEnd(6, '0')}` as ConversationId;
    this.startedAt = startedAt;
    this.#add(0, { type: 'conversation.started' });
  }
  about(topic: string | null, area: string | null, minute = 0): this {
    return this.#add(minute, { type: 'conversation.classified', topic, area });
  }
  escalated(minute: number, queue: string, topic: string | null = null, area: string | null = null): this {
    this.#escalations += 1;
    const { startedAt } = this;
    return this.#add(minute, {
      type: 'escalation.created',
      escalationId: this.#escalation,
      ticketNumber: 'BTN-1',
      queue,
      topic,
      area,
      startedAt,
    });
  }
  assigned(minute: number): this {
    return this.#add(minute, { type: 'escalation.assigned', escalationId: this.#escalation, hop: 1, agentId: ANA });
  }
  answered(minute: number): this {
    return this.#add(minute, { type: 'escalation.first_response', escalationId: this.#escalation, agentId: ANA });
  }
  moved(minute: number, from: string, to: string): this {
    const escalationId = this.#escalation;
    return this.#add(minute, {
      type: 'escalation.moved',
      escalationId,
      agentId: ANA,
      kind: 'transfer',
      from,
      to,
      hop: 2,
    });
  }
  flagged(minute: number): this {
    const escalationId = this.#escalation;
    return this.#add(minute, { type: 'escalation.flagged', escalationId, agentId: ANA, because: 'wrong_intent' });
  }
  resolved(minute: number): this {
    const escalationId = this.#escalation;
    return this.#add(minute, { type: 'escalation.resolved', escalationId, agentId: ANA, code: 'answered', hops: 1 });
  }
  get #escalation(): EscalationId {
    return `esc_${this.id.slice(4)}${this.#escalations}` as EscalationId;
  }
  #add(minute: number, event: OutcomeEvent): this {
    this.events.push({ conversationId: this.id, at: this.startedAt + minute * MINUTE, event });
    return this;
  }
}

export const eventsOf = (...stories: Story[]): CohortEvent[] => stories.flatMap(({ events }) => events);
