import { describe, expect, test } from 'vitest';
import { DEFAULT_SLA_POLICY, type TargetMinutes } from '#domain/sla/policy.ts';
import { policyProblems } from '#domain/sla/policy-problems.ts';
import { slaPreviewRequest } from '#protocol/sla.ts';

const changed = (change: (targets: TargetMinutes) => void): TargetMinutes => {
  const targets = structuredClone(DEFAULT_SLA_POLICY.targetMinutes);
  change(targets);
  return targets;
};
const problemsOf = (change: (targets: TargetMinutes) => void) => policyProblems({ targetMinutes: changed(change) });

describe('[K15] promises that make no sense', () => {
  test('are none where every workspace begins, nor where nothing is promised', () => {
    expect(problemsOf(() => {})).toEqual([]);
    const none = { low: null, normal: null, high: null, critical: null };
    expect(problemsOf(({ next_response }) => (next_response.pro = none))).toEqual([]);
    expect(problemsOf(({ first_response }) => (first_response.pro.low = null))).toEqual([]);
  });

  test('are more urgent work that is promised later, or nothing', () => {
    expect(problemsOf(({ first_response }) => (first_response.pro.critical = 9999))).toEqual([
      {
        path: 'targetMinutes.first_response.pro.critical',
        message: 'critical cannot be promised later than high, which is promised after 15 min.',
      },
      {
        path: 'targetMinutes.resolution.pro.critical',
        message: 'the end cannot be promised before the first reply, which is promised after 9999 min.',
      },
    ]);
    expect(problemsOf(({ resolution }) => (resolution.free.high = null))).toMatchObject([
      { path: 'targetMinutes.resolution.free.high' },
    ]);
  });

  test('are refused at their spot when they are sent in', () => {
    const { version: _, ...policy } = DEFAULT_SLA_POLICY;
    const targetMinutes = changed(({ resolution }) => (resolution.enterprise.low = 10));
    const asked = slaPreviewRequest.safeParse({ policy: { ...policy, targetMinutes }, calendars: [] });
    expect(asked.error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'policy.targetMinutes.resolution.enterprise.normal',
      'policy.targetMinutes.resolution.enterprise.low',
    ]);
    expect(slaPreviewRequest.safeParse({ policy, calendars: [] }).success).toBe(true);
  });
});
