import type { OutcomeEvent } from '../../worker/domain/conversation/effect.ts';
import { UNNECESSARY_REASONS, type WrapUpCode } from '../../worker/domain/escalation/escalation.ts';
import type { AgentId, EscalationId } from '../../worker/domain/ids.ts';
import {
  acceptMinutes,
  FLAGS_NEEDED,
  FLAGS_NEEDLESS,
  HANDLE_MINUTES,
  INCIDENT,
  MOVES,
  needlessFactor,
  OTHER_PAGES,
  PER_HOUR,
  PER_WEEKDAY,
  QUEUE_NAMES,
  type QueueName,
  SAYS_NOTHING,
  TAKEN_BACK,
  TOPICS,
  type Topic,
  WRAP_UPS,
  WRITES_ON_THAT_PAGE,
} from './month-shape.ts';
import { type Random, seededRandom } from './seeded-random.ts';

/** A row of the table `events`, but for the workspace. */
export type EventRow = { id: string; conversationId: string; type: string; at: number; body: string };

/** `queues`: names of the queues that this agent serves. */
export type SeedAgent = { id: string; queues: readonly string[] };

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SEED = 2_026;

/**
 * Outcome events of an invented month: thirty UTC days that end yesterday, with a rhythm, one incident and one change of
 * thresholds. The same input gives the same rows. Ids are made of the calendar day, so calling it again on a later day and
 * inserting with `on conflict do nothing` adds the newer days and harms nothing. What would be later than `now` has not happened:
 * yesterday's last work is still open.
 */
export function seededMonth(input: {
  /** Another workspace has another month. */
  workspaceId: string;
  now: number;
  agents: readonly SeedAgent[];
  seed?: number;
  days?: number;
}): EventRow[] {
  const { workspaceId, now, agents, seed = SEED, days = 30 } = input;
  if (agents.length === 0) throw new Error('a month needs somebody who answers');
  const today = Math.floor(now / DAY_MS);
  const incidentDay = workingDayUntil(today - INCIDENT.daysBeforeEnd);
  const changeDay = today - Math.ceil(days / 2);
  const rows: EventRow[] = [];
  for (let day = today - days; day < today; day++) {
    const random = seededRandom(seed, day, ...Buffer.from(workspaceId));
    conversationsOf(
      { day, incident: day === incidentDay, needless: needlessFactor(day - changeDay), random, agents },
      rows,
    );
  }
  return rows.filter(({ at }) => at <= now);
}

type Day = { day: number; incident: boolean; needless: number; random: Random; agents: readonly SeedAgent[] };

const weekdayOf = (day: number): number => new Date(day * DAY_MS).getUTCDay();

/** Incidents are remembered when they happen on a working day; Tuesday to Thursday at that. */
function workingDayUntil(day: number): number {
  const weekday = weekdayOf(day);
  return weekday >= 2 && weekday <= 4 ? day : workingDayUntil(day - 1);
}

function conversationsOf(today: Day, rows: EventRow[]): void {
  const { day, random } = today;
  const expected = PER_WEEKDAY[weekdayOf(day)] as number;
  const usual = Math.round(expected * (0.9 + 0.2 * random.next()));
  const billing = TOPICS.find(({ name }) => name === INCIDENT.topic) as Topic;
  const more = today.incident ? Math.round(usual * (billing.share / 100) * (INCIDENT.volume - 1)) : 0;
  const starts: { at: number; topic: Topic }[] = [];
  for (let n = 0; n < usual; n++)
    starts.push({ at: startAt(day, random), topic: random.pick(TOPICS, ({ share }) => share) });
  for (let n = 0; n < more; n++) starts.push({ at: startAt(day, random, isIncidentHour), topic: billing });
  starts.sort((a, b) => a.at - b.at);
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  for (const [n, { at, topic }] of starts.entries()) {
    const name = `Seed${date}n${String(n + 1).padStart(3, '0')}`;
    new Thread(name, today, rows).run(at, topic);
  }
}

const isIncidentHour = (hour: number): boolean => hour >= INCIDENT.fromHour && hour < INCIDENT.toHour;

function startAt(day: number, random: Random, allows: (hour: number) => boolean = () => true): number {
  const hours = [...PER_HOUR.keys()].filter(allows);
  const hour = random.pick(hours, (one) => PER_HOUR[one] as number);
  return day * DAY_MS + hour * HOUR_MS + Math.floor(random.next() * HOUR_MS);
}

/** One conversation on its way; writes its rows as they happen. */
class Thread {
  readonly #name: string;
  readonly #today: Day;
  readonly #rows: EventRow[];
  #at = 0;
  #events = 0;

  constructor(name: string, today: Day, rows: EventRow[]) {
    this.#name = name;
    this.#today = today;
    this.#rows = rows;
  }

  run(startedAt: number, topic: Topic): void {
    const { random, incident, needless } = this.#today;
    this.#at = startedAt;
    this.#happens(0, { type: 'conversation.started' });
    if (random.happens(SAYS_NOTHING)) return;
    const area = random.happens(WRITES_ON_THAT_PAGE) ? topic.name : random.pick(OTHER_PAGES);
    this.#happens(random.around(1.2, 0.3) * SECOND_MS, { type: 'conversation.classified', topic: topic.name, area });
    const hit = incident && topic.name === INCIDENT.topic && isIncidentHour(new Date(startedAt).getUTCHours());
    const isNeeded = random.happens(topic.needsPerson * (hit ? INCIDENT.escalation : 1));
    const isNeedless = !isNeeded && random.happens(topic.needless * needless);
    if (isNeeded || isNeedless) this.#escalate(topic, area, startedAt, hit, isNeedless);
  }

  #escalate(topic: Topic, area: string, startedAt: number, hit: boolean, isNeedless: boolean): void {
    const { random } = this.#today;
    const escalationId = `esc_${this.#name}` as EscalationId;
    // Some ask for a person at once; with the others the assistant has failed twice before.
    const asks = random.happens(hit ? 0.5 : 0.25);
    this.#happens((asks ? random.around(0.6, 0.5) : random.around(3.4, 0.55)) * MINUTE_MS, {
      type: 'escalation.created',
      escalationId,
      ticketNumber: `BTN-${this.#name}`,
      queue: topic.queue,
      topic: topic.name,
      area,
      startedAt,
    });
    let queue = topic.queue;
    for (let hop = 1; ; hop++) {
      const agentId = this.#answered(escalationId, hop, queue, hit);
      if (random.happens(isNeedless ? FLAGS_NEEDLESS : FLAGS_NEEDED)) {
        this.#happens(random.around(1.5, 0.5) * MINUTE_MS, {
          type: 'escalation.flagged',
          escalationId,
          agentId,
          because: random.pick(UNNECESSARY_REASONS, (reason) => (reason === 'answer_was_in_knowledge_base' ? 4 : 1)),
        });
        isNeedless = true;
      }
      const handle = HANDLE_MINUTES[queue] * (hit ? INCIDENT.handleTimes : 1) * (isNeedless ? 0.35 : 1);
      const move = MOVES[queue];
      if (isNeedless || move === null || !random.happens(move.share)) {
        this.#happens(random.around(handle, 0.75) * MINUTE_MS, {
          type: 'escalation.resolved',
          escalationId,
          agentId,
          code: this.#wrapUp(queue, hit),
          hops: hop,
        });
        return;
      }
      const { to, kind } = move;
      this.#happens(random.around(handle * 0.6, 0.5) * MINUTE_MS, {
        type: 'escalation.moved',
        escalationId,
        agentId,
        kind,
        from: queue,
        to,
        hop: hop + 1,
      });
      queue = to;
    }
  }

  /** From the queue to a person's first words; now and then by way of somebody who was not there after all. */
  #answered(escalationId: EscalationId, hop: number, queue: QueueName, hit: boolean): AgentId {
    const { random } = this.#today;
    const asked = new Date(this.#at);
    const wait = acceptMinutes(asked.getUTCDay(), asked.getUTCHours()) * (hit ? INCIDENT.acceptTimes : 1);
    // Engineering reads its queue a few times a day.
    this.#happens(random.around(queue === 'Engineering' ? 35 : wait, 0.8) * MINUTE_MS, {
      type: 'escalation.assigned',
      escalationId,
      hop,
      agentId: this.#agent(queue),
    });
    if (random.happens(TAKEN_BACK)) {
      const agentId = this.#lastAgent;
      this.#happens(random.around(2, 0.4) * MINUTE_MS, {
        type: 'escalation.taken_back',
        escalationId,
        hop,
        agentId,
        cause: { kind: 'vanished' },
      });
      this.#happens(random.around(wait, 0.6) * MINUTE_MS, {
        type: 'escalation.assigned',
        escalationId,
        hop,
        agentId: this.#agent(queue),
      });
    }
    const agentId = this.#lastAgent;
    const reads = queue === 'Engineering' ? 12 : 0.75;
    this.#happens(random.around(reads, 0.5) * MINUTE_MS, { type: 'escalation.first_response', escalationId, agentId });
    return agentId;
  }

  #lastAgent = '' as AgentId;
  #agent(queue: QueueName): AgentId {
    const { agents, random } = this.#today;
    const serving = agents.filter(({ queues }) => queues.includes(queue));
    this.#lastAgent = random.pick(serving.length > 0 ? serving : agents).id as AgentId;
    return this.#lastAgent;
  }

  #wrapUp(queue: QueueName, hit: boolean): WrapUpCode {
    if (hit && this.#today.random.happens(0.6)) return 'duplicate';
    const codes = Object.entries(WRAP_UPS[queue]) as [WrapUpCode, number][];
    return this.#today.random.pick(codes, ([, weight]) => weight)[0];
  }

  #happens(afterMs: number, event: OutcomeEvent): void {
    this.#at += Math.round(afterMs);
    this.#events += 1;
    const conversationId = `cnv_${this.#name}`;
    this.#rows.push({
      id: `seed/${conversationId}/${this.#events}`,
      conversationId,
      type: event.type,
      at: this.#at,
      body: JSON.stringify(event),
    });
  }
}

/** Names of the queues that the month speaks of; the workspace should have them. */
export const seededQueues: readonly string[] = QUEUE_NAMES;
