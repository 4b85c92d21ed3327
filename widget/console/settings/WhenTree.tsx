import type { ComponentChildren } from 'preact';
import type { FactValue } from '#domain/triggers/fact.ts';
import { FACT_NAMES, isFactName } from '#domain/triggers/fact-names.ts';
import type { Condition, Operator, When } from '#domain/triggers/policy.ts';
import type { PolicyProblem } from '#domain/triggers/policy-problems.ts';
import { Icon } from '../kit/Icon.tsx';
import { idOf } from './control.ts';
import {
  conditionOn,
  FACT_GROUPS,
  issuesUnder,
  newCondition,
  numberOf,
  OPERATOR_WORDS,
  operatorsOf,
  typeOf,
  valueFor,
} from './policy-draft.ts';

export type PartProps = {
  /** Dotted: ids, labels and problems are tied to it. */
  path: string;
  problems: readonly PolicyProblem[];
  isReadOnly: boolean;
};

type WhenProps = PartProps & {
  when: When;
  /** "Legal words": in what the reader is. */
  called: string;
  change(next: When): void;
  /** It stands under a NOT: another one would say the same in more words. */
  isNegated?: boolean;
  /** Null where it is the whole. */
  remove: (() => void) | null;
};

/** Conditions and groups as a tree: each can be added to, turned around, and taken out. */
export function WhenTree(props: WhenProps) {
  const { when } = props;
  return when.kind === 'condition' ? <ConditionRow {...props} when={when} /> : <Group {...props} when={when} />;
}

const GROUP_WORDS = { all: 'all of these', any: 'at least one of these', not: 'not this' } as const;

function Group({
  when,
  path,
  problems,
  isReadOnly,
  called,
  change,
  remove,
}: WhenProps & { when: Exclude<When, Condition> }) {
  const parts = when.kind === 'not' ? [when.of] : when.of;
  const put = (of: When[]) =>
    change(when.kind === 'not' ? { kind: 'not', of: of[0] ?? newCondition() } : { ...when, of });
  const turn = (kind: 'all' | 'any' | 'not') =>
    change(kind === 'not' ? { kind, of: parts.length === 1 ? (parts[0] as When) : when } : { kind, of: parts });
  return (
    <fieldset aria-label={`${GROUP_WORDS[when.kind]}, in ${called}`} class="s-when" id={idOf(path)} tabIndex={-1}>
      <p class="s-when-head">
        <select
          aria-label={`How they hang together, in ${called}`}
          value={when.kind}
          disabled={isReadOnly}
          onChange={({ currentTarget }) => turn(currentTarget.value as 'all' | 'any' | 'not')}
        >
          {(['all', 'any', 'not'] as const).map((kind) => (
            <option key={kind} value={kind}>
              {GROUP_WORDS[kind]}
            </option>
          ))}
        </select>
        {!isReadOnly && (
          <>
            {when.kind !== 'not' && (
              <>
                <button type="button" class="link" onClick={() => put([...parts, newCondition()])}>
                  Add a condition
                </button>
                <button
                  type="button"
                  class="link"
                  onClick={() => put([...parts, { kind: when.kind === 'all' ? 'any' : 'all', of: [newCondition()] }])}
                >
                  Add a group
                </button>
              </>
            )}
            {when.kind === 'not' && (
              <button
                type="button"
                class="link"
                aria-label={`Take the NOT away, in ${called}`}
                onClick={() => change(when.of)}
              >
                Take away
              </button>
            )}
            {remove !== null && <RemoveButton name={`this group, in ${called}`} remove={remove} />}
          </>
        )}
      </p>
      <Problem path={path} problems={problems} />
      {when.kind !== 'not' && <Problem path={`${path}.of`} problems={problems} />}
      <ul>
        {parts.map((part, index) => (
          // Places are all that conditions are told apart by.
          <li key={index}>
            <WhenTree
              when={part}
              path={when.kind === 'not' ? `${path}.of` : `${path}.of.${index}`}
              problems={problems}
              isReadOnly={isReadOnly}
              called={called}
              change={(next) => put(parts.map((other, i) => (i === index ? next : other)))}
              isNegated={when.kind === 'not'}
              remove={when.kind === 'not' ? null : () => put(parts.filter((_, i) => i !== index))}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function ConditionRow({
  when,
  path,
  problems,
  isReadOnly,
  called,
  isNegated,
  change,
  remove,
}: WhenProps & { when: Condition }) {
  const { fact, op, value } = when;
  const name = isFactName(fact) ? FACT_NAMES[fact].label : fact;
  const about = { path, problems, isReadOnly };
  return (
    <div class="s-cond">
      <select
        id={idOf(`${path}.fact`)}
        aria-label={`Fact, in ${called}`}
        title={isFactName(fact) ? FACT_NAMES[fact].meaning : undefined}
        value={fact}
        disabled={isReadOnly}
        aria-invalid={issuesUnder(problems, `${path}.fact`) !== null || undefined}
        onChange={({ currentTarget }) => change(conditionOn(currentTarget.value))}
      >
        {!isFactName(fact) && <option value={fact}>{fact}, which is not there</option>}
        {FACT_GROUPS.map(({ label, names }) => (
          <optgroup key={label} label={label}>
            {names.map((one) => (
              <option key={one} value={one}>
                {FACT_NAMES[one].label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <select
        id={idOf(`${path}.op`)}
        aria-label={`Question to ${name}, in ${called}`}
        value={op}
        disabled={isReadOnly}
        aria-invalid={issuesUnder(problems, `${path}.op`) !== null || undefined}
        onChange={({ currentTarget }) => {
          const next = currentTarget.value as Operator;
          change({ ...when, op: next, value: valueFor(fact, next, value) });
        }}
      >
        {(operatorsOf(fact).includes(op) ? operatorsOf(fact) : [op, ...operatorsOf(fact)]).map((one) => (
          <option key={one} value={one}>
            {OPERATOR_WORDS[one]}
          </option>
        ))}
      </select>
      {op !== 'exists' && (
        <ValueField
          {...about}
          path={`${path}.value`}
          label={`Value of ${name}, in ${called}`}
          fact={fact}
          isList={op === 'in' || op === 'contains'}
          value={value}
          change={(next) => change({ ...when, value: next })}
        />
      )}
      {!isReadOnly && (
        <span class="s-cond-deeds">
          {isNegated !== true && (
            <button
              type="button"
              class="link"
              aria-label={`Not: turn ${name} around, in ${called}`}
              onClick={() => change({ kind: 'not', of: when })}
            >
              not
            </button>
          )}
          {remove === null ? (
            <button
              type="button"
              class="link"
              aria-label={`Make a group of ${name}, in ${called}`}
              onClick={() => change({ kind: 'all', of: [when, newCondition()] })}
            >
              and…
            </button>
          ) : (
            <RemoveButton name={`${name}, in ${called}`} remove={remove} />
          )}
        </span>
      )}
      {['', '.fact', '.op', '.value'].map((part) => (
        <Problem key={part} path={`${path}${part}`} problems={problems} />
      ))}
    </div>
  );
}

type ValueProps = PartProps & {
  label: string;
  fact: string;
  isList: boolean;
  value: FactValue;
  change(next: FactValue): void;
};

/** A value by the fact's type: yes or no, a number, a text, or lines of them. */
export function ValueField({ path, problems, isReadOnly, label, fact, isList, value, change }: ValueProps) {
  const type = typeOf(fact);
  const invalid = issuesUnder(problems, path) !== null;
  const shared = {
    id: idOf(path),
    'aria-label': label,
    'aria-invalid': invalid || undefined,
    'aria-describedby': invalid ? `${idOf(path)}-issue` : undefined,
  };
  if (isList) {
    const lines = Array.isArray(value) ? value : value === null ? [] : [String(value)];
    return (
      <textarea
        {...shared}
        rows={Math.min(8, Math.max(2, lines.length))}
        placeholder="one a line"
        value={lines.join('\n')}
        readOnly={isReadOnly}
        onInput={({ currentTarget }) => change(currentTarget.value === '' ? [] : currentTarget.value.split('\n'))}
      />
    );
  }
  if (type.kind === 'yes_no')
    return (
      <select
        {...shared}
        value={String(value)}
        disabled={isReadOnly}
        onChange={({ currentTarget }) => change(currentTarget.value === 'true')}
      >
        <option value="true">yes</option>
        <option value="false">no</option>
      </select>
    );
  return (
    <input
      {...shared}
      type="text"
      inputMode={type.kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      autocapitalize="off"
      spellcheck={false}
      value={value === null ? '' : String(value)}
      readOnly={isReadOnly}
      onInput={({ currentTarget }) =>
        // "0." on the way to "0.5" is a text until it is a number that reads the same.
        change(
          type.kind === 'number' && String(Number(currentTarget.value)) === currentTarget.value
            ? Number(currentTarget.value)
            : currentTarget.value,
        )
      }
      onBlur={({ currentTarget }) => type.kind === 'number' && change(numberOf(currentTarget.value))}
    />
  );
}

export function Problem({ path, problems }: Pick<PartProps, 'path' | 'problems'>): ComponentChildren {
  const said = issuesUnder(problems, path);
  return said === null ? null : (
    <p id={`${idOf(path)}-issue`} class="s-issue">
      {said.charAt(0).toUpperCase() + said.slice(1)}
    </p>
  );
}

export function RemoveButton({ name, remove }: { name: string; remove(): void }) {
  return (
    <button type="button" class="plain" aria-label={`Remove ${name}`} title="Remove" onClick={remove}>
      <Icon name="close" />
    </button>
  );
}
