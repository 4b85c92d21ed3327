import { useRef, useState } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { newStep, type StepDraft } from './draft.ts';
import { IssueLine } from './FieldRow.tsx';
import { MAX_STEPS, PATH } from './fields.ts';
import { relaxWords } from './queue-catalogue.ts';
import type { QueueForm } from './queue-form.ts';

type PathStepsProps = { form: QueueForm; queues: readonly { id: string; name: string }[]; isReadOnly: boolean };

/** What happens, one after the other, when nobody takes the work. */
export function PathSteps({ form, queues, isReadOnly }: PathStepsProps) {
  const { steps } = form.draft.value;
  const list = useRef<HTMLFieldSetElement>(null);
  const [told, setTold] = useState('');
  const change = (next: (steps: readonly StepDraft[]) => readonly StepDraft[]) =>
    form.change((draft) => ({ ...draft, steps: next(draft.steps) }));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => {
      const buttons = [...(list.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
      // At the end of the list its own button does nothing; the other one is beside it.
      (buttons.find((one) => one.getAttribute('aria-disabled') !== 'true') ?? buttons[0])?.focus();
    });
  const move = (index: number, by: 1 | -1) => {
    const to = index + by;
    if (to < 0 || to >= steps.length) return;
    change((rows) => {
      const next = [...rows];
      next.splice(to, 0, ...next.splice(index, 1));
      return next;
    });
    setTold(`The step is number ${to + 1} of ${steps.length} now.`);
    const wanted = by === -1 ? 'up' : 'down';
    focusLater(`[data-step="${to}"] [data-move="${wanted}"], [data-step="${to}"] [data-move]`);
  };
  return (
    <fieldset ref={list} class="s-row s-part">
      <legend>Path</legend>
      <p class="s-help">
        Steps when nobody takes the work, each at its time from the queueing. They wait while somebody is being asked.{' '}
        <span class="s-default">Default: no steps.</span>
        {form.apart.value.has(PATH) && !isReadOnly && (
          <button
            type="button"
            class="link"
            aria-label="Reset the path to default, no steps"
            onClick={() => form.reset([PATH])}
          >
            Reset
          </button>
        )}
      </p>
      {steps.length === 0 ? (
        <p class="s-none">It waits in this queue until somebody takes it.</p>
      ) : (
        <ol class="s-steps">
          {steps.map((step, index) => (
            <li key={step.key} data-step={index}>
              <Step
                form={form}
                step={step}
                index={index}
                queues={queues}
                isReadOnly={isReadOnly}
                onUpdate={(part) =>
                  change((rows) => rows.map((row) => (row.key === step.key ? { ...row, ...part } : row)))
                }
              />
              {!isReadOnly && (
                <div class="s-step-deeds">
                  <button
                    type="button"
                    class="plain"
                    data-move="up"
                    aria-label={`Move step ${index + 1} up`}
                    title="Move up"
                    aria-disabled={index === 0}
                    onClick={() => move(index, -1)}
                  >
                    <Icon name="up" />
                  </button>
                  <button
                    type="button"
                    class="plain s-turned"
                    data-move="down"
                    aria-label={`Move step ${index + 1} down`}
                    title="Move down"
                    aria-disabled={index === steps.length - 1}
                    onClick={() => move(index, 1)}
                  >
                    <Icon name="up" />
                  </button>
                  <button
                    type="button"
                    class="plain"
                    aria-label={`Remove step ${index + 1}`}
                    title="Remove"
                    onClick={() => {
                      change((rows) => rows.filter(({ key }) => key !== step.key));
                      setTold(`Step ${index + 1} is removed.`);
                      focusLater('.s-add');
                    }}
                  >
                    <Icon name="close" />
                  </button>
                </div>
              )}
            </li>
          ))}
        </ol>
      )}
      <IssueLine path={PATH} issue={issueAt(form, PATH)} />
      {!isReadOnly && (
        <button
          id={idOf(PATH)}
          type="button"
          class="secondary s-add"
          aria-disabled={steps.length >= MAX_STEPS}
          onClick={() => {
            if (steps.length >= MAX_STEPS) return;
            change((rows) => [...rows, newStep()]);
            focusLater(`[data-step="${steps.length}"] input`);
          }}
        >
          Add a step
        </button>
      )}
      <p class="unseen" role="status">
        {told}
      </p>
    </fieldset>
  );
}

type StepProps = Omit<PathStepsProps, 'form'> & {
  form: QueueForm;
  step: StepDraft;
  index: number;
  onUpdate(part: Partial<StepDraft>): void;
};

const DEEDS = [
  { value: 'raise', label: 'Move it forward' },
  { value: 'also_allow', label: 'Also allow agents with' },
  { value: 'relax', label: 'Drop skills' },
  { value: 'overflow', label: 'Send it to queue' },
] as const;

function Step({ form, step, index, queues, isReadOnly, onUpdate }: StepProps) {
  const at = (name: string) => `${PATH}.${index}.${name}`;
  const detail = step.do === 'raise' ? at('minutes') : step.do === 'also_allow' ? at('skills') : at('to');
  const issues = { after: issueAt(form, at('afterMs')), detail: issueAt(form, detail) };
  const text = (
    path: string,
    label: string,
    value: string,
    issue: string | null,
    key: 'after' | 'minutes' | 'skills',
  ) => (
    <input
      id={idOf(path)}
      type="text"
      inputMode={key === 'minutes' ? 'text' : undefined}
      autoComplete="off"
      spellcheck={false}
      aria-label={label}
      placeholder={key === 'after' ? '10 min' : key === 'minutes' ? '10' : 'anybody'}
      value={value}
      readOnly={isReadOnly}
      {...describedBy(path, issue, key === 'skills' && `${idOf(path)}-help`)}
      onInput={({ currentTarget }) => onUpdate({ [key]: currentTarget.value })}
      onBlur={() => leave(form, path)}
    />
  );
  return (
    <fieldset class="s-step">
      <legend class="unseen">Step {index + 1}</legend>
      <span class="s-number" aria-hidden="true">
        {index + 1}
      </span>
      <span class="s-after">
        <span aria-hidden="true">After</span>
        {text(at('afterMs'), `Step ${index + 1}, after`, step.after, issues.after, 'after')}
      </span>
      <select
        aria-label={`Step ${index + 1}, what happens`}
        value={step.do}
        disabled={isReadOnly}
        onChange={({ currentTarget }) => onUpdate({ do: currentTarget.value as StepDraft['do'] })}
      >
        {DEEDS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {step.do === 'raise' && (
        <span class="s-detail">
          {text(at('minutes'), `Step ${index + 1}, minutes forward`, step.minutes, issues.detail, 'minutes')}
          <span class="s-unit" aria-hidden="true">
            min
          </span>
        </span>
      )}
      {step.do === 'also_allow' && (
        <span class="s-detail">
          {text(at('skills'), `Step ${index + 1}, skills`, step.skills, issues.detail, 'skills')}
        </span>
      )}
      {step.do === 'relax' && (
        <span class="s-detail">
          <select
            id={idOf(at('to'))}
            aria-label={`Step ${index + 1}, relax classes`}
            value={step.relaxTo}
            disabled={isReadOnly}
            {...describedBy(at('to'), issues.detail)}
            onChange={({ currentTarget }) => onUpdate({ relaxTo: currentTarget.value })}
          >
            {['3', '2', '1'].map((to) => (
              <option key={to} value={to}>
                {relaxWords(to)}
              </option>
            ))}
          </select>
        </span>
      )}
      {step.do === 'overflow' && (
        <span class="s-detail">
          <select
            id={idOf(at('to'))}
            aria-label={`Step ${index + 1}, queue`}
            value={step.to}
            disabled={isReadOnly}
            {...describedBy(at('to'), issues.detail)}
            onChange={({ currentTarget }) => onUpdate({ to: currentTarget.value })}
            onBlur={() => leave(form, at('to'))}
          >
            <option value="">choose…</option>
            {queues
              .filter(({ id }) => id !== form.queue.id)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </span>
      )}
      <label class="s-skip">
        <input
          type="checkbox"
          checked={step.skipWhenNobody}
          disabled={isReadOnly}
          onChange={({ currentTarget }) => onUpdate({ skipWhenNobody: currentTarget.checked })}
        />
        <span>At once when nobody of this queue is available</span>
      </label>
      {step.do === 'also_allow' && (
        <small id={`${idOf(detail)}-help`} class="s-help">
          Skills with commas between; a level if it matters: api, billing&gt;=3. Empty is anybody.
        </small>
      )}
      <IssueLine path={at('afterMs')} issue={issues.after} />
      <IssueLine path={detail} issue={issues.detail} />
    </fieldset>
  );
}
