// Loaded when somebody opens it: queues are made once.
import { useEffect, useMemo } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import { go, type Route } from '../route.ts';
import { loadSession } from '../session.ts';
import { FieldRow } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { NAME_FIELD, TIER_FIELD } from './fields.ts';
import { openNewQueueForm } from './new-queue-form.ts';
import { makeQueue } from './settings-api.ts';

type NewQueuePageProps = { queues: Me['queues']; isHere(to: Route): boolean };

/** A queue that is not there yet: what it is called and where it stands. Everything else begins with the defaults. */
export default function NewQueuePage({ queues, isHere }: NewQueuePageProps) {
  const form = useMemo(() => openNewQueueForm(queues, makeQueue), []);
  useEffect(() => void form.load(), [form]);
  const made = form.base.value?.made ?? null;
  useEffect(() => {
    if (made === null) return;
    // The tab is there before its page is.
    void loadSession().then(() => go({ page: 'settings', part: made }));
  }, [made]);
  const shared = { form, isReadOnly: false };
  return (
    <FormPage {...shared} name="the new queue" what="queues" isHere={isHere} save="Make the queue">
      <GroupSection
        {...shared}
        id="new-queue"
        title="New queue"
        lead="It begins with the defaults, and with nobody in it: who serves it is set under Agents, what comes to it under Routes."
        paths={[]}
      >
        <FieldRow {...shared} field={NAME_FIELD} />
        <FieldRow {...shared} field={TIER_FIELD} />
      </GroupSection>
    </FormPage>
  );
}
