import { SEVERITIES } from '#domain/escalation/escalation.ts';
import { type Plan, SLA_METRICS, type TargetMinutes } from './policy.ts';

/** What is wrong with promises, and where: a dotted path in the policy, in words for who wrote it. */
export type PolicyProblem = { path: string; message: string };

/** More urgent work that is promised later, or nothing, where milder work is promised something; and a first reply that is promised after the end. Empty when there is nothing. */
export function policyProblems({ targetMinutes }: { targetMinutes: TargetMinutes }): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  for (const plan of Object.keys(targetMinutes.first_response) as Plan[]) {
    for (const metric of SLA_METRICS) {
      const minutes = targetMinutes[metric][plan];
      for (const [place, severity] of SEVERITIES.entries()) {
        const milder = SEVERITIES[place - 1];
        const before = milder === undefined ? null : minutes[milder];
        if (before === null || (minutes[severity] ?? Number.POSITIVE_INFINITY) <= before) continue;
        problems.push({
          path: `targetMinutes.${metric}.${plan}.${severity}`,
          message: `${severity} cannot be promised later than ${milder}, which is promised after ${before} min.`,
        });
      }
    }
    for (const severity of SEVERITIES) {
      const [first, end] = [targetMinutes.first_response[plan][severity], targetMinutes.resolution[plan][severity]];
      if (first !== null && end !== null && first > end)
        problems.push({
          path: `targetMinutes.resolution.${plan}.${severity}`,
          message: `the end cannot be promised before the first reply, which is promised after ${first} min.`,
        });
    }
  }
  return problems;
}
