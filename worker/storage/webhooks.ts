import { z } from 'zod';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { FAILING_MS, type Judged, type TryOutcome } from '#domain/webhook/schedule.ts';
import { TEST_EVENT, type WebhookEvent } from '#domain/webhook/webhook-event.ts';
import type { DeliveriesAnswer, WebhookDelivery, webhookEntry } from '#protocol/webhooks.ts';
import type { DueDelivery } from '../webhook/try-delivery.ts';
import { insertAuditIfChanged } from './audit.ts';
import { newId, randomText } from './ids.ts';
import { parseColumn } from './json.ts';
import { type MasterKeys, seal } from './sealed.ts';

/** More than this nobody keeps apart, and each is a row for each event. */
export const MAX_WEBHOOKS = 10;
/** How long the secret before signs along, so that receivers can change theirs. */
export const BOTH_SIGN_MS = 24 * 3_600_000;
/** Longer than a try takes: who is not back by then has died. */
const LEASE_MS = 120_000;
/** Tries of one webhook in one look: one that is slow leaves room for the others. */
const MAX_OF_ONE = 10;
const SECRET_BYTES = 32;
/** Tests of one webhook in a minute: enough for a person, and nothing to flood somebody with. */
const MAX_TESTS = 5;
/** And of all of a workspace, also of those that were removed since. */
const MAX_TESTS_OF_ALL = 20;
const MINUTE_MS = 60_000;
/** So many lines of what was told at once. */
const SHOWN = 50;

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
       from webhooks w left join webhook_deliveries d on d.workspace_id = w.workspace_id and d.webhook_id = w.id and d.type <> '${TEST_EVENT}'
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

/** Another secret, or until when (epoch ms) the one before signs along, so that there is none yet. */
export type Rotated = { secret: string } | { bothSignUntil: number };

/**
 * [S28] Gives a webhook another secret; the one it had signs along for a day, and until then there is no other, unless `endsBefore`: then the one that signs along ends at once.
 * What waits because the secret did not open is due. Null where there is no such webhook.
 */
export async function rotateWebhook(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  line: { at: number; by: Doer },
  masterKeys: MasterKeys,
  endsBefore = false,
): Promise<Rotated | null> {
  const secret = newSecret();
  const url = await urlOf(db, workspaceId, id);
  if (url === null) return null;
  const sealed = await seal(masterKeys, placeOf(workspaceId, id), secret);
  const [given] = await db.batch([
    db
      .prepare(
        `update webhooks set secret_before = secret, before_until = ?1 + ${BOTH_SIGN_MS}, secret = ?2
         where workspace_id = ?3 and id = ?4 and (?5 or coalesce(before_until, 0) <= ?1)`,
      )
      .bind(line.at, sealed, workspaceId, id, endsBefore ? 1 : 0),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/rotated/${line.at}`,
      deed: 'webhook.secret_changed',
      about: new URL(url).host,
      detail: endsBefore ? 'the one before ended at once' : '',
    }),
    db
      .prepare(
        `update webhook_deliveries set next_at = ?3 where workspace_id = ?1 and webhook_id = ?2
           and state = 'pending' and last_error = 'secret' and next_at > ?3 + ${LEASE_MS}
           and exists (select 1 from webhooks where workspace_id = ?1 and id = ?2 and secret = ?4)`,
      )
      .bind(workspaceId, id, line.at, sealed),
  ]);
  if ((given?.meta.changes ?? 0) > 0) return { secret };
  const now = await db
    .prepare('select before_until as bothSignUntil from webhooks where workspace_id = ? and id = ?')
    .bind(workspaceId, id)
    .first<{ bothSignUntil: number }>();
  return now;
}

/** Rows of `deliveries` with what is to be told, and how. An event that is not there any more is not told; a test has none. */
const toldOf = (deliveries: 'due' | 'webhook_deliveries') =>
  `select d.workspace_id as workspaceId, d.webhook_id as webhookId, d.event_id as eventId, d.tries, d.next_at as nextAt,
     w.url, w.secret, w.secret_before as secretBefore, w.before_until as beforeUntil,
     d.type, coalesce(e.at, d.created_at) as at, e.conversation_id as conversationId, coalesce(e.body, '{}') as body,
     (select number from conversations where workspace_id = e.workspace_id and id = e.conversation_id) as number,
     (select tier from queues where workspace_id = e.workspace_id and name = coalesce(e.body ->> 'queue', e.body ->> 'to') limit 1) as tier
   from ${deliveries} d join webhooks w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
   left join events e on e.workspace_id = d.workspace_id and e.id = d.event_id
   where (e.id is not null or d.type = '${TEST_EVENT}')`;

/** [S28] What is due at `now`, of webhooks that are on, oldest first and no more than ten of each. An event that is not there any more is not told. */
export async function dueDeliveries(db: D1Database, now: number, limit: number): Promise<DueDelivery[]> {
  const { results } = await db
    .prepare(
      `with due as (
         select d.*, row_number() over (partition by d.workspace_id, d.webhook_id order by d.next_at) as turn
         from webhook_deliveries d join webhooks w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
         where d.state = 'pending' and d.next_at <= ?1 and w.is_on = 1
       )
       ${toldOf('due')} and d.turn <= ${MAX_OF_ONE} order by d.turn, d.next_at limit ?2`,
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

/** [S28] Writes what became of a try, and what follows for the webhook: off when it is gone, or has failed for days without one success. [S29] Of a test nothing follows. */
export async function settleDelivery(
  db: D1Database,
  { workspaceId, webhookId, eventId, type }: DueDelivery,
  { outcome, judged, nextAt, now }: { outcome: TryOutcome; judged: Judged; nextAt: number | null; now: number },
): Promise<void> {
  const state = judged === 'delivered' ? 'delivered' : nextAt === null || judged === 'gone' ? 'failed' : 'pending';
  const error = outcome.status === null ? outcome.because : null;
  const settled = db
    .prepare(
      `update webhook_deliveries set state = ?, tries = tries + 1, next_at = ?, last_status = ?, last_error = ?
       where workspace_id = ? and webhook_id = ? and event_id = ? and state = 'pending'`,
    )
    .bind(state, nextAt ?? now, outcome.status, error, workspaceId, webhookId, eventId);
  if (type === TEST_EVENT) {
    await db.batch([settled]);
    return;
  }
  await db.batch([
    settled,
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

/** [S29] Puts a test on its way, taken already by whoever asked. Null where there is no such webhook, or where there were too many within a minute. */
export async function addTest(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  line: { at: number; by: Doer },
): Promise<DueDelivery | 'too_many' | null> {
  const url = await urlOf(db, workspaceId, id);
  if (url === null) return null;
  const eventId = `test/${randomText(16)}`;
  const [, , added] = await db.batch<DueDelivery>([
    db
      .prepare(
        `insert into webhook_deliveries (workspace_id, webhook_id, event_id, type, next_at, created_at)
         select ?1, ?2, ?3, '${TEST_EVENT}', ?4 + ${LEASE_MS}, ?4
         where exists (select 1 from webhooks where workspace_id = ?1 and id = ?2)
           and (select count(*) from webhook_deliveries
             where workspace_id = ?1 and webhook_id = ?2 and type = '${TEST_EVENT}' and created_at > ?4 - ${MINUTE_MS}) < ${MAX_TESTS}
           and (select count(*) from audit where workspace_id = ?1 and at > ?4 - ${MINUTE_MS} and deed = 'webhook.tested') < ${MAX_TESTS_OF_ALL}`,
      )
      .bind(workspaceId, id, eventId, line.at),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/${eventId}`,
      deed: 'webhook.tested',
      about: new URL(url).host,
      detail: '',
    }),
    dueOf(db, workspaceId, id, eventId),
  ]);
  return added?.results[0] ?? 'too_many';
}

/**
 * [S29] Takes what failed, or waits for another try, to be sent again now by whoever asked; its tries are counted anew. It keeps its id. `under_way` is that a run has it, or
 * will within minutes; null that there is no such event, any more, on its way to this webhook.
 */
export async function takeAgain(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  eventId: string,
  line: { at: number; by: Doer },
): Promise<DueDelivery | 'off' | 'delivered' | 'under_way' | null> {
  const stood = await db
    .prepare(
      `select w.url, w.is_on as isOn, d.state, d.type from webhook_deliveries d join webhooks w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
       where d.workspace_id = ? and d.webhook_id = ? and d.event_id = ?`,
    )
    .bind(workspaceId, id, eventId)
    .first<{ url: string; isOn: 0 | 1; state: WebhookDelivery['state']; type: string }>();
  if (stood === null || stood.type === TEST_EVENT) return null;
  if (stood.isOn === 0) return 'off';
  if (stood.state === 'delivered') return 'delivered';
  const [taken, , found] = await db.batch<DueDelivery>([
    db
      .prepare(
        // A run that has it now, and one that is about to, leave it due within a lease.
        `update webhook_deliveries set state = 'pending', tries = 0, next_at = ?4 + ${LEASE_MS}
         where workspace_id = ?1 and webhook_id = ?2 and event_id = ?3
           and (state = 'failed' or (state = 'pending' and next_at > ?4 + ${LEASE_MS}))
           and exists (select 1 from events where workspace_id = ?1 and id = ?3)`,
      )
      .bind(workspaceId, id, eventId, line.at),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `webhook/${id}/again/${eventId}/${line.at}`,
      deed: 'webhook.sent_again',
      about: new URL(stood.url).host,
      detail: stood.type,
    }),
    dueOf(db, workspaceId, id, eventId),
  ]);
  const due = found?.results[0];
  if (due === undefined) return null;
  return (taken?.meta.changes ?? 0) > 0 ? due : 'under_way';
}

const dueOf = (db: D1Database, workspaceId: WorkspaceId, id: WebhookId, eventId: string): D1PreparedStatement =>
  db
    .prepare(`${toldOf('webhook_deliveries')} and d.workspace_id = ? and d.webhook_id = ? and d.event_id = ?`)
    .bind(workspaceId, id, eventId);

const DELIVERY = `select event_id as eventId, type, created_at as at, state, tries, case when state = 'pending' then next_at end as nextAt,
  last_status as status, last_error as error from webhook_deliveries where workspace_id = ?1 and webhook_id = ?2`;

/** [S29] What was told to one webhook, newest first, behind the line `before` (null is from the latest), of all states or of one. Null where there is no such webhook. */
export async function deliveriesOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  { state, before }: { state: WebhookDelivery['state'] | null; before: { at: number; id: string } | null },
): Promise<DeliveriesAnswer | null> {
  if ((await urlOf(db, workspaceId, id)) === null) return null;
  const { results } = await db
    .prepare(
      `${DELIVERY} and (created_at < ?3 or (created_at = ?3 and event_id > ?4)) and (?5 is null or state = ?5)
       order by created_at desc, event_id limit ${SHOWN + 1}`,
    )
    .bind(workspaceId, id, before?.at ?? Number.MAX_SAFE_INTEGER, before?.id ?? '', state)
    .all<WebhookDelivery>();
  return { deliveries: results.slice(0, SHOWN), more: results.length > SHOWN };
}

/** [S29] One of them; null where it has gone, with its webhook or with whoever it was about. */
export const deliveryOf = (
  db: D1Database,
  workspaceId: WorkspaceId,
  id: WebhookId,
  eventId: string,
): Promise<WebhookDelivery | null> =>
  db.prepare(`${DELIVERY} and event_id = ?3`).bind(workspaceId, id, eventId).first<WebhookDelivery>();
