import { useId, useRef } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { IssueLine } from './FieldRow.tsx';
import { zones } from './hours.ts';
import {
  CALENDARS,
  type CalendarDraft,
  DAYS,
  dayName,
  type ExceptionDraft,
  newCalendar,
  newException,
} from './promise-draft.ts';
import type { PromiseForm } from './promise-form.ts';

type CalendarRowsProps = { form: PromiseForm; isReadOnly: boolean };

/** When somebody is there to answer: any number of calendars, each a working week with its exceptions. */
export function CalendarRows({ form, isReadOnly }: CalendarRowsProps) {
  const { calendars } = form.draft.value;
  const list = useRef<HTMLDivElement>(null);
  const zoneList = useId();
  const change = (next: (calendars: readonly CalendarDraft[]) => readonly CalendarDraft[]) =>
    form.change((draft) => ({ ...draft, calendars: next(draft.calendars) }));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <div ref={list}>
      <datalist id={zoneList}>
        {zones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {calendars.length === 0 && <p class="s-none">There is none, so every promise counts around the clock.</p>}
      {calendars.map((calendar, index) => (
        <CalendarFields
          key={calendar.id}
          form={form}
          calendar={calendar}
          index={index}
          zoneList={zoneList}
          isReadOnly={isReadOnly}
          onUpdate={(part) => change((all) => all.map((one) => (one.id === calendar.id ? { ...one, ...part } : one)))}
          onRemove={() => {
            change((all) => all.filter(({ id }) => id !== calendar.id));
            focusLater('.s-add-calendar');
          }}
        />
      ))}
      {!isReadOnly && (
        <button
          id={idOf(CALENDARS)}
          type="button"
          class="secondary s-add s-add-calendar"
          onClick={() => {
            change((all) => [...all, newCalendar()]);
            focusLater('.s-calendar:last-of-type input');
          }}
        >
          Add a calendar
        </button>
      )}
    </div>
  );
}

type CalendarFieldsProps = CalendarRowsProps & {
  calendar: CalendarDraft;
  index: number;
  zoneList: string;
  onUpdate(part: Partial<CalendarDraft>): void;
  onRemove(): void;
};

function CalendarFields({ form, calendar, index, zoneList, isReadOnly, onUpdate, onRemove }: CalendarFieldsProps) {
  const at = (part: string) => `${CALENDARS}.${index}.${part}`;
  const called = calendar.name.trim() || `Calendar ${index + 1}`;
  const text = (part: string, label: string, value: string, onText: (text: string) => void, list?: string) => (
    <div class="s-line-field">
      <label for={idOf(at(part))}>{label}</label>
      <input
        id={idOf(at(part))}
        type="text"
        autoComplete="off"
        spellcheck={false}
        list={list}
        value={value}
        placeholder={DAYS.some((day) => day === part) ? 'closed' : undefined}
        readOnly={isReadOnly}
        {...describedBy(at(part), issueAt(form, at(part)))}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onBlur={() => leave(form, at(part))}
      />
      <IssueLine path={at(part)} issue={issueAt(form, at(part))} />
    </div>
  );
  return (
    <fieldset class="s-row s-part s-calendar">
      <legend>{called}</legend>
      {!isReadOnly && (
        <button type="button" class="plain s-remove" aria-label={`Remove ${called}`} title="Remove" onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
      {text('name', 'Name', calendar.name, (name) => onUpdate({ name }))}
      <label class="s-option">
        <input
          type="checkbox"
          checked={calendar.isAlways}
          disabled={isReadOnly}
          onChange={({ currentTarget }) => onUpdate({ isAlways: currentTarget.checked })}
        />
        <span>Open around the clock</span>
      </label>
      {!calendar.isAlways && (
        <>
          {text('zone', 'Time zone', calendar.zone, (zone) => onUpdate({ zone }), zoneList)}
          {DAYS.map((day) =>
            text(day, dayName(day), calendar.week[day], (hours) =>
              onUpdate({ week: { ...calendar.week, [day]: hours } }),
            ),
          )}
          <Exceptions
            form={form}
            calendar={calendar}
            path={at('exceptions')}
            isReadOnly={isReadOnly}
            onUpdate={(exceptions) => onUpdate({ exceptions })}
          />
        </>
      )}
    </fieldset>
  );
}

type ExceptionsProps = CalendarRowsProps & {
  calendar: CalendarDraft;
  path: string;
  onUpdate(exceptions: readonly ExceptionDraft[]): void;
};

/** Holidays and special hours. */
function Exceptions({ form, calendar: { exceptions }, path, isReadOnly, onUpdate }: ExceptionsProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  const update = (key: string, part: Partial<ExceptionDraft>) =>
    onUpdate(exceptions.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <fieldset ref={box} class="s-exceptions">
      <legend>Holidays and other hours</legend>
      <p class="s-help">They replace the hours of that day. Empty hours are closed.</p>
      {exceptions.map(({ key, date, name, hours }, index) => {
        const [datePath, hoursPath] = [`${path}.${index}.date`, `${path}.${index}.hours`];
        const [dateIssue, hoursIssue] = [issueAt(form, datePath), issueAt(form, hoursPath)];
        return (
          <div key={key} class="s-exception">
            <input
              id={idOf(datePath)}
              type="date"
              aria-label={`Day ${index + 1}, date`}
              value={date}
              readOnly={isReadOnly}
              {...describedBy(datePath, dateIssue)}
              onInput={({ currentTarget }) => update(key, { date: currentTarget.value })}
              onBlur={() => leave(form, datePath)}
            />
            <input
              type="text"
              autoComplete="off"
              aria-label={`Day ${index + 1}, name`}
              placeholder="name"
              maxLength={200}
              value={name}
              readOnly={isReadOnly}
              onInput={({ currentTarget }) => update(key, { name: currentTarget.value })}
            />
            <input
              id={idOf(hoursPath)}
              type="text"
              autoComplete="off"
              aria-label={`Day ${index + 1}, hours`}
              placeholder="closed"
              value={hours}
              readOnly={isReadOnly}
              {...describedBy(hoursPath, hoursIssue)}
              onInput={({ currentTarget }) => update(key, { hours: currentTarget.value })}
              onBlur={() => leave(form, hoursPath)}
            />
            {!isReadOnly && (
              <button
                type="button"
                class="plain"
                aria-label={`Remove ${name.trim() || `day ${index + 1}`}`}
                title="Remove"
                onClick={() => {
                  onUpdate(exceptions.filter((one) => one.key !== key));
                  focusLater('.s-add');
                }}
              >
                <Icon name="close" />
              </button>
            )}
            <IssueLine path={datePath} issue={dateIssue} />
            <IssueLine path={hoursPath} issue={hoursIssue} />
          </div>
        );
      })}
      {!isReadOnly && (
        <button
          type="button"
          class="secondary s-add"
          onClick={() => {
            onUpdate([...exceptions, newException()]);
            focusLater('.s-exception:last-of-type input');
          }}
        >
          Add a day
        </button>
      )}
    </fieldset>
  );
}
