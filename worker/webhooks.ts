import { DAY_MS, KEPT_DAYS } from '#domain/privacy/kept.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { type Judged, judge, nextTryAt } from '#domain/webhook/schedule.ts';
import { TEST_EVENT } from '#domain/webhook/webhook-event.ts';
import { type Env, settingsOf } from './env.ts';
import { dueDeliveries, forgetDeliveries, settleDelivery, takeDelivery } from './storage/webhooks.ts';
import { type DueDelivery, tryDelivery } from './webhook/try-delivery.ts';

/** So many of all in one look, and so many under way at once: at their slowest they take less than the minute until the next run. */
const LOOK = 100;
const AT_ONCE = 20;
/** A run looks again while there is time and something due: as many as a run may ask the database about. */
const MAX_DELIVERIES = 200;
const LAST_LOOK_MS = 10_000;
/** How long is kept what has been told. */
const KEPT_MS = KEPT_DAYS.deliveries * DAY_MS;

export type Sent = { delivered: number; failed: number };

/** [S28] Sends what is due. Each is at least once, with the same id for every try; two runs at once send none of them twice. One that cannot be sent keeps no other waiting. */
export async function sendWebhooks(env: Env, now: () => number = Date.now): Promise<Sent> {
  const sent: Sent = { delivered: 0, failed: 0 };
  const begun = Date.now();
  for (let left = MAX_DELIVERIES; left > 0 && Date.now() - begun < LAST_LOOK_MS; ) {
    const due = await dueDeliveries(env.DB, now(), Math.min(LOOK, left));
    if (due.length === 0) break;
    left -= due.length;
    for (let from = 0; from < due.length; from += AT_ONCE)
      await Promise.all(due.slice(from, from + AT_ONCE).map((one) => sendOne(env, one, sent, now)));
  }
  await forgetDeliveries(env.DB, now() - KEPT_MS);
  return sent;
}

async function sendOne(env: Env, one: DueDelivery, sent: Sent, now: () => number): Promise<void> {
  try {
    if (!(await takeDelivery(env.DB, one, now()))) return;
    const judged = await sendDelivery(env, one, now);
    sent[judged === 'delivered' ? 'delivered' : 'failed'] += 1;
  } catch (cause) {
    // Ours, not the receiver's: it is due again when its lease is over.
    sent.failed += 1;
    console.error(JSON.stringify({ at: 'webhooks', webhook: one.webhookId, message: faultText(cause) }));
  }
}

/** [S28] One try of what was taken for it, and what follows. [S29] A test is tried once. Throws where the database does: it is due again when its lease is over. */
export async function sendDelivery(env: Env, due: DueDelivery, now: () => number = Date.now): Promise<Judged> {
  const outcome = await tryDelivery(settingsOf(env), due, now());
  const judged = judge(outcome);
  const isTriedAgain = judged === 'failed' && due.type !== TEST_EVENT;
  const nextAt = isTriedAgain ? nextTryAt(due.tries + 1, now(), Math.random()) : null;
  await settleDelivery(env.DB, due, { outcome, judged, nextAt, now: now() });
  return judged;
}
