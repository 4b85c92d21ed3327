import type { Outlook } from '#domain/confidence/answer-costs.ts';
import type { ConversationCommand, TurnOutcome } from '#domain/conversation/command.ts';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import { decideConversation } from '#domain/conversation/decide.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import { evolveConversation } from '#domain/conversation/evolve.ts';
import type { QueueId } from '#domain/ids.ts';
import { DEFAULT_ROUTES } from '#domain/routing/choose-queue.ts';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import type { Breadcrumb, BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { DEMO_KNOWLEDGE, readArticles } from '../../tools/seed/read-articles.ts';
import { buildKnowledge } from '../../worker/assist/knowledge.ts';
import { planTurn, type TurnDesk } from '../../worker/assist/plan-turn.ts';
import { aConversation, agentId, escalationId, NOW } from './builders.ts';

/** The demo customer's articles, as the seed reads them. */
export const demoKnowledge = () =>
  buildKnowledge(readArticles(DEMO_KNOWLEDGE).map((article) => ({ ...article, id: `art_${article.slug}` })));

/** The demo customer's desk: its articles, the default policy, four queues. */
export const aDemoDesk = (changed: Partial<TurnDesk> = {}): TurnDesk => ({
  knowledge: demoKnowledge(),
  intents: null,
  policy: DEFAULT_POLICY,
  shadow: null,
  queues: ['general', 'billing', 'technical', 'engineering'].map((slug) => ({
    id: `que_${slug.padEnd(8, '0')}` as QueueId,
    slug,
    name: slug,
    tier: slug === 'engineering' ? 3 : 1,
  })),
  routes: DEFAULT_ROUTES,
  sla: { policy: DEFAULT_SLA_POLICY, calendars: new Map(), tierMinutes: new Map(), publishedAt: null },
  incidents: [],
  hosts: ['ledgerline.example'],
  ...changed,
});

/** Crumbs one after the other, `after` each at its time in ms from the beginning. */
export const aTrail = (...crumbs: [after: number, body: BreadcrumbBody][]): Breadcrumb[] =>
  crumbs.map(([after, body], n) => ({ tab: 'tabtabtab1', n, at: NOW + after, ...body }));

/** One press on Pay and the refusal that it ends in. */
export const refusedPayments = (count: number, everyMs: number): Breadcrumb[] =>
  aTrail(
    ...Array.from({ length: count }, (_, i): [number, BreadcrumbBody][] => [
      [i * everyMs, { kind: 'click', role: 'button', name: 'Pay' }],
      [i * everyMs + 150, { kind: 'request_failed', method: 'POST', path: '/api/pay', status: 402, durationMs: 140 }],
    ]).flat(),
  );

type Place = {
  area?: string | null;
  trail?: readonly Breadcrumb[];
  desk?: TurnDesk;
  outlook?: Outlook | null;
};

/** A conversation with the assistant: the product's own rules for the state, its turn for what is said. */
export class Talk {
  state: ConversationState = aConversation();
  readonly entries: Entry[] = [];
  /** What happened, for the people who count. */
  readonly told: OutcomeEvent[] = [];
  readonly #desk: TurnDesk;
  readonly #outlook: Outlook | null;
  readonly #trail: readonly Breadcrumb[];
  area: string | null;
  /** Whether who resolved it above the first line is there. */
  isBackThere = false;
  now = NOW + 60_000;

  constructor({ area = 'billing', trail = [], desk = aDemoDesk(), outlook = null }: Place = {}) {
    this.#outlook = outlook;
    this.area = area;
    this.#trail = trail;
    this.#desk = desk;
  }

  /** What the turn over this message came to. */
  says(text: string): TurnOutcome {
    this.run({ type: 'visitor_says', clientId: `c${this.now}`, text, turnId: `t${this.now}` });
    return this.#turn();
  }

  /** The button *Talk to a person*. */
  presses(): TurnOutcome {
    this.run({ type: 'visitor_asks_for_person', clientId: `c${this.now}`, turnId: `t${this.now}` });
    return this.#turn();
  }

  /** The agent accepts what waits. */
  isAcceptedBy(name: string): void {
    const { id, hops } = this.state.escalation!;
    this.run({ type: 'assigned', escalationId: id, hop: hops.length, agent: { id: agentId(name), name }, raises: [] });
  }

  /** Accepted, and resolved. */
  isResolvedBy(name: string): void {
    const agent = { id: agentId(name), name };
    this.isAcceptedBy(name);
    this.run({ type: 'resolve', agent, clientId: `r${this.now}`, code: 'fixed', note: 'done' });
  }

  run(command: ConversationCommand): void {
    this.now += 1000;
    const decision = decideConversation(this.state, command, this.now);
    if (!decision.ok) throw new Error(`${command.type}: ${decision.reason}`);
    for (const event of decision.events) {
      this.state = evolveConversation(this.state, event);
      if (event.type === 'entry') this.entries.push({ seq: this.state.head, at: this.now, ...event.body });
      if (event.type === 'effect' && event.effect.kind === 'outcome_event') this.told.push(event.effect.event);
    }
  }

  #turn(): TurnOutcome {
    const turn = this.state.turn!;
    const { area } = this;
    const outcome = planTurn({
      turn,
      state: this.state,
      entries: this.entries,
      page:
        area === null
          ? null
          : {
              path: `/${area}`,
              title: area,
              area,
              entries: [],
              viewport: { width: 1000, height: 800 },
              browser: 'Chromium',
              language: 'en',
              at: this.now,
            },
      trail: this.#trail,
      desk: this.#desk,
      outlook: this.#outlook,
      isBackThere: this.isBackThere,
      now: this.now,
      escalationId: escalationId(this.state.escalations + 1),
    });
    this.run({ type: 'finish_turn', turnId: turn.id, outcome });
    return outcome;
  }
}
