import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expandEvents } from '#domain/replay/expand.ts';
import type { Store } from '../../widget/kit/storage.ts';
import type { Core } from '../../widget/launcher/core.ts';
import type { Journal } from '../../widget/recorder/journal.ts';
import { createNumbers } from '../../widget/recorder/numbers.ts';
import { waitBeforeSeal } from '../../widget/recorder/pace.ts';
import { createPress, type Press } from '../../widget/recorder/press/press.ts';
import { FOLD_EVERY_MS, KEEP_MS, type Piece } from '../../widget/recorder/ring.ts';
import { createTape, type Line } from '../../widget/recorder/tape.ts';
import { createUploader } from '../../widget/recorder/uploader.ts';

/** A browser's storage without a browser. */
function aStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}
const aJournal = (disk: Map<number, Piece>): Journal => ({
  read: async () => [...disk.values()],
  async add(pieces) {
    for (const piece of pieces) disk.set(piece.seq, piece);
  },
  keepFrom(seq) {
    for (const key of disk.keys()) if (key < seq) disk.delete(key);
  },
  replace(from, to, pieces) {
    for (const key of disk.keys()) if (key >= from && key < to + 1) disk.delete(key);
    for (const piece of pieces) disk.set(piece.seq, piece);
  },
  restart: () => disk.clear(),
  close() {},
});
/** A page of one element, and what happens on it. */
const page = { id: 1, type: 0, childNodes: [{ id: 2, type: 2, tagName: 'html', attributes: {}, childNodes: [] }] };
const dataOf: Record<number, object> = {
  2: { node: page, initialOffset: { top: 0, left: 0 } },
  3: { source: 1, positions: [] },
  4: { href: 'https://app.example/', width: 1, height: 1 },
};
const anEvent = (timestamp: number, type = 3): Line => ({
  at: timestamp,
  text: JSON.stringify({ type, timestamp, data: dataOf[type] }),
});
const eventsIn = (gzip: Uint8Array): { timestamp: number; type: number }[] =>
  expandEvents(JSON.parse(gunzipSync(gzip).toString())) as never;
const timesIn = (pieces: readonly Piece[]): number[] =>
  pieces.flatMap(({ gzip }) => eventsIn(gzip).map(({ timestamp }) => timestamp));

/** One page load of a tab whose storage lives on. */
function load(
  session: Store,
  disk: Map<number, Piece> | null,
  {
    visitor = 'vis_a',
    tab = 'tab1',
    now = 0,
    press = createPress(false),
  }: { visitor?: string; tab?: string; now?: number; press?: Press } = {},
) {
  const tape = createTape({
    owner: { visitor, tab },
    journal: Promise.resolve(disk === null ? null : aJournal(disk)),
    numbers: createNumbers(session, 'numbers', tab),
    session,
    press: { press: async () => press, moves: () => 0 },
    unsavedKey: 'unsaved',
    now: () => now,
    onPiece() {},
  });
  return {
    tape,
    record(...times: number[]) {
      for (const at of times) tape.push(anEvent(at), false);
    },
    snapshot(at: number) {
      tape.push(anEvent(at, 4), true);
      tape.push(anEvent(at, 2), false);
    },
  };
}

describe('a recording outlives its page', () => {
  test('sealed pieces and what was still open are there after a reload, behind them the new page', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    first.record(2000);
    await first.tape.seal();
    first.record(3000, 4000);
    first.tape.leave(4500);

    const second = load(session, disk, { now: 6000 });
    second.snapshot(6000);
    second.record(7000);
    await second.tape.seal();
    const all = [1000, 1000, 2000, 3000, 4000, 6000, 6000, 7000];
    expect(timesIn(await second.tape.whole())).toEqual(all);
    expect(timesIn(await load(session, disk, { now: 9000 }).tape.whole())).toEqual(all);
  });

  test('what was being compressed when the page went is kept once', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    const sealing = first.tape.seal();
    first.record(2000);
    first.tape.leave(2500);
    await sealing;
    await first.tape.seal();
    expect(timesIn(await load(session, disk, { now: 3000 }).tape.whole())).toEqual([1000, 1000, 2000]);
  });

  test('[O7] what the press still has is told of as a segment that nothing has compressed, and no longer when it is done', async () => {
    const first = load(aStore(), new Map());
    first.snapshot(1000);
    const sealing = first.tape.seal();
    const [one, ...more] = first.tape.unpressed();
    expect(more).toEqual([]);
    expect(JSON.parse(one?.text ?? '')).toHaveLength(2);
    await sealing;
    expect(first.tape.unpressed()).toEqual([]);
    expect((await first.tape.whole()).map(({ seq }) => seq)).toEqual([one?.seq]);
  });

  test('a page that goes before it has read what was left for it leaves it for the next', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    first.tape.leave(1500);
    // Its disk never answers.
    const second = createTape({
      owner: { visitor: 'vis_a', tab: 'tab1' },
      journal: new Promise(() => {}),
      numbers: createNumbers(session, 'numbers', 'tab1'),
      session,
      press: { press: async () => createPress(false), moves: () => 0 },
      unsavedKey: 'unsaved',
      now: () => 2000,
      onPiece() {},
    });
    second.push(anEvent(2000, 4), true);
    second.leave(2500);
    expect(timesIn(await load(session, disk, { now: 3000 }).tape.whole())).toEqual([1000, 1000, 2000]);
  });

  test('[H4] what is forgotten while the disk is waited for leaves no number behind', async () => {
    const session = aStore();
    let added = () => {};
    const slow = { ...aJournal(new Map()), add: () => new Promise<void>((resolve) => (added = resolve)) };
    const tape = createTape({
      owner: { visitor: 'vis_a', tab: 'tab1' },
      journal: Promise.resolve(slow),
      numbers: createNumbers(session, 'numbers', 'tab1'),
      session,
      press: { press: async () => createPress(false), moves: () => 0 },
      unsavedKey: 'unsaved',
      now: () => 0,
      onPiece() {},
    });
    const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
    await soon();
    tape.clear();
    added();
    await soon();
    // Somebody who was being told of an event when it ended says so afterwards.
    tape.push(anEvent(1, 4), true);
    await tape.seal();
    expect(session.get('numbers')).toBeNull();
  });

  test('after five minutes away nothing is left, on the disk neither', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    await first.tape.seal();
    first.tape.leave(2000);
    expect(await load(session, disk, { now: 2001 + KEEP_MS }).tape.whole()).toEqual([]);
    expect([...disk.keys()]).toEqual([]);
  });

  test.each([
    ['another visitor', { visitor: 'vis_b' }],
    ['a duplicated tab', { tab: 'tab2' }],
  ])('what was open is nothing for %s', async (_, who) => {
    const session = aStore();
    const first = load(session, new Map());
    first.snapshot(1000);
    first.tape.leave(2000);
    expect(session.get('unsaved')).not.toBeNull();
    expect(await load(session, new Map(), { now: 3000, ...who }).tape.whole()).toEqual([]);
    expect(session.get('unsaved')).toBeNull();
  });

  test('where nothing can be stored it records in memory', async () => {
    const page = load(aStore(), null);
    page.snapshot(1000);
    page.record(2000);
    await page.tape.seal();
    expect(timesIn(await page.tape.whole())).toEqual([1000, 1000, 2000]);
  });

  test('whoever signs in keeps this page, not what was before', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    await first.tape.seal();
    const second = load(session, disk, { now: 3000 });
    second.snapshot(3000);
    await second.tape.seal();
    expect(timesIn(await second.tape.whole())).toEqual([1000, 1000, 3000, 3000]);
    second.tape.rename('vis_b');
    expect(timesIn(await second.tape.whole())).toEqual([3000, 3000]);
    expect(timesIn([...disk.values()])).toEqual([3000, 3000]);
  });

  test('a page back from the browser’s cache goes on behind those that came after it', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    first.tape.leave(1500);
    const second = load(session, disk, { now: 2000 });
    second.snapshot(2000);
    await second.tape.seal();
    first.tape.comeBack();
    first.snapshot(3000);
    await first.tape.seal();
    expect(timesIn(await first.tape.whole())).toEqual([1000, 1000, 2000, 2000, 3000, 3000]);
  });

  test('clearing leaves nothing anywhere', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const page = load(session, disk);
    page.snapshot(1000);
    await page.tape.seal();
    page.record(1500);
    page.tape.leave(2000);
    page.tape.clear();
    expect([await page.tape.whole(), [...disk.keys()], session.get('unsaved')]).toEqual([[], [], null]);
  });
});

describe('a recording loses its beginning, never its base', () => {
  const kinds = (pieces: readonly Piece[]) => pieces.flatMap(({ gzip }) => eventsIn(gzip).map(({ type }) => type));
  /** A second apart, each sealed by itself. */
  async function recordFor(recorded: ReturnType<typeof load>, from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += 1000) {
      recorded.record(at);
      await recorded.tape.seal();
    }
  }

  test('what has expired is folded into a snapshot, in memory and on the disk, and a reload goes on from there', async () => {
    const [session, disk] = [aStore(), new Map<number, Piece>()];
    const first = load(session, disk);
    first.snapshot(1000);
    await recordFor(first, 2000, 60_000);
    const end = 32_000 + KEEP_MS;
    await first.tape.trim(end);
    const pieces = await first.tape.whole();
    expect(kinds(pieces).slice(0, 3)).toEqual([4, 2, 3]);
    expect(pieces[0]).toMatchObject({ begins: true, startedAt: 1000 });
    expect(first.tape.spanMs(end)).toBeGreaterThanOrEqual(KEEP_MS);
    expect(Math.min(...timesIn(pieces).slice(2))).toBeGreaterThan(end - KEEP_MS - 9000);
    expect(timesIn([...disk.values()].sort((a, b) => a.seq - b.seq))).toEqual(timesIn(pieces));

    const second = load(session, disk, { now: end });
    expect(timesIn(await second.tape.whole())).toEqual(timesIn(pieces));
    // Its press has seen nothing yet: it reads the base first.
    await second.tape.trim(60_000 + KEEP_MS + FOLD_EVERY_MS);
    expect(kinds(await second.tape.whole())).toEqual([4, 2]);
  });

  test('a press that breaks while it folds leaves what there was, and one that breaks while it seals is asked again', async () => {
    const broken: Press = { ...createPress(false), base: () => Promise.reject(new Error('broken')) };
    const tape = load(aStore(), null, { press: broken });
    tape.snapshot(1000);
    await recordFor(tape, 2000, 9000);
    const before = timesIn(await tape.tape.whole());
    await tape.tape.trim(9000 + KEEP_MS + FOLD_EVERY_MS);
    expect(timesIn(await tape.tape.whole())).toEqual(before);

    let moves = 0;
    const failing: Press = { ...createPress(false), seal: () => Promise.reject(new Error('gone')) };
    const moving = createTape({
      owner: { visitor: 'vis_a', tab: 'tab1' },
      journal: Promise.resolve(null),
      numbers: createNumbers(aStore(), 'numbers', 'tab1'),
      session: aStore(),
      press: {
        press: async () => {
          if (moves > 0) return createPress(false);
          moves = 1;
          return failing;
        },
        moves: () => moves,
      },
      unsavedKey: 'unsaved',
      now: () => 0,
      onPiece() {},
    });
    moving.push(anEvent(1000, 4), true);
    moving.push(anEvent(1000, 2), false);
    await moving.seal();
    expect(kinds(await moving.whole())).toEqual([4, 2]);
    expect(moving.lost()).toBe(0);
  });

  test('pieces of a second become one, unless a recording has one of them', async () => {
    const session = aStore();
    const recorded = load(session, null);
    recorded.snapshot(1000);
    await recordFor(recorded, 2000, 12_000);
    expect((await recorded.tape.whole()).map(({ events }) => events)).toEqual([3, 8, 1]);
    const numbers = createNumbers(session, 'numbers', 'tab1');
    for (const piece of await recorded.tape.whole()) numbers.segmentOf('rec_1', piece);
    await recordFor(recorded, 12_000, 30_000);
    const times = timesIn(await recorded.tape.whole());
    expect(times).toEqual([1000, ...Array.from({ length: 29 }, (_, i) => 1000 + i * 1000)]);
  });
});

const aPiece = (seq: number): Piece => ({
  seq,
  startedAt: 0,
  begins: seq === 0,
  from: seq,
  to: seq,
  events: 1,
  bytes: 1,
  gzip: new Uint8Array([seq]),
});

describe('numbers', () => {
  test('a piece keeps its segment number over a reload, and new ones go on behind it', () => {
    const session = aStore();
    const before = createNumbers(session, 'k', 'tab1');
    expect([before.nextPiece(), before.nextPiece()]).toEqual([0, 1]);
    expect(before.segmentOf('rec_1', aPiece(0))).toMatchObject({ n: 0, stored: false });
    before.stored('rec_1', aPiece(0));
    before.segmentOf('rec_1', aPiece(1));
    const after = createNumbers(session, 'k', 'tab1');
    expect(after.nextPiece()).toBe(2);
    expect(after.segmentOf('rec_1', aPiece(0))).toMatchObject({ n: 0, stored: true });
    expect(after.segmentOf('rec_1', aPiece(1))).toMatchObject({ n: 1, stored: false });
    expect(after.segmentOf('rec_1', aPiece(2))).toMatchObject({ n: 2, stored: false });
    after.keepFrom(2);
    expect(JSON.parse(session.get('k') ?? '').taken).toHaveLength(1);
  });

  test('another recording and another tab begin at 0', () => {
    const session = aStore();
    createNumbers(session, 'k', 'tab1').segmentOf('rec_1', aPiece(0));
    expect(createNumbers(session, 'k', 'tab1').segmentOf('rec_2', aPiece(0)).n).toBe(0);
    expect(createNumbers(session, 'k', 'tab2').nextPiece()).toBe(0);
  });
});

describe('uploading', () => {
  afterEach(() => vi.unstubAllGlobals());

  type Call = { n: number; token: string; body: Uint8Array<ArrayBuffer>; keepalive: boolean };
  function start(answer: (call: Call) => number) {
    const calls: Call[] = [];
    let token = 'one';
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const call = {
        n: Number(url.split('/').at(-1)),
        token: (init.headers as Record<string, string>).authorization ?? '',
        body: init.body as Uint8Array<ArrayBuffer>,
        keepalive: init.keepalive === true,
      };
      calls.push(call);
      return new Response(null, { status: answer(call) });
    });
    const renew = vi.fn(() => {
      token = `${token}+`;
    });
    const core = {
      origin: 'https://baton.example',
      capture: { trail: { tab: 'tab1' } },
      visits: {
        get current() {
          return { visitToken: token };
        },
        renew,
        ensure: async () => ({}),
      },
    } as unknown as Core;
    const onHole = vi.fn();
    const numbers = createNumbers(aStore(), 'k', 'tab1');
    const uploader = createUploader(core, numbers, onHole);
    uploader.use('rec_1');
    const settled = () => vi.waitFor(() => expect(uploader.stats().waiting).toBe(0));
    return { calls, renew, onHole, uploader, numbers, settled };
  }

  test('a segment that is refused leaves a hole, which a new snapshot mends; once, however many follow', async () => {
    const { uploader, onHole, settled } = start(({ n }) => (n < 2 ? 400 : 200));
    for (let seq = 0; seq < 3; seq += 1) uploader.add(aPiece(seq));
    await settled();
    expect(uploader.stats()).toEqual({ uploaded: 1, waiting: 0, dropped: 2 });
    expect(onHole).toHaveBeenCalledTimes(1);
  });

  test('a token that ran out is renewed, once for both segments in flight, and both are sent again', async () => {
    const { uploader, renew, calls, onHole, settled } = start(({ token }) => (token === 'Bearer one' ? 401 : 200));
    uploader.add(aPiece(0));
    uploader.add(aPiece(1));
    await settled();
    expect(uploader.stats()).toEqual({ uploaded: 2, waiting: 0, dropped: 0 });
    expect(renew).toHaveBeenCalledTimes(1);
    expect(calls).toHaveLength(4);
    expect(onHole).not.toHaveBeenCalled();
  });

  test('a token that is always refused does not go on for ever', async () => {
    const { uploader, calls, settled } = start(() => 401);
    uploader.add(aPiece(0));
    await settled();
    expect(calls).toHaveLength(4);
    expect(uploader.stats().dropped).toBe(1);
  });

  test('a page that goes sends what waits behind it, in order and as far as a browser lets it; a page that stays sends all', async () => {
    const behind: number[] = [];
    const bodies: Uint8Array[] = [];
    const { uploader, settled, calls } = start(({ n, keepalive, body }) => {
      if (keepalive) {
        behind.push(n);
        bodies.push(body);
      }
      return 200;
    });
    const large = (seq: number, bytes: number) => ({ ...aPiece(seq), bytes });
    // Two are in flight at once, the others wait.
    for (const piece of [large(0, 9), large(1, 9), large(2, 30_000), large(3, 20_000), large(4, 20_000), large(5, 9)])
      uploader.add(piece);
    uploader.leave([{ seq: 6, text: '[[6]]' }]);
    await settled();
    // What is under way ends with the page.
    expect(behind).toEqual([0, 1, 2, 3]);
    expect(calls.filter(({ keepalive }) => !keepalive).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('what is not pressed yet goes behind a page as it is, under the number that it keeps when the page stays', async () => {
    const { uploader, settled, calls } = start(() => 200);
    uploader.add(aPiece(0));
    await settled();
    uploader.leave([{ seq: 1, text: '[["é"]]' }]);
    uploader.add(aPiece(1));
    uploader.add(aPiece(2));
    await settled();
    expect(calls.map(({ n, keepalive }) => [n, keepalive])).toEqual([
      [0, false],
      [1, true],
      [1, false],
      [2, false],
    ]);
    expect(new TextDecoder().decode(calls[1]?.body)).toBe('[["é"]]');
  });

  test('one that is too large is a hole', async () => {
    const { uploader, onHole, settled } = start(() => 413);
    uploader.add(aPiece(0));
    await settled();
    expect(uploader.stats().dropped).toBe(1);
    expect(onHole).toHaveBeenCalledTimes(1);
  });

  test('what the recording has already is not sent again', async () => {
    const { uploader, numbers, calls, settled } = start(() => 200);
    numbers.segmentOf('rec_1', aPiece(0));
    numbers.stored('rec_1', aPiece(0));
    uploader.add(aPiece(0));
    uploader.add(aPiece(1));
    uploader.add(aPiece(1));
    await settled();
    expect(calls.map(({ n }) => n)).toEqual([1]);
  });
});

describe('[O7] when what is recorded is kept and sent', () => {
  test('well within a second while nobody looks, however long ago the last was', () => {
    for (const sealedAt of [0, 500, 999]) expect(waitBeforeSeal(false, 0, sealedAt, 1000)).toBe(750);
  });
  test('while somebody looks: at once after a quiet moment, otherwise five times a second', () => {
    expect(waitBeforeSeal(true, 0, 0, 10_000)).toBe(30);
    expect(waitBeforeSeal(true, 0, 10_000, 10_001)).toBe(199);
    expect(waitBeforeSeal(true, 0, 10_000, 10_150)).toBe(50);
    expect(waitBeforeSeal(true, 0, 10_000, 10_190)).toBe(30);
  });
  test('where uploads wait for each other there are fewer, but never fewer than without anybody', () => {
    expect(waitBeforeSeal(true, 1, 10_000, 10_000)).toBe(400);
    expect(waitBeforeSeal(true, 40, 10_000, 10_000)).toBe(750);
  });
});
