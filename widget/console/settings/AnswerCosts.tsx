import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type AnswerCosts, MAX_WAIT_MINUTES, neededConfidence, PLANS } from '#domain/confidence/answer-costs.ts';
import type { AnswerCostsAnswer } from '#protocol/answer-costs.ts';
import { percent } from '../wording.ts';
import { LoadFailed } from './admin-parts.tsx';
import { Skeleton } from './Skeleton.tsx';
import { answerCostsApi } from './workspace-api.ts';

type Plan = (typeof PLANS)[number];
const PLAN_NAMES: Record<Plan, string> = { free: 'Free', pro: 'Pro', enterprise: 'Enterprise', unknown: 'No plan' };

/** Text as it is typed, by the field's name. */
type Texts = Record<'wrongMinutes' | 'handoverMinutes' | 'waitWeight' | Plan, string>;

const textsOf = ({ wrongMinutes, handoverMinutes, waitWeight, least }: AnswerCosts): Texts => ({
  wrongMinutes: String(wrongMinutes),
  handoverMinutes: String(handoverMinutes),
  waitWeight: String(waitWeight),
  ...(Object.fromEntries(PLANS.map((plan) => [plan, String(Math.round(least[plan] * 1000) / 10)])) as Record<
    Plan,
    string
  >),
});

/** Null where it is no number within the bounds. */
function numberIn(text: string, min: number, max: number): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) && value >= min && value <= max ? value : null;
}

const FIELDS = [
  {
    name: 'wrongMinutes',
    label: 'A wrong answer, in minutes of an agent’s',
    help: 'What it takes to win somebody back. It counts double for the wholly frustrated.',
    min: 0.1,
    max: 1440,
  },
  {
    name: 'handoverMinutes',
    label: 'A conversation in an agent’s hands, in minutes',
    help: 'Who got a wrong answer is handed over all the same.',
    min: 0.1,
    max: 1440,
  },
  {
    name: 'waitWeight',
    label: 'A visitor’s minute in line, in minutes of an agent’s',
    help: `The longer a person would take, the less sure the assistant may be. At most ${MAX_WAIT_MINUTES} minutes count; 0 leaves the line out.`,
    min: 0,
    max: 10,
  },
] as const;

/** What is wrong with each field that something is wrong with. */
function problemsIn(texts: Texts): Partial<Record<keyof Texts, string>> {
  const problems: Partial<Record<keyof Texts, string>> = {};
  for (const { name, min, max } of FIELDS)
    if (numberIn(texts[name], min, max) === null) problems[name] = `A number from ${min} to ${max}.`;
  for (const plan of PLANS)
    if (numberIn(texts[plan], 0, 100) === null) problems[plan] = `${PLAN_NAMES[plan]}: a number from 0 to 100.`;
  return problems;
}

const costsOf = (texts: Texts): AnswerCosts => ({
  wrongMinutes: numberIn(texts.wrongMinutes, 0.1, 1440) ?? 0.1,
  handoverMinutes: numberIn(texts.handoverMinutes, 0.1, 1440) ?? 0.1,
  waitWeight: numberIn(texts.waitWeight, 0, 10) ?? 0,
  least: Object.fromEntries(PLANS.map((plan) => [plan, (numberIn(texts[plan], 0, 100) ?? 0) / 100])) as Record<
    Plan,
    number
  >,
});

/** Visitors as examples: what the numbers come to. */
const EXAMPLES = [
  { name: 'Calm, a person is free', frustration: 0, waitMinutes: 0 },
  { name: 'Calm, a person takes 15 min', frustration: 0, waitMinutes: 15 },
  { name: 'Frustrated (60 %), a person is free', frustration: 0.6, waitMinutes: 0 },
  { name: 'Frustrated (60 %), a person takes 15 min', frustration: 0.6, waitMinutes: 15 },
] as const;

/** [G38] [G39] How sure the assistant must be for whom, and what became of its answers. */
export function AnswerCostsGroup() {
  const [saved, setSaved] = useState<AnswerCostsAnswer | null>(null);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await answerCostsApi.load();
    if (answer.ok) setSaved(answer.value);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => void load(), []);
  if (saved !== null)
    return <CostsForm key={saved.revision} saved={saved} onSaved={setSaved} onReload={() => void load()} />;
  return failure === '' ? (
    <Skeleton />
  ) : (
    <LoadFailed what="How sure the assistant must be" why={failure} onAgain={() => void load()} />
  );
}

type CostsFormProps = { saved: AnswerCostsAnswer; onSaved(now: AnswerCostsAnswer): void; onReload(): void };

function CostsForm({ saved, onSaved, onReload }: CostsFormProps) {
  const [texts, setTexts] = useState(() => textsOf(saved.costs));
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState('');
  const [isConflict, setConflict] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const problems = problemsIn(texts);
  const shown = tried ? problems : {};
  const before = textsOf(saved.costs);
  const isChanged = (Object.keys(texts) as (keyof Texts)[]).some((name) => texts[name].trim() !== before[name]);
  const set = (name: keyof Texts, text: string) => setTexts((now) => ({ ...now, [name]: text }));
  const save = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    setProblem('');
    setConflict(false);
    const [first] = Object.keys(problems);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setBusy(true);
    const answer = await answerCostsApi.save(costsOf(texts), saved.revision);
    setBusy(false);
    if (answer.ok) return onSaved(answer.value);
    setConflict(answer.refusal.kind === 'conflict');
    setProblem(answer.refusal.message);
  };
  const isWhole = Object.keys(problems).length === 0;
  return (
    <form ref={form} noValidate aria-labelledby={`${id}-title`} onSubmit={(event) => void save(event)}>
      <section class="s-group">
        <header>
          <h2 id={`${id}-title`}>How sure the assistant must be</h2>
        </header>
        <p class="s-lead">
          It answers where that costs less, on the average, than handing over. Frustration asks for more certainty, a
          long line for less; below the least of a plan it never answers.
        </p>
        {FIELDS.map(({ name, label, help }) => (
          <div key={name} class="s-row">
            <div class="s-words">
              <label for={`${id}-${name}`}>{label}</label>
              <p id={`${id}-${name}-help`} class="s-help">
                {help}
              </p>
            </div>
            <div>
              <div class="s-control">
                <input
                  id={`${id}-${name}`}
                  name={name}
                  type="text"
                  inputMode="decimal"
                  autoComplete="off"
                  value={texts[name]}
                  {...(shown[name] === undefined ? {} : { 'aria-invalid': true })}
                  aria-describedby={`${shown[name] === undefined ? '' : `${id}-${name}-problem `}${id}-${name}-help`}
                  onInput={({ currentTarget }) => set(name, currentTarget.value)}
                />
              </div>
              {shown[name] !== undefined && (
                <p id={`${id}-${name}-problem`} class="s-issue">
                  {shown[name]}
                </p>
              )}
            </div>
          </div>
        ))}
        <div class="s-row s-wide s-stack">
          <div class="s-words">
            <p id={`${id}-needed`}>How sure it must be, in percent</p>
            <p class="s-help">
              The first row is yours: the least for each plan. Below it, what your numbers come to for some visitors.
            </p>
          </div>
          <div class="s-scroll">
            <table class="s-targets" aria-labelledby={`${id}-needed`}>
              <thead>
                <tr>
                  <th scope="col">For</th>
                  {PLANS.map((plan) => (
                    <th key={plan} scope="col">
                      {PLAN_NAMES[plan]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row">At least</th>
                  {PLANS.map((plan) => (
                    <td key={plan}>
                      <input
                        name={plan}
                        type="text"
                        inputMode="decimal"
                        autoComplete="off"
                        aria-label={`At least, ${PLAN_NAMES[plan]}, percent`}
                        value={texts[plan]}
                        {...(shown[plan] === undefined
                          ? {}
                          : { 'aria-invalid': true, 'aria-describedby': `${id}-${plan}-problem` })}
                        onInput={({ currentTarget }) => set(plan, currentTarget.value)}
                      />
                    </td>
                  ))}
                </tr>
                {EXAMPLES.map(({ name, ...asker }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    {PLANS.map((plan) => (
                      <td key={plan}>
                        {isWhole ? percent(neededConfidence(costsOf(texts), { plan, ...asker }).confidence) : '–'}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {PLANS.map(
              (plan) =>
                shown[plan] !== undefined && (
                  <p key={plan} id={`${id}-${plan}-problem`} class="s-issue">
                    {shown[plan]}
                  </p>
                ),
            )}
          </div>
        </div>
        {problem !== '' && (
          <p class="failure" role="alert">
            {problem}{' '}
            {isConflict && (
              <button type="button" class="link" onClick={onReload}>
                Look at the newer settings
              </button>
            )}
          </p>
        )}
        <div class="s-deeds">
          <button type="submit" class="primary" disabled={isBusy || !isChanged}>
            {isBusy ? 'Applying…' : 'Apply'}
          </button>
          {isChanged && (
            <button
              type="button"
              class="secondary"
              disabled={isBusy}
              onClick={() => {
                setTexts(before);
                setTried(false);
                setProblem('');
              }}
            >
              Discard
            </button>
          )}
        </div>
        <Outcomes outcomes={saved.outcomes} />
      </section>
    </form>
  );
}

/** How sure it said it was, beside how often that helped. */
function Outcomes({ outcomes: { answers, helped, bins, isMapped, topics } }: Pick<AnswerCostsAnswer, 'outcomes'>) {
  if (answers === 0)
    return (
      <p class="s-help">No answer of the last 90 days is an hour old yet. What became of them will be shown here.</p>
    );
  return (
    <div class="s-row s-wide s-stack">
      <div class="s-words">
        <p>What became of {answers === 1 ? 'one answer' : `${answers.toLocaleString()} answers`} in 90 days</p>
        <p class="s-help">
          {percent(helped / answers)} helped, as far as anybody said: who wrote no more is counted so.{' '}
          {isMapped
            ? `Confidence is corrected by them${topics.length > 0 ? `, for ${topics.join(', ')} by their own` : ''}.`
            : 'They say nothing that would correct its confidence, or are too few to (30).'}
        </p>
      </div>
      <div class="s-scroll">
        <table class="s-targets">
          <thead>
            <tr>
              <th scope="col">It was so sure</th>
              <th scope="col">Answers</th>
              <th scope="col">Helped</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.from}>
                <th scope="row">{percent(bin.stated)}</th>
                <td>{bin.answers.toLocaleString()}</td>
                <td>
                  <meter min={0} max={1} value={bin.helped} aria-hidden="true" /> {percent(bin.helped)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
