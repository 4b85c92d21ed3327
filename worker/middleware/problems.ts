import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { faultText } from '#domain/redaction/fault.ts';
import { PROBLEM_KINDS, type Problem, type ProblemIssue, type ProblemKind } from '#protocol/problem.ts';
import type { AppEnv } from '../app-env.ts';
import { notFoundPage } from '../pages/not-found.ts';
import { plainPageHeaders } from '../pages/policies.ts';
import { loggedPath, logSecurity, SECURITY_KINDS } from './security-log.ts';

/** An expected no, thrown where it is known and answered in one place. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly retryAfterMs: number | undefined;
  readonly issues: ProblemIssue[] | undefined;
  constructor(kind: ProblemKind, message: string, retryAfterMs?: number, issues?: ProblemIssue[]) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.issues = issues;
  }

  /** A body, or another `whole`, that is wrong in these places: each is named in the sentence, and listed for whoever shows it beside a field. */
  static ofIssues(issues: readonly ProblemIssue[], whole = 'body'): ProblemError {
    const listed = issues.slice(0, ISSUES_LISTED);
    const said = issues.slice(0, ISSUES_SAID).map(({ path, message }) => `${path || whole}: ${message}`);
    return new ProblemError('invalid', said.join('; '), undefined, listed);
  }
}

/** A sentence with more than a few places in it is read by nobody. */
const ISSUES_SAID = 5;
/** A form has fewer fields; a body made to be wrong everywhere must not become an answer of the same size. */
const ISSUES_LISTED = 50;

export function answerProblem(
  c: Context<AppEnv>,
  kind: ProblemKind,
  message: string,
  retryAfterMs?: number,
  issues?: ProblemIssue[],
): Response {
  const problem: Problem = {
    kind,
    message,
    requestId: c.get('requestId'),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(issues === undefined ? {} : { issues }),
  };
  if (SECURITY_KINDS.has(kind)) logSecurity(c, 'refused', { kind });
  if (retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return c.json(problem, PROBLEM_KINDS[kind] as ContentfulStatusCode);
}

/** A person with a browser, who followed a link. */
const wantsPage = (c: Context<AppEnv>): boolean =>
  c.req.method === 'GET' &&
  (c.req.header('accept') ?? '').split(',').some((type) => type.trim().startsWith('text/html'));

const answerPage = async (c: Context<AppEnv>): Promise<Response> =>
  c.html(await notFoundPage(c.get('requestId')), 404, await plainPageHeaders());

/** Expected ones as they are; anything else is a fault: its cause goes to the log, never to the client. */
export const onError: ErrorHandler<AppEnv> = (cause, c) => {
  if (cause instanceof ProblemError && cause.kind === 'not_found' && wantsPage(c)) return answerPage(c);
  if (cause instanceof ProblemError)
    return answerProblem(c, cause.kind, cause.message, cause.retryAfterMs, cause.issues);
  if (cause instanceof HTTPException && cause.status < 500)
    return answerProblem(c, 'invalid', cause.message || 'Not understood.');
  console.error(
    JSON.stringify({
      at: 'http',
      requestId: c.get('requestId'),
      method: c.req.method,
      path: loggedPath(c),
      message: faultText(cause),
      // Its first lines are the text once more.
      stack: cause.stack?.match(/^\s+at .*$/gm)?.map((one) => one.trim()),
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
    if (methods.length === 0 && wantsPage(c)) return answerPage(c);
    if (methods.length === 0) return answerProblem(c, 'not_found', 'There is nothing at this address.');
    c.header('allow', methods.join(', '));
    return answerProblem(c, 'method_not_allowed', `This address takes ${methods.join(', ')}.`);
  };
