import { useEffect, useMemo } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import type { Route } from '../route.ts';
import { loadSession } from '../session.ts';
import { AreaRows } from './AreaRows.tsx';
import { FieldRow } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { GROUPS, targetField } from './fields.ts';
import { PathSteps } from './PathSteps.tsx';
import { Preview } from './Preview.tsx';
import { pathsOfGroup } from './queue-catalogue.ts';
import { openQueueForm, type QueueForm } from './queue-form.ts';
import { type SettingsApi, settingsApi } from './settings-api.ts';
import { TargetTable } from './TargetTable.tsx';

type QueueSettingsProps = {
  queue: Me['queues'][number];
  queues: Me['queues'];
  feed: QueueFeed | undefined;
  isReadOnly: boolean;
  /** Whether an address is still this queue. */
  isHere(to: Route): boolean;
};

/** What is saved here is also what this console calls the queues and knows of them. */
const api: SettingsApi = {
  ...settingsApi,
  async save(...change) {
    const answer = await settingsApi.save(...change);
    if (answer.ok) void loadSession();
    return answer;
  },
};

/** How one queue works: every setting, and beside them what a change would do to the line. */
export function QueueSettings({ queue, queues, feed, isReadOnly, isHere }: QueueSettingsProps) {
  const form = useMemo(() => openQueueForm(queue, queues, api), [queue.id]);
  useEffect(() => {
    void form.load();
    return form.close;
  }, [form]);
  // The line as it is now: when it changes, so does what the settings would do to it.
  const line = (feed?.view.value?.entries ?? [])
    .filter(({ state }) => state === 'queued')
    .map(({ ticketNumber, dueAt }) => `${ticketNumber} ${dueAt}`)
    .join();
  useEffect(form.previewAgain, [form, line]);

  return (
    <FormPage
      form={form}
      name={queue.name}
      what="how a queue works"
      isReadOnly={isReadOnly}
      isHere={isHere}
      aside={
        <Preview
          form={form}
          feed={feed}
          isReadOnly={isReadOnly}
          nameOf={(id) => queues.find((one) => one.id === id)?.name ?? 'another queue'}
        />
      }
      inBar={<ToPreview form={form} />}
    >
      {GROUPS.map(({ items, ...group }) => (
        <GroupSection key={group.id} {...group} form={form} paths={pathsOfGroup(group.id)} isReadOnly={isReadOnly}>
          {items.map((item) => {
            switch (item) {
              case 'targets':
                return (
                  <TargetTable
                    key={item}
                    form={form}
                    caption="Targets in minutes"
                    help="How long somebody of each plan and severity may wait. Smaller is sooner. A default is shown where it differs."
                    fieldOf={targetField}
                    isReadOnly={isReadOnly}
                  />
                );
              case 'areas':
                return <AreaRows key={item} form={form} isReadOnly={isReadOnly} />;
              case 'path':
                return <PathSteps key={item} form={form} queues={queues} isReadOnly={isReadOnly} />;
              default:
                return <FieldRow key={item.path} form={form} field={item} isReadOnly={isReadOnly} />;
            }
          })}
          {group.id === 'identity' && (
            <p class="s-help">
              Triggers and routes call it <code>{form.base.value?.queue.slug}</code>, whatever its name.
            </p>
          )}
        </GroupSection>
      ))}
    </FormPage>
  );
}

/** On a narrow screen the preview is below everything: the bar says what it comes to, and leads there. */
function ToPreview({ form }: { form: QueueForm }) {
  const { data, isOfChange } = form.preview.value;
  if (!isOfChange || data === null || data.waiting === 0 || form.changed.value.length === 0) return null;
  return (
    <button
      type="button"
      class="link s-to-preview"
      onClick={() => document.getElementById('settings-preview')?.focus()}
    >
      {data.moved === 0 ? 'Nobody moves' : `${data.moved} of ${data.waiting} move`}
    </button>
  );
}
