import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type FactValue, PROVENANCES, type Provenance } from '#domain/triggers/fact.ts';
import { FACT_NAMES, type FactName } from '#domain/triggers/fact-names.ts';
import type { Trigger } from '#domain/triggers/policy.ts';
import type { PolicyTried } from '#protocol/policy.ts';
import { PROVENANCE_WORDS } from '../context/describe.ts';
import { sayRow } from '../context/trigger-words.ts';
import { NearestLine } from '../context/Why.tsx';
import { plural } from '../wording.ts';
import { decisionWords, FACT_GROUPS, numberOf, typeOf, valueFor } from './policy-draft.ts';
import { policiesApi } from './settings-api.ts';
import { RemoveButton, ValueField } from './WhenTree.tsx';

type SetFact = { name: FactName; value: FactValue; provenance: Provenance };

type PolicyBenchProps = {
  triggers: Trigger[];
  queues: readonly { slug: string; name: string }[];
  /** The policy itself is wrong: it is said at its place, not here. */
  refused(issues: readonly { path: string; message: string }[]): void;
};

/** A conversation that is typed and facts that are set: what would be decided, and why. */
export function PolicyBench({ triggers, queues, refused }: PolicyBenchProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [facts, setFacts] = useState<readonly SetFact[]>([]);
  const [tried, setTried] = useState<{ of: PolicyTried; labels: ReadonlyMap<string, string> } | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  // What another policy said is no answer to this one.
  useEffect(() => setTried(null), [triggers]);
  const free = FACT_GROUPS.map(({ label, names }) => ({
    label,
    names: names.filter((name) => name !== 'message.text' && !facts.some((fact) => fact.name === name)),
  }));
  const update = (index: number, part: Partial<SetFact>) =>
    setFacts(facts.map((fact, i) => (i === index ? { ...fact, ...part } : fact)));
  const tryIt = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    const policy = triggers;
    const messages = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
    const given = Object.fromEntries(
      facts.map(({ name, value, provenance }) => [
        name,
        { value: typeOf(name).kind === 'number' ? numberOf(String(value)) : value, provenance },
      ]),
    );
    const answer = await policiesApi.try(policy, messages, given);
    setBusy(false);
    if (answer.ok) {
      setTried({ of: answer.value, labels: new Map(policy.map((trigger) => [trigger.id, trigger.label])) });
      return;
    }
    setTried(null);
    setProblem(answer.refusal.message);
    refused(answer.refusal.issues ?? []);
  };
  return (
    <section aria-labelledby={`${id}-title`} class="s-bench">
      <h2 id={`${id}-title`}>Test bench</h2>
      <form aria-label="Test bench" onSubmit={(event) => void tryIt(event)}>
        <label for={`${id}-text`}>What the visitor writes</label>
        <p class="s-help">
          One message a line; the last one is read, the others came before. Nothing is sent to anybody.
        </p>
        <textarea
          id={`${id}-text`}
          rows={3}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        {facts.length > 0 && (
          <ul ref={list}>
            {facts.map(({ name, value, provenance }, index) => (
              <li key={name}>
                <span id={`${id}-${name}`}>{FACT_NAMES[name].label}</span>
                <ValueField
                  path={`bench.${name}`}
                  label={`Value of ${FACT_NAMES[name].label}`}
                  fact={name}
                  isList={false}
                  value={value}
                  problems={[]}
                  isReadOnly={false}
                  change={(next) => update(index, { value: next })}
                />
                <select
                  aria-label={`Who vouches for ${FACT_NAMES[name].label}`}
                  title="What is only claimed moves no rank"
                  value={provenance}
                  onChange={({ currentTarget }) => update(index, { provenance: currentTarget.value as Provenance })}
                >
                  {PROVENANCES.map((one) => (
                    <option key={one} value={one}>
                      {PROVENANCE_WORDS[one]}
                    </option>
                  ))}
                </select>
                <RemoveButton
                  name={FACT_NAMES[name].label}
                  remove={() => setFacts(facts.filter((_, i) => i !== index))}
                />
              </li>
            ))}
          </ul>
        )}
        <select
          aria-label="Set a fact"
          value=""
          onChange={({ currentTarget }) => {
            const name = currentTarget.value as FactName;
            currentTarget.value = '';
            const provenance = name.startsWith('account.')
              ? 'attested'
              : name === 'page.area' || name === 'page.path'
                ? 'claimed'
                : 'observed';
            setFacts([...facts, { name, value: valueFor(name, 'eq', null), provenance }]);
            requestAnimationFrame(() =>
              list.current?.querySelector<HTMLElement>('li:last-child :is(input, select)')?.focus(),
            );
          }}
        >
          <option value="">Set a fact…</option>
          {free.map(({ label, names }) => (
            <optgroup key={label} label={label}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {FACT_NAMES[name].label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <div class="s-deeds">
          <button type="submit" class="secondary" aria-disabled={isBusy}>
            {isBusy ? 'Trying…' : 'Try'}
          </button>
        </div>
      </form>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      <div aria-live="polite">{tried !== null && <Tried {...tried} queues={queues} />}</div>
    </section>
  );
}

type TriedProps = {
  of: PolicyTried;
  labels: ReadonlyMap<string, string>;
  queues: PolicyBenchProps['queues'];
};

function Tried({ of: { decision, trace }, labels, queues }: TriedProps) {
  const matched = trace.filter(({ outcome }) => outcome === 'matched');
  const rest = trace.filter(({ outcome }) => outcome !== 'matched');
  return (
    <>
      <p class="s-summary">
        <strong>{decisionWords(decision, queues, labels)}</strong>
      </p>
      <ul class="sentences">
        {matched.map((row) => (
          <li key={row.triggerId} title={sayRow(row).raw}>
            {sayRow(row).text}
          </li>
        ))}
      </ul>
      <NearestLine trace={trace} />
      {rest.length > 0 && (
        <details>
          <summary>Why not: {plural(rest.length, 'trigger')} that did not decide</summary>
          <ul class="sentences quiet">
            {rest.map((row) => (
              <li key={row.triggerId} title={sayRow(row).raw}>
                {sayRow(row).text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
