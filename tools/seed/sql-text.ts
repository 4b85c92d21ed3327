import type { Database, Statement } from './seed.ts';

type Written = Statement & { text: string };

/** A database that writes down what it is told, as SQL with the values in it, for `wrangler d1 execute --file`. */
export class SqlText implements Database {
  readonly lines: string[] = [];

  prepare(sql: string): Written {
    const bind = (...values: unknown[]): Written => ({ ...statement, text: withValues(sql, values) });
    const statement: Written = { text: sql, bind, first: () => Promise.resolve(null) };
    return statement;
  }

  batch(statements: Statement[]): Promise<void> {
    for (const statement of statements) this.lines.push(`${(statement as Written).text};`);
    return Promise.resolve();
  }
}

/** `?` takes the next value, `?3` the third. Our statements hold no question mark in a literal. */
function withValues(sql: string, values: unknown[]): string {
  let next = 0;
  return sql.replace(/\?(\d*)/g, (_, number: string) => {
    const index = number === '' ? next++ : Number(number) - 1;
    if (index >= values.length) throw new Error(`a statement has too few values: ${sql}`);
    return literal(values[index]);
  });
}

export function literal(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  throw new Error(`no SQL literal for a ${typeof value}`);
}
