import type { EpochMs } from '#domain/ids.ts';
import type { Span } from './facts.ts';
import { type Rate, rateOf } from './rate.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What is reported of one group, one day, or everything. */
export type MetricsRow = {
  /** Of the group; empty for what nobody classified. An ISO date for a day. */
  key: string;
  /** The denominator of the escalation rate. */
  conversations: number;
  escalations: number;
  escalationRate: Rate;
  misEscalationRate: Rate;
  abandonmentRate: Rate;
  timeToEscalation: Spread;
  timeToFirstResponse: Spread;
  resolutionTime: Spread;
};

/**
 * Adds up one row.
 *
 * - [N4] **Escalation rate**: conversations handed to a person at least once, of all conversations. (Contact centres: the transfer
 *   rate from self-service, the complement of containment.) Numerator and denominator are the same conversations, so it cannot pass 1.
 * - [N5] **Mis-escalation rate**: escalations that an agent flagged as unnecessary, of those that are resolved or flagged.
 *   (Contact centres: the share of transfers that the receiving agent judges avoidable, over all transfers.) What is still open
 *   has not been judged and is in neither number; otherwise the newest days would always look best. It rests on agents who flag:
 *   it is a lower bound.
 * - [N6] **Time to escalation**: from the first message to the first hand-over. A second escalation of a conversation that was
 *   opened again measures the visitor's return, and is left out.
 * - [N7] **Time to first human response**: from the hand-over to the first message of a person; queue and offer included.
 * - [N8] **Post-escalation resolution time**: from the hand-over to the wrap-up. Open ones are not in it: for young windows it is
 *   optimistic, so its count stands beside it.
 * - [N11] **Abandonment rate**: escalations whose visitor left the line before anybody had them, of those that were left or that a person
 *   answered. (Contact centres: abandoned calls over calls that were offered.) What still waits is in neither number.
 */
export class Tally {
  #conversations = 0;
  #escalated = 0;
  #escalations = 0;
  #judged = 0;
  #flagged = 0;
  #abandoned = 0;
  #answered = 0;
  readonly #toEscalation: number[] = [];
  readonly #toFirstResponse: number[] = [];
  readonly #toResolution: number[] = [];

  /** A conversation with its escalations, or with the parts of them that belong to this row. */
  add(startedAt: EpochMs, spans: readonly Span[]): void {
    this.#conversations += 1;
    const first = spans[0];
    if (first === undefined) return;
    this.#escalated += 1;
    this.#toEscalation.push(elapsed(startedAt, first.enteredAt));
    for (const span of spans) {
      this.#escalations += 1;
      if (span.abandonedAt !== null) this.#abandoned += 1;
      else if (span.firstResponseAt !== null || span.resolvedAt !== null) this.#answered += 1;
      if (span.flagged) this.#flagged += 1;
      if (span.flagged || span.resolvedAt !== null) this.#judged += 1;
      if (span.firstResponseAt !== null) this.#toFirstResponse.push(elapsed(span.enteredAt, span.firstResponseAt));
      if (span.resolvedAt !== null) this.#toResolution.push(elapsed(span.enteredAt, span.resolvedAt));
    }
  }

  /** `outOf`: the conversations that the rate is a share of, when they are not only those that were added. */
  row(key: string, outOf = this.#conversations): MetricsRow {
    return {
      key,
      conversations: outOf,
      escalations: this.#escalations,
      escalationRate: rateOf(this.#escalated, outOf),
      misEscalationRate: rateOf(this.#flagged, this.#judged),
      abandonmentRate: rateOf(this.#abandoned, this.#abandoned + this.#answered),
      timeToEscalation: spreadOf(this.#toEscalation),
      timeToFirstResponse: spreadOf(this.#toFirstResponse),
      resolutionTime: spreadOf(this.#toResolution),
    };
  }
}

/** Clocks of two machines may disagree by a little; nothing takes less than no time. */
const elapsed = (from: EpochMs, to: EpochMs): number => Math.max(0, to - from);
