import { describe, expect, test } from 'vitest';
import type { ConversationId } from '#domain/ids.ts';
import { noticeId, type PromiseNotice, saysMore } from '#domain/sla/notice.ts';
import { escalationId, NOW } from '../../support/builders.ts';

const notice = (what: PromiseNotice['what']): PromiseNotice => ({
  id: noticeId(escalationId(1), { metric: 'tier', ordinal: 2 }),
  what,
  at: NOW,
  metric: 'tier',
  dueAt: NOW,
  escalationId: escalationId(1),
  conversationId: 'cnv_1' as ConversationId,
  ticketNumber: 'BTN-1',
  subject: 'Refused',
  queueName: 'Billing',
});

describe('[K14] a notice', () => {
  test('is told once; a breach says more than its warning, and nothing says more than a breach', () => {
    const [warned, breached] = [notice('warned'), notice('breached')];
    expect([saysMore(null, warned), saysMore(warned, warned), saysMore(warned, breached)]).toEqual([true, false, true]);
    expect([saysMore(breached, warned), saysMore(breached, breached)]).toEqual([false, false]);
    expect(warned.id).toBe(breached.id);
  });
});
