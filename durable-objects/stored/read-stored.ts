import type { z } from 'zod';

/** Where a stored text was found, for the log: enough to look at the row, nothing of what stands in it. */
export type RowName = { object: 'agent' | 'conversation' | 'queue'; table: string; key: string | number };

/** A stored text that an older or newer deploy, or a hand, wrote in another shape. Names the row, never its content. */
export class StoredFault extends Error {
  readonly row: RowName;
  readonly reason: string;
  constructor(row: RowName, reason: string) {
    super(`${row.object}: ${row.table} ${row.key} cannot be read: ${reason}`);
    this.row = row;
    this.reason = reason;
  }
}

/** The stored text as what its schema says. Throws a `StoredFault`; for what the object cannot be without. */
export function readStored<T>(schema: z.ZodType<T>, text: string, row: RowName): T {
  const read = tryStored(schema, text);
  if (read.ok) return read.value;
  throw new StoredFault(row, read.reason);
}

/** The same for what can be left out: null and a line in the log instead of a fault. */
export function readOrSkip<T>(schema: z.ZodType<T>, text: string, row: RowName): T | null {
  const read = tryStored(schema, text);
  if (read.ok) return read.value;
  logUnreadable(row, read.reason);
  return null;
}

export type Read<T> = { ok: true; value: T } | { ok: false; reason: string };

/** Neither throws nor logs. The reason is made of field names and kinds of mistakes: a parser's own message may quote what it read. */
export function tryStored<T>(schema: z.ZodType<T>, text: string): Read<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not JSON' };
  }
  return checkStored(schema, value);
}

/** The same of what is parsed already. */
export function checkStored<T>(schema: z.ZodType<T>, value: unknown): Read<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') || 'the whole'}: ${issue?.code ?? 'unknown'}` };
}

export const logUnreadable = (row: RowName, reason: string): void =>
  console.error(JSON.stringify({ at: 'stored', ...row, reason }));

/**
 * A schema for exactly `T`: what it reads is a `T`, and there is no `T` that it does not know. A field or a member of a union that is added
 * to the type and not to the schema does not compile; `satisfies` alone sees only half of that.
 */
export const exactly =
  <T>() =>
  <S extends z.ZodType<T>>(
    schema: S,
    ..._: [T] extends [z.output<S>] ? [] : ['the schema does not know all of the type']
  ): z.ZodType<T> =>
    schema;

/** A document that is only passed through: the fields that are looked at are checked, the others are kept as they are. */
export const passedThrough = <T>(schema: z.ZodType<object>): z.ZodType<T> => schema as unknown as z.ZodType<T>;
