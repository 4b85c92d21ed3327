import { useEffect, useId, useState } from 'preact/hooks';
import type { WebhookDelivery, WebhookEntry } from '#protocol/webhooks.ts';
import { exactTime } from '../../panel/wording.ts';
import { Time } from '../kit/Time.tsx';
import { answerWords } from './webhook-words.ts';
import { webhooksApi } from './webhooks-api.ts';

const FILTERS = [
  { state: null, name: 'All' },
  { state: 'pending', name: 'Waiting' },
  { state: 'delivered', name: 'Arrived' },
  { state: 'failed', name: 'Given up' },
] as const;

type WebhookLogProps = {
  webhook: WebhookEntry;
  /** What somebody has sent beside, so that it stands here at once. */
  newest: WebhookDelivery | null;
  onChanged(webhooks: WebhookEntry[]): void;
};

/** [S29] What one webhook was told, newest first. */
export function WebhookLog({ webhook, newest, onChanged }: WebhookLogProps) {
  const [told, setTold] = useState<readonly WebhookDelivery[] | null>(null);
  const [hasMore, setMore] = useState(false);
  const [filter, setFilter] = useState(0);
  const [failure, setFailure] = useState('');
  const [said, setSaid] = useState('');
  const [sending, setSending] = useState<string | null>(null);
  const id = useId();
  const state = FILTERS[filter]?.state ?? null;
  const load = async (before: readonly WebhookDelivery[]) => {
    const answer = await webhooksApi.deliveries(webhook.id, state, before.at(-1) ?? null);
    setFailure(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setTold([...before, ...answer.value.deliveries]);
    setMore(answer.value.more);
  };
  useEffect(() => {
    // What was chosen before is not shown as what is chosen now.
    setTold(null);
    void load([]);
  }, [filter, newest]);
  const again = async ({ eventId }: WebhookDelivery) => {
    setSaid('');
    setSending(eventId);
    const answer = await webhooksApi.again(webhook.id, eventId);
    setSending(null);
    if (!answer.ok) {
      setSaid(answer.refusal.message);
      return;
    }
    const { delivery } = answer.value;
    setTold((before) => (before ?? []).map((one) => (one.eventId === eventId ? delivery : one)));
    setSaid(`${answerWords(delivery)}.${delivery.state === 'pending' ? ' It is tried again by itself.' : ''}`);
    onChanged(answer.value.webhooks);
  };
  return (
    <section class="w-log" aria-labelledby={`${id}-title`}>
      <header>
        <h3 id={`${id}-title`}>What was told</h3>
        <label for={`${id}-filter`} class="quiet">
          Show
        </label>
        <select
          id={`${id}-filter`}
          value={filter}
          onChange={({ currentTarget }) => setFilter(Number(currentTarget.value))}
        >
          {FILTERS.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
        <button type="button" class="secondary" onClick={() => void load([])}>
          Refresh
        </button>
      </header>
      {failure !== '' && (
        <p class="failure" role="alert">
          What was told could not be loaded. {failure}{' '}
          <button type="button" class="link" onClick={() => void load(told ?? [])}>
            Try again
          </button>
        </p>
      )}
      {told === null ? (
        failure === '' && (
          <div class="skeleton" aria-hidden="true">
            <i />
            <i />
          </div>
        )
      ) : told.length === 0 ? (
        <p class="s-none">
          {state === null
            ? 'Nothing yet. Each event that this webhook asks for will stand here for 30 days, and each test.'
            : 'None of the last 30 days.'}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Answer</th>
              <th scope="col">Tries</th>
              <th scope="col">
                <span class="unseen">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {told.map((one) => (
              <tr key={one.eventId}>
                <th scope="row">
                  {one.type === 'webhook.test' ? 'Test' : one.type}
                  <small class="quiet">
                    <Time at={one.at} focusable />
                  </small>
                </th>
                <td class={one.state === 'failed' ? 'w-failed' : undefined}>
                  {answerWords(one)}
                  {one.state === 'failed' && one.type !== 'webhook.test' && <small>Given up.</small>}
                </td>
                <td>
                  {one.tries}
                  {one.nextAt !== null && (
                    <small class="quiet">
                      {webhook.isOn ? (
                        <>
                          next <time dateTime={new Date(one.nextAt).toISOString()}>{nextWords(one.nextAt)}</time>
                        </>
                      ) : (
                        'waits until it is on'
                      )}
                    </small>
                  )}
                </td>
                <td>
                  {webhook.isOn && maySendAgain(one) && (
                    <button
                      type="button"
                      class="secondary"
                      aria-label={`Send again: ${one.type} of ${exactTime(one.at)}`}
                      aria-disabled={sending !== null}
                      onClick={() => sending === null && void again(one)}
                    >
                      {sending === one.eventId ? 'Sending…' : 'Send again'}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="s-said" role="status">
        {said}
      </p>
      {hasMore && (
        <button type="button" class="secondary" onClick={() => void load(told ?? [])}>
          Further back
        </button>
      )}
    </section>
  );
}

/** The server decides; what goes by itself within minutes has no button. */
const maySendAgain = ({ type, state, nextAt }: WebhookDelivery): boolean =>
  type !== 'webhook.test' && (state === 'failed' || (nextAt !== null && nextAt > Date.now() + 2 * 60_000));

/** When it is tried next: within the minute by itself, later by the clock. */
function nextWords(at: number): string {
  const now = Date.now();
  if (at <= now + 60_000) return 'within a minute';
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return new Date(at).toLocaleString(
    undefined,
    isToday ? { timeStyle: 'short' } : { weekday: 'short', hour: 'numeric', minute: '2-digit' },
  );
}
