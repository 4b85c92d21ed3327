/**
 * Brings an object's SQLite up to date. `statements` is append-only: the number applied so far is kept, and so is the text of
 * each, so that an edited old statement is noticed at the next start and not in a half-migrated object.
 * Throws when an applied statement differs from the list. Runs in the constructor, synchronously, before any request.
 */
export function applySchema(storage: DurableObjectStorage, statements: readonly string[]): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec('create table if not exists schema_statements (n integer primary key, statement text not null) strict');
    const applied = sql
      .exec<{ n: number; statement: string }>('select n, statement from schema_statements order by n')
      .toArray();
    for (const { n, statement } of applied) {
      if (statements[n] !== statement) throw new Error(`schema statement ${n} was edited after it had been applied`);
    }
    for (let n = applied.length; n < statements.length; n++) {
      sql.exec(statements[n] as string);
      sql.exec('insert into schema_statements values (?, ?)', n, statements[n] as string);
    }
  });
}
