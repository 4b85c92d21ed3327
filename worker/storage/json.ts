import type { z } from 'zod';
import { faultText } from '#domain/redaction/fault.ts';

/**
 * A JSON column, parsed by its schema. An older deploy or a hand may have written it, so it is as foreign as a body.
 * Throws a fault that names the column, never its content.
 */
export function parseColumn<T>(schema: z.ZodType<T>, text: unknown, column: string): T {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    throw new Error(`column ${column} is not JSON`);
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new Error(`column ${column} does not have the expected shape: ${result.error.issues[0]?.path.join('.')}`);
  return result.data;
}

/** The same for what can be left out: null and a line in the log instead of a fault. */
export function columnOrNull<T>(schema: z.ZodType<T>, text: unknown, column: string): T | null {
  try {
    return parseColumn(schema, text, column);
  } catch (cause) {
    console.error(JSON.stringify({ at: 'stored', message: faultText(cause) }));
    return null;
  }
}
