import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { Role } from '#domain/routing/role.ts';
import type { Area, Scope } from '#domain/workspace/scope.ts';
import { MAX_BODY_BYTES } from '#protocol/primitives.ts';
import { sayIssue } from '#protocol/say-issue.ts';
import type { AppEnv } from '../app-env.ts';
import { apiKeyIn, requireAgent } from '../middleware/agent-auth.ts';
import { crossOrigin, sameOrigin } from '../middleware/origin.ts';
import { answerProblem, ProblemError } from '../middleware/problems.ts';
import { requireRole } from '../middleware/role.ts';
import { requireScope } from '../middleware/scope.ts';
import { requireVisit } from '../middleware/visit-auth.ts';

/**
 * Who may call: anybody from a customer's page; a visitor with a visit token; a visitor's socket, whose token is in a sub-protocol
 * and whose refusal must be a close code; the console's own pages; an agent with a session; anybody at all (public documents).
 */
export type Access = 'page' | 'visitor' | 'visit_socket' | 'console' | 'agent' | 'public';

export type RouteSpec<Body = unknown, Query = unknown> = {
  method: 'get' | 'post' | 'put';
  /** Hono's form: `/v1/recordings/:recordingId`. Every parameter has its schema in `params`. */
  path: string;
  access: Access;
  /** Of an agent's route: the least role that it is for. */
  least?: Role;
  /** What somebody of a smaller role is told that they do not do: "change what is promised". */
  deed?: string;
  /** [S15] Of an agent's route: what an API key must be allowed to open it; null is for people alone. */
  keys?: Area | null;
  /** It changes nothing, though it is no `get`. */
  isRead?: true;
  tag: string;
  summary: string;
  /** More for the reader of the API page: what it means, what a repeated call does. */
  description?: string;
  body?: z.ZodType<Body>;
  /** Of a JSON body, where it may be larger than most. */
  maxBodyBytes?: number;
  /** A body that is not JSON: its type and size limit. */
  binary?: { type: string; maxBytes: number };
  query?: z.ZodType<Query>;
  params?: Record<string, z.ZodType<unknown>>;
  answer?: z.ZodType<unknown>;
  /** The answer's type when it is not JSON. */
  answerType?: string;
  /** Only leads to the address it belongs to; the document leaves it out. */
  isRedirect?: true;
  /** The call opens a WebSocket with these frames. */
  socket?: { up: z.ZodType<unknown>; down: z.ZodType<unknown> };
};

/** [S15] What an API key needs to open an agent's route; null where none does. */
export const scopeOf = ({ keys, method, isRead }: RouteSpec): Scope | null =>
  keys == null ? null : `${keys}:${method === 'get' || isRead ? 'read' : 'write'}`;

type Handler<Body, Query> = (c: Context<AppEnv>, input: { body: Body; query: Query }) => Promise<Response> | Response;

/** A key is sent on purpose, and no browser adds it by itself: there is no session that a foreign page could ride on. */
const unlessApiKey =
  (guard: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    apiKeyIn(c) === null ? guard(c, next) : next();

const GUARDS: Record<Access, MiddlewareHandler<AppEnv>[]> = {
  page: [crossOrigin],
  visitor: [crossOrigin, requireVisit],
  visit_socket: [],
  console: [sameOrigin],
  agent: [unlessApiKey(sameOrigin), requireAgent],
  public: [],
};

/**
 * The API: a route exists only with its description, so the OpenAPI document and the access matrix are made from the same lines
 * that answer requests.
 */
export class Api {
  readonly app = new Hono<AppEnv>();
  readonly specs: RouteSpec[] = [];
  readonly #methods: { address: RegExp; methods: string[] }[] = [];

  /** Which methods an address takes, for whoever used another; none where there is no such address. */
  methodsOf(path: string): string[] {
    return [...new Set(this.#methods.flatMap(({ address, methods }) => (address.test(path) ? methods : [])))];
  }

  /**
   * Adds a route; throws, and so at start-up, when a parameter of its path has no schema or a schema no parameter, or when an agent's route says no role. Body and query reach the handler parsed; what does not parse is answered with a Problem and goes no further.
   */
  add<Body = undefined, Query = undefined>(spec: RouteSpec<Body, Query>, handler: Handler<Body, Query>): void {
    const inPath = [...spec.path.matchAll(PARAMETER)].map(([, name]) => name as string).sort();
    const declared = Object.keys(spec.params ?? {}).sort();
    if (inPath.join() !== declared.join()) {
      throw new Error(`${spec.path} has the parameters [${inPath}] and schemas for [${declared}]`);
    }
    this.specs.push(spec as RouteSpec);
    this.#methods.push({ address: addressOf(spec.path), methods: methodsWith(spec as RouteSpec) });
    const guards = [...GUARDS[spec.access]];
    if (spec.access === 'agent') {
      if (spec.least === undefined) throw new Error(`${spec.method} ${spec.path} does not say for which role it is`);
      if (spec.keys === undefined) throw new Error(`${spec.method} ${spec.path} does not say which API keys open it`);
      guards.push(requireScope(scopeOf(spec)), requireRole(spec.least, spec.deed ?? 'do this'));
    }
    if (spec.method !== 'get') {
      guards.push(
        bodyLimit({
          maxSize: spec.binary?.maxBytes ?? spec.maxBodyBytes ?? MAX_BODY_BYTES,
          onError: (c) => answerProblem(c as Context<AppEnv>, 'too_large', 'The body is larger than this call takes.'),
        }),
      );
    }
    if (spec.access === 'page' || spec.access === 'visitor') this.app.options(spec.path, crossOrigin);
    // An upgrade that is none is a mistake of the caller, and an upgrade where none is expected too.
    if (spec.socket !== undefined) guards.unshift(requireUpgrade);
    this.app.on([spec.method.toUpperCase()], [spec.path], ...guards, async (c) => {
      for (const [name, schema] of Object.entries(spec.params ?? {})) {
        if (!schema.safeParse(c.req.param(name)).success)
          throw new ProblemError('not_found', 'There is nothing at this address.');
      }
      const body = spec.body === undefined ? undefined : await readJson(c, spec.body);
      const query = spec.query === undefined ? undefined : readQuery(c, spec.query);
      return handler(c, { body: body as Body, query: query as Query });
    });
  }
}

const PARAMETER = /:(\w+)/g;

const addressOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.\\+*?^$|()[\]{}]/g, '\\$&').replace(PARAMETER, '[^/]+')}$`);

/** What is understood besides: `HEAD` wherever `GET` is, and `OPTIONS` where pages of other origins ask first. */
function methodsWith({ method, access }: RouteSpec): string[] {
  return [
    method.toUpperCase(),
    ...(method === 'get' ? ['HEAD'] : []),
    ...(access === 'page' || access === 'visitor' ? ['OPTIONS'] : []),
  ];
}

const requireUpgrade: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    throw new ProblemError('invalid', 'This address opens a WebSocket.');
  }
  await next();
};

async function readJson<T>(c: Context<AppEnv>, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new ProblemError('unsupported', 'Send JSON with content-type application/json.');
  }
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new ProblemError('invalid', 'The body is not JSON.');
    throw cause;
  }
  return check(schema, value);
}

function readQuery<T>(c: Context<AppEnv>, schema: z.ZodType<T>): T {
  // Which workspace it is about is no question of the route's [S37].
  const { workspace: _, ...query } = c.req.query();
  return check(schema, query, 'query');
}

function check<T>(schema: z.ZodType<T>, value: unknown, whole?: string): T {
  const result = schema.safeParse(value, { error: sayIssue });
  if (result.success) return result.data;
  throw ProblemError.ofIssues(
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    whole,
  );
}

/** What a client offers when it opens a socket. Browsers can send a credential nowhere else. */
export const offeredProtocols = (c: Context<AppEnv>): string[] =>
  (c.req.header('sec-websocket-protocol') ?? '').split(',').map((one) => one.trim());

/** A path parameter that `params` has checked. */
export const param = <T>(c: Context<AppEnv>, name: string): T => c.req.param(name) as T;
