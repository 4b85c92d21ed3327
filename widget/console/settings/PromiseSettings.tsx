import { useEffect, useMemo } from 'preact/hooks';
import type { Route } from '../route.ts';
import { CalendarRows } from './CalendarRows.tsx';
import { FieldRow } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { PromisePreview } from './PromisePreview.tsx';
import { CALENDARS } from './promise-draft.ts';
import { CALENDAR_FIELDS, CLOCK_FIELDS, PROMISE_TABLES, promiseField, targetFieldsOf } from './promise-fields.ts';
import { openPromiseForm } from './promise-form.ts';
import { promisesApi } from './settings-api.ts';
import { TargetTable } from './TargetTable.tsx';

type PromiseSettingsProps = { isReadOnly: boolean; isHere(to: Route): boolean };

/** What is promised to whom, and the hours in which it is counted; the same for all queues. */
export function PromiseSettings({ isReadOnly, isHere }: PromiseSettingsProps) {
  const form = useMemo(() => openPromiseForm(promisesApi), []);
  useEffect(() => {
    void form.load();
    return form.close;
  }, [form]);
  const shared = { form, isReadOnly };
  const pathsOf = (fields: readonly { path: string }[]) => fields.map(({ path }) => path);
  return (
    <FormPage
      {...shared}
      name="Promises"
      what="what is promised"
      isHere={isHere}
      aside={<PromisePreview form={form} />}
    >
      <GroupSection
        {...shared}
        id="promises"
        title="What is promised"
        lead="How soon somebody of each plan and severity is answered, in minutes of open time; “4 h” and “2 d” are understood too. Empty promises nothing. Agents see what is owed; visitors do not."
        paths={pathsOf(PROMISE_TABLES.flatMap(targetFieldsOf))}
      >
        {PROMISE_TABLES.map((table) => (
          <TargetTable
            key={table.id}
            {...shared}
            caption={`${table.title}, in minutes`}
            help={table.help}
            fieldOf={promiseField(table)}
          />
        ))}
      </GroupSection>
      <GroupSection
        {...shared}
        id="clock"
        title="The clock"
        lead="What happens as the time of a promise runs, and when it has run out."
        paths={pathsOf(CLOCK_FIELDS)}
      >
        {CLOCK_FIELDS.map((field) => (
          <FieldRow key={field.path} {...shared} field={field} />
        ))}
      </GroupSection>
      <GroupSection
        {...shared}
        id="hours"
        title="Open time"
        lead="In which hours the time of each plan runs."
        paths={pathsOf(CALENDAR_FIELDS)}
      >
        {CALENDAR_FIELDS.map((field) => (
          <FieldRow key={field.path} {...shared} field={field} />
        ))}
      </GroupSection>
      <GroupSection
        {...shared}
        id={CALENDARS}
        title="Calendars"
        lead="Hours are local to the time zone. What ends before it begins ends the next day: 22:00–06:00 is a night."
        paths={[]}
      >
        <CalendarRows {...shared} />
      </GroupSection>
    </FormPage>
  );
}
