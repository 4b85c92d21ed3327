import { z } from 'zod';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { FAILING_MS, type Judged, type TryOutcome } from '#domain/webhook/schedule.ts';
import type { WebhookEvent } from '#domain/webhook/webhook-event.ts';
import type { webhookEntry } from '#protocol/webhooks.ts';
import type { DueDelivery } from '../webhook/try-delivery.ts';
import { insertAuditIfChanged } from './audit.ts';
import { newId } from './ids.ts';
import { parseColumn } from './json.ts';
import { type MasterKeys, seal } from './sealed.ts';

/** More than this nobody keeps apart, and each is a row for each event. */
export const MAX_WEBHOOKS = 10;
/** How long the secret before signs along, so that receivers can change theirs. */
export const BOTH_SIGN_MS = 24 * 3_600_000;
/** Longer than a try takes: who is not back by then has died. */
const LEASE_MS = 120_000;
/** Tries of one webhook in one run: one that is slow leaves room for the others. */
const MAX_OF_ONE = 10;
const SECRET_BYTES = 32;

/** In the form of Standard Webhooks. */
const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}`;
const placeOf = (workspaceId: WorkspaceId, id: WebhookId) => ({ workspaceId, kind: 'webhook', id }) as const;

/** [S28] Makes a webhook, unless there are as many as there may be; null then. The secret is in this answer and nowhere else. `url` has been checked. */
export async function makeWebhook(
  db: D1Database,
  workspaceId: WorkspaceId,
  { url, events }: { url: string; events: readonly WebhookEvent[] },
  line: { at: number; by: Doer },
  masterKeys: MasterKeys,
): Promise<{ id: WebhookId; secret: string } | null> {
  const id = newId('webhook');
  const secret = newSecret();
  const sealed = await seal(masterKeys, placeOf(workspaceId, id), secret);
  const [made] = await db.batch([
    db
      .prepare(
        `insert into webhooks (workspace_id, id, url, events, secret, created_at, created_by) select ?1, ?2, ?3, ?4, ?5, ?6, ?7
       where (select count(*) from webhooks where workspace_id = ?1) < ${MAX_WEBHOOKS}`,
      )
      .bind(workspaceId, id, url, JSON.stringify(events), sealed, line.at, line.by.name),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/made`,
      deed: 'webhook.made',
      about: new URL(url).host,
      detail: events.join(', '),
    }),
  ]);
  return (made?.meta.changes ?? 0) > 0 ? { id, secret } : null;
}

const stored = z.array(z.string());
type Row = Omit<z.infer<typeof webhookEntry>, 'events' | 'isOn'> & { events: string; isOn: 0 | 1 };

/** [S28] A workspace's webhooks, the oldest first, with what became of the deliveries that are kept. */
export async function webhooksOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  now = Date.now(),
): Promise<z.infer<typeof webhookEntry>[]> {
  const { results } = await db
    .prepare(
      `select w.id, w.url, w.events, w.is_on as isOn, case when w.is_on = 1 then null else w.off_because end as offBecause,
         w.failing_since as failingSince, case when w.before_until > ?2 then w.before_until end as bothSignUntil,
         w.created_at as createdAt, w.created_by as createdBy,
         sum(d.state is 'pending') as pending, sum(d.state is 'delivered') as delivered, sum(d.state is 'failed') as failed
       from webhooks w left join webhook_deliveries d on d.workspace_id = w.workspace_id and d.webhook_id = w.id
       where w.workspace_id = ?1 group by w.id order by w.created_at, w.id`,
    )
    .bind(workspaceId, now)
    .all<Row>();
  return results.map((row) => ({
    ...row,
    isOn: row.isOn === 1,
    events: parseColumn(stored, row.events, 'webhooks.events'),
  }));
}

/** [S28] On or off, by a person; whatever was said of its failing is forgotten. False where there is no such webhook. */
export async function switchWebhook(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  isOn: boolean,
  line: { at: number; by: Doer },
): Promise<boolean> {
  const url = await urlOf(db, workspaceId, id);
  if (url === null) return false;
  await db.batch([
    db
      .prepare(
        'update webhooks set is_on = ?3, off_because = null, failing_since = null where workspace_id = ?1 and id = ?2 and is_on <> ?3',
      )
      .bind(workspaceId, id, isOn ? 1 : 0),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/switched/${line.at}`,
      deed: isOn ? 'webhook.switched_on' : 'webhook.switched_off',
      about: new URL(url).host,
      detail: '',
    }),
  ]);
  return true;
}

/** [S28] Removes a webhook, and what it was still to be told. False where there is none. */
export async function endWebhook(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  line: { at: number; by: Doer },
): Promise<boolean> {
  const url = await urlOf(db, workspaceId, id);
  if (url === null) return false;
  const [, gone] = await db.batch([
    db.prepare('delete from webhook_deliveries where workspace_id = ? and webhook_id = ?').bind(workspaceId, id),
    db.prepare('delete from webhooks where workspace_id = ? and id = ?').bind(workspaceId, id),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/removed`,
      deed: 'webhook.removed',
      about: new URL(url).host,
      detail: '',
    }),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}

const urlOf = async (db: D1Database, workspaceId: WorkspaceId, id: WebhookId): Promise<string | null> =>
  (
    await db
      .prepare('select url from webhooks where workspace_id = ? and id = ?')
      .bind(workspaceId, id)
      .first<{ url: string }>()
  )?.url ?? null;

/** [S28] Gives a webhook another secret; the one it had signs along for a day. Null where there is no such webhook. */
export async function rotateWebhook(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  line: { at: number; by: Doer },
  masterKeys: MasterKeys,
): Promise<{ secret: string } | null> {
  const secret = newSecret();
  const url = await urlOf(db, workspaceId, id);
  if (url === null) return null;
  const sealed = await seal(masterKeys, placeOf(workspaceId, id), secret);
  const [given] = await db.batch([
    db
      .prepare(
        'update webhooks set secret_before = secret, before_until = ?, secret = ? where workspace_id = ? and id = ?',
      )
      .bind(line.at + BOTH_SIGN_MS, sealed, workspaceId, id),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/rotated/${line.at}`,
      deed: 'webhook.secret_changed',
      about: new URL(url).host,
      detail: '',
    }),
  ]);
  return (given?.meta.changes ?? 0) > 0 ? { secret } : null;
}

/** [S28] What is due at `now`, of webhooks that are on, oldest first and no more than ten of each. An event that is not there any more is not told. */
export async function dueDeliveries(db: D1Database, now: number, limit: number): Promise<DueDelivery[]> {
  const { results } = await db
    .prepare(
      `with due as (
         select d.*, row_number() over (partition by d.workspace_id, d.webhook_id order by d.next_at) as turn
         from webhook_deliveries d join webhooks w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
         where d.state = 'pending' and d.next_at <= ?1 and w.is_on = 1
       )
       select d.workspace_id as workspaceId, d.webhook_id as webhookId, d.event_id as eventId, d.tries, d.next_at as nextAt,
         w.url, w.secret, w.secret_before as secretBefore, w.before_until as beforeUntil,
         e.type, e.at, e.conversation_id as conversationId, e.body,
         (select number from conversations where workspace_id = e.workspace_id and id = e.conversation_id) as number,
         (select tier from queues where workspace_id = e.workspace_id and name = coalesce(e.body ->> 'queue', e.body ->> 'to') limit 1) as tier
       from due d join webhooks w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
       join events e on e.workspace_id = d.workspace_id and e.id = d.event_id
       where d.turn <= ${MAX_OF_ONE} order by d.turn, d.next_at limit ?2`,
    )
    .bind(now, limit)
    .all<DueDelivery>();
  return results;
}

/** [S28] Takes a row for this try; false where another run has taken it. Who dies now leaves it to be due again. */
export async function takeDelivery(db: D1Database, due: DueDelivery, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `update webhook_deliveries set next_at = ?
       where workspace_id = ? and webhook_id = ? and event_id = ? and state = 'pending' and next_at = ?`,
    )
    .bind(now + LEASE_MS, due.workspaceId, due.webhookId, due.eventId, due.nextAt)
    .run();
  return meta.changes > 0;
}

/** [S28] Writes what became of a try, and what follows for the webhook: off when it is gone, or has failed for days without one success. */
export async function settleDelivery(
  db: D1Database,
  { workspaceId, webhookId, eventId }: DueDelivery,
  { outcome, judged, nextAt, now }: { outcome: TryOutcome; judged: Judged; nextAt: number | null; now: number },
): Promise<void> {
  const state = judged === 'delivered' ? 'delivered' : nextAt === null || judged === 'gone' ? 'failed' : 'pending';
  const error = outcome.status === null ? outcome.because : null;
  await db.batch([
    db
      .prepare(
        `update webhook_deliveries set state = ?, tries = tries + 1, next_at = ?, last_status = ?, last_error = ?
         where workspace_id = ? and webhook_id = ? and event_id = ? and state = 'pending'`,
      )
      .bind(state, nextAt ?? now, outcome.status, error, workspaceId, webhookId, eventId),
    judged === 'delivered'
      ? db
          .prepare('update webhooks set failing_since = null where workspace_id = ? and id = ?')
          .bind(workspaceId, webhookId)
      : db
          .prepare(
            `update webhooks set failing_since = coalesce(failing_since, ?3),
               is_on = case when ?4 or coalesce(failing_since, ?3) < ?3 - ${FAILING_MS} then 0 else is_on end,
               off_because = case when ?4 then 'gone' when coalesce(failing_since, ?3) < ?3 - ${FAILING_MS} then 'failing' else off_because end
             where workspace_id = ?1 and id = ?2 and is_on = 1`,
          )
          .bind(workspaceId, webhookId, now, judged === 'gone' ? 1 : 0),
  ]);
}

/** Forgets what was to be told before `before`, whatever became of it: what waits so long is of a webhook that is off, or of an event that is gone. */
export async function forgetDeliveries(db: D1Database, before: number): Promise<void> {
  await db.prepare('delete from webhook_deliveries where created_at < ?').bind(before).run();
}
