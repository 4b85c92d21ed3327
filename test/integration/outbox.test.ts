import { runInDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { queueStub } from '../../durable-objects/names.ts';
import { type Lane, Outbox, type OutboxRow } from '../../durable-objects/outbox.ts';
import { testEnv } from './setup.ts';

type Note = { lane: Lane; text: string };
type Deliver = Record<Lane, (rows: OutboxRow<Note>[]) => Promise<number>>;

let made = 0;

/** A fresh outbox in a fresh object's SQLite, with a clock and receivers that the test turns. */
async function onOutbox(check: (box: Box) => Promise<void>): Promise<void> {
  made += 1;
  const stub = queueStub(testEnv, testEnv.DEMO.id, `que_outbox${String(made).padStart(4, '0')}` as never);
  await runInDurableObject(stub, (_, { storage }) => check(new Box(storage)));
}

class Box {
  readonly sent: string[] = [];
  /** Texts that the receiver will not take. */
  readonly refused = new Set<string>();
  readonly batches: number[] = [];
  now = 1_000_000;
  schema: z.ZodType<Note> = z.object({ lane: z.enum(['work', 'record']), text: z.string().max(30) });
  outbox: Outbox<Note>;
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  /** What happens at the receiver right after it took a row. */
  meanwhile: (text: string) => void | Promise<void> = () => {};

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.outbox = this.#open();
  }

  #open(): Outbox<Note> {
    return new Outbox<Note>(this.#sql, {
      object: 'queue',
      laneOf: ({ lane }) => lane,
      schema: this.schema,
      lanes: ['work', 'record'],
      forgetsLater: true,
    });
  }

  /** As after a crash: a new outbox over the same rows. */
  restart(): void {
    this.outbox = this.#open();
  }

  /** Texts of the rows that are in the table. */
  stored(): string[] {
    return this.#sql
      .exec<{ effect: string }>('select effect from outbox order by id')
      .toArray()
      .map(({ effect }) => (JSON.parse(effect) as Note).text);
  }

  transaction(run: () => void): void {
    this.#storage.transactionSync(run);
  }

  parked(): unknown[] {
    return this.#sql.exec('select id, lane, effect, reason, at from outbox_parked').toArray();
  }

  /** A row as another version, or a hand, would have written it. */
  write(lane: Lane, effect: string): void {
    this.#sql.exec('insert into outbox (lane, effect, next_at) values (?, ?, ?)', lane, effect, this.now);
  }

  add(lane: Lane, ...texts: string[]): void {
    for (const text of texts) this.outbox.add({ lane, text }, this.now);
  }

  /** Resolves when every lane has ended. */
  async drain(changed: Partial<Deliver> = {}): Promise<void> {
    const one = async (rows: OutboxRow<Note>[]) => {
      this.batches.push(rows.length);
      const { text } = (rows[0] as OutboxRow<Note>).effect;
      if (this.refused.has(text)) throw new Error(`no ${text}`);
      this.sent.push(text);
      await this.meanwhile(text);
      return 1;
    };
    const beside: Promise<void>[] = [];
    await this.outbox.drain(
      { work: one, record: one, ...changed },
      () => this.now,
      (run) => beside.push(run),
    );
    await Promise.all(beside);
  }
}

it('[O5] rows of a lane go out in order, each once, and the outbox is empty then', () =>
  onOutbox(async (box) => {
    box.add('work', 'a', 'b', 'c');
    await box.drain();
    expect([box.sent, box.outbox.depth(), box.outbox.nextAt()]).toEqual([['a', 'b', 'c'], 0, null]);
    await box.drain();
    expect(box.sent).toEqual(['a', 'b', 'c']);
  }));

it('[O5] a failing row holds its lane, and only its lane', () =>
  onOutbox(async (box) => {
    box.refused.add('a');
    box.add('work', 'a', 'b');
    box.add('record', 'x', 'y');
    await box.drain();
    expect(box.sent).toEqual(['x', 'y']);
    expect(box.outbox.depth()).toBe(2);
    box.now += 500;
    box.refused.clear();
    await box.drain();
    expect(box.sent).toEqual(['x', 'y', 'a', 'b']);
  }));

it('[O5] the pauses grow up to a minute, and it is tried for ever', () =>
  onOutbox(async (box) => {
    box.refused.add('a');
    box.add('work', 'a');
    const pauses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await box.drain();
      const at = box.outbox.nextAt() as number;
      pauses.push(at - box.now);
      // A moment too early nothing is tried.
      const tried = box.batches.length;
      box.now = at - 1;
      await box.drain();
      expect(box.batches.length).toBe(tried);
      box.now = at;
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    box.refused.clear();
    await box.drain();
    expect([box.sent, box.outbox.depth()]).toEqual([['a'], 0]);
  }));

it('[O5] the alarm waits for the head of a held lane, not for what stands behind it', () =>
  onOutbox(async (box) => {
    box.refused.add('a');
    box.add('work', 'a', 'b', 'c');
    await box.drain();
    expect(box.outbox.nextAt()).toBe(box.now + 500);
    box.add('record', 'x');
    expect(box.outbox.nextAt()).toBe(box.now);
  }));

it('[O5] what is added while others are sent is sent too', () =>
  onOutbox(async (box) => {
    box.add('work', 'a');
    box.meanwhile = async (text) => {
      if (text === 'a') box.add('work', 'b');
      // A second run on the same lane joins the first, so nothing is sent twice or out of order.
      if (text === 'b') {
        box.add('work', 'c');
        void box.drain();
      }
      await Promise.resolve();
    };
    await box.drain();
    expect([box.sent, box.outbox.depth()]).toEqual([['a', 'b', 'c'], 0]);
  }));

it('[O5] two who drain at once are one run', () =>
  onOutbox(async (box) => {
    box.add('work', 'a', 'b');
    await Promise.all([box.drain(), box.drain(), box.drain()]);
    expect(box.sent).toEqual(['a', 'b']);
  }));

it('[O5] a crash between sending and forgetting sends again: at least once', () =>
  onOutbox(async (box) => {
    box.add('work', 'a', 'b');
    await box.drain({
      work: async () => {
        box.sent.push('a');
        throw new Error('died after the receiver took it');
      },
    });
    box.restart();
    box.now += 500;
    await box.drain();
    expect([box.sent, box.outbox.depth()]).toEqual([['a', 'a', 'b'], 0]);
  }));

it('[O5] a delivered row goes with the next that is added, or after a moment; meanwhile it is not sent again', () =>
  onOutbox(async (box) => {
    box.add('work', 'a');
    await box.drain();
    expect([box.stored(), box.outbox.depth(), box.outbox.nextAt()]).toEqual([['a'], 0, null]);
    await box.drain();
    box.add('work', 'b');
    expect(box.stored()).toEqual(['b']);
    await box.drain();
    expect([box.stored(), box.sent]).toEqual([['b'], ['a', 'b']]);
    await vi.waitFor(() => expect(box.stored()).toEqual([]));
  }));

it('[O5] a crash repeats the last delivery of a lane and none before it: when the next begins, the one before it is gone', () =>
  onOutbox(async (box) => {
    box.add('work', 'a', 'b', 'c');
    const stored: string[][] = [];
    box.meanwhile = () => void stored.push(box.stored());
    await box.drain();
    expect(stored).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
    box.restart();
    await box.drain();
    expect(box.sent).toEqual(['a', 'b', 'c', 'c']);
  }));

it('[O5] a deletion that was rolled back is made again', () =>
  onOutbox(async (box) => {
    box.add('work', 'a');
    await box.drain();
    expect(() =>
      box.transaction(() => {
        box.add('work', 'b');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(box.stored()).toEqual(['a']);
    await box.drain();
    await vi.waitFor(() => expect(box.stored()).toEqual([]));
    expect(box.sent).toEqual(['a']);
  }));

it('[O5] whoever waits for what was added does not wait for what others add meanwhile', () =>
  onOutbox(async (box) => {
    let release = () => {};
    box.add('work', 'a');
    box.meanwhile = async (text) => {
      // Not before whoever waits for `a` has said so.
      await Promise.resolve();
      if (text === 'a') box.add('work', 'b');
      if (text === 'b') await new Promise<void>((resolve) => (release = resolve));
    };
    let isOver = false;
    const run = box.drain().then(() => {
      isOver = true;
    });
    await box.outbox.passed('work');
    expect(isOver).toBe(false);
    await vi.waitFor(() => expect(box.sent).toEqual(['a', 'b']));
    release();
    await run;
    // A failing row is not waited for beyond its try.
    box.refused.add('c');
    box.add('work', 'c');
    const failing = box.drain();
    await box.outbox.passed('work');
    await failing;
    expect(box.outbox.depth()).toBe(1);
  }));

it('[O5] the alarm leaves a row that was not tried yet to whoever added it, for a while', () =>
  onOutbox(async (box) => {
    box.refused.add('a');
    box.add('work', 'a');
    expect(box.outbox.nextAt(box.now + 5000)).toBe(box.now + 5000);
    await box.drain();
    expect(box.outbox.nextAt(box.now + 5000)).toBe(box.now + 500);
  }));

it('[O5] rows that went out in one delivery are forgotten together, the others are kept', () =>
  onOutbox(async (box) => {
    box.add('record', ...Array.from({ length: 60 }, (_, n) => `r${n}`));
    const sizes: number[] = [];
    let taken = 0;
    await box.drain({
      record: async (rows) => {
        sizes.push(rows.length);
        if (taken >= 40) throw new Error('full');
        taken += 40;
        return 40;
      },
    });
    expect([sizes, box.outbox.depth()]).toEqual([[50, 20], 20]);
    await box.drain();
    expect(box.sent).toEqual([]);
    box.now += 500;
    await box.drain();
    expect(box.sent).toEqual(Array.from({ length: 20 }, (_, n) => `r${n + 40}`));
  }));

it('[O5] the effect that is delivered is the one that was added, with the id of its row', () =>
  onOutbox(async (box) => {
    box.add('work', 'ä "quoted" \u2028 text');
    const seen: OutboxRow<Note>[] = [];
    await box.drain({
      work: async (rows) => {
        seen.push(...rows);
        return rows.length;
      },
    });
    expect(seen).toEqual([{ id: 1, effect: { lane: 'work', text: 'ä "quoted" \u2028 text' } }]);
    // Ids are never used again: they are idempotency keys elsewhere.
    box.add('work', 'next');
    await box.drain({ work: async (rows) => seen.push(...rows) && rows.length });
    expect(seen.at(-1)?.id).toBe(2);
  }));

it('[O2] a row that cannot be read is set aside with the reason, its lane goes on, and the log names the row without its content', () =>
  onOutbox(async (box) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    box.add('work', 'a');
    box.write('work', '{"lane":"work","text":');
    box.add('work', 'b');
    box.write('work', JSON.stringify({ lane: 'work', text: 'sesame, and then more than thirty letters' }));
    box.write('work', 'null');
    box.add('work', 'c');
    await box.drain({
      work: async (rows) => {
        for (const { effect } of rows) box.sent.push(effect.text);
        return rows.length;
      },
    });
    expect([box.sent, box.outbox.depth(), box.outbox.nextAt()]).toEqual([['a', 'b', 'c'], 0, null]);
    expect(box.parked()).toEqual([
      { id: 2, lane: 'work', effect: '{"lane":"work","text":', reason: 'not JSON', at: box.now },
      { id: 4, lane: 'work', effect: expect.stringContaining('sesame'), reason: 'text: too_big', at: box.now },
      { id: 5, lane: 'work', effect: 'null', reason: 'the whole: invalid_type', at: box.now },
    ]);
    const lines = logged.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toEqual([
      { at: 'stored', object: 'queue', table: 'outbox', key: 2, reason: 'not JSON' },
      { at: 'stored', object: 'queue', table: 'outbox', key: 4, reason: 'text: too_big' },
      { at: 'stored', object: 'queue', table: 'outbox', key: 5, reason: 'the whole: invalid_type' },
    ]);
    logged.mockRestore();
  }));

it('[O2] a lane of nothing but unreadable rows comes to its end', () =>
  onOutbox(async (box) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (let n = 0; n < 120; n += 1) box.write('record', '[]');
    box.add('record', 'last');
    await box.drain();
    expect([box.sent, box.outbox.depth(), box.parked().length]).toEqual([['last'], 0, 120]);
    logged.mockRestore();
  }));

it('[O2] what was set aside goes out when a later version can read it, before what is waiting, under its own id', () =>
  onOutbox(async (box) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const long = 'longer than this version wants to read';
    box.write('work', JSON.stringify({ lane: 'work', text: long }));
    box.write('work', 'never JSON');
    await box.drain();
    box.schema = z.object({ lane: z.enum(['work', 'record']), text: z.string() });
    box.add('work', 'b');
    box.restart();
    const ids: number[] = [];
    await box.drain({
      work: async (rows) => {
        for (const { id, effect } of rows) {
          ids.push(id);
          box.sent.push(effect.text);
        }
        return rows.length;
      },
    });
    expect([box.sent, ids, box.parked().length]).toEqual([[long, 'b'], [1, 3], 1]);
    logged.mockRestore();
  }));
