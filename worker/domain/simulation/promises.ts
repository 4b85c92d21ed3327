import type { EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import type { RankFacts } from '#domain/priority/rank.ts';
import { type SlaClock, type SlaSettings, type SlaTerms, termsFor } from '#domain/sla/policy.ts';
import {
  advanceSla,
  agentWrote,
  endSla,
  isBreachedNow,
  nextSlaDeadline,
  type Sla,
  type SlaTold,
  startSla,
  waiveSla,
  workMoved,
} from '#domain/sla/targets.ts';

/** What a person of a run was promised, and what became of it so far. */
export type Promised = {
  sla: Sla | null;
  kept: Partial<Record<SlaClock, number>>;
  broken: Partial<Record<SlaClock, number>>;
};

/** What happens to a person's promises. */
export type PromiseTurn =
  | { type: 'clock' }
  | { type: 'first_word' }
  | { type: 'moved'; to: QueueId }
  | { type: 'served' }
  | { type: 'left' };

/**
 * The promises to the people of a run, by the functions that keep them in a conversation (`domain/sla`). Nobody writes twice there: the agent's
 * first word is the accept, no further reply is owed, and the clock of the end never waits for the visitor.
 */
export class Promises {
  readonly #settings: SlaSettings | null;

  constructor(settings: SlaSettings | null) {
    this.#settings =
      settings === null ? null : { ...settings, policy: { ...settings.policy, pausesForVisitor: false } };
  }

  /** [K5] They ask for a person. */
  start(id: EscalationId, queueId: QueueId, { tier, severity }: RankFacts, now: EpochMs): Promised {
    const terms = this.#settings === null ? null : termsFor(this.#settings, tier ?? 'unknown', severity);
    return { sla: terms === null ? null : startSla(id, queueId, terms, now), kept: {}, broken: {} };
  }

  /** [K8] Something happens at `now`: what is told of it, and counted. */
  turn(promised: Promised, turn: PromiseTurn, now: EpochMs): SlaTold[] {
    if (promised.sla === null) return [];
    const { sla, told } = advanceSla(promised.sla, now, (before) => after(before, turn, now));
    promised.sla = sla;
    for (const { metric, what } of told) {
      if (what === 'met') promised.kept[metric] = (promised.kept[metric] ?? 0) + 1;
      if (what === 'breached') promised.broken[metric] = (promised.broken[metric] ?? 0) + 1;
    }
    return told;
  }
}

/** When the clock has something to tell of it; null is never. */
export const nextTurnAt = ({ sla }: Promised): EpochMs | null => (sla === null ? null : nextSlaDeadline(sla));

/** What the policy does about a promise that is broken and still owed; null where none is. */
export const isLateBy = ({ sla }: Promised): SlaTerms['onBreach'] | null =>
  sla !== null && isBreachedNow(sla) ? sla.terms.onBreach : null;

function after(sla: Sla, turn: PromiseTurn, now: EpochMs): Sla {
  switch (turn.type) {
    case 'clock':
      return sla;
    case 'first_word':
      return agentWrote(sla, now);
    case 'moved':
      return workMoved(sla, turn.to, now);
    case 'served':
      return endSla(sla, now);
    case 'left':
      return waiveSla(sla, now);
    default:
      return turn satisfies never;
  }
}
