// Loaded when somebody opens it: webhooks are made seldom.
import './webhooks.css';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { WEBHOOK_EVENTS, type WebhookEvent } from '#domain/webhook/webhook-event.ts';
import type { WebhookDelivery, WebhookEntry, WebhookSecret } from '#protocol/webhooks.ts';
import { exactTime } from '../../panel/wording.ts';
import type { Answer } from '../api.ts';
import { Time } from '../kit/Time.tsx';
import { AdminsOnly, CopyBox, LoadFailed, Sure } from './admin-parts.tsx';
import { Skeleton } from './Skeleton.tsx';
import { WebhookLog } from './WebhookLog.tsx';
import { countWords, EVENT_WORDS, stateWords, testWords } from './webhook-words.ts';
import { webhooksApi } from './webhooks-api.ts';

/** [S28] [S29] Where a workspace is told of its events. */
export default function WebhooksPage({ isAdmin }: { isAdmin: boolean }) {
  const [webhooks, setWebhooks] = useState<WebhookEntry[] | null>(null);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await webhooksApi.load();
    if (answer.ok) setWebhooks(answer.value.webhooks);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => {
    if (isAdmin) void load();
  }, [isAdmin]);
  if (!isAdmin) return <AdminsOnly what="webhooks" />;
  if (webhooks === null)
    return failure === '' ? <Skeleton /> : <LoadFailed what="The webhooks" why={failure} onAgain={() => void load()} />;
  return <Webhooks webhooks={webhooks} onChanged={setWebhooks} />;
}

type Shown = { id: string; secret: string; isFirst: boolean };
type Asking = { about: WebhookEntry; to: 'rotate' | 'remove' };

type WebhooksProps = { webhooks: readonly WebhookEntry[]; onChanged(now: WebhookEntry[]): void };

function Webhooks({ webhooks, onChanged }: WebhooksProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [said, setSaid] = useState('');
  const box = useRef<HTMLDivElement>(null);
  // What is shown once must not come about out of sight.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [shown]);
  const show = ({ id, secret, webhooks: now }: WebhookSecret, isFirst: boolean) => {
    setShown({ id, secret, isFirst });
    setSaid('');
    onChanged(now);
  };
  const of = webhooks.find(({ id }) => id === shown?.id);
  return (
    <div class="s-column">
      <div class="s-groups">
        <section class="s-group" aria-labelledby="webhooks-list">
          <header>
            <h2 id="webhooks-list">Webhooks</h2>
          </header>
          <p class="s-lead">
            Servers of yours that are told of events, signed as{' '}
            <a href="https://www.standardwebhooks.com" rel="noreferrer">
              Standard Webhooks
            </a>{' '}
            say. What is told has ids, numbers and names of queues, and nothing that a person wrote.
          </p>
          {shown !== null && of !== undefined && (
            <div class="s-box warn" role="status" ref={box}>
              <h3>The secret of {hostOf(of)}</h3>
              <p>
                Copy it to where your server keeps its secrets. It is shown this once and never again.
                {!shown.isFirst && of.bothSignUntil !== null && (
                  <>
                    {' '}
                    The one before signs along until <Exact at={of.bothSignUntil} />: change it on your server by then.
                  </>
                )}
              </p>
              <CopyBox label={`Secret of ${hostOf(of)}`} text={shown.secret} />
              <div class="s-deeds">
                <button type="button" class="secondary" onClick={() => setShown(null)}>
                  I have it
                </button>
              </div>
            </div>
          )}
          {webhooks.length === 0 ? (
            <p class="s-none">
              There is no webhook: nobody else is told of what happens here. Make one below, and its address is told
              from the next event on.
            </p>
          ) : (
            <ul class="w-hooks">
              {webhooks.map((webhook) => (
                <Hook
                  key={webhook.id}
                  webhook={webhook}
                  onChanged={onChanged}
                  onAsk={(to) => {
                    setSaid('');
                    setAsking({ about: webhook, to });
                  }}
                />
              ))}
            </ul>
          )}
          <p class="s-said" role="status">
            {said}
          </p>
        </section>
        <NewWebhook onMade={(made) => show(made, true)} />
      </div>
      {asking?.to === 'remove' && (
        <Sure
          title={`Remove the webhook to ${hostOf(asking.about)}?`}
          verb="Remove it"
          onClose={() => setAsking(null)}
          onSure={async () => {
            const answer = await webhooksApi.remove(asking.about.id);
            if (answer.ok) {
              if (shown?.id === asking.about.id) setShown(null);
              setSaid(`The webhook to ${hostOf(asking.about)} is removed.`);
              onChanged(answer.value.webhooks);
            }
            return answer;
          }}
        >
          {`Nothing more is sent to ${asking.about.url}${
            asking.about.pending > 0 ? `, also not what waits for another try (${asking.about.pending})` : ''
          }, and what it was told is forgotten. This cannot be undone; to pause it, switch it off.`}
        </Sure>
      )}
      {asking?.to === 'rotate' && (
        <Rotate
          webhook={asking.about}
          onClose={() => setAsking(null)}
          onRotate={async (endsBefore) => {
            const answer = await webhooksApi.rotate(asking.about.id, endsBefore);
            if (answer.ok) show(answer.value, false);
            return answer;
          }}
        />
      )}
    </div>
  );
}

const hostOf = ({ url }: { url: string }): string => new URL(url).host;
const Exact = ({ at }: { at: number }) => <time dateTime={new Date(at).toISOString()}>{exactTime(at)}</time>;

type RotateProps = {
  webhook: WebhookEntry;
  onRotate(endsBefore: boolean): Promise<Answer<unknown>>;
  onClose(): void;
};

/** A third secret within the day ends one that a server may still check with: then it is another question. */
function Rotate({ webhook, onRotate, onClose }: RotateProps) {
  const { bothSignUntil } = webhook;
  const isThird = bothSignUntil !== null && bothSignUntil > Date.now();
  return (
    <Sure
      title={`Give ${hostOf(webhook)} another secret?`}
      verb={isThird ? 'End it and make another' : 'Make another'}
      onClose={onClose}
      onSure={() => onRotate(isThird)}
    >
      {isThird
        ? `Two secrets sign until ${exactTime(bothSignUntil)}. Another one now ends the older of them at once: a server that still checks with it refuses every event. Do it only when the newer one is lost or known to others; otherwise wait.`
        : 'For a day both sign, the new one and the one it has now, so that nothing is refused while you change it on your server. Within that day there should be no third.'}
    </Sure>
  );
}

type HookProps = {
  webhook: WebhookEntry;
  onChanged(now: WebhookEntry[]): void;
  onAsk(to: Asking['to']): void;
};

function Hook({ webhook, onChanged, onAsk }: HookProps) {
  const [isOpen, setOpen] = useState(false);
  const [newest, setNewest] = useState<WebhookDelivery | null>(null);
  const [said, setSaid] = useState<{ words: string; isBad: boolean } | null>(null);
  const [busy, setBusy] = useState<'test' | 'switch' | null>(null);
  const { word, why, isBad } = stateWords(webhook);
  const test = async () => {
    if (busy !== null) return;
    setSaid(null);
    setBusy('test');
    const answer = await webhooksApi.test(webhook.id);
    setBusy(null);
    if (!answer.ok) return setSaid({ words: answer.refusal.message, isBad: true });
    setNewest(answer.value.delivery);
    setSaid({ words: testWords(answer.value.delivery), isBad: answer.value.delivery.state !== 'delivered' });
    onChanged(answer.value.webhooks);
  };
  const turn = async () => {
    if (busy !== null) return;
    setSaid(null);
    setBusy('switch');
    const answer = await webhooksApi.switch(webhook.id, !webhook.isOn);
    setBusy(null);
    if (!answer.ok) return setSaid({ words: answer.refusal.message, isBad: true });
    setSaid({
      words: webhook.isOn
        ? 'It is off. What happens meanwhile is not told later.'
        : 'It is on: told from the next event on, and what waited goes on.',
      isBad: false,
    });
    onChanged(answer.value.webhooks);
  };
  return (
    <li>
      <div class="w-head">
        <strong>{webhook.url}</strong>
        <span class={isBad ? 'tag bad' : 'tag'}>{word}</span>
      </div>
      {why !== '' && (
        <p class={isBad ? 'w-failed' : 'quiet'}>
          {webhook.isOn && webhook.failingSince !== null && (
            <>
              Nothing has arrived since <Exact at={webhook.failingSince} />.{' '}
            </>
          )}
          {why}
        </p>
      )}
      <p class="quiet">
        {webhook.events.join(', ')}
        <br />
        {countWords(webhook)} Made by {webhook.createdBy} <Time at={webhook.createdAt} focusable />.
        {webhook.bothSignUntil !== null && (
          <>
            {' '}
            Two secrets sign until <Exact at={webhook.bothSignUntil} />.
          </>
        )}
      </p>
      <fieldset class="s-deeds">
        <legend class="unseen">{webhook.url}</legend>
        <button type="button" class="secondary" aria-disabled={busy !== null} onClick={() => void test()}>
          {busy === 'test' ? 'Sending…' : 'Send a test'}
        </button>
        <button type="button" class="secondary" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          What was told
        </button>
        <button type="button" class="secondary" onClick={() => onAsk('rotate')}>
          Another secret…
        </button>
        <button type="button" class="secondary" aria-disabled={busy !== null} onClick={() => void turn()}>
          {webhook.isOn ? 'Switch off' : 'Switch on'}
        </button>
        <button type="button" class="secondary" onClick={() => onAsk('remove')}>
          Remove…
        </button>
      </fieldset>
      <p class={said?.isBad === true ? 's-said failure' : 's-said'} role="status">
        {said?.words ?? ''}
      </p>
      {isOpen && <WebhookLog webhook={webhook} newest={newest} onChanged={onChanged} />}
    </li>
  );
}

function NewWebhook({ onMade }: { onMade(made: WebhookSecret): void }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<ReadonlySet<WebhookEvent>>(new Set());
  const [problem, setProblem] = useState<{ at: 'url' | 'events' | 'form'; message: string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLFieldSetElement>(null);
  const id = useId();
  const wrong = (at: 'url' | 'events' | 'form', message: string): void => {
    setProblem({ at, message });
    if (at === 'url') field.current?.focus();
    if (at === 'events') list.current?.querySelector('input')?.focus();
  };
  const make = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    if (url.trim() === '') return wrong('url', 'Say where to: https://hooks.example.com/baton.');
    if (events.size === 0) return wrong('events', 'Choose at least one event.');
    setProblem(null);
    setBusy(true);
    const chosen = WEBHOOK_EVENTS.filter((one) => events.has(one));
    const answer = await webhooksApi.make({ url: url.trim(), events: chosen });
    setBusy(false);
    if (!answer.ok) {
      const ofUrl = answer.refusal.issues?.find(({ path }) => path === 'url');
      return ofUrl === undefined
        ? wrong('form', answer.refusal.message)
        : wrong('url', `The address ${ofUrl.message}.`);
    }
    setUrl('');
    setEvents(new Set());
    onMade(answer.value);
  };
  const choose = (one: WebhookEvent, isChosen: boolean): void => {
    const now = new Set(events);
    if (isChosen) now.add(one);
    else now.delete(one);
    setEvents(now);
    setProblem(null);
  };
  const isAll = events.size === WEBHOOK_EVENTS.length;
  const marked = (at: string) =>
    problem?.at === at ? { 'aria-invalid': true, 'aria-describedby': `${id}-problem` } : {};
  const sentence = problem !== null && (
    <p id={`${id}-problem`} class="failure" role="alert">
      {problem.message}
    </p>
  );
  return (
    <form class="s-group" noValidate aria-labelledby={`${id}-title`} onSubmit={(event) => void make(event)}>
      <header>
        <h2 id={`${id}-title`}>Make a webhook</h2>
      </header>
      <div class="s-invite">
        <label for={`${id}-url`}>Address</label>
        <input
          ref={field}
          id={`${id}-url`}
          type="text"
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          maxLength={2000}
          placeholder="https://hooks.example.com/baton"
          value={url}
          {...marked('url')}
          onInput={({ currentTarget }) => {
            setUrl(currentTarget.value);
            setProblem(null);
          }}
        />
      </div>
      {problem?.at === 'url' && sentence}
      <fieldset class="s-scopes w-events" ref={list} {...marked('events')}>
        <legend>What it is told</legend>
        <ul>
          {WEBHOOK_EVENTS.map((one) => (
            <li key={one}>
              <label>
                <input
                  type="checkbox"
                  checked={events.has(one)}
                  onChange={({ currentTarget }) => choose(one, currentTarget.checked)}
                />
                <span>
                  {EVENT_WORDS[one]} <span class="quiet">{one}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="link"
          onClick={() => {
            setEvents(new Set(isAll ? [] : WEBHOOK_EVENTS));
            setProblem(null);
          }}
        >
          {isAll ? 'None of them' : 'All of them'}
        </button>
      </fieldset>
      {problem !== null && problem.at !== 'url' && sentence}
      <div class="s-deeds">
        <button type="submit" class="primary" aria-disabled={isBusy}>
          {isBusy ? 'Making…' : 'Make the webhook'}
        </button>
      </div>
    </form>
  );
}
