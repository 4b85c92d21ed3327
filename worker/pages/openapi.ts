import { z } from 'zod';
import { PROBLEM_KINDS, problem } from '#protocol/problem.ts';
import { type Access, type RouteSpec, scopeOf } from '../routes/api.ts';

/** JSON Schema of what travels. Documents that only we write (`z.custom`) are shown as any object. */
export function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return body;
}

const SECURITY: Record<Access, object[]> = {
  page: [],
  public: [],
  console: [],
  visitor: [{ visitToken: [] }],
  visit_socket: [{ visitSubProtocol: [] }],
  agent: [{ session: [] }],
};

/** The OpenAPI 3.1 document, made from the routes that answer. Sockets are described by `x-frames`: OpenAPI has no word for them. */
export function openApiDocument(specs: readonly RouteSpec[], serverUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const spec of specs) {
    if (spec.isRedirect) continue;
    const path = spec.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec) };
  }
  // What refers to itself has a name of its own; in this document those stand in one place.
  const named: Record<string, object> = {};
  const hoisted = JSON.parse(JSON.stringify(paths), (key, value) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/components/schemas/');
    if (typeof value !== 'object' || value === null || !('$defs' in value)) return value;
    const { $defs, ...rest } = value;
    Object.assign(named, $defs);
    return rest;
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: '1',
      description: 'Carries a support conversation from the page where trouble started to the person who can fix it.',
    },
    servers: [{ url: serverUrl }],
    paths: hoisted,
    components: {
      schemas: { ...named, Problem: schemaOf(problem) },
      securitySchemes: {
        visitToken: { type: 'http', scheme: 'bearer', description: 'From POST /v1/visits.' },
        visitSubProtocol: {
          type: 'apiKey',
          in: 'header',
          name: 'sec-websocket-protocol',
          description: '`visit.<visit token>` beside the protocol’s own name.',
        },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A key of the workspace, from Settings → API keys; the scopes that a call needs stand beside it.',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'baton.session_token' },
      },
    },
  };
}

function operationOf(spec: RouteSpec): object {
  const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema: schemaOf(schema) } } });
  const parameters = [
    ...Object.entries(spec.params ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: schemaOf(schema),
    })),
    ...queryParameters(spec.query),
  ];
  const requestBody = spec.body
    ? { required: true, ...json(spec.body) }
    : spec.binary
      ? { required: true, content: { [spec.binary.type]: { schema: { type: 'string', format: 'binary' } } } }
      : undefined;
  const done = spec.socket
    ? { 101: { description: 'The socket is open.' } }
    : {
        200: {
          description: 'Done.',
          ...(spec.answer ? json(spec.answer) : spec.answerType ? { content: { [spec.answerType]: {} } } : {}),
        },
      };
  return {
    operationId: operationId(spec),
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    security: [...SECURITY[spec.access], ...byKey(spec)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: {
      ...done,
      default: {
        description: `A Problem; its kind is one of ${Object.keys(PROBLEM_KINDS).join(', ')}.`,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    ...(spec.socket ? { 'x-frames': { up: schemaOf(spec.socket.up), down: schemaOf(spec.socket.down) } } : {}),
  };
}

/** [S15] Of OpenAPI 3.1: what a bearer needs stands beside the scheme's name. */
const byKey = (spec: RouteSpec): object[] => {
  const scope = spec.access === 'agent' ? scopeOf(spec) : null;
  return scope === null ? [] : [{ apiKey: [scope] }];
};

/** `get /v1/recordings/:recordingId` → `get_v1_recordings_recordingId`. */
const operationId = ({ method, path }: RouteSpec): string =>
  `${method}${path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '');

function queryParameters(query: z.ZodType | undefined): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
