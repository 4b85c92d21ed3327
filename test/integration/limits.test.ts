import { describe, expect, it } from 'vitest';
import type { WorkspaceId } from '#domain/ids.ts';
import { problem } from '#protocol/problem.ts';
import { limitStub } from '../../durable-objects/names.ts';
import { randomText } from '../../worker/storage/ids.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const start = (visitor: Visitor) =>
  inWorker.fetch('/v1/conversations', {
    method: 'POST',
    headers: visitor.headers,
    body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew: false }),
  });

describe('[S21] calls that come too often', () => {
  it('are told to wait, the one who makes them and nobody else', async () => {
    const flood = await Visitor.arrive(inWorker, null);
    const other = await Visitor.arrive(inWorker, null);
    let refused: Response | null = null;
    let taken = 0;
    for (; refused === null && taken < 400; taken += 1) {
      const response = await start(flood);
      if (response.status === 429) refused = response;
      else expect(response.status).toBe(200);
    }
    expect(taken).toBeGreaterThan(100);
    expect(problem.parse(await (refused as unknown as Response).json())).toMatchObject({ kind: 'rate_limited' });
    expect(Number((refused as unknown as Response).headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await start(other)).status).toBe(200);
  });

  it('are refused a socket, by a code; and no more than thirty of one conversation are open', async () => {
    const flood = await Visitor.arrive(inWorker, null);
    const open = [await flood.open()];
    for (let n = 1; n < 30; n += 1) open.push(await flood.connect());
    const code = async () => {
      const path = `/v1/conversations/${flood.conversationId}/socket`;
      const headers = { origin: inWorker.demoOrigin };
      return (await (await inWorker.dial(path, `visit.${flood.visit.visitToken}`, headers)).closed).code;
    };
    expect(await code()).toBe(4503);
    for (const one of open) one.close();
    await expect
      .poll(() =>
        flood.connect().then(
          (one) => one.close(),
          () => 'refused',
        ),
      )
      .toBeUndefined();
    let isRefused = false;
    for (let n = 0; n < 200 && !isRefused; n += 1)
      isRefused = await flood.connect().then(
        (one) => {
          one.close();
          return false;
        },
        () => true,
      );
    expect(isRefused).toBe(true);
    expect(await code()).toBe(4503);
    const other = await Visitor.arrive(inWorker, null);
    expect((await other.open()).isOpen).toBe(true);
  });

  it('of one workspace leave another’s as they are', async () => {
    const wanted = [{ key: 'visit', allowance: { burst: 3, perSecond: 0.001 } }];
    const [one, other] = ['wsp_onetwothree00', 'wsp_other00000000'].map((id) => limitStub(testEnv, id as WorkspaceId));
    const waits = [];
    for (let n = 0; n < 4; n += 1) waits.push(await one!.take(wanted));
    expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
    expect(waits[3]).toBeGreaterThan(900_000);
    expect(await other!.take(wanted)).toBe(0);
  });

  it('refused under one name are counted under none', async () => {
    const stub = limitStub(testEnv, 'wsp_counted000000' as WorkspaceId);
    const all = { key: 'all', allowance: { burst: 2, perSecond: 0.001 } };
    const each = { key: 'each', allowance: { burst: 1, perSecond: 0.001 } };
    expect(await stub.take([all, each])).toBe(0);
    expect(await stub.take([all, each])).toBeGreaterThan(0);
    expect(await stub.take([all])).toBe(0);
    expect(await stub.take([all])).toBeGreaterThan(0);
  });
});
