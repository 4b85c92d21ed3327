/**
 * [Y4] Before an object is emptied: every text in it is written over at its own length. The platform's SQLite does not clear what it frees, and a row of the same
 * length is written in its place.
 */
export function overwriteConversation(storage: DurableObjectStorage): void {
  storage.transactionSync(() => {
    for (const [table, column] of TEXTS)
      storage.sql.exec(`update ${table} set ${column} = printf('%*s', length(cast(${column} as blob)), '')`);
  });
}

/** Texts that are part of no key. */
const TEXTS = [
  ['entries', 'body'],
  ['facts', 'value'],
  ['crumbs', 'body'],
  ['segments', 'body'],
  ['outbox', 'effect'],
  ['outbox_parked', 'effect'],
] as const;
