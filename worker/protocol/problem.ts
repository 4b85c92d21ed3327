import { z } from 'zod';

/** The kind answers "may I retry?" first. Closed list. */
export const PROBLEM_KINDS = {
  /** Wrong by itself; the same request never succeeds. */
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  /** The address is there, for the methods that `Allow` names. */
  method_not_allowed: 405,
  /** True now, maybe not later: the state of the thing forbids it. */
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  /** Retry after `retryAfterMs`. */
  rate_limited: 429,
  /** Ours; retry with back-off. */
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemKind = keyof typeof PROBLEM_KINDS;

/** What a client reads when the answer is no. */
export const problem = z.object({
  kind: z.enum(Object.keys(PROBLEM_KINDS) as [ProblemKind, ...ProblemKind[]]),
  message: z.string(),
  requestId: z.string(),
  retryAfterMs: z.number().int().optional(),
  /** What is wrong with the body and where, `path.0.to`; for a form that says it beside the field. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
export type ProblemIssue = NonNullable<Problem['issues']>[number];

/**
 * Why the server closes a socket. 44xx: do not come back with the same credential; 45xx: come back later.
 */
export const CLOSE_REASONS = {
  unauthenticated: 4401,
  forbidden: 4403,
  protocol_too_old: 4406,
  replaced: 4409,
  overloaded: 4503,
} as const;
export type CloseReason = keyof typeof CLOSE_REASONS;
