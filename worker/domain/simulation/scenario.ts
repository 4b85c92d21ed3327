import type { AgentId, EpochMs, QueueId } from '#domain/ids.ts';
import type { RankFacts } from '#domain/priority/rank.ts';
import type { Incident } from '#domain/queue/incident.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import type { SlaSettings } from '#domain/sla/policy.ts';
import type { Duration } from './random.ts';

/** A made-up or recorded stretch of time: who comes, who answers, under which settings. Plain data; times are absolute. */
export type Scenario = {
  name: string;
  from: EpochMs;
  /** Nobody new comes after this; what is in line then is still served, until `drainMs` later. */
  to: EpochMs;
  drainMs: number;
  queues: readonly SimulatedQueue[];
  agents: readonly SimulatedAgent[];
  streams: readonly ArrivalStream[];
  recorded: readonly RecordedArrival[];
  /** What is promised, and what a broken promise does; null promises nothing. */
  promises: SlaSettings | null;
  incidents: readonly SimulatedIncident[];
  behaviour: Behaviour;
};

export type SimulatedQueue = {
  config: QueueConfig;
  /** From accept to the last word. */
  handle: Duration;
  /** After the handle time the work moves on with this probability; the rest is resolved. */
  transfers: readonly { to: QueueId; probability: number }[];
};

export type SimulatedAgent = {
  id: AgentId;
  name: string;
  skills: readonly string[];
  capacity: number;
  queues: readonly QueueId[];
  /** On duty in [from, to); at the end what was begun is finished and nothing new is taken. */
  shifts: readonly { from: EpochMs; to: EpochMs }[];
};

/** Declared at `startedAt`, until `endedAt`. */
export type SimulatedIncident = Incident & { endedAt: EpochMs };

/** One kind of newcomers as a Poisson stream whose rate changes by the hour. */
export type ArrivalStream = {
  name: string;
  queueId: QueueId;
  /** Rate by hour of the day (UTC), 24 numbers. */
  perHour: readonly number[];
  /** Null waits for ever. */
  patience: Duration | null;
  kinds: readonly ArrivalKind[];
};

export type ArrivalKind = { share: number; class: 0 | 1; facts: RankFacts; skills: readonly string[] };

/** Somebody who did come. What was not recorded is drawn as for a stream. */
export type RecordedArrival = {
  at: EpochMs;
  queueId: QueueId;
  class: 0 | 1;
  facts: RankFacts;
  skills: readonly string[];
  handleMs: number | null;
  patienceMs: number | null;
};

export type Behaviour = {
  /** From the offer to the agent's answer; longer than the offer lasts is no answer. */
  reaction: Duration;
  declines: number;
  ignores: number;
  /** Who was taken off for not answering switches to available again after this. */
  returnAfterMs: number;
  /** Notes after the work, at most the queue's `wrapUpMs`; null uses all of it. */
  wrapUp: Duration | null;
};
