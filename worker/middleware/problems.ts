import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { PROBLEM_KINDS, type Problem, type ProblemKind } from '#protocol/problem.ts';
import type { AppEnv } from '../app-env.ts';

/** An expected no, thrown where it is known and answered in one place. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly retryAfterMs: number | undefined;
  constructor(kind: ProblemKind, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export function answerProblem(c: Context<AppEnv>, kind: ProblemKind, message: string, retryAfterMs?: number): Response {
  const problem: Problem = {
    kind,
    message,
    requestId: c.get('requestId'),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  if (retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return c.json(problem, PROBLEM_KINDS[kind] as ContentfulStatusCode);
}

/** Expected ones as they are; anything else is a fault: its cause goes to the log, never to the client. */
export const onError: ErrorHandler<AppEnv> = (cause, c) => {
  if (cause instanceof ProblemError) return answerProblem(c, cause.kind, cause.message, cause.retryAfterMs);
  if (cause instanceof HTTPException && cause.status < 500)
    return answerProblem(c, 'invalid', cause.message || 'Not understood.');
  console.error(
    JSON.stringify({
      at: 'http',
      requestId: c.get('requestId'),
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      message: String(cause),
      stack: cause.stack,
    }),
  );
  return answerProblem(
    c,
    'internal',
    'Something went wrong on our side. Try again; tell us the request id if it stays.',
    1000,
  );
};

/** An address that is not there, or is there for other methods only. */
export const onNotFound =
  (api: { methodsOf(path: string): string[] }): NotFoundHandler<AppEnv> =>
  (c) => {
    const methods = api.methodsOf(c.req.path);
    if (methods.length === 0) return answerProblem(c, 'not_found', 'There is nothing at this address.');
    c.header('allow', methods.join(', '));
    return answerProblem(c, 'method_not_allowed', `This address takes ${methods.join(', ')}.`);
  };
