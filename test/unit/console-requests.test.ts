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

  test('what is tried again after silence is the same deed, until it is answered', async () => {
    const requests = aDesk();
    const adjust = { type: 'entry.adjust', escalationId: 'esc_1', hop: 1, minutes: 5 };
    const first = requests.ask(adjust);
    vi.advanceTimersByTime(20_000);
    expect(await first).toMatchObject({ ok: false });
    // Another deed is another.
    void requests.ask({ ...adjust, minutes: 15 });
    const again = requests.ask(adjust);
    const ids = sent.map(({ id }) => id);
    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).not.toBe(ids[0]);
    requests.answered({ type: 'ack', id: ids[0] as string });
    expect(await again).toMatchObject({ ok: true });
    void requests.ask(adjust);
    expect(ids).not.toContain(sent[3]?.id);
  });

  test('what was answered late was answered: pressed once more it is meant once more', async () => {
    const requests = aDesk();
    const first = requests.ask({ type: 'queue.close' });
    vi.advanceTimersByTime(20_000);
    await first;
    requests.answered({ type: 'ack', id: sent[0]?.id as string });
    void requests.ask({ type: 'queue.close' });
    expect(sent[1]?.id).not.toBe(sent[0]?.id);
  });

  test('silence fails it in words, connected or not', async () => {
    const told = aDesk(false).ask({ type: 'resolve' }, 'resolve-0002');
    vi.advanceTimersByTime(20_000);
    expect(await told).toMatchObject({ ok: false, message: expect.stringContaining('Try again') });
  });
});
