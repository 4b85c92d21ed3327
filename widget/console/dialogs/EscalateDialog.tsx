import { useState } from 'preact/hooks';
import type { BugReport } from '#domain/escalation/escalation.ts';
import type { Me } from '#protocol/http.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { plural, timeOfDay } from '../wording.ts';
import { bugReportProblems, draftBugReport, environmentText, readEnvironment } from './bug-report-draft.ts';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

type EscalateDialogProps = { conversation: LiveConversation; queues: Me['queues']; onClose(): void };

/** To the next tier, with what that tier needs first. What is known is filled in; three boxes are the agent's. */
export function EscalateDialog({ conversation, queues, onClose }: EscalateDialogProps) {
  const standing = conversation.standing.value;
  const here = queues.find(({ id }) => id === standing?.escalation?.hops.at(-1)?.queueId);
  const targets = queues
    .filter(({ id, tier }) => id !== here?.id && tier >= (here?.tier ?? 1))
    .sort((a, b) => b.tier - a.tier);
  const [queueId, setQueueId] = useState<string>(targets[0]?.id ?? '');
  const [report, setReport] = useState<BugReport>(() =>
    draftBugReport(standing?.bundle ?? null, standing?.page ?? null, standing?.trail ?? [], Date.now(), {
      recordingId: standing?.recordingId ?? null,
      firstMessageAt: conversation.entries.value.find(({ type }) => type === 'message')?.at ?? null,
      startedAt: conversation.segments.value.reduce<number | null>(
        (first, { fromAt }) => Math.min(first ?? fromAt, fromAt),
        null,
      ),
    }),
  );
  const asks = queues.find(({ id }) => id === queueId)?.asks ?? [];
  const [environment, setEnvironment] = useState(() => environmentText(report.environment));
  const problems = bugReportProblems({ ...report, environment: readEnvironment(environment) }, queueId, asks);
  const change = (next: Partial<BugReport>) => setReport((before) => ({ ...before, ...next }));
  const box = (name: 'expected' | 'actual' | 'hypothesis' | 'businessImpact', rows: number, required: boolean) => (
    <textarea
      rows={rows}
      maxLength={2000}
      required={required}
      autofocus={name === 'expected'}
      value={report[name]}
      onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
    />
  );
  return (
    <Dialog
      wide
      title="Escalate"
      lead="A bug report, filled in from what was seen. Add what only you can say; it is the first thing the engineer reads."
      onClose={onClose}
    >
      <ActionForm
        verb="Escalate"
        isComplete={Object.values(problems).every((problem) => problem === null)}
        onSubmit={(id) =>
          conversation.act(
            {
              type: 'escalate',
              queueId,
              report: {
                ...report,
                environment: readEnvironment(environment),
                steps: report.steps.filter((step) => step.trim() !== ''),
              },
            },
            id,
          )
        }
      >
        <div class="pair">
          <Field label="Title" problem={problems.title}>
            <input
              type="text"
              required
              maxLength={200}
              value={report.title}
              onInput={({ currentTarget }) => change({ title: currentTarget.value })}
            />
          </Field>
          <Field label="To" problem={problems.queueId}>
            <select value={queueId} onChange={({ currentTarget }) => setQueueId(currentTarget.value)}>
              {targets.map(({ id, name, tier }) => (
                <option key={id} value={id}>
                  {name} (tier {tier})
                </option>
              ))}
            </select>
          </Field>
        </div>
        <div class="pair equal">
          <Field label="Expected" problem={problems.expected}>
            {box('expected', 3, true)}
          </Field>
          <Field label="Actual" problem={problems.actual}>
            {box('actual', 3, true)}
          </Field>
        </div>
        <Field
          label="Hypothesis"
          hint="Your best guess at the cause; a wrong one still saves time."
          problem={problems.hypothesis}
        >
          {box('hypothesis', 2, asks.includes('hypothesis'))}
        </Field>
        <Field
          label={`Steps (${report.steps.length})`}
          hint="One per line, as seen on the page. Remove what does not belong."
          problem={problems.steps}
        >
          <textarea
            required={asks.includes('reproduction')}
            class="mono"
            rows={Math.min(8, Math.max(3, report.steps.length))}
            value={report.steps.join('\n')}
            onInput={({ currentTarget }) => change({ steps: currentTarget.value.split('\n').slice(0, 100) })}
          />
        </Field>
        <div class="pair equal">
          <div class="field">
            <span>Failed requests</span>
            {report.failedRequests.length === 0 ? (
              <p class="quiet">None were seen.</p>
            ) : (
              <ul class="plain-list mono">
                {report.failedRequests.map(({ method, path, status, count }) => (
                  <li key={`${method} ${path} ${status}`}>
                    {method} {path} → {status === 0 ? 'no answer' : status}
                    {count > 1 && ` ×${count}`}
                  </li>
                ))}
              </ul>
            )}
          </div>
          <Field label="Environment" hint="One per line, as “Browser: Chrome 147”." problem={problems.environment}>
            <textarea
              class="mono"
              required={asks.includes('environment')}
              rows={Math.min(8, Math.max(3, report.environment.length))}
              value={environment}
              onInput={({ currentTarget }) => setEnvironment(currentTarget.value)}
            />
          </Field>
        </div>
        <Field label="Business impact">{box('businessImpact', 2, false)}</Field>
        <p class="quiet">
          {report.replay === null
            ? 'No replay goes along: nothing was recorded.'
            : `The replay goes along, opening at ${timeOfDay(report.replay.at)}, with ${plural(report.steps.length, 'step')}.`}
        </p>
      </ActionForm>
    </Dialog>
  );
}
