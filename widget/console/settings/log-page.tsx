// Loaded when somebody opens it: it is looked at when something is to be explained.
import { useEffect, useState } from 'preact/hooks';
import type { AuditEntry } from '#protocol/audit.ts';
import { Time } from '../kit/Time.tsx';
import { QUEUE } from './queue-catalogue.ts';
import { Skeleton } from './Skeleton.tsx';
import { loadAudit } from './settings-api.ts';

/** Who changed what: queues, settings, agents, incidents. What was done to one conversation stands in its history. */
export default function LogPage() {
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null);
  const [hasMore, setMore] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const load = async (before: readonly AuditEntry[]) => {
    const answer = await loadAudit(before.at(-1) ?? null);
    setFailure(answer.ok ? null : answer.refusal.message);
    if (!answer.ok) return;
    setEntries([...before, ...answer.value.entries]);
    setMore(answer.value.more);
  };
  useEffect(() => void load([]), []);
  return (
    <div class="s-column">
      <section class="s-group" aria-labelledby="settings-log">
        <header>
          <h2 id="settings-log">Log</h2>
        </header>
        <p class="s-lead">
          Who changed what, newest first. What was done to one conversation’s work stands in that conversation’s
          history.
        </p>
        {failure !== null && (
          <p class="failure" role="alert">
            The log could not be loaded. {failure}{' '}
            <button type="button" class="link" onClick={() => void load(entries ?? [])}>
              Try again
            </button>
          </p>
        )}
        {entries === null ? (
          failure === null && <Skeleton />
        ) : entries.length === 0 ? (
          <p class="s-none">Nobody has changed anything yet. Closed queues, settings and incidents will stand here.</p>
        ) : (
          <ul class="s-incidents">
            {entries.map((entry) => (
              <li key={entry.id}>
                <span>
                  <strong>{entry.by}</strong> {deedWords(entry)}
                  {entry.detail !== '' && <span class="quiet s-detail">{detailWords(entry)}</span>}
                </span>
                <span class="quiet">
                  <Time at={entry.at} focusable />
                </span>
              </li>
            ))}
          </ul>
        )}
        {hasMore && (
          <button type="button" class="secondary" onClick={() => void load(entries ?? [])}>
            Further back
          </button>
        )}
      </section>
    </div>
  );
}

function deedWords({ deed, about }: AuditEntry): string {
  switch (deed) {
    case 'queue.closed':
      return `closed ${about} for newcomers`;
    case 'queue.opened':
      return `opened ${about} again`;
    case 'queue.settings_changed':
      return `changed how ${about} works`;
    case 'queue.created':
      return `made the queue ${about}`;
    case 'queue.renamed':
      return `gave ${about} another name`;
    case 'queue.tier_changed':
      return `moved ${about} to another tier`;
    case 'agent.settings_changed':
      return `changed what ${about} can do`;
    case 'promises.changed':
      return 'changed what is promised';
    case 'routes.changed':
      return 'changed which queue work comes to';
    case 'incident.declared':
      return `declared the incident “${about}”`;
    case 'incident.ended':
      return `ended the incident “${about}”`;
    case 'recording.deleted':
      return `deleted the recording of ${about}`;
    case 'privacy.changed':
      return 'changed what is recorded, or for how long';
    case 'person.export_asked':
      return 'asked for everything about a visitor';
    case 'person.exported':
      return 'got everything about a visitor';
    case 'person.export_read':
      return 'downloaded everything about a visitor';
    case 'person.erasure_asked':
      return 'asked for a visitor to be erased';
    case 'person.erased':
      return 'had a visitor erased';
    case 'intents.changed':
      return 'changed what visitors want';
    case 'article.changed':
      return `changed the article “${about}”`;
    case 'article.removed':
      return `removed the article “${about}”`;
    case 'article.taught':
      return `said that “${about}” answers a visitor’s words`;
    case 'workspace.changed':
      return 'changed the workspace';
    case 'signing_key.made':
      return `made the signing key ${about}`;
    case 'signing_key.ended':
      return `ended the signing key ${about}`;
    case 'api_key.made':
      return `made the API key “${about}”`;
    case 'api_key.ended':
      return `ended the API key “${about}”`;
    case 'webhook.made':
      return `made a webhook to ${about}`;
    case 'webhook.secret_changed':
      return `gave the webhook to ${about} another secret`;
    case 'webhook.switched_on':
      return `switched the webhook to ${about} on`;
    case 'webhook.switched_off':
      return `switched the webhook to ${about} off`;
    case 'webhook.removed':
      return `removed the webhook to ${about}`;
    case 'webhook.tested':
      return `sent a test to the webhook to ${about}`;
    case 'webhook.sent_again':
      return `had an event sent again to the webhook to ${about}`;
    case 'member.role_changed':
      return `gave ${about} another role`;
    case 'member.removed':
      return `took ${about} out of the workspace`;
    case 'member.joined':
      return 'joined the workspace';
    case 'member.sessions_ended':
      return `signed ${about} out everywhere`;
    case 'password.changed':
      return 'changed their password';
    case 'passkey.added':
      return `added the passkey “${about}” to their account`;
    case 'passkey.removed':
      return `removed the passkey “${about}” from their account`;
    case 'invitation.made':
      return `invited ${about}`;
    case 'invitation.withdrawn':
      return `withdrew the invitation of ${about}`;
    case 'answer_costs.changed':
      return 'changed how sure the assistant must be';
    case 'policy.drafted':
      return `drafted ${about} of the policy`;
    case 'policy.shadowed':
      return `runs ${about} of the policy in shadow`;
    case 'policy.unshadowed':
      return `took ${about} of the policy out of shadow`;
    case 'policy.published':
      return `put ${about} of the policy in force`;
    case 'policy.rolled_back':
      return `rolled the policy back: ${about} is in force`;
    default:
      return deed satisfies never;
  }
}

/** Settings of a queue are recorded by their paths: what they are called is this page's. A list is named by its first field. */
function detailWords({ deed, detail }: AuditEntry): string {
  if (deed !== 'queue.settings_changed') return detail;
  const labelOf = (path: string) =>
    QUEUE.labelOf(QUEUE.fields.find((field) => field.path.startsWith(`${path}.`))?.path ?? path);
  return [...new Set(detail.split(', ').map(labelOf))].join(', ');
}
