import type { ConversationState, ConversationVisitor } from '#domain/conversation/conversation.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import type { BugReport, Escalation } from '#domain/escalation/escalation.ts';
import type { ConversationId, EpochMs } from '#domain/ids.ts';
import type { Page } from '#domain/page/page.ts';
import type { RankTerm } from '#domain/priority/rank.ts';
import { redactDeep } from '#domain/redaction/redact.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { toSteps } from '#domain/timeline/steps.ts';
import { withoutMarks } from '#domain/timeline/without-marks.ts';
import type { TraceRow } from '#domain/triggers/evaluate.ts';
import { type AccountFact, BUNDLE_VERSION, type ContextBundle, type Field } from './bundle.ts';

/** Lines of the summary; the transcript itself is one click away. */
const SUMMARY_LINES = 8;
const SUMMARY_LINE_CHARS = 240;
/** Bounds [B3]: the newest are kept, because the trouble is at the end. */
const TRAIL_KEPT = 200;
const STEPS_KEPT = 80;

export type Signals = ContextBundle['signals'] extends Field<infer T> ? Omit<T, 'repeatContact'> : never;

/** What the decision to hand over was made of; kept with the escalation. */
export type HandoverReasons = {
  signals: Signals | null;
  decision: string;
  because: string[];
  trace: TraceRow[];
  routing: string[];
};

/** A read that may have failed: the bundle goes out without it and says why. */
export type Fetched<T> = { ok: true; value: T } | { ok: false; reason: string };

export type BundleInputs = {
  state: ConversationState;
  escalation: Escalation;
  entries: readonly Entry[];
  page: Page | null;
  trail: readonly Breadcrumb[];
  reasons: HandoverReasons | null;
  rank: { terms: RankTerm[]; dueAt: EpochMs } | null;
  history: Fetched<{ id: ConversationId; at: EpochMs; subject: string; outcome: string }[]>;
  changes: Fetched<{ label: string; before: string; after: string }[] | null>;
  bugReport: BugReport | null;
  now: EpochMs;
};

const present = <T>(value: T): Field<T> => ({ status: 'present', value });
const missing = <T>(reason: string): Field<T> => ({ status: 'missing', reason });

/**
 * [B1] Everything the next person needs, or, field by field, the reason why it is not there. Deterministic; redacted [B2];
 * bounded [B3]. The visitor's identity is kept only as far as it was attested [B4].
 */
export function assembleBundle(inputs: BundleInputs): ContextBundle {
  const { state, escalation, entries, page, trail, reasons, history, changes, now } = inputs;
  const messages = entries.filter((entry) => entry.type === 'message');
  const kept = trail.slice(-TRAIL_KEPT);
  const noPage = 'the widget has not sent the page yet';
  const trouble = momentOfTrouble(trail, now);
  const bundle: ContextBundle = {
    version: BUNDLE_VERSION,
    escalationId: escalation.id,
    conversationId: state.id,
    ticketNumber: escalation.ticketNumber,
    hop: escalation.hops.length,
    assembledAt: now,
    severity: escalation.severity,
    subject: subjectOf(entries, page, trouble?.because ?? null, inputs.bugReport),
    visitor: {
      id: state.visitor.id,
      name: state.visitor.name,
      email: state.visitor.attested ? state.visitor.email : null,
      attested: state.visitor.attested,
    },
    transcript:
      messages.length === 0
        ? missing('the visitor asked for a person before writing anything')
        : present({
            messages: messages.length,
            fromSeq: messages[0]!.seq,
            toSeq: messages.at(-1)!.seq,
            summary: summarise(messages),
          }),
    signals:
      reasons?.signals == null
        ? missing('there was no message to read them from')
        : present({ ...reasons.signals, repeatContact: history.ok ? history.value.length : 0 }),
    attempts:
      state.attempts.length === 0
        ? missing('the assistant was not asked to answer anything')
        : present(state.attempts.map(({ id: _id, ...attempt }) => attempt)),
    page: page === null ? missing(noPage) : present(page),
    trail: kept.length === 0 ? missing(noPage) : present(kept),
    steps: kept.length === 0 ? missing(noPage) : present(toSteps(kept).slice(-STEPS_KEPT)),
    failures: kept.length === 0 ? missing(noPage) : present(failuresIn(kept)),
    account: accountOf(state.visitor),
    changedSinceLastVisit: !changes.ok
      ? missing(changes.reason)
      : changes.value === null
        ? missing('the visitor is anonymous')
        : present(changes.value),
    history: history.ok
      ? present(history.value.map(({ id, at, subject, outcome }) => ({ conversationId: id, at, subject, outcome })))
      : missing(history.reason),
    recording:
      state.capture === 'off'
        ? missing('this workspace records nothing')
        : present({
            id: state.recordingId,
            momentOfTrouble: trouble === null ? null : { at: trouble.at, because: trouble.because },
          }),
    triggers:
      reasons === null
        ? missing('the reasons of this hand-over were not kept')
        : present({ decision: reasons.decision, because: reasons.because, trace: reasons.trace }),
    routing:
      inputs.rank === null
        ? missing('the queue has not ranked it yet')
        : present({
            queue: escalation.hops.at(-1)!.queueName,
            because: routedBecause(escalation, reasons),
            rank: inputs.rank.terms,
            dueAt: inputs.rank.dueAt,
          }),
    hops: escalation.hops,
    bugReport:
      inputs.bugReport === null ? missing('it has not been escalated to engineering') : present(inputs.bugReport),
    assignedTo: escalation.state === 'assigned' ? escalation.agent : null,
  };
  return redactDeep(bundle);
}

/** Later hops were chosen by a person; the first one's reasons are about another queue. */
function routedBecause({ hops }: Escalation, reasons: HandoverReasons | null): string[] {
  const last = hops.at(-1)!;
  if (last.by.kind === 'assistant') return reasons?.routing ?? [];
  const from = hops.at(-2)?.queueName ?? 'another queue';
  if (last.by.kind === 'queue') return [`nobody in ${from} could take it in time (${last.note})`];
  return [`${last.by.name} ${last.kind === 'transfer' ? 'transferred' : 'escalated'} it from ${from}`];
}

/**
 * [B5] One line that says what it is about: the title of the bug report, else the visitor's first real sentence, else what went wrong
 * on the page. It is read in lists, titles and offers, so there are no marks in it.
 */
export function subjectOf(
  entries: readonly Entry[],
  page: Page | null,
  trouble: string | null,
  report: BugReport | null,
): string {
  if (report !== null) return clip(report.title, 140);
  const own = entries.filter((entry) => entry.type === 'message' && entry.author.kind === 'visitor');
  const first = own.find((entry) => entry.type === 'message' && entry.text.trim().length >= 12) ?? own[0];
  if (first?.type === 'message') return clip(first.text, 140);
  if (trouble !== null) return clip(withoutMarks(trouble), 140);
  return page === null ? 'Asked for a person' : `Asked for a person on ${page.path}`;
}

function summarise(messages: readonly Extract<Entry, { type: 'message' }>[]): string[] {
  const who = { visitor: 'Visitor', assistant: 'Assistant', agent: 'Agent' } as const;
  const lines = messages.map(({ author, text }) => `${who[author.kind]}: ${clip(text, SUMMARY_LINE_CHARS)}`);
  if (lines.length <= SUMMARY_LINES) return lines;
  return [lines[0]!, `(${lines.length - SUMMARY_LINES + 1} more)`, ...lines.slice(-(SUMMARY_LINES - 2))];
}

function failuresIn(trail: readonly Breadcrumb[]): ContextBundle['failures'] extends Field<infer T> ? T : never {
  return {
    errors: trail.flatMap((crumb) =>
      crumb.kind === 'error' || crumb.kind === 'console_error' ? [{ at: crumb.at, message: crumb.message }] : [],
    ),
    requests: trail.flatMap((crumb) =>
      crumb.kind === 'request_failed'
        ? [{ at: crumb.at, method: crumb.method, path: crumb.path, status: crumb.status }]
        : [],
    ),
  };
}

/** [B4] Account facts are shown with who vouches for them; an anonymous visitor has none, whatever the page claims. */
function accountOf(visitor: ConversationVisitor): Field<AccountFact[]> {
  if (!visitor.attested) return missing('the visitor is anonymous: nobody vouches for an account');
  const facts = Object.entries(visitor.account).flatMap(([name, fact]) =>
    fact.value === null
      ? []
      : [
          {
            label: labelOf(name),
            value: String(fact.value),
            provenance: fact.provenance,
            source: fact.source,
            at: fact.at,
          },
        ],
  );
  return facts.length === 0 ? missing('the identity token carries no account facts') : present(facts);
}

/** `contract_value` → `Contract value`. */
export const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const clip = (text: string, chars: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= chars ? line : `${line.slice(0, chars - 1)}…`;
};
