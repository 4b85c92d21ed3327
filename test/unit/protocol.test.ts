import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { down } from '#protocol/down.ts';
import * as http from '#protocol/http.ts';
import { problem } from '#protocol/problem.ts';
import * as queueSettings from '#protocol/queue-settings.ts';
import * as sla from '#protocol/sla.ts';
import { up } from '#protocol/up.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';

const schemas: Record<string, z.ZodType> = {
  problem,
  ...Object.fromEntries(Object.entries(up).map(([name, schema]) => [`up.${name}`, schema])),
  ...Object.fromEntries(Object.entries(down).map(([name, schema]) => [`down.${name}`, schema])),
  ...Object.fromEntries(
    Object.entries({ ...http, ...queueSettings, ...sla }).flatMap(([name, value]) =>
      value instanceof z.ZodType ? [[`http.${name}`, value]] : [],
    ),
  ),
};

describe('the wire', () => {
  it('changes only with its version: raise PROTOCOL_VERSION in worker/protocol/version.ts, add its line, then this hash', () => {
    const shapes = Object.keys(schemas)
      .sort()
      .map((name) => [name, z.toJSONSchema(schemas[name] as z.ZodType, { io: 'input', unrepresentable: 'any' })]);
    const hash = createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16);
    expect({ version: PROTOCOL_VERSION, hash }).toEqual({ version: 3, hash: '3d1299919ecf22c6' });
  });

  it('every frame up has an id and refuses fields it does not know', () => {
    for (const schema of Object.values(up)) {
      for (const option of (schema as unknown as { options: z.ZodObject[] }).options) {
        const shape = z.toJSONSchema(option, { io: 'input', unrepresentable: 'any' }) as {
          required?: string[];
          additionalProperties?: unknown;
        };
        expect(shape.required).toContain('id');
        expect(shape.additionalProperties).toBe(false);
      }
    }
  });
});
