import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRequests } from '../../widget/console/requests.ts';

const sent: { type: string; id: string }[] = [];
const aDesk = (connected = true) =>
  createRequests((frame) => {
    if (connected) sent.push(frame as { type: string; id: string });
    return connected;
  });

describe('requests', () => {
  beforeEach(() => {
    sent.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  test('an ack settles its own request and no other', async () => {
    const requests = aDesk();
    const told = requests.ask({ type: 'resolve' }, 'resolve-0001');
    expect(requests.answered({ type: 'ack', id: 'somebody-else' })).toBe(false);
    expect(requests.answered({ type: 'ack', id: 'resolve-0001', seq: 7 })).toBe(true);
    expect(await told).toEqual({ ok: true, seq: 7 });
    expect(requests.answered({ type: 'ack', id: 'resolve-0001' })).toBe(false);
  });

  test('a nack says why', async () => {
    const requests = aDesk();
    const told = requests.ask({ type: 'offer.accept' }, 'accept-00001');
    const problem = { kind: 'conflict', message: 'Jonas has this work.', requestId: 'r' } as const;
    requests.answered({ type: 'nack', id: 'accept-00001', problem });
    expect(await told).toEqual({ ok: false, message: 'Jonas has this work.' });
  });

  test('what has no answer goes out again under its id when the connection is back', async () => {
    const requests = aDesk();
    const told = requests.ask({ type: 'transfer' }, 'transfer-001');
    requests.resend();
    expect(sent).toEqual([
      { type: 'transfer', id: 'transfer-001' },
      { type: 'transfer', id: 'transfer-001' },
    ]);
    requests.answered({ type: 'ack', id: 'transfer-001' });
    await told;
    requests.resend();
    expect(sent).toHaveLength(2);
  });

  test('silence fails it in words, connected or not', async () => {
    const told = aDesk(false).ask({ type: 'resolve' }, 'resolve-0002');
    vi.advanceTimersByTime(20_000);
    expect(await told).toMatchObject({ ok: false, message: expect.stringContaining('Try again') });
  });
});
