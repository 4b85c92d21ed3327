// Loaded when somebody opens it: a policy is changed rarely, and looked at when something was handed over that should not have been.
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { isSame } from '#domain/is-same.ts';
import type { Trigger } from '#domain/triggers/policy.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import { type PolicyProblem, policyProblems } from '#domain/triggers/policy-problems.ts';
import type { PoliciesAnswer, PolicyAnswer } from '#protocol/policy.ts';
import { ActionForm, Dialog, Field } from '../dialogs/Dialog.tsx';
import { POLICY_PART } from '../route.ts';
import { plural } from '../wording.ts';
import { focusAt, idOf } from './control.ts';
import { useLeaveGuard } from './FormPage.tsx';
import { PolicyBench } from './PolicyBench.tsx';
import { DiffLines, EffectLines, Examples, PolicyVersions } from './PolicyVersions.tsx';
import {
  draftsOf,
  effectWords,
  newTrigger,
  STATUS_WORDS,
  type TriggerDraft,
  triggerAt,
  triggersOf,
} from './policy-draft.ts';
import { Skeleton } from './Skeleton.tsx';
import { policiesApi } from './settings-api.ts';
import { TriggerEditor } from './TriggerEditor.tsx';

type Deed = 'publish' | 'back';

/** [T10]–[T16] When a conversation is handed over: versions, an editor, a test bench, and what a draft would have changed. */
export default function PolicyPage({ isReadOnly }: { isReadOnly: boolean }) {
  const id = useId();
  const [list, setList] = useState<PoliciesAnswer | null>(null);
  const [shown, setShown] = useState<PolicyAnswer | null>(null);
  const [drafts, setDrafts] = useState<readonly TriggerDraft[]>([]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState('');
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [hasTried, setTried] = useState(false);
  const [objections, setObjections] = useState<readonly PolicyProblem[]>([]);
  const [effect, setEffect] = useState<PolicyEffect | null>(null);
  const [compared, setCompared] = useState<PolicyAnswer | null>(null);
  const [asked, setAsked] = useState<Deed | null>(null);

  const show = (answer: PolicyAnswer) => {
    setShown(answer);
    setDrafts(draftsOf(answer.triggers));
    setReason('');
    setTried(false);
    setObjections([]);
    setEffect(null);
    setProblem('');
  };
  const load = async (version?: number) => {
    setFailure('');
    const all = await policiesApi.all();
    if (!all.ok) {
      setFailure(all.refusal.message);
      return;
    }
    const one = await policiesApi.load(version ?? all.value.active);
    if (!one.ok) {
      setFailure(one.refusal.message);
      return;
    }
    setList(all.value);
    show(one.value);
  };
  useEffect(() => void load(), []);

  const triggers = useMemo(() => triggersOf(drafts), [drafts]);
  const isChanged = shown !== null && !isSame(triggers, shown.triggers);
  const discard = () => shown !== null && show(shown);
  const leaving = useLeaveGuard(isChanged ? 1 : 0, discard, (to) => to.page === 'settings' && to.part === POLICY_PART);
  const slugs = useMemo(() => (list?.queues ?? []).map(({ slug }) => slug), [list]);
  const problems = useMemo(() => {
    const own = policyProblems(triggers, slugs);
    return !hasTried ? [] : own.length > 0 ? own : objections;
  }, [hasTried, triggers, slugs, objections]);

  if (list === null || shown === null)
    return failure === '' ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The policy could not be loaded</h2>
        <p>{failure} Everything works as before.</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void load()}>
            Try again
          </button>
        </div>
      </div>
    );

  const { version, status } = shown.version;
  const { queues } = list;
  const labels = new Map([...shown.triggers, ...triggers].map((trigger) => [trigger.id, trigger.label]));
  const isEarlier = status === 'former' || status === 'rolled_back';

  const change = (next: readonly TriggerDraft[]) => {
    setDrafts(next);
    setObjections([]);
    setEffect(null);
    setSaid('');
  };
  /** Opens the triggers that something is wrong with, and brings the reader to the first place. */
  const point = (wrong: readonly PolicyProblem[]) => {
    setTried(true);
    const keys = wrong.flatMap((one) => drafts[triggerAt(one) ?? -1]?.key ?? []);
    setOpen(new Set([...open, ...keys]));
    requestAnimationFrame(() => requestAnimationFrame(() => focusAt(wrong[0]?.path ?? '')));
  };
  const isRight = (): boolean => {
    const wrong = policyProblems(triggers, slugs);
    if (wrong.length > 0) point(wrong);
    return wrong.length === 0;
  };
  const refused = (issues: readonly PolicyProblem[]) => {
    if (issues.length === 0) return;
    setObjections(issues);
    point(issues);
  };
  /** Another version is only looked at when nothing would be lost. */
  const choose = (next: number) => {
    setSaid('');
    if (isChanged) {
      setProblem('Save the draft or discard your changes first: another version would take their place.');
      return;
    }
    setCompared(null);
    void load(next);
  };
  const save = async (event: Event) => {
    event.preventDefault();
    setSaid('');
    setProblem('');
    if (!isRight()) return;
    if (reason.trim() === '') {
      setProblem('Say why: it stands in the list of versions and in the log.');
      document.getElementById(`${id}-reason`)?.focus();
      return;
    }
    setBusy(true);
    const answer = await policiesApi.draft(triggers, version, reason.trim());
    setBusy(false);
    if (!answer.ok) {
      setProblem(answer.refusal.message);
      refused(answer.refusal.issues ?? []);
      return;
    }
    await load(answer.value.version.version);
    setSaid(
      `Saved as version ${answer.value.version.version}. It decides nothing yet: run it in shadow, or publish it.`,
    );
  };
  const move = async (to: 'draft' | 'shadow' | 'active', why: string) => {
    setSaid('');
    setProblem('');
    setBusy(true);
    const answer = await policiesApi.move(version, to, list.active, why);
    setBusy(false);
    if (!answer.ok) {
      // Somebody was faster: what a second try would take the place of is shown before it.
      const now = answer.refusal.kind === 'conflict' ? await policiesApi.all() : null;
      if (now?.ok) setList(now.value);
      return answer.refusal.message;
    }
    await load(answer.value.version.version);
    setSaid(
      to === 'shadow'
        ? `Version ${version} runs in shadow: every message is evaluated by it too, and nothing follows from it.`
        : to === 'draft'
          ? `Version ${version} is a draft again.`
          : `Version ${answer.value.version.version} is in force, everywhere within a minute.`,
    );
    return null;
  };
  const moveAtOnce = async (to: 'draft' | 'shadow', why: string) => setProblem((await move(to, why)) ?? '');
  const lookUp = async () => {
    setProblem('');
    if (!isRight()) return;
    setBusy(true);
    const answer = await policiesApi.effect(triggers);
    setBusy(false);
    if (answer.ok) setEffect(answer.value);
    else setProblem(answer.refusal.message);
  };
  const compareWith = async (other: number | null) => {
    if (other === null) {
      setCompared(null);
      return;
    }
    const answer = await policiesApi.load(other);
    if (answer.ok) setCompared(answer.value);
    else setProblem(answer.refusal.message);
  };
  const put = (key: string, next: TriggerDraft) => change(drafts.map((one) => (one.key === key ? next : one)));
  const swap = (index: number, by: -1 | 1) => {
    const next = [...drafts];
    const [one] = next.splice(index, 1);
    next.splice(index + by, 0, one as TriggerDraft);
    change(next);
  };

  return (
    <div class="s-columns s-policy">
      <div class="s-groups">
        {isReadOnly && (
          <p class="s-read-only">
            You can look and try, not change: only owners and admins of the workspace change when a conversation is
            handed over.
          </p>
        )}
        <section class="s-group" aria-labelledby={`${id}-versions`}>
          <header>
            <h2 id={`${id}-versions`}>Versions</h2>
          </header>
          <p class="s-lead">
            A version is never changed: what you edit is saved as a new draft. One is in force; one may run in shadow
            beside it.
          </p>
          <PolicyVersions versions={list.versions} chosen={version} choose={choose} />
          {list.versions.length > 1 && (
            <>
              <p class="s-line-field">
                <label for={`${id}-compare`}>Compare with</label>
                <select
                  id={`${id}-compare`}
                  value={compared?.version.version ?? ''}
                  onChange={({ currentTarget }) =>
                    void compareWith(currentTarget.value === '' ? null : Number(currentTarget.value))
                  }
                >
                  <option value="">choose a version…</option>
                  {list.versions
                    .filter((one) => one.version !== version)
                    .map((one) => (
                      <option key={one.version} value={one.version}>
                        Version {one.version}, {STATUS_WORDS[one.status]}
                      </option>
                    ))}
                </select>
              </p>
              {compared !== null && (
                <section aria-label={`From version ${compared.version.version} to version ${version}`}>
                  <p class="s-help">
                    From version {compared.version.version} to version {version}
                    {isChanged && ', with what you have not saved'}:
                  </p>
                  <DiffLines before={compared.triggers} after={triggers} />
                </section>
              )}
            </>
          )}
        </section>
        <section class="s-group" aria-labelledby={`${id}-triggers`}>
          <header>
            <h2 id={`${id}-triggers`}>
              Version {version} <span class="tag">{STATUS_WORDS[status]}</span>
            </h2>
          </header>
          <p class="s-lead">
            All triggers that match add up: the strongest call for a person, the highest severity, every skill, and the
            queue of the first that names one.
          </p>
          {problems.length > 0 && (
            <div class="s-box bad" role="alert">
              <p>
                {plural(problems.length, 'place needs', 'places need')} a look before this can be saved. Nothing of
                yours is lost.
              </p>
              <ul>
                {problems.slice(0, 8).map((one) => (
                  <li key={`${one.path} ${one.message}`}>
                    <button type="button" class="link" onClick={() => point([one])}>
                      {placeWords(one, drafts)}
                    </button>
                    : {one.message}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div class="s-triggers">
            {drafts.length === 0 && (
              <p class="s-none">No triggers: only who asks for a person gets one. Add one to do more.</p>
            )}
            {drafts.map((trigger, index) => (
              <TriggerEditor
                key={trigger.key}
                trigger={trigger}
                index={index}
                count={drafts.length}
                path={`triggers.${index}`}
                problems={problems}
                isReadOnly={isReadOnly}
                queues={queues}
                isOpen={open.has(trigger.key)}
                open={(isOpen) =>
                  setOpen((before) => {
                    const next = new Set(before);
                    if (isOpen) next.add(trigger.key);
                    else next.delete(trigger.key);
                    return next;
                  })
                }
                change={(next) => put(trigger.key, next)}
                move={(by) => swap(index, by)}
                remove={() => {
                  change(drafts.filter(({ key }) => key !== trigger.key));
                  requestAnimationFrame(() => document.getElementById(idOf('triggers'))?.focus());
                }}
              />
            ))}
            {!isReadOnly && (
              <button
                id={idOf('triggers')}
                type="button"
                class="secondary s-add"
                onClick={() => {
                  const one = newTrigger();
                  change([...drafts, one]);
                  setOpen(new Set([...open, one.key]));
                  requestAnimationFrame(() =>
                    document.getElementById(idOf(`triggers.${drafts.length}.label`))?.focus(),
                  );
                }}
              >
                Add a trigger
              </button>
            )}
          </div>
        </section>
        <p class="s-said" role="status">
          {said}
        </p>
        {problem !== '' && (
          <p class="failure" role="alert">
            {problem}
          </p>
        )}
        {!isReadOnly && (
          <form class="s-policy-bar" aria-label="What to do with this version" onSubmit={(event) => void save(event)}>
            {isChanged ? (
              <>
                <label for={`${id}-reason`}>Why</label>
                <input
                  id={`${id}-reason`}
                  type="text"
                  autoComplete="off"
                  maxLength={300}
                  placeholder="what it is to do better"
                  value={reason}
                  onInput={({ currentTarget }) => setReason(currentTarget.value)}
                />
                <button type="submit" class="primary" aria-disabled={isBusy}>
                  {isBusy ? 'Working…' : 'Save draft'}
                </button>
                <button type="button" class="secondary" onClick={discard}>
                  Discard
                </button>
              </>
            ) : (
              <>
                {status === 'draft' && (
                  <button
                    type="button"
                    class="secondary"
                    aria-disabled={isBusy}
                    onClick={() => void moveAtOnce('shadow', 'To see what it would do')}
                  >
                    Run in shadow
                  </button>
                )}
                {status === 'shadow' && (
                  <button
                    type="button"
                    class="secondary"
                    aria-disabled={isBusy}
                    onClick={() => void moveAtOnce('draft', 'Seen enough')}
                  >
                    End shadow
                  </button>
                )}
                {(status === 'draft' || status === 'shadow') && (
                  <button type="button" class="primary" onClick={() => setAsked('publish')}>
                    Publish…
                  </button>
                )}
                {isEarlier && (
                  <button type="button" class="primary" onClick={() => setAsked('back')}>
                    Roll back to this…
                  </button>
                )}
                {status === 'active' && (
                  <p class="quiet">
                    In force. Change a trigger to begin a draft; open an earlier version to go back to it.
                  </p>
                )}
              </>
            )}
          </form>
        )}
      </div>
      <aside class="s-preview" aria-label="Try and compare">
        <PolicyBench triggers={triggers} queues={queues} refused={refused} />
        <section aria-labelledby={`${id}-effect`} class="s-bench">
          <h2 id={`${id}-effect`}>What would change</h2>
          <p class="s-help">
            {list.recorded === 0
              ? 'Evaluations are kept when visitors write; then a draft can be asked about them before it is published.'
              : `Asks this version and the one in force about the last ${Math.min(list.recorded, 1000).toLocaleString('en')} evaluations.`}
          </p>
          <div class="s-deeds">
            <button type="button" class="secondary" aria-disabled={isBusy} onClick={() => void lookUp()}>
              Look it up
            </button>
          </div>
          <div aria-live="polite">
            {effect !== null && <EffectLines effect={effect} queues={queues} labels={labels} />}
          </div>
        </section>
        {shown.shadow !== null && (
          <section aria-labelledby={`${id}-shadow`} class="s-bench">
            <h2 id={`${id}-shadow`}>In shadow</h2>
            <p class="s-summary">
              {shown.shadow.otherwise} of {plural(shown.shadow.looked, 'evaluation')} came out otherwise than what was
              in force.
            </p>
            <Examples examples={shown.shadow.examples} queues={queues} labels={labels} />
          </section>
        )}
      </aside>
      {leaving}
      {asked !== null && (
        <PublishDialog
          deed={asked}
          version={version}
          active={list.active}
          triggers={shown.triggers}
          onClose={() => setAsked(null)}
          onPublish={(why) => move('active', why)}
        />
      )}
    </div>
  );
}

/** "Legal words", or what is around it. */
function placeWords(problem: PolicyProblem, drafts: readonly TriggerDraft[]): string {
  const index = triggerAt(problem);
  if (index === null) return 'The policy';
  return drafts[index]?.label.trim() || `Trigger ${index + 1}`;
}

type PublishDialogProps = {
  deed: Deed;
  version: number;
  active: number;
  triggers: readonly Trigger[];
  onClose(): void;
  /** Resolves to what stood in the way. */
  onPublish(why: string): Promise<string | null>;
};

/** Says in words what is about to be in force for every visitor, and asks why. */
function PublishDialog({ deed, version, active, triggers, onClose, onPublish }: PublishDialogProps) {
  const [why, setWhy] = useState('');
  const [before, setBefore] = useState<readonly Trigger[] | null>(null);
  const [effect, setEffect] = useState<PolicyEffect | null>(null);
  useEffect(() => {
    void policiesApi.load(active).then((answer) => answer.ok && setBefore(answer.value.triggers));
    void policiesApi.effect([...triggers]).then((answer) => answer.ok && setEffect(answer.value));
  }, [active, triggers]);
  return (
    <Dialog
      title={deed === 'publish' ? `Publish version ${version}?` : `Roll back to version ${version}?`}
      lead={
        deed === 'publish'
          ? `It takes the place of version ${active} for every message from now on. You can roll back at any time.`
          : `Version ${active} is rolled back, and what version ${version} says is in force again, as a new version.`
      }
      onClose={onClose}
    >
      <ActionForm
        verb={deed === 'publish' ? 'Publish' : 'Roll back'}
        isComplete={why.trim() !== ''}
        onSubmit={async () => {
          const refusal = await onPublish(why.trim());
          return refusal === null ? { ok: true, seq: null } : { ok: false, message: refusal };
        }}
      >
        <div class="s-policy-confirm">
          <p>What changes:</p>
          {before === null ? <p class="quiet">Comparing…</p> : <DiffLines before={before} after={triggers} />}
          {effect !== null && <p>{effectWords(effect)}</p>}
        </div>
        <Field
          label="Why"
          hint={deed === 'publish' ? 'It stands in the log.' : 'It stands in the list of versions and in the log.'}
          problem={why.trim() === '' ? 'Say why.' : null}
        >
          <input type="text" maxLength={280} value={why} onInput={({ currentTarget }) => setWhy(currentTarget.value)} />
        </Field>
      </ActionForm>
    </Dialog>
  );
}
