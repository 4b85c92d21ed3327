import { describe, expect, it } from 'vitest';
import type { QueueDown } from '#protocol/queue.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { waitingFor } from './waiting.ts';

type View = Extract<QueueDown, { type: 'queue' }>;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;

describe('[P10] what a company’s systems say of an account', () => {
  it('between two tokens ranks anew who waits; of nobody who has not been here, and of no anonymous one', async () => {
    const { visitor, socket } = await waitingFor('I was charged twice.', 'usr_lena');
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const place = () =>
      (queue.frames.findLast(({ type }) => type === 'queue') as View).entries.find(
        ({ conversationId }) => conversationId === visitor.conversationId,
      );
    const labels = () => place()?.rank.map(({ label }) => label) ?? [];
    const tell = (subject: string, account: object) =>
      inWorker.fetch(`/v1/people/${encodeURIComponent(subject)}/account`, {
        method: 'PUT',
        headers: ines.headers,
        body: JSON.stringify({ account }),
      });
    await queue.find(() => place() !== undefined);
    const before = place()!;
    const sick = { name: 'Harbour & Sons', tier: 'enterprise', health: 'at_risk', openDispute: true };
    const seen = () =>
      testEnv.DB.prepare("select last_seen_at as at, told_at as told from visitors where subject = 'usr_lena'").first<{
        at: number;
        told: number | null;
      }>();
    const lastSeen = await seen();
    const told = await tell('usr_lena', sick);
    // To be told of is not to be here: they go as soon as those of whom nothing is told [Y10].
    expect(await seen()).toEqual({ at: lastSeen?.at, told: expect.any(Number) });
    expect(told.status).toBe(200);
    expect(await told.json()).toMatchObject({ conversationId: visitor.conversationId });
    await expect.poll(labels).toEqual(expect.arrayContaining(['account at risk', 'open dispute']));
    expect(place()).toMatchObject({ tier: 'enterprise' });
    expect(place()!.dueAt).toBeLessThan(before.dueAt);
    // Told again it is the same; what is left out is no longer so.
    expect((await tell('usr_lena', sick)).status).toBe(200);
    expect((await tell('usr_lena', { ...sick, health: 'healthy', openDispute: false })).status).toBe(200);
    await expect.poll(labels).not.toContain('account at risk');
    expect(labels()).not.toContain('open dispute');

    expect((await tell('usr_who_never_came', sick)).status).toBe(404);
    const wrong = await tell('usr_lena', { ...sick, helth: 'at_risk' });
    expect(wrong.status).toBe(400);
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const refused = await inWorker.fetch('/v1/people/usr_lena/account', {
      method: 'PUT',
      headers: maya.headers,
      body: JSON.stringify({ account: sick }),
    });
    expect(refused.status).toBe(403);
    const { visitor: nobody } = await waitingFor('I was charged twice.', null);
    const id = await testEnv.DB.prepare('select visitor_id from conversations where id = ?')
      .bind(nobody.conversationId)
      .first<string>('visitor_id');
    expect((await tell(id as string, sick)).status).toBe(404);
    await socket.ask({ type: 'person.withdraw' });
  });
});
