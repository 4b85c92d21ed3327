import { SEVERITIES } from '#domain/escalation/escalation.ts';
import { EXPLICIT_WISH, TRIGGER_LAYERS, type TriggerAction, type TriggerLayer } from '#domain/triggers/policy.ts';
import { Icon } from '../kit/Icon.tsx';
import { idOf } from './control.ts';
import {
  ACTION_WORDS,
  ACTIONS,
  actionWords,
  issuesUnder,
  LAYER_WORDS,
  newAction,
  type TriggerDraft,
} from './policy-draft.ts';
import { type PartProps, Problem, RemoveButton, WhenTree } from './WhenTree.tsx';

type Queues = readonly { slug: string; name: string }[];

type TriggerEditorProps = PartProps & {
  trigger: TriggerDraft;
  index: number;
  count: number;
  queues: Queues;
  isOpen: boolean;
  open(isOpen: boolean): void;
  change(next: TriggerDraft): void;
  move(by: -1 | 1): void;
  remove(): void;
};

/** One trigger: closed it is a sentence, open a form. */
export function TriggerEditor(props: TriggerEditorProps) {
  const { trigger, index, count, queues, isOpen, path, problems, isReadOnly, open, change, move, remove } = props;
  const called = trigger.label.trim() || `trigger ${index + 1}`;
  const isWrong = problems.some((one) => one.path.startsWith(`${path}.`));
  const isWish = trigger.id === EXPLICIT_WISH.id;
  const about = { problems, isReadOnly };
  const labelIssue = issuesUnder(problems, `${path}.label`);
  return (
    <details
      class="s-trigger"
      open={isOpen}
      onToggle={({ currentTarget }) => currentTarget.open !== isOpen && open(currentTarget.open)}
    >
      <summary>
        <span>
          <strong>{called}</strong>
          {isWrong && <span class="s-wrong"> needs a look</span>}
          {!trigger.enabled && <span class="tag">off</span>}
          {trigger.ends && <span class="tag">ends the list</span>}
        </span>
        <span class="quiet">{trigger.actions.map((action) => actionWords(action, queues)).join(', ')}</span>
      </summary>
      <div class="s-trigger-form">
        {isWish && (
          <p class="s-help">
            Whoever asks for a person gets one, under every policy. Here more can be added to it, such as a queue; it
            cannot be switched off or narrowed.
          </p>
        )}
        <div class="s-line-field">
          <label for={idOf(`${path}.label`)}>Name</label>
          <input
            id={idOf(`${path}.label`)}
            type="text"
            autoComplete="off"
            value={trigger.label}
            readOnly={isReadOnly}
            aria-invalid={labelIssue !== null || undefined}
            aria-describedby={labelIssue === null ? undefined : `${idOf(`${path}.label`)}-issue`}
            onInput={({ currentTarget }) => change({ ...trigger, label: currentTarget.value })}
          />
          <Problem path={`${path}.label`} problems={problems} />
          <Problem path={`${path}.id`} problems={problems} />
        </div>
        <div class="s-line-field">
          <label for={idOf(`${path}.layer`)}>Layer</label>
          <select
            id={idOf(`${path}.layer`)}
            value={trigger.layer}
            disabled={isReadOnly}
            onChange={({ currentTarget }) => change({ ...trigger, layer: currentTarget.value as TriggerLayer })}
          >
            {TRIGGER_LAYERS.map((layer) => (
              <option key={layer} value={layer}>
                {LAYER_WORDS[layer]}
              </option>
            ))}
          </select>
        </div>
        <h3>When</h3>
        <WhenTree
          {...about}
          when={trigger.when}
          path={`${path}.when`}
          called={called}
          change={(when) => change({ ...trigger, when })}
          remove={null}
        />
        <h3>Then</h3>
        <ActionRows
          {...about}
          path={`${path}.actions`}
          trigger={trigger}
          queues={queues}
          called={called}
          change={change}
        />
        {!isReadOnly && (
          <p class="s-trigger-deeds">
            <label>
              <input
                type="checkbox"
                checked={trigger.enabled}
                onChange={({ currentTarget }) => change({ ...trigger, enabled: currentTarget.checked })}
              />{' '}
              On
            </label>
            {!isWish && (
              <label title="Where it matches, triggers below it do nothing">
                <input
                  type="checkbox"
                  checked={trigger.ends === true}
                  onChange={({ currentTarget }) => {
                    const { ends: _, ...rest } = trigger;
                    change(currentTarget.checked ? { ...rest, ends: true } : rest);
                  }}
                />{' '}
                Ends the list
              </label>
            )}
            <span class="grow" />
            <button
              type="button"
              class="plain"
              aria-label={`Move ${called} up`}
              title="Move up: the first that names a queue decides it"
              aria-disabled={index === 0}
              onClick={() => index > 0 && move(-1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              class="plain s-turned"
              aria-label={`Move ${called} down`}
              title="Move down"
              aria-disabled={index === count - 1}
              onClick={() => index < count - 1 && move(1)}
            >
              <Icon name="up" />
            </button>
            <RemoveButton name={called} remove={remove} />
          </p>
        )}
      </div>
    </details>
  );
}

type ActionRowsProps = PartProps & {
  trigger: TriggerDraft;
  queues: Queues;
  called: string;
  change(next: TriggerDraft): void;
};

function ActionRows({ trigger, queues, called, path, problems, isReadOnly, change }: ActionRowsProps) {
  const put = (actions: TriggerAction[]) => change({ ...trigger, actions });
  const first = queues[0]?.slug ?? '';
  return (
    <>
      <ul class="s-actions">
        {trigger.actions.map((action, index) => (
          <li key={index}>
            <select
              id={idOf(`${path}.${index}.do`)}
              aria-label={`Action ${index + 1} of ${called}`}
              value={action.do}
              disabled={isReadOnly}
              onChange={({ currentTarget }) => {
                const next = newAction(currentTarget.value as TriggerAction['do'], first);
                put(trigger.actions.map((other, i) => (i === index ? next : other)));
              }}
            >
              {ACTIONS.map((kind) => (
                <option key={kind} value={kind}>
                  {ACTION_WORDS[kind]}
                </option>
              ))}
            </select>
            <ActionValue
              action={action}
              path={`${path}.${index}`}
              label={`of action ${index + 1} of ${called}`}
              queues={queues}
              problems={problems}
              isReadOnly={isReadOnly}
              change={(next) => put(trigger.actions.map((other, i) => (i === index ? next : other)))}
            />
            {!isReadOnly && (
              <RemoveButton
                name={`“${ACTION_WORDS[action.do]}” of ${called}`}
                remove={() => put(trigger.actions.filter((_, i) => i !== index))}
              />
            )}
            {['do', 'queue', 'skill'].map((part) => (
              <Problem key={part} path={`${path}.${index}.${part}`} problems={problems} />
            ))}
          </li>
        ))}
      </ul>
      <Problem path={path} problems={problems} />
      {!isReadOnly && (
        <button
          type="button"
          class="link"
          id={idOf(path)}
          onClick={() => put([...trigger.actions, { do: 'escalate' }])}
        >
          Add an action
        </button>
      )}
    </>
  );
}

type ActionValueProps = PartProps & {
  action: TriggerAction;
  label: string;
  queues: Queues;
  change(next: TriggerAction): void;
};

function ActionValue({ action, label, path, queues, problems, isReadOnly, change }: ActionValueProps) {
  switch (action.do) {
    case 'set_queue':
      return (
        <select
          id={idOf(`${path}.queue`)}
          aria-label={`Queue ${label}`}
          aria-invalid={issuesUnder(problems, `${path}.queue`) !== null || undefined}
          value={action.queue}
          disabled={isReadOnly}
          onChange={({ currentTarget }) => change({ ...action, queue: currentTarget.value })}
        >
          {!queues.some(({ slug }) => slug === action.queue) && (
            <option value={action.queue}>{action.queue}, which is not there</option>
          )}
          {queues.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </select>
      );
    case 'set_severity':
      return (
        <select
          aria-label={`Severity ${label}`}
          value={action.severity}
          disabled={isReadOnly}
          onChange={({ currentTarget }) =>
            change({ ...action, severity: currentTarget.value as (typeof SEVERITIES)[number] })
          }
        >
          {SEVERITIES.map((severity) => (
            <option key={severity} value={severity}>
              {severity}
            </option>
          ))}
        </select>
      );
    case 'add_skill':
      return (
        <input
          id={idOf(`${path}.skill`)}
          type="text"
          autoComplete="off"
          spellcheck={false}
          aria-label={`Skill ${label}`}
          aria-invalid={issuesUnder(problems, `${path}.skill`) !== null || undefined}
          placeholder="api>=2"
          value={action.skill}
          readOnly={isReadOnly}
          onInput={({ currentTarget }) => change({ ...action, skill: currentTarget.value })}
        />
      );
    default:
      return <span />;
  }
}
