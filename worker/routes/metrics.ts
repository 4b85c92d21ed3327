import { reportMetrics } from '#domain/metrics/report.ts';
import { whyNotReported } from '#domain/metrics/window.ts';
import { type MetricsAnswer, metricsAnswer, metricsQuery } from '#protocol/http.ts';
import { ProblemError } from '../middleware/problems.ts';
import { cohortFacts } from '../storage/outcomes.ts';
import type { Api } from './api.ts';

export function addMetrics(api: Api): void {
  api.add(
    {
      method: 'get',
      path: '/v1/metrics',
      access: 'agent',
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
      return c.json(reportMetrics(facts, window, by) satisfies MetricsAnswer, 200, { 'cache-control': 'no-store' });
    },
  );
}
