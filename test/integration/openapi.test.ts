import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicApi } from '../../worker/app.ts';
import { openApiDocument } from '../../worker/pages/openapi.ts';
import { Api } from '../../worker/routes/api.ts';
import { inWorker } from './in-worker.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Doc = { [name: string]: Json };
type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Json }> }>;
  security: Record<string, string[]>[];
};

const document = JSON.parse(JSON.stringify(openApiDocument(publicApi().specs, 'https://baton.test'))) as Doc & {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Doc; securitySchemes: Doc };
};
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every value in the document with the way to it. */
function* walk(value: Json, way: string[] = []): Iterable<{ value: Json; way: string[] }> {
  yield { value, way };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, [...way, name]);
}
const isObject = (value: Json | undefined): value is Doc =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 6901, as a fragment of the document. */
function resolve(ref: string, from: Json): Json | undefined {
  if (!ref.startsWith('#/')) return undefined;
  return ref
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>((at, part) => (isObject(at) ? at[part] : undefined), from);
}

describe('the OpenAPI document', () => {
  it('is what the address answers', async () => {
    const response = await inWorker.fetch('/v1/openapi.json');
    expect(response.status).toBe(200);
    const served = (await response.json()) as typeof document;
    expect(served.paths).toEqual(document.paths);
    expect(served.openapi).toMatch(/^3\.1\.\d+$/);
    expect(served.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  });

  it('describes every route but those that only lead to another', () => {
    const { specs } = publicApi();
    const named = operations.map(({ path, method }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(named.sort()).toEqual(
      specs
        .filter(({ isRedirect }) => !isRedirect)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    );
    expect(specs.filter(({ isRedirect }) => isRedirect).map(({ path }) => path)).toEqual([
      '/v1/auth/sign-in/oidc/callback',
      '/console',
      '/demo',
      '/docs',
    ]);
  });

  it('has paths that begin with a slash, and no two that differ only in the names of their parameters', () => {
    const paths = Object.keys(document.paths);
    for (const path of paths) expect(path).toMatch(/^\/[^?#:]*$/);
    expect(new Set(paths.map((path) => path.replace(/\{\w+\}/g, '{}'))).size).toBe(paths.length);
    for (const { method } of operations) expect(METHODS).toContain(method);
  });

  it('names every operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const id of ids) expect(id).toMatch(/^[a-z]\w*$/i);
  });

  it('declares exactly the parameters of each path, required, each once', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters ?? [];
      const declared = parameters.filter((one) => one.in === 'path');
      expect([path, declared.map(({ name }) => name).sort()]).toEqual([path, inPath.sort()]);
      expect(declared.every(({ required }) => required === true)).toBe(true);
      const keys = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const one of parameters) expect(['path', 'query', 'header', 'cookie']).toContain(one.in);
    }
  });

  it('has references that lead somewhere', () => {
    let refs = 0;
    for (const { value, way } of walk(document)) {
      if (!isObject(value) || typeof value.$ref !== 'string') continue;
      refs += 1;
      expect([way.join('/'), isObject(resolve(value.$ref, document))]).toEqual([way.join('/'), true]);
    }
    expect(refs).toBeGreaterThan(10);
  });

  it('has schemas that are objects with types that JSON Schema knows', () => {
    const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];
    let schemas = 0;
    const check = (schema: Json | undefined, where: string): void => {
      if (schema === true || schema === false) return;
      schemas += 1;
      expect([where, isObject(schema)]).toEqual([where, true]);
      const { type, properties, required, items, anyOf, oneOf, allOf, additionalProperties, prefixItems } =
        schema as Doc;
      for (const one of [type ?? []].flat()) expect([where, TYPES]).toEqual([where, expect.arrayContaining([one])]);
      for (const [name, inner] of Object.entries((properties ?? {}) as Doc)) check(inner, `${where}.${name}`);
      if (required !== undefined) {
        expect([where, required]).toEqual([where, [...new Set(required as string[])]]);
        if (properties !== undefined)
          expect(Object.keys(properties as Doc)).toEqual(expect.arrayContaining(required as string[]));
      }
      for (const list of [anyOf, oneOf, allOf, prefixItems]) {
        for (const [index, inner] of Object.entries((list ?? []) as Json[])) check(inner, `${where}/${index}`);
      }
      if (items !== undefined) check(items, `${where}[]`);
      if (additionalProperties !== undefined) check(additionalProperties, `${where}{}`);
    };
    for (const { path, operation } of operations) {
      for (const { name, schema } of operation.parameters ?? []) check(schema, `${path} ${name}`);
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) check(schema, `${path} body`);
      for (const { content } of Object.values(operation.responses)) {
        for (const { schema } of Object.values(content ?? {}))
          if (schema !== undefined) check(schema, `${path} answer`);
      }
      for (const frames of Object.values((operation as unknown as Doc)['x-frames'] ?? {}))
        check(frames, `${path} frames`);
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) check(schema, name);
    expect(schemas).toBeGreaterThan(200);
  });

  it('says of every operation what it answers, a Problem among it, and who may call', () => {
    for (const { path, operation } of operations) {
      expect(operation.summary.length).toBeGreaterThan(3);
      const codes = Object.keys(operation.responses);
      expect([path, codes.every((code) => /^(?:default|[1-5](?:\d\d|XX))$/.test(code))]).toEqual([path, true]);
      expect(codes.length).toBeGreaterThan(1);
      for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('');
      expect(operation.responses.default?.content?.['application/json']?.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      });
      for (const wanted of operation.security) {
        for (const name of Object.keys(wanted))
          expect(Object.keys(document.components.securitySchemes)).toContain(name);
      }
    }
  });
});

describe('[S1] a route whose parameters are not what its path says', () => {
  const route = { method: 'get', access: 'public', tag: 'T', summary: 'S' } as const;
  it.each<[string, string, Record<string, z.ZodType> | undefined]>([
    ['has one without a schema', '/a/:id/b/:n', { id: z.string() }],
    ['has none declared', '/a/:id', undefined],
    ['has one too many', '/a/:id', { id: z.string(), n: z.string() }],
    ['has another name', '/a/:id', { ids: z.string() }],
  ])('%s: it does not start', (_, path, params) => {
    expect(() => new Api().add({ ...route, path, params }, () => new Response())).toThrow(/has the parameters/);
  });

  it('in whatever order they are declared, it starts', () => {
    const api = new Api();
    api.add({ ...route, path: '/a/:id/b/:n', params: { n: z.string(), id: z.string() } }, () => new Response());
    expect(api.methodsOf('/a/1/b/2')).toEqual(['GET', 'HEAD']);
    expect(api.methodsOf('/a/1/b')).toEqual([]);
  });
});
