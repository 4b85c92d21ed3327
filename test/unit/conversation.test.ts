import { describe, expect, test } from 'vitest';
import { assembleBundle } from '#domain/bundle/assemble.ts';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { ConversationCommand, Destination, NewEscalation, TurnOutcome } from '#domain/conversation/command.ts';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import { decideConversation } from '#domain/conversation/decide.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import { type Entry, isShared } from '#domain/conversation/entry.ts';
import type { ConversationEvent } from '#domain/conversation/event.ts';
import { evolveConversation } from '#domain/conversation/evolve.ts';
import { sharingOf } from '#domain/conversation/sharing.ts';
import { isSilence, missedBy } from '#domain/conversation/silence.ts';
import { ADDITIONS } from '#domain/escalation/additions.ts';
import { type BugReport, pathSince, type Severity, waitingSince } from '#domain/escalation/escalation.ts';
import { GUIDE_OUTCOMES, type GuideOutcome } from '#domain/guide/guide.ts';
import type { QueueId } from '#domain/ids.ts';
import type { SlaTerms } from '#domain/sla/policy.ts';
import { nextSlaDeadline, promiseDueAt, viewSla } from '#domain/sla/targets.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { TurnEvaluation } from '#domain/triggers/turn-evaluation.ts';
import { aConversation, agentId, escalationId, MINUTE, NOW, someTerms } from '../support/builders.ts';

const maya = { id: agentId('maya'), name: 'Maya' };
const jonas = { id: agentId('jonas'), name: 'Jonas' };
const billing = { id: 'que_billing0' as QueueId, name: 'Billing' };
const engineering = { id: 'que_engineer' as QueueId, name: 'Engineering' };
const movedTo = (queue: typeof billing, more: Partial<Destination> = {}): Destination => ({
  ...queue,
  asks: [],
  wanted: null,
  ...more,
});

const anEscalation: NewEscalation = {
  id: escalationId(1),
  severity: 'high',
  skills: [],
  class: 1,
  because: ['Asked for a person'],
  queue: billing,
  passedOn: ['This conversation'],
  reasons: { signals: null, decision: 'escalate', because: ['explicit_wish'], trace: [], routing: ['about billing'] },
  sla: someTerms(),
};
const nothing: TurnOutcome = {
  failed: [],
  about: { topic: null, area: null },
  attempt: null,
  evaluations: [],
  say: null,
  next: { kind: 'nothing' },
};
const escalating: TurnOutcome = { ...nothing, next: { kind: 'escalate', escalation: anEscalation } };

/** Runs commands one after the other; keeps entries, effects and refusals apart. */
function story(start: ConversationState, ...commands: (ConversationCommand | { wait: number })[]) {
  let state = start;
  let now = NOW;
  const events: ConversationEvent[] = [];
  const refusals: string[] = [];
  const entries: Entry[] = [];
  for (const command of commands) {
    if ('wait' in command) {
      now += command.wait;
      continue;
    }
    now += 1000;
    const decision = decideConversation(state, command, now);
    if (!decision.ok) {
      refusals.push(decision.reason);
      continue;
    }
    for (const event of decision.events) {
      state = evolveConversation(state, event);
      if (event.type === 'entry') entries.push({ seq: state.head, at: now, ...event.body });
    }
    events.push(...decision.events);
  }
  const effects = events.flatMap((event) => (event.type === 'effect' ? [event.effect] : []));
  return {
    state,
    entries,
    refusals,
    effects,
    kinds: entries.map(({ type }) => type),
    records: effects.flatMap((effect) => (effect.kind === 'outcome_event' ? [effect.event.type] : [])),
    work: effects.filter(({ kind }) => kind === 'hand_over' || kind === 'close_entry' || kind === 'release_slot'),
  };
}

const says = (text: string, id = text): ConversationCommand => ({
  type: 'visitor_says',
  clientId: `c-${id}`,
  text,
  turnId: `t-${id}`,
});
const wish: ConversationCommand = { type: 'visitor_asks_for_person', clientId: 'wish', turnId: 't-wish' };
const finish = (turnId: string, outcome: TurnOutcome): ConversationCommand => ({
  type: 'finish_turn',
  turnId,
  outcome,
});
const assigned = (hop = 1, agent = maya): ConversationCommand => ({
  type: 'assigned',
  escalationId: escalationId(1),
  hop,
  agent,
  raises: [],
});
const inMayasHands = [says('help'), finish('t-help', escalating), assigned()];

describe('[C4] [C5] a turn', () => {
  test('covers every message that is still unanswered', () => {
    const { state } = story(aConversation(), says('I want a person'), says('please'));
    expect(state.turn).toEqual({ id: 't-please', messageSeq: 1, question: 'I want a person\nplease' });
  });

  test('that a newer one replaced comes to nothing', () => {
    const { refusals, entries } = story(aConversation(), says('one'), says('two'), finish('t-one', escalating));
    expect(refusals).toEqual(['stale_turn']);
    expect(entries.map(({ type }) => type)).toEqual(['message', 'message']);
  });

  test('finished twice has one effect', () => {
    const { refusals, work } = story(
      aConversation(),
      says('one'),
      finish('t-one', escalating),
      finish('t-one', escalating),
    );
    expect(refusals).toEqual(['stale_turn']);
    expect(work).toHaveLength(1);
  });

  test('for a wish is not replaced by what is written meanwhile', () => {
    const { state, entries } = story(aConversation(), wish, says('hurry'), finish('t-wish', escalating));
    expect(state.status).toBe('waiting');
    expect(entries.map(({ type }) => type)).toEqual(['message', 'escalated']);
  });

  test('is not started while a person is on the way or here', () => {
    for (const more of [[], [assigned()]]) {
      const { state } = story(
        aConversation(),
        says('help'),
        finish('t-help', escalating),
        ...more,
        says('and another thing'),
      );
      expect(state.turn).toBeNull();
    }
  });
});

describe('[C6] an offer of a person', () => {
  const offer = (turn: string) => finish(turn, { ...nothing, next: { kind: 'offer_person', because: 'it is hard' } });

  test('is made once, not again after a refusal, again after the next escalation', () => {
    const { kinds } = story(
      aConversation(),
      says('a'),
      offer('t-a'),
      says('b'),
      offer('t-b'),
      { type: 'visitor_declines_person' },
      says('c'),
      offer('t-c'),
    );
    expect(kinds.filter((kind) => kind === 'person_offered')).toHaveLength(1);
  });

  test('refusing what was not offered is nothing', () => {
    expect(story(aConversation(), { type: 'visitor_declines_person' }).state.offerRefused).toBe(false);
  });
});

describe('[E1] an escalation', () => {
  test('hands over once, names its ticket, wants the recording', () => {
    const { state, entries, work, records } = story(aConversation(), says('help'), finish('t-help', escalating), wish);
    expect(state).toMatchObject({
      status: 'waiting',
      recording: true,
      escalations: 1,
      escalation: { state: 'queued', ticketNumber: 'BTN-1042' },
    });
    expect(entries.at(-1)).toMatchObject({ type: 'escalated', queueName: 'Billing', passedOn: ['This conversation'] });
    expect(work).toEqual([{ kind: 'hand_over', escalationId: escalationId(1), hop: 1, bugReport: null }]);
    expect(records).toEqual(expect.arrayContaining(['conversation.started', 'escalation.created']));
  });

  test('is assigned once; a late word about an earlier hop changes nothing', () => {
    const { state, kinds } = story(aConversation(), ...inMayasHands, assigned(1, jonas), assigned(2, jonas));
    expect(state.escalation).toMatchObject({ state: 'assigned', agent: maya });
    expect(kinds.filter((kind) => kind === 'agent_joined')).toHaveLength(1);
  });

  test('[E2] is worked on only by who has it', () => {
    const commands: ConversationCommand[] = [
      { type: 'agent_says', agent: jonas, clientId: 'x1', text: 'hello' },
      { type: 'resolve', agent: jonas, clientId: 'x2', code: 'fixed', note: '' },
      { type: 'transfer', agent: jonas, clientId: 'x3', to: movedTo(engineering), note: '' },
      { type: 'flag', agent: jonas, clientId: 'x4', because: 'other', note: '' },
    ];
    expect(story(aConversation(), ...inMayasHands, ...commands).refusals).toEqual(
      commands.map(() => 'not_assigned_to_you'),
    );
    expect(story(aConversation(), says('help'), ...commands).refusals).toEqual(commands.map(() => 'no_escalation'));
  });

  test('the first response is recorded once', () => {
    const reply = (n: number): ConversationCommand => ({
      type: 'agent_says',
      agent: maya,
      clientId: `r${n}`,
      text: 'hello',
    });
    const { records } = story(aConversation(), ...inMayasHands, reply(1), reply(2));
    expect(records.filter((type) => type === 'escalation.first_response')).toHaveLength(1);
  });

  test('resolved closes its place, frees the slot, ends the recording, and reopens with the next message', () => {
    const resolve: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'done', code: 'fixed', note: 'ok' };
    const done = story(aConversation(), ...inMayasHands, resolve);
    expect(done.state).toMatchObject({
      status: 'resolved',
      recording: false,
      escalation: { state: 'resolved', wrapUpCode: 'fixed' },
    });
    expect(done.work.map(({ kind }) => kind)).toEqual(['hand_over', 'close_entry', 'release_slot']);
    expect(story(done.state, { ...resolve, clientId: 'again' }).refusals).toEqual(['already_resolved']);
    const again = story(
      done.state,
      says('it is back'),
      finish('t-it is back', {
        ...escalating,
        next: { kind: 'escalate', escalation: { ...anEscalation, id: escalationId(2) } },
      }),
    );
    expect(again.kinds).toEqual(['reopened', 'message', 'escalated']);
    expect(again.state.escalation?.ticketNumber).toBe('BTN-1042.2');
  });

  test('[E3] that moves on is in the new queue before it leaves the old one', () => {
    const { state, work, kinds } = story(aConversation(), ...inMayasHands, {
      type: 'transfer',
      agent: maya,
      clientId: 'go',
      to: movedTo(engineering),
      note: 'bug',
    });
    expect(work.slice(1).map(({ kind }) => kind)).toEqual(['hand_over', 'close_entry', 'release_slot']);
    expect(state.escalation).toMatchObject({
      state: 'queued',
      hops: [{ hop: 1 }, { hop: 2, kind: 'transfer', queueName: 'Engineering', note: 'bug' }],
    });
    expect(kinds.slice(-3)).toEqual(['hop_note', 'agent_left', 'moved']);
    expect(
      story(aConversation(), ...inMayasHands, {
        type: 'transfer',
        agent: maya,
        clientId: 'go',
        to: { ...movedTo(billing), wanted: maya },
        note: '',
      }).refusals,
    ).toEqual(['same_agent']);
  });

  test('[Q12] to a colleague stays in its queue, with the minutes that it was given', () => {
    const raises = [{ label: 'moved by Ines', minutes: -15 }];
    // What its path gave is not given again with each transfer.
    const given = [...raises, { label: 'nobody took it in time', minutes: -10 }];
    const taken = inMayasHands.map((command) =>
      command.type === 'assigned' ? { ...command, raises: given } : command,
    );
    const { state, work, refusals, kinds } = story(aConversation(), ...taken, {
      type: 'transfer',
      agent: maya,
      clientId: 'go',
      to: { ...movedTo(billing), wanted: jonas },
      note: 'knows this customer',
    });
    expect(refusals).toEqual([]);
    expect(state.escalation?.hops.at(-1)).toMatchObject({
      hop: 2,
      kind: 'transfer',
      queueId: billing.id,
      by: maya,
      wanted: jonas,
      raises,
    });
    // The visitor reads that she has left, and of no queue that they are in already.
    expect(kinds.slice(-2)).toEqual(['hop_note', 'agent_left']);
    expect(work.slice(1).map(({ kind }) => kind)).toEqual(['hand_over', 'close_entry', 'release_slot']);
  });

  test('[E5] goes up a tier only with what that tier asks for', () => {
    const report: BugReport = {
      title: 'Payment is refused',
      expected: 'charged',
      actual: '402',
      hypothesis: '',
      environment: [{ label: 'Browser', value: ' ' }],
      steps: [' '],
      failedRequests: [],
      businessImpact: '',
      replay: null,
    };
    const whole: BugReport = {
      ...report,
      hypothesis: 'the stored card',
      environment: [{ label: 'Browser', value: 'Chrome' }],
      steps: ['Clicked *Pay*'],
    };
    const up = (given: BugReport, asks: Destination['asks'] = ADDITIONS) =>
      story(aConversation(), ...inMayasHands, {
        type: 'escalate',
        agent: maya,
        clientId: 'up',
        to: movedTo(engineering, { asks }),
        report: given,
      });
    expect(up(whole).refusals).toEqual([]);
    expect(up(whole).state.escalation?.hops.at(-1)).toMatchObject({ kind: 'escalation', queueName: 'Engineering' });
    expect(up(report).refusals).toEqual(['additions_missing']);
    expect(up(report, []).refusals).toEqual([]);
    for (const lacking of ['hypothesis', 'environment', 'steps'] as const) {
      expect([lacking, up({ ...whole, [lacking]: report[lacking] }).refusals]).toEqual([
        lacking,
        ['additions_missing'],
      ]);
    }
    expect(up({ ...whole, hypothesis: '' }, ['reproduction', 'environment']).refusals).toEqual([]);
    // A transfer is no way around.
    const transfer = (asks: Destination['asks']): ConversationCommand => ({
      type: 'transfer',
      agent: maya,
      clientId: 'x',
      to: movedTo(engineering, { asks }),
      note: 'bug',
    });
    expect(story(aConversation(), ...inMayasHands, transfer(['hypothesis'])).refusals).toEqual(['additions_missing']);
    expect(story(aConversation(), ...inMayasHands, transfer([])).refusals).toEqual([]);
  });

  test('[C10] says how to be answered, once per wish, while somebody is asked for', () => {
    const wish = (id: string, address: string): ConversationCommand => ({
      type: 'visitor_wishes_contact',
      clientId: id,
      wish: { way: 'email', address },
    });
    const told = story(aConversation(), ...inMayasHands, wish('one', 'a@b.example'), wish('two', 'c@d.example'));
    expect(
      told.entries.filter(({ type }) => type === 'contact_wished').map((entry) => 'wish' in entry && entry.wish),
    ).toEqual([
      { way: 'email', address: 'a@b.example' },
      { way: 'email', address: 'c@d.example' },
    ]);
    expect(told.entries.filter(({ type }) => type === 'contact_wished').every(isShared)).toBe(true);
    expect(story(aConversation(), says('help'), wish('one', 'a@b.example')).refusals).toEqual(['no_escalation']);
  });

  describe('[C11] a guide that ended', () => {
    const guide = ['One', 'Two'].map((name) => ({ role: 'button' as const, name, path: null, text: name }));
    const ended = (outcome: GuideOutcome, step = 2): ConversationCommand => ({
      type: 'guide_ended',
      clientId: `guide-${outcome}`,
      answer: 2,
      guide,
      outcome,
      step,
    });
    const asked = [says('help'), finish('t-help', nothing)];

    test.each(GUIDE_OUTCOMES)(
      '%s is seen by both sides, and offers a person only where the page did not match',
      (outcome) => {
        const told = story(aConversation(), ...asked, ended(outcome));
        const offers = outcome !== 'done' && outcome !== 'stopped';
        expect(told.kinds).toEqual(['message', 'guide_ended', ...(offers ? ['person_offered'] : [])]);
        expect(told.entries[1]).toMatchObject({ answer: 2, outcome, step: 2, words: expect.stringMatching(/guide/) });
        expect(told.entries.every(isShared)).toBe(true);
        expect(told.state.offerOpen).toBe(offers);
      },
    );

    test('offers nobody twice, nobody who said no, and nobody who is being helped or was', () => {
      const offersOf = (...commands: ConversationCommand[]) =>
        story(aConversation(), ...commands).kinds.filter((kind) => kind === 'person_offered').length;
      expect(offersOf(...asked, ended('missing'), ended('elsewhere'))).toBe(1);
      expect(offersOf(...asked, ended('missing'), { type: 'visitor_declines_person' }, ended('elsewhere'))).toBe(1);
      expect(offersOf(...inMayasHands, ended('missing'))).toBe(0);
      const resolve: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'r', code: 'fixed', note: '' };
      expect(offersOf(...inMayasHands, resolve, ended('missing'))).toBe(0);
    });

    test('at a step that there is not is refused', () => {
      expect(story(aConversation(), ...asked, ended('stopped', 3)).refusals).toEqual(['no_such_step']);
    });
  });

  describe('[E7] a visitor who leaves the line', () => {
    const leaves: ConversationCommand = { type: 'visitor_withdraws', clientId: 'leave' };
    const waiting = [says('help'), finish('t-help', escalating)];

    test('waits no longer; the assistant answers again, and no promise is kept or broken by it', () => {
      const told = story(aConversation(), ...waiting, { wait: 2 * MINUTE }, leaves, leaves, says('and now?'));
      expect(told.refusals).toEqual([]);
      expect(told.state).toMatchObject({ status: 'open', recording: false, escalation: { state: 'abandoned' } });
      expect(told.kinds).toEqual(['message', 'escalated', 'withdrawn', 'message']);
      expect(told.state.turn).toMatchObject({ question: 'and now?' });
      expect(told.work.map(({ kind }) => kind)).toEqual(['hand_over', 'close_entry']);
      expect(told.work.at(-1)).toMatchObject({ outcome: 'abandoned', hop: 1 });
      expect(told.records.filter((type) => type.startsWith('sla'))).toEqual([]);
      expect(nextSlaDeadline(told.state.sla!)).toBeNull();
      expect(told.effects).toContainEqual(
        expect.objectContaining({
          kind: 'outcome_event',
          event: {
            type: 'escalation.abandoned',
            escalationId: escalationId(1),
            hop: 1,
            queue: 'Billing',
            waitedMs: 2 * MINUTE + 1000,
          },
        }),
      );
    });

    test('is recorded on where that is always done', () => {
      expect(story(aConversation({ capture: 'always', recording: true }), ...waiting, leaves).state.recording).toBe(
        true,
      );
    });

    test('cannot leave who has come, nor where nobody was asked for', () => {
      expect(story(aConversation(), ...inMayasHands, leaves).refusals).toEqual(['somebody_has_it']);
      expect(story(aConversation(), says('help'), leaves).refusals).toEqual(['no_escalation']);
      const resolve: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'r', code: 'answered', note: '' };
      expect(story(aConversation(), ...inMayasHands, resolve, leaves).refusals).toEqual(['no_escalation']);
    });

    test('is nobody’s any more, whoever accepted or moved it meanwhile', () => {
      const overflow: ConversationCommand = {
        type: 'overflow',
        escalationId: escalationId(1),
        hop: 1,
        to: engineering,
        because: 'waited',
        raises: [],
        relaxed: 0,
      };
      const told = story(aConversation(), ...waiting, leaves, assigned(), overflow, {
        type: 'agent_says',
        agent: maya,
        clientId: 'hi',
        text: 'Hello',
      });
      expect(told.state.escalation).toMatchObject({ state: 'abandoned', hops: [{ hop: 1 }] });
      expect(told.kinds).toEqual(['message', 'escalated', 'withdrawn']);
      expect(told.refusals).toEqual(['not_assigned_to_you']);
    });

    const again = (queue = billing): TurnOutcome => ({
      ...nothing,
      next: { kind: 'escalate', escalation: { ...anEscalation, id: escalationId(2), queue } },
    });
    const wish2: ConversationCommand = { type: 'visitor_asks_for_person', clientId: 'wish2', turnId: 't2' };
    const since = ({ state }: ReturnType<typeof story>) => waitingSince(state.escalation!.hops);
    const handedOver = ({ state }: ReturnType<typeof story>) => state.escalation!.hops[0]!.at;

    const DAYS = 24 * 60 * MINUTE;
    test('[M8] keeps the time that they waited when they ask again: all of it within the hour, an hour of it at most within the week', () => {
      const back = (after: number, queue = billing, waited = 7) =>
        story(
          aConversation(),
          ...waiting,
          { wait: waited * MINUTE },
          leaves,
          { wait: after },
          wish2,
          finish('t2', again(queue)),
        );
      const soon = back(5 * MINUTE);
      expect(handedOver(soon) - since(soon)).toBe(7 * MINUTE + 1000);
      expect(pathSince(soon.state.escalation!.hops)).toBe(handedOver(soon));
      const keeps = (one: ReturnType<typeof story>) => handedOver(one) - since(one);
      expect(keeps(back(6 * DAYS))).toBe(7 * MINUTE + 1000);
      expect(keeps(back(59 * MINUTE, billing, 200))).toBe(200 * MINUTE + 1000);
      expect(keeps(back(62 * MINUTE, billing, 200))).toBe(60 * MINUTE);
      // Later still, or about something that is another queue's, it is a new wait.
      expect([back(8 * DAYS), back(5 * MINUTE, engineering)].map(keeps)).toEqual([0, 0]);
    });

    test('[M8] so does who comes back after it was called resolved', () => {
      const resolve: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'r', code: 'answered', note: '' };
      const back = (after: number) =>
        story(
          aConversation(),
          ...waiting,
          { wait: 7 * MINUTE },
          assigned(),
          { wait: 30 * MINUTE },
          resolve,
          { wait: after },
          wish2,
          finish('t2', again()),
        );
      expect(handedOver(back(MINUTE)) - since(back(MINUTE))).toBe(7 * MINUTE + 1000);
      expect(handedOver(back(2 * DAYS)) - since(back(2 * DAYS))).toBe(7 * MINUTE + 1000);
      expect(handedOver(back(8 * DAYS)) - since(back(8 * DAYS))).toBe(0);
    });

    test('[M8] be it in the next conversation', () => {
      const earlier = story(aConversation(), ...waiting, { wait: 7 * MINUTE }, leaves).state.escalation!;
      const endedAt = earlier.state === 'abandoned' ? earlier.abandonedAt : 0;
      const next = (after: number) => {
        const startedAt = endedAt + after;
        return story(
          aConversation({ before: earlier, startedAt }),
          { wait: startedAt - NOW },
          wish2,
          finish('t2', again()),
        );
      };
      expect(handedOver(next(MINUTE)) - since(next(MINUTE))).toBe(7 * MINUTE + 1000);
      expect(handedOver(next(8 * DAYS)) - since(next(8 * DAYS))).toBe(0);
    });
  });

  test('[P7] [K10] what became known while somebody had it ranks it anew when it is taken back', () => {
    const back: ConversationCommand = {
      type: 'taken_back',
      escalationId: escalationId(1),
      hop: 1,
      agent: maya,
      cause: { kind: 'silent' },
    };
    const { effects } = story(aConversation(), ...inMayasHands, says('this is terrible'), back);
    expect(effects.filter(({ kind }) => kind === 'rerank')).toMatchObject([{ hop: 1, queueId: billing.id }]);
  });

  describe('[P9] what is heard while they wait', () => {
    const SOON: SlaTerms = { ...someTerms(), targetMinutes: { ...someTerms().targetMinutes, first_response: 2 } };
    const evaluation = {
      which: 'waiting',
      policyVersion: 3,
      facts: {},
      decision: { action: 'escalate' },
      shadow: null,
    } as unknown as TurnEvaluation;
    const hears = (
      severity: Severity,
      rankClass: 0 | 1,
      said: number | null = 3,
      terms = SOON,
    ): ConversationCommand => ({
      type: 'heard',
      escalationId: escalationId(1),
      said,
      heard: { severity, class: rankClass, because: ['Security'], evaluation },
      terms,
    });
    const waiting = [says('help'), finish('t-help', escalating)];
    const rowsOf = (effects: Effect[]) => effects.flatMap((one) => (one.kind === 'evaluation_row' ? [one.id] : []));

    test('a message that is written is asked about, by its number', () => {
      const { effects, state } = story(aConversation(), ...waiting, says('worse'));
      expect(effects.filter(({ kind }) => kind === 'rerank')).toMatchObject([{ hop: 1, said: state.head }]);
    });

    test('raises severity and class, and the agents read why', () => {
      const { state, entries, effects } = story(aConversation(), ...waiting, says('worse'), hears('critical', 0));
      expect(state.escalation).toMatchObject({
        severity: 'critical',
        class: 0,
        because: ['Asked for a person', 'Security'],
      });
      const told = entries.filter(({ type }) => type === 'raised');
      expect(told).toMatchObject([{ severity: 'critical', class: 0, because: ['Security'] }]);
      expect(told.map(isShared)).toEqual([false]);
      expect(rowsOf(effects)).toEqual([`${escalationId(1)}/said-3`]);
    });

    test('lowers neither, and says nothing then; what was asked is kept', () => {
      const { state, kinds, effects } = story(
        aConversation(),
        ...waiting,
        hears('critical', 0),
        hears('low', 1, 4),
        hears('critical', 0, 5),
      );
      expect(state.escalation).toMatchObject({ severity: 'critical', class: 0 });
      expect(kinds.filter((kind) => kind === 'raised')).toHaveLength(1);
      expect(rowsOf(effects)).toHaveLength(3);
    });

    test('a page or an account is kept only where it raised something', () => {
      const { effects } = story(aConversation(), ...waiting, hears('low', 1, null), hears('critical', 1, null));
      expect(rowsOf(effects)).toHaveLength(1);
    });

    test('[K7] the promise follows, with what has elapsed', () => {
      const dueAt = (...more: ConversationCommand[]) =>
        promiseDueAt(story(aConversation(), ...waiting, { wait: MINUTE }, ...more).state.sla!)!;
      expect(dueAt() - dueAt(hears('critical', 1))).toBe((someTerms().targetMinutes.first_response! - 2) * MINUTE);
      expect(dueAt(hears('normal', 1, 3, someTerms()))).toBe(dueAt());
    });

    test('[B6] the bundle that agents see has the severity; the row that is kept has not', () => {
      const bundle = { escalationId: escalationId(1), hop: 1, severity: 'high' } as ContextBundle;
      const { state, effects } = story(aConversation(), ...waiting, { type: 'bundled', bundle }, hears('critical', 1));
      expect(state.bundle?.severity).toBe('critical');
      expect(effects.filter(({ kind }) => kind === 'bundle_row')).toHaveLength(1);
    });

    test('who has it reads it themselves, and what is over is over', () => {
      const { state, kinds } = story(aConversation(), ...waiting, assigned(), hears('critical', 0));
      expect(state.escalation).toMatchObject({ severity: 'high', class: 1 });
      expect(kinds).not.toContain('raised');
    });
  });

  test('[A5] what is written after an answer is owed an answer anew, once', () => {
    const reply: ConversationCommand = { type: 'agent_says', agent: maya, clientId: 'a1', text: 'Hello' };
    const told = story(
      aConversation(),
      ...inMayasHands,
      says('are you there'),
      reply,
      { ...reply, clientId: 'a2' },
      says('still broken'),
      says('hello?'),
      { ...reply, clientId: 'a3' },
    );
    const words = told.effects.filter(({ kind }) => kind === 'entry_answered' || kind === 'entry_owed');
    expect(words.map(({ kind }) => kind)).toEqual(['entry_answered', 'entry_owed', 'entry_answered']);
    expect(words.every((word) => 'agentId' in word && word.agentId === maya.id)).toBe(true);
  });

  test('[E6] a transfer remembers whom it names', () => {
    const { state } = story(aConversation(), ...inMayasHands, {
      type: 'transfer',
      agent: maya,
      clientId: 'x',
      to: movedTo(engineering, { wanted: jonas }),
      note: 'he knows it',
    });
    expect(state.escalation?.hops.at(-1)).toMatchObject({ wanted: jonas });
  });

  test('[E4] overflows while nobody has it, once; whoever accepted it in the meantime keeps it', () => {
    const go: ConversationCommand = {
      type: 'overflow',
      escalationId: escalationId(1),
      hop: 1,
      to: engineering,
      because: 'waited 5 min',
      raises: [{ label: 'moved by Sam', minutes: -5 }],
      relaxed: 1,
    };
    const waiting = story(aConversation(), says('help'), finish('t-help', escalating), go, go);
    expect(waiting.state.escalation?.hops).toMatchObject([
      { hop: 1 },
      {
        hop: 2,
        kind: 'overflow',
        by: { kind: 'queue', name: 'Billing' },
        // [Q12] The minutes that it was given go along.
        raises: [{ label: 'moved by Sam', minutes: -5 }],
        relaxed: 1,
      },
    ]);
    expect(waiting.work.map(({ kind }) => kind)).toEqual(['hand_over', 'hand_over', 'close_entry']);
    const taken = story(aConversation(), ...inMayasHands, go);
    expect(taken.state.escalation).toMatchObject({ state: 'assigned', hops: [{ hop: 1 }] });
  });

  test('[O3] taken back is in line again, the visitor is told, and from whom and why is recorded', () => {
    const { state, kinds, effects } = story(aConversation(), ...inMayasHands, {
      type: 'taken_back',
      escalationId: escalationId(1),
      hop: 1,
      agent: maya,
      cause: { kind: 'silent' },
    });
    expect(state.escalation?.state).toBe('queued');
    expect(kinds.at(-1)).toBe('agent_left');
    expect(effects.at(-1)).toMatchObject({
      event: { type: 'escalation.taken_back', agentId: maya.id, cause: { kind: 'silent' } },
    });
  });
});

describe('[K5] [K8] promises', () => {
  const reply = (id: string): ConversationCommand => ({ type: 'agent_says', agent: maya, clientId: id, text: 'hello' });
  const check = (terms: SlaTerms | null = null): ConversationCommand => ({ type: 'sla_checked', terms });
  /** So many minutes pass before the next command. */
  const wait = (minutes: number) => ({ wait: minutes * MINUTE }) as const;
  const sla = (told: ReturnType<typeof story>) => told.records.filter((type) => type.startsWith('sla.'));
  const owed = ({ state }: ReturnType<typeof story>) =>
    viewSla(state.sla!).map(({ metric, state, endedAt }) => `${metric} ${endedAt === null ? state : `${state}, over`}`);

  test('begin with the hand-over, are met by the reply and by the end', () => {
    const handed = story(aConversation(), ...inMayasHands);
    expect(owed(handed)).toEqual(['first_response pending', 'resolution pending']);
    const answered = story(aConversation(), ...inMayasHands, reply('r1'));
    expect(sla(answered)).toEqual(['sla.met']);
    const done = story(aConversation(), ...inMayasHands, reply('r1'), says('thanks'), {
      type: 'resolve',
      agent: maya,
      clientId: 'done',
      code: 'fixed',
      note: '',
    });
    expect(sla(done)).toEqual(['sla.met', 'sla.met']);
    expect(done.effects).toContainEqual(
      expect.objectContaining({
        kind: 'outcome_event',
        event: expect.objectContaining({
          type: 'sla.met',
          metric: 'resolution',
          ordinal: 1,
          queue: 'Billing',
          hop: 1,
          agentId: maya.id,
          targetMinutes: 480,
        }),
      }),
    );
  });

  test('[K10] broken ones are told once, to agents only, and the work that waits is ranked anew', () => {
    const late = story(
      aConversation(),
      says('help'),
      finish('t-help', escalating),
      wait(12),
      check(),
      check(),
      wait(4),
      check(),
      check(),
    );
    expect(sla(late)).toEqual(['sla.warned', 'sla.breached']);
    expect(late.entries.filter(({ type }) => type === 'sla_breached')).toMatchObject([
      { metric: 'first_response', targetMinutes: 15 },
    ]);
    expect(late.entries.filter(isShared).some(({ type }) => (type as string) === 'sla_breached')).toBe(false);
    expect(late.effects.filter(({ kind }) => kind === 'rerank')).toHaveLength(1);
  });

  test('[K10] a rule may do neither', () => {
    const quiet = someTerms({ onBreach: { notify: false, rerank: false, sendOn: false } });
    const late = story(aConversation(), says('help'), finish('t-help', escalating), check(quiet), wait(20), check());
    expect(sla(late)).toEqual(['sla.warned', 'sla.breached']);
    expect(late.kinds).not.toContain('sla_breached');
    expect(late.effects.some(({ kind }) => kind === 'rerank')).toBe(false);
  });

  describe('[K14] who answers for a promise', () => {
    const notices = ({ effects }: ReturnType<typeof story>) =>
      effects.flatMap((one) =>
        one.kind === 'notice'
          ? [`${one.notice.what} ${one.notice.id}`]
          : one.kind === 'notice_over'
            ? [`over ${one.noticeId}`]
            : [],
      );
    const first = `${escalationId(1)}/first_response/1`;
    const waits = [says('help'), finish('t-help', escalating)];

    test('hears of its warning, of its breach, and that it is owed no longer', () => {
      expect(notices(story(aConversation(), ...waits, wait(12), check(), wait(4), check(), check()))).toEqual([
        `warned ${first}`,
        `breached ${first}`,
      ]);
      const accepted = [...waits, wait(12), check(), assigned(), reply('r1')];
      expect(notices(story(aConversation(), ...accepted))).toEqual([`warned ${first}`, `over ${first}`]);
      const gone: ConversationCommand = { type: 'visitor_withdraws', clientId: 'gone' };
      expect(notices(story(aConversation(), ...waits, wait(12), check(), gone))).toEqual([
        `warned ${first}`,
        `over ${first}`,
      ]);
      // Found late with the reply that ends it: told, and over.
      expect(notices(story(aConversation(), ...waits, assigned(), wait(20), reply('r1')))).toEqual([
        `warned ${first}`,
        `breached ${first}`,
        `over ${first}`,
      ]);
    });

    test('hears nothing by a rule that tells nobody, nor of what nobody was told', () => {
      const quiet = someTerms({ onBreach: { notify: false, rerank: false, sendOn: false } });
      expect(notices(story(aConversation(), ...waits, check(quiet), wait(20), check()))).toEqual([]);
      expect(notices(story(aConversation(), ...waits, assigned(), reply('r1')))).toEqual([]);
    });
  });

  test('[K9] the queue hears when the next promise breaks, whoever has the work', () => {
    const told = story(aConversation(), ...inMayasHands, reply('r1'), says('still'), says('hello?'), reply('r2'));
    const due = told.effects.flatMap((one) => (one.kind === 'entry_promised' ? [one.dueAt] : []));
    // Answered: it is the visitor's turn and nothing runs. Asked anew: the next reply is due.
    expect(due).toEqual([null, expect.any(Number), null]);
  });

  test('[K9] who looks at the line sees when the promise breaks by other terms', () => {
    const waits = story(aConversation(), says('help'), finish('t-help', escalating));
    const later = someTerms({ targetMinutes: { first_response: 45, next_response: 15, resolution: 480 } });
    const again = story(waits.state, check(later));
    expect(again.effects.filter(({ kind }) => kind === 'rerank')).toHaveLength(1);
    expect(promiseDueAt(again.state.sla!)! - promiseDueAt(waits.state.sla!)!).toBe(30 * MINUTE);
    expect(story(again.state, check(later)).effects).toEqual([]);
  });

  test('[K12] a rule may send on what waits: at the breach, and what is late when it comes back into line', () => {
    const hurried = someTerms({ onBreach: { notify: false, rerank: false, sendOn: true } });
    const sent = (told: ReturnType<typeof story>) => told.effects.filter(({ kind }) => kind === 'send_on');
    const waits = [says('help'), finish('t-help', escalating), check(hurried)];
    expect(sent(story(aConversation(), ...waits, wait(14), check()))).toEqual([]);
    const late = story(aConversation(), ...waits, wait(16), check(), check());
    expect(sent(late)).toMatchObject([{ escalationId: escalationId(1), hop: 1 }]);
    const held = story(aConversation(), ...inMayasHands, check(hurried), wait(16), check());
    expect(sent(held)).toEqual([]);
    const back = {
      type: 'taken_back',
      escalationId: escalationId(1),
      hop: 1,
      agent: maya,
      cause: { kind: 'silent' },
    } as const;
    expect(sent(story(held.state, back))).toMatchObject([{ hop: 1 }]);
    expect(sent(story(aConversation(), ...inMayasHands, check(hurried), back))).toEqual([]);
    // By a policy that says nothing of it, nothing is sent on.
    expect(sent(story(aConversation(), says('help'), finish('t-help', escalating), wait(16), check()))).toEqual([]);
  });

  test('a late reply is told as late although no alarm came, and before the reply', () => {
    const late = story(aConversation(), ...inMayasHands, wait(20), reply('r1'));
    expect(sla(late)).toEqual(['sla.warned', 'sla.breached']);
    expect(late.kinds.slice(-2)).toEqual(['sla_breached', 'message']);
  });

  test('the next reply is owed from the visitor’s message, also while the work waits in another queue', () => {
    const moved = story(
      aConversation(),
      ...inMayasHands,
      reply('r1'),
      { type: 'transfer', agent: maya, clientId: 'go', to: movedTo(engineering), note: '' },
      says('and?'),
    );
    expect(owed(moved)).toContain('next_response pending');
    const answered = story(moved.state, assigned(2, jonas), { ...reply('r2'), agent: jonas } as ConversationCommand);
    expect(sla(answered)).toEqual(['sla.met']);
  });

  test('[K6] the end waits for the visitor, not for the next queue', () => {
    const resolution = (told: ReturnType<typeof story>) =>
      viewSla(told.state.sla!).find(({ metric }) => metric === 'resolution');
    expect(resolution(story(aConversation(), ...inMayasHands, reply('r1')))).toMatchObject({ dueAt: null });
    for (const next of [
      says('yes'),
      { type: 'transfer', agent: maya, clientId: 'go', to: movedTo(engineering), note: '' },
      { type: 'taken_back', escalationId: escalationId(1), hop: 1, agent: maya, cause: { kind: 'silent' } },
    ] satisfies ConversationCommand[])
      expect(resolution(story(aConversation(), ...inMayasHands, reply('r1'), next))).toMatchObject({
        dueAt: expect.any(Number),
      });
  });

  test('[K7] what is not told yet is judged by the newest terms', () => {
    const lax = someTerms({ targetMinutes: { first_response: 60, next_response: 10, resolution: 480 } });
    expect(sla(story(aConversation(), ...inMayasHands, wait(30), check(lax)))).toEqual([]);
    expect(sla(story(aConversation(), ...inMayasHands, wait(30), check(lax), wait(31), check()))).toEqual([
      'sla.warned',
      'sla.breached',
    ]);
  });

  test('work that an older deploy handed over has none, and goes on', () => {
    const { state } = story(aConversation(), ...inMayasHands);
    const old = story({ ...state, sla: null }, reply('r1'), says('x'), wait(9999), check(someTerms()));
    expect(sla(old)).toEqual([]);
    expect(old.refusals).toEqual([]);
  });

  test('promises of another escalation are left alone', () => {
    const { state } = story(aConversation(), ...inMayasHands);
    const foreign = { ...state, sla: { ...state.sla!, escalationId: escalationId(9) } };
    expect(sla(story(foreign, wait(9999), check(), reply('r1')))).toEqual([]);
  });

  test('a second escalation has its own', () => {
    const done: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'done', code: 'fixed', note: '' };
    const again = story(
      aConversation(),
      ...inMayasHands,
      done,
      says('again'),
      finish('t-again', {
        ...escalating,
        next: { kind: 'escalate', escalation: { ...anEscalation, id: escalationId(2) } },
      }),
    );
    expect(again.state.sla?.escalationId).toBe(escalationId(2));
    expect(owed(again)).toEqual(['first_response pending', 'resolution pending']);
  });
});

test('[C8] what only agents see is never shared', () => {
  const agentOnly = story(
    aConversation(),
    ...inMayasHands,
    { type: 'agent_notes', agent: maya, clientId: 'n', text: 'x' },
    { type: 'flag', agent: maya, clientId: 'f', because: 'other', note: '' },
    { type: 'resolve', agent: maya, clientId: 'r', code: 'fixed', note: 'secret' },
  );
  expect(agentOnly.entries.filter(isShared).map(({ type }) => type)).toEqual([
    'message',
    'escalated',
    'agent_joined',
    'resolved',
  ]);
});

describe('the context bundle', () => {
  const escalated = story(
    aConversation(),
    says('I was charged twice, card 4111 1111 1111 1111'),
    finish('t-I was charged twice, card 4111 1111 1111 1111', escalating),
  );
  const trail: Breadcrumb[] = [
    { tab: 'tabtab', n: 0, at: NOW - 40_000, kind: 'navigation', path: '/billing', title: 'Billing', cause: 'load' },
    { tab: 'tabtab', n: 1, at: NOW - 30_000, kind: 'click', role: 'button', name: 'Pay' },
    {
      tab: 'tabtab',
      n: 2,
      at: NOW - 29_000,
      kind: 'request_failed',
      method: 'POST',
      path: '/api/pay',
      status: 402,
      durationMs: 80,
    },
  ];
  const inputs = (
    changed: Partial<Parameters<typeof assembleBundle>[0]> = {},
  ): Parameters<typeof assembleBundle>[0] => ({
    state: escalated.state,
    escalation: escalated.state.escalation!,
    entries: escalated.entries,
    page: null,
    trail,
    reasons: anEscalation.reasons,
    rank: { terms: [{ label: 'free target', minutes: 60 }], dueAt: NOW + 60 * MINUTE },
    history: { ok: true, value: [] },
    changes: { ok: true, value: null },
    bugReport: null,
    now: NOW,
    ...changed,
  });

  test('[B1] has every field, or its reason', () => {
    const bundle = assembleBundle(inputs({ history: { ok: false, reason: 'the database did not answer' } }));
    for (const [name, field] of Object.entries(bundle)) {
      if (typeof field === 'object' && field !== null && 'status' in field) {
        const known = field as { status: string; reason?: string };
        expect([name, known.status === 'present' || (known.reason ?? '').length > 10]).toEqual([name, true]);
      }
    }
    expect(bundle.history).toEqual({ status: 'missing', reason: 'the database did not answer' });
    expect(bundle.recording).toMatchObject({ value: { momentOfTrouble: { at: NOW - 30_000 } } });
    expect(bundle.failures).toMatchObject({ value: { requests: [{ path: '/api/pay', status: 402 }] } });
    expect(assembleBundle(inputs())).toEqual(assembleBundle(inputs()));
  });

  test('[B2] is redacted on the way in, its ids are not', () => {
    const bundle = assembleBundle(inputs());
    expect(JSON.stringify(bundle)).not.toContain('4111');
    expect(bundle.subject).toContain('[card]');
    expect(bundle.visitor.id).toBe(escalated.state.visitor.id);
  });

  test('[B3] is bounded, and keeps what happened last', () => {
    const long = Array.from(
      { length: 900 },
      (_, n): Breadcrumb => ({
        tab: 'tabtab',
        n,
        at: NOW - 900_000 + n * 900,
        kind: 'click',
        role: 'button',
        name: `b${n}`,
      }),
    );
    const bundle = assembleBundle(inputs({ trail: long }));
    expect(bundle.trail).toMatchObject({ status: 'present' });
    if (bundle.trail.status === 'present') {
      expect(bundle.trail.value).toHaveLength(200);
      expect(bundle.trail.value.at(-1)).toMatchObject({ name: 'b899' });
    }
    expect(JSON.stringify(bundle).length).toBeLessThan(100_000);
  });

  test('[B4] of an anonymous visitor names no account and no address, whatever was claimed', () => {
    const account = { tier: { value: 'enterprise', provenance: 'claimed' as const, at: NOW, source: 'page' } };
    const state = { ...escalated.state, visitor: { ...escalated.state.visitor, attested: false, account } };
    const bundle = assembleBundle(inputs({ state }));
    expect(bundle.visitor.email).toBeNull();
    expect(bundle.account).toMatchObject({ status: 'missing' });
  });

  test.each([
    ['the visitor’s first real sentence', escalated.entries, 'I was charged twice, card [card]'],
    ['what went wrong on the page, without marks', [], 'Clicked “Pay”, then POST /api/pay → 402'],
  ])('[B5] its subject is %s', (_, entries, subject) => {
    expect(assembleBundle(inputs({ entries })).subject).toBe(subject);
  });

  test('[B5] its subject is the bug report’s title, as in the queue', () => {
    const bugReport = { title: 'POST /api/pay answers 402 on /billing' } as BugReport;
    expect(assembleBundle(inputs({ bugReport })).subject).toBe('POST /api/pay answers 402 on /billing');
  });
});

describe('[X12] a recording leaves the page', () => {
  const shares = (yes: boolean, clientId = `s${yes}`): ConversationCommand => ({
    type: 'visitor_shares',
    clientId,
    shares: yes,
  });
  const handsOver = [says('help'), finish('t-help', escalating)];
  const recorded = (start: Partial<ConversationState>, ...steps: Parameters<typeof story>[1][]) => {
    const { state, kinds } = story(aConversation(start), ...steps);
    return [state.recording, sharingOf(state), kinds.filter((kind) => kind === 'sharing').length];
  };

  test('with the hand-over, without a question; not where the workspace records nothing', () => {
    expect(recorded({ capture: 'on_escalation' }, says('help'))).toEqual([false, 'off', 0]);
    expect(recorded({ capture: 'on_escalation' }, ...handsOver)).toEqual([true, 'on', 0]);
    expect(recorded({ capture: 'off' }, ...handsOver)).toEqual([false, 'off', 0]);
    expect(decideConversation(aConversation({ capture: 'off' }), shares(true), NOW)).toMatchObject({
      ok: false,
      reason: 'records_nothing',
    });
  });

  test('where they are asked, not before they have agreed', () => {
    expect(recorded({ capture: 'ask' }, ...handsOver)).toEqual([false, 'ask', 0]);
    expect(recorded({ capture: 'ask' }, ...handsOver, shares(true))).toEqual([true, 'on', 1]);
    expect(recorded({ capture: 'ask' }, ...handsOver, shares(false))).toEqual([false, 'stopped', 1]);
    expect(recorded({ capture: 'ask' }, ...handsOver, shares(false), shares(true))).toEqual([true, 'on', 2]);
    // Said before anybody was asked to come: it counts from then on.
    expect(recorded({ capture: 'ask' }, shares(true), ...handsOver)).toEqual([true, 'on', 1]);
  });

  test('no longer when they say so, also not with the next hand-over; saying it again says nothing', () => {
    const resolve: ConversationCommand = { type: 'resolve', agent: maya, clientId: 'r', code: 'fixed', note: '' };
    const again = [says('again'), finish('t-again', escalating)];
    expect(recorded({ capture: 'on_escalation' }, ...handsOver, shares(false), shares(false, 's2'))).toEqual([
      false,
      'stopped',
      1,
    ]);
    expect(recorded({ capture: 'on_escalation' }, ...handsOver, shares(false), assigned(), resolve, ...again)).toEqual([
      false,
      'stopped',
      1,
    ]);
    expect(recorded({ capture: 'always', recording: true }, shares(false))).toEqual([false, 'off', 1]);
  });

  test('a browser that asks for privacy has them asked, whatever the workspace says', () => {
    const privacy: ConversationCommand = { type: 'visitor_wants_privacy' };
    expect(recorded({ capture: 'on_escalation' }, privacy, ...handsOver)).toEqual([false, 'ask', 0]);
    expect(recorded({ capture: 'always', recording: true }, privacy)).toEqual([false, 'off', 0]);
    // Who has agreed already has done so.
    expect(recorded({ capture: 'on_escalation' }, ...handsOver, shares(true), privacy)[0]).toBe(true);
    expect(recorded({ capture: 'off' }, privacy, ...handsOver)).toEqual([false, 'off', 0]);
  });
});

describe('[E8] a silence', () => {
  const mark = (message: number, missed: boolean, more: { isSilence?: boolean; wasMissed?: boolean } = {}) =>
    ({
      type: 'mark_silence',
      agent: maya,
      clientId: `m${message}${missed}`,
      message,
      missed,
      isSilence: true,
      wasMissed: false,
      ...more,
    }) as const satisfies ConversationCommand;

  test('is a message for which nobody came, of the visitor’s', () => {
    const talk = [
      says('it is broken'),
      finish('t-it is broken', nothing),
      says('hello?'),
      finish('t-hello?', nothing),
      says('a person please'),
      finish('t-a person please', escalating),
      says('while I wait'),
    ];
    const { entries } = story(aConversation(), ...talk);
    const silent = entries.filter(({ seq }) => isSilence(entries, seq));
    expect(silent.map((one) => one.type === 'message' && one.text)).toEqual(['it is broken', 'hello?']);
    expect(isSilence(entries, 99)).toBe(false);
    // After the work is over the assistant is alone with them again.
    const over = story(
      aConversation(),
      ...inMayasHands,
      { type: 'resolve', agent: maya, clientId: 'r', code: 'fixed', note: '' },
      says('and now?'),
    ).entries;
    expect(over.filter(({ seq }) => isSilence(over, seq)).map((one) => one.type === 'message' && one.text)).toEqual([
      'and now?',
    ]);
  });

  test('is marked once, taken back, and told', () => {
    const { entries, records, kinds } = story(aConversation(), says('it is broken'), mark(1, true));
    expect(missedBy(entries, 1)).toBe('Maya');
    expect(missedBy(entries, 2)).toBeNull();
    expect(entries.filter(({ type }) => type === 'silence_marked').map(isShared)).toEqual([false]);
    expect(records.filter((type) => type === 'silence.marked')).toHaveLength(1);
    expect(kinds.filter((type) => type === 'silence_marked')).toHaveLength(1);
    const back = story(aConversation(), says('it is broken'), mark(1, true), mark(1, false, { wasMissed: true }));
    expect(missedBy(back.entries, 1)).toBeNull();
    const twice = story(aConversation(), says('it is broken'), mark(1, true), mark(1, true, { wasMissed: true }));
    expect(twice.kinds.filter((type) => type === 'silence_marked')).toHaveLength(1);
  });

  test('where somebody came there is none to mark', () => {
    expect(story(aConversation(), ...inMayasHands, mark(1, true, { isSilence: false })).refusals).toEqual([
      'no_silence',
    ]);
  });
});
