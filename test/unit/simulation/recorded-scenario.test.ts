import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import { NOTHING_KNOWN, recordedScenario, type StaffNow } from '#domain/simulation/recorded-scenario.ts';
import { simulateReport } from '#domain/simulation/report.ts';
import type { Scenario } from '#domain/simulation/scenario.ts';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import { seededMonth } from '../../../tools/seed/month.ts';
import { type BundleColumns, knownThen } from '../../../worker/storage/known-then.ts';
import { readScenario } from '../../eval/scenario-file.ts';
import { agentId, aQueue, escalationId, MINUTE } from '../../support/builders.ts';

const DAY = 24 * 60 * MINUTE;
/** A Tuesday. */
const FROM = Date.UTC(2026, 10, 24);
const day = { from: FROM, to: FROM + DAY };
const nine = FROM + 9 * 60 * MINUTE;
const maya = agentId('maya');
const happened = (minute: number, event: object): CohortEvent => ({
  conversationId: 'cnv_1' as never,
  at: nine + minute * MINUTE,
  event: event as OutcomeEvent,
});
const came = (n: number, minute: number, queue = 'Billing') =>
  happened(minute, { type: 'escalation.created', escalationId: escalationId(n), queue });
const taken = (n: number, minute: number, by = maya) =>
  happened(minute, { type: 'escalation.assigned', escalationId: escalationId(n), hop: 1, agentId: by });
const ended = (n: number, minute: number) =>
  happened(minute, { type: 'escalation.resolved', escalationId: escalationId(n), agentId: maya });
const { version: _, ...promises } = DEFAULT_SLA_POLICY;
const NOBODY: StaffNow = { queues: [], agents: [], promises, calendars: [], incidents: [] };
const scenarioOf = (...events: CohortEvent[]) => recordedScenario('a day', day, events, new Map(), NOBODY);

/** As the simulator reads the file that is downloaded. */
function readBack(scenario: unknown): Scenario {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  try {
    const path = join(folder, 'day.json');
    writeFileSync(path, JSON.stringify(scenario));
    return readScenario(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('what happened, as a scenario', () => {
  test('has who came, for how long they were helped, and how long who left had waited', () => {
    const scenario = scenarioOf(
      came(1, 0),
      taken(1, 4),
      ended(1, 16.5),
      came(2, 5),
      happened(12, { type: 'escalation.abandoned', escalationId: escalationId(2), waitedMs: 7 * MINUTE }),
      came(3, 6, 'General'),
    );
    expect(scenario?.recorded).toMatchObject([
      { at: new Date(nine).toISOString(), queue: 'Billing', handleMinutes: 12.5, patienceMinutes: null },
      { queue: 'Billing', handleMinutes: null, patienceMinutes: 7 },
      { queue: 'General', handleMinutes: null, patienceMinutes: null, plan: null, severity: 'normal' },
    ]);
  });

  test('has of each agent what their work shows: queues, how much at once, from when until when', () => {
    const scenario = scenarioOf(came(1, 0), came(2, 0), taken(1, 4), taken(2, 8), ended(2, 20), ended(1, 31));
    expect(scenario?.agents).toEqual([
      {
        name: maya,
        skills: [],
        capacity: 2,
        queues: ['Billing'],
        shifts: [{ from: '09:00', to: '10:00', days: ['tue'] }],
      },
    ]);
    const inTurn = scenarioOf(came(1, 0), came(2, 0), taken(1, 4), ended(1, 8), taken(2, 8), ended(2, 20));
    expect(inTurn?.agents[0]?.capacity).toBe(1);
  });

  test('what was taken back counts for both who had it, and what went on for the first queue alone', () => {
    const back = happened(10, { type: 'escalation.taken_back', escalationId: escalationId(1), agentId: maya });
    const on = happened(20, {
      type: 'escalation.moved',
      escalationId: escalationId(1),
      agentId: 'x',
      kind: 'transfer',
      from: 'Billing',
      to: 'Engineering',
    });
    const scenario = scenarioOf(
      came(1, 0),
      taken(1, 4),
      back,
      taken(1, 15, agentId('jonas')),
      on,
      taken(1, 30, agentId('noor')),
      ended(1, 60),
    );
    expect(scenario?.recorded[0]?.handleMinutes).toBe(11);
    expect(scenario?.queues).toEqual([
      {
        name: 'Billing',
        handle: { observed: { minutes: [6, 5] } },
        transfers: [{ to: 'Engineering', probability: 0.5 }],
        settings: {},
      },
      { name: 'Engineering', handle: { observed: { minutes: [30] } }, transfers: [], settings: {} },
    ]);
  });

  test('a shift goes past midnight, and ends where nothing was taken or ended for four hours', () => {
    const hours = (n: number) => n * 60;
    const scenario = scenarioOf(
      came(1, 0),
      // 22:10 to 01:20, and once more from 09:00: what lay open since the day before keeps nobody at their desk.
      taken(1, hours(13) + 10),
      came(2, 0),
      taken(2, hours(14)),
      ended(2, hours(16) + 20),
      ended(1, hours(24)),
    );
    expect(scenario?.agents[0]?.shifts).toEqual([
      { from: '22:00', to: '01:30', days: ['tue'] },
      { from: '09:00', to: '09:30', days: ['wed'] },
    ]);
    const { agents } = readBack({ ...scenario, hours: 48 });
    expect(agents[0]?.shifts.map(({ from, to }) => (to - from) / (60 * MINUTE))).toContain(3.5);
  });

  test('queues and agents work as they do now, in the names that the simulator knows', () => {
    const billing = {
      ...aQueue({ name: 'Billing' }),
      cost: 2,
      path: [{ afterMs: 9, do: 'overflow', to: 'que_general' }],
    } as QueueConfig;
    const general = { ...aQueue({ name: 'General' }), id: 'que_general' } as QueueConfig;
    const events = [came(1, 0), taken(1, 4), came(2, 0), taken(2, 5, agentId('gone')), ended(1, 9), ended(2, 12)];
    const scenario = recordedScenario('a day', day, events, new Map(), {
      ...NOBODY,
      queues: [billing, general],
      agents: [{ id: maya, name: 'Maya', skills: ['api:3'], capacity: 4, queueIds: [general.id] }],
    });
    expect(scenario?.queues.map(({ name }) => name)).toEqual(['Billing', 'General']);
    expect(scenario?.queues[0]?.settings).toMatchObject({
      cost: 2,
      rank: billing.rank,
      path: [{ afterMs: 9, do: 'overflow', to: 'General' }],
    });
    expect(scenario?.agents.map(({ shifts: _, ...one }) => one)).toEqual([
      // Who has left has what their work shows: one piece at once, of two units.
      { name: agentId('gone'), skills: [], capacity: 2, queues: ['Billing'] },
      { name: 'Maya', skills: ['api:3'], capacity: 4, queues: ['Billing', 'General'] },
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      const path = join(folder, 'now.json');
      writeFileSync(path, JSON.stringify(scenario));
      const read = readScenario(path);
      expect(read.queues[0]?.config).toMatchObject({ cost: 2, rank: billing.rank, path: [{ to: 'que_general' }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('nobody took any work: there is nothing to simulate', () => {
    expect(scenarioOf(came(1, 0))).toBeNull();
  });

  test('[V8] [V11] [V12] has what is promised now, its hours, and the incidents of that time', () => {
    const at = (hour: number) => FROM + hour * 60 * MINUTE;
    const calendar = {
      kind: 'weekly' as const,
      zone: 'UTC',
      week: { tuesday: [{ from: '09:00', to: '17:00' }] },
      exceptions: [],
    };
    const staff: StaffNow = {
      ...NOBODY,
      promises: { ...promises, calendars: { ...promises.calendars, pro: 'day' } },
      calendars: [{ id: 'day', name: 'Day', calendar }],
      queues: [aQueue({ name: 'Billing', hoursId: 'day', hours: calendar, tierMinutes: 30 })],
      incidents: [
        { title: 'Before', area: null, startedAt: at(-5), endedAt: at(0) },
        { title: 'Into it', area: 'billing', startedAt: at(-5), endedAt: at(2) },
        { title: 'Still', area: null, startedAt: at(20), endedAt: null },
        { title: 'Later', area: null, startedAt: at(24), endedAt: null },
      ],
    };
    const scenario = recordedScenario('a day', day, [came(1, 0), taken(1, 4), ended(1, 9)], new Map(), staff);
    expect(scenario?.incidents.map(({ title, to }) => [title, to])).toEqual([
      ['Into it', new Date(at(2)).toISOString()],
      ['Still', new Date(at(24)).toISOString()],
    ]);
    const read = readBack(scenario);
    expect(read.promises?.calendars.get('day')).toEqual(calendar);
    expect(read.promises?.policy.targetMinutes).toEqual(promises.targetMinutes);
    expect([...(read.promises?.tierMinutes.values() ?? [])]).toEqual([30]);
    expect(read.queues[0]?.config.hours).toEqual(calendar);
    expect(simulateReport(read, 1).report.all.promises.first_response).toEqual({ count: 1, of: 1, share: 1 });
  });

  test('a recorded month is a scenario that the simulator reads and runs', () => {
    const agents = [
      { id: 'agt_maya0000', queues: ['Billing', 'General'] },
      { id: 'agt_jonas000', queues: ['Technical', 'General'] },
      { id: 'agt_noor0000', queues: ['Engineering', 'Technical'] },
    ];
    const rows = seededMonth({ workspaceId: 'wsp_1', now: FROM + 10 * DAY, agents });
    const events = rows.map(({ conversationId, at, body }) => ({ conversationId, at, event: JSON.parse(body) }));
    const scenario = recordedScenario('a day', day, events as never, new Map(), NOBODY);
    const came = events.filter(({ at, event }) => event.type === 'escalation.created' && at >= day.from && at < day.to);
    expect(scenario?.recorded.length).toBe(came.length);
    const { report } = simulateReport(readBack(scenario), 1);
    expect(report.all.arrivals).toBe(came.length);
    expect(report.all.waits).not.toBeNull();
  });
});

describe('[V8] what ranked somebody', () => {
  const present = (value: unknown) => JSON.stringify({ status: 'present', value });
  const missing = JSON.stringify({ status: 'missing', reason: 'nobody knows' });
  const bundle = (changed: Partial<BundleColumns> = {}): BundleColumns => ({
    severity: 'normal',
    at: nine,
    account: missing,
    triggers: missing,
    signals: missing,
    page: missing,
    failures: missing,
    history: missing,
    ...changed,
  });
  const fired = (action: object, isFired = true) => ({ actions: [{ fired: isFired, action }] });

  test('is read from the bundle of the hand-over', () => {
    const account = { Tier: 'enterprise', 'Contract value': '60000', Health: 'at_risk', 'Open dispute': 'true' };
    const whole = bundle({
      severity: 'high',
      account: present(
        Object.entries({ ...account, 'Renewal in days': '12', Incident: 'Cards fail' }).map(([label, value]) => ({
          label,
          value,
        })),
      ),
      triggers: present({
        trace: [
          fired({ do: 'set_class', class: 0 }),
          fired({ do: 'add_skill', skill: 'sso' }),
          fired({ do: 'add_skill', skill: 'sql' }, false),
        ],
      }),
      signals: present({ sentiment: -0.5, frustration: { value: 0.7, because: [] }, intent: null }),
      page: present({ path: '/billing/invoices' }),
      // One is of the page's last minutes, one of earlier.
      failures: present({ errors: [], requests: [{ at: nine - MINUTE }, { at: nine - 30 * MINUTE }] }),
      // One is the same trouble, one of long ago.
      history: present([{ at: nine - DAY }, { at: nine - 60 * DAY }]),
    });
    expect(knownThen(whole)).toEqual({
      plan: 'enterprise',
      severity: 'high',
      contractValue: 60_000,
      atRisk: true,
      openDispute: true,
      frustration: 0.7,
      sentiment: -0.5,
      repeatContact: 1,
      area: 'billing',
      renewalInDays: 12,
      failedRequests: 1,
      incident: 'Cards fail',
      critical: true,
      skills: ['sso'],
    });
  });

  test('is nothing where the bundle says that it is missing, or says something else', () => {
    expect(knownThen(bundle())).toEqual(NOTHING_KNOWN);
    const odd = { account: present('none'), signals: present({ sentiment: 'bad' }), page: present({ path: '/' }) };
    expect(knownThen(bundle({ ...odd, severity: 'dire', history: 'null' }))).toEqual(NOTHING_KNOWN);
    expect(knownThen(bundle({ page: present({ path: '/not an area' }) })).area).toBeNull();
  });

  test('is in the scenario, and ranks whoever comes there', () => {
    const known = {
      ...NOTHING_KNOWN,
      plan: 'pro' as const,
      frustration: 0.7,
      sentiment: -0.5,
      repeatContact: 2,
      area: 'billing',
      renewalInDays: 12,
      failedRequests: 1,
      incident: 'Cards fail',
    };
    const scenario = recordedScenario(
      'a day',
      day,
      [came(1, 0), taken(1, 4), ended(1, 9)],
      new Map([[escalationId(1), known]]),
      NOBODY,
    );
    const { plan: tier, atRisk: _a, critical: _c, skills: _s, openDispute: _o, ...facts } = known;
    expect(readBack(scenario).recorded[0]?.facts).toMatchObject({ tier, ...facts });
  });
});
