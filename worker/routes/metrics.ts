import { z } from 'zod';
import { reportMetrics } from '#domain/metrics/report.ts';
import { utcDay, whyNotReported } from '#domain/metrics/window.ts';
import { recordedScenario } from '#domain/simulation/recorded-scenario.ts';
import { type MetricsAnswer, metricsAnswer, metricsQuery, recordedScenarioAnswer } from '#protocol/http.ts';
import { ProblemError } from '../middleware/problems.ts';
import { agentsOf } from '../storage/agents.ts';
import { incidentsDuring } from '../storage/incidents.ts';
import { cohortFacts, pastWork } from '../storage/outcomes.ts';
import { slaInForce } from '../storage/sla.ts';
import { queuesOf } from '../storage/workspaces.ts';
import type { Api } from './api.ts';

const { from, to } = metricsQuery.shape;
const windowQuery = z.strictObject({ from, to });

export function addMetrics(api: Api): void {
  api.add(
    {
      method: 'get',
      path: '/v1/metrics',
      access: 'agent',
      keys: 'metrics',
      least: 'viewer',
      tag: 'Agent',
      summary: 'How well escalation works',
      description:
        'Counts the conversations that began in `[from, to)` and what became of them, in total, by UTC day, and by queue, topic or product area. At most 400 days. Rates carry both their numbers and a 95 % interval.',
      query: metricsQuery,
      answer: metricsAnswer,
    },
    async (c, { query: { from, to, by } }) => {
      const window = { from, to };
      const why = whyNotReported(window);
      if (why !== null) throw new ProblemError('invalid', why);
      const facts = await cohortFacts(c.env.DB, c.get('agent').workspaceId, window);
      return c.json(reportMetrics(facts, window, by) satisfies MetricsAnswer);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/metrics/scenario',
      access: 'agent',
      keys: 'metrics',
      least: 'viewer',
      tag: 'Agent',
      summary: 'What happened, as a scenario of the simulator',
      description:
        'The work of the conversations that began in `[from, to)`, at most 400 days, as a file for `npm run eval -- simulate --scenario FILE`: who came, handle times, agents’ shifts as far as their work shows them, incidents, and how queues, agents and promises are now. 409 when nobody took any work.',
      query: windowQuery,
      answer: recordedScenarioAnswer,
    },
    async (c, { query: window }) => {
      const why = whyNotReported(window);
      if (why !== null) throw new ProblemError('invalid', why);
      const { workspaceId } = c.get('agent');
      const [{ events, known }, agents, queues, { policy: promises, calendars }, incidents] = await Promise.all([
        pastWork(c.env.DB, workspaceId, window),
        agentsOf(c.env.DB, workspaceId),
        queuesOf(c.env.DB, workspaceId),
        slaInForce(c.env.DB, workspaceId),
        incidentsDuring(c.env.DB, workspaceId, window),
      ]);
      const days = `${utcDay(window.from)} to ${utcDay(window.to)}`;
      const scenario = recordedScenario(days, window, events, known, {
        queues,
        agents,
        promises,
        calendars,
        incidents,
      });
      if (scenario === null) throw new ProblemError('conflict', 'Nobody took any work in this window.');
      return c.json(scenario, 200, {
        'content-disposition': `attachment; filename="baton-${utcDay(window.from)}.json"`,
      });
    },
  );
}
