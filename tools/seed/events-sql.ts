import type { EventRow } from './month.ts';
import { literal } from './sql-text.ts';

/** D1 refuses a statement above 100 KB. */
const MAX_STATEMENT_BYTES = 64 * 1024;
const INTO = 'insert into events (workspace_id, id, conversation_id, type, at, body) values\n';
const END = '\non conflict do nothing;';

/** The rows as statements small enough for D1; running them again changes nothing. */
export function eventsSql(workspaceId: string, rows: readonly EventRow[]): string[] {
  const statements: string[] = [];
  let values: string[] = [];
  let bytes = 0;
  const flush = () => {
    if (values.length > 0) statements.push(INTO + values.join(',\n') + END);
    values = [];
    bytes = INTO.length + END.length;
  };
  flush();
  for (const { id, conversationId, type, at, body } of rows) {
    const value = `(${[workspaceId, id, conversationId, type, at, body].map(literal).join(', ')})`;
    const size = Buffer.byteLength(value) + 2;
    if (bytes + size > MAX_STATEMENT_BYTES) flush();
    values.push(value);
    bytes += size;
  }
  flush();
  return statements;
}
