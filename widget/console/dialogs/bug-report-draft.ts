import type { ContextBundle } from '#domain/bundle/bundle.ts';
import { type Addition, missingAdditions } from '#domain/escalation/additions.ts';
import type { BugReport } from '#domain/escalation/escalation.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';
import { reportSteps } from '#domain/timeline/reproduction.ts';
import { impactPhrases } from '../context/account-words.ts';
import { factValue } from '../context/describe.ts';
import { plural, withoutMarks } from '../wording.ts';

/** The wire's bounds: what is drafted here must not be refused there. */
const MAX_TITLE_CHARS = 200;
const MAX_LINE_CHARS = 1000;
const MAX_STEPS = 40;
const MAX_REQUESTS = 50;
const MAX_ENVIRONMENT = 30;

/** Where a replay can be opened when nothing on the page went wrong. */
export type Recorded = { recordingId: string | null; firstMessageAt: number | null; startedAt: number | null };

/**
 * What is known, in the form engineers ask for: the same bundle and trail always give the same draft. What only a person can say
 * (expected, actual, hypothesis) is left empty.
 */
export function draftBugReport(
  bundle: ContextBundle | null,
  page: Page | null,
  trail: readonly Breadcrumb[],
  now: number,
  recorded: Recorded,
): BugReport {
  const trouble = momentOfTrouble(trail, now);
  const requests = countRequests(trail);
  const worst = requests[0];
  const where = worst === undefined ? (page?.path ?? null) : pageOf(trail, worst);
  const kept = bundle?.recording.status === 'present' ? bundle.recording.value : null;
  const recordingId = kept?.id ?? recorded.recordingId;
  const at = kept?.momentOfTrouble?.at ?? trouble?.at ?? recorded.firstMessageAt ?? recorded.startedAt;
  return {
    title: clip(
      worst === undefined
        ? withoutMarks(trouble?.because ?? bundle?.subject ?? 'Reported from a conversation')
        : `${worst.method} ${worst.path} ${worst.status === 0 ? 'gets no answer' : `answers ${worst.status}`}${where === null ? '' : ` on ${where}`}`,
      MAX_TITLE_CHARS,
    ),
    expected: '',
    actual: '',
    hypothesis: '',
    environment: environmentOf(bundle, page, where),
    steps: reportSteps(trail, kept?.momentOfTrouble?.at ?? trouble?.at ?? null, MAX_STEPS).map((step) =>
      clip(step, MAX_LINE_CHARS),
    ),
    failedRequests: requests.slice(0, MAX_REQUESTS),
    businessImpact: impactOf(bundle),
    replay: recordingId === null || at === null ? null : { recordingId, at },
  };
}

/** The environment as lines that one can edit: `Browser: Chrome 147`. */
export const environmentText = (environment: BugReport['environment']): string =>
  environment.map(({ label, value }) => `${label}: ${value}`).join('\n');

/** Reads edited lines again, within the wire's bounds; a line without a colon is a value alone. */
export const readEnvironment = (text: string): BugReport['environment'] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MAX_ENVIRONMENT)
    .map((line) => {
      const [, label = 'Note', value = line] = /^([^:]{1,200}):\s*(.*)$/.exec(line.trim()) ?? [];
      return { label: label.trim(), value: clip(value.trim(), MAX_LINE_CHARS) };
    });

type ReportProblems = Record<
  'title' | 'queueId' | 'expected' | 'actual' | 'hypothesis' | 'steps' | 'environment',
  string | null
>;

/** What only a person can say and has not said, and what the tier above asks for and has not got. */
export function bugReportProblems(
  report: Pick<BugReport, 'title' | 'expected' | 'actual' | 'hypothesis' | 'steps' | 'environment'>,
  queueId: string,
  asks: readonly Addition[],
): ReportProblems {
  const missing = missingAdditions(asks, { ...EMPTY_REPORT, ...report });
  const asked = (addition: Addition, words: string) => (missing.includes(addition) ? words : null);
  return {
    title: report.title.trim() === '' ? 'Give it a title.' : null,
    queueId: queueId === '' ? 'There is no queue to escalate to.' : null,
    expected: report.expected.trim() === '' ? 'Say what should have happened.' : null,
    actual: report.actual.trim() === '' ? 'Say what happened instead.' : null,
    hypothesis: asked('hypothesis', 'This tier asks for a guess at the cause.'),
    steps: asked('reproduction', 'This tier asks for the steps that lead to it.'),
    environment: asked('environment', 'This tier asks where it happened: browser, plan, version.'),
  };
}

const EMPTY_REPORT: BugReport = {
  title: '',
  expected: '',
  actual: '',
  hypothesis: '',
  environment: [],
  steps: [],
  failedRequests: [],
  businessImpact: '',
  replay: null,
};

function countRequests(trail: readonly Breadcrumb[]): BugReport['failedRequests'] {
  const counted = new Map<string, BugReport['failedRequests'][number]>();
  for (const crumb of trail) {
    if (crumb.kind !== 'request_failed') continue;
    const { method, path, status } = crumb;
    const key = `${method} ${path} ${status}`;
    const before = counted.get(key);
    counted.set(key, { method, path, status, count: (before?.count ?? 0) + 1 });
  }
  return [...counted.values()].sort((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1));
}

/** The page on which a request failed: visitors have often moved on by the time somebody writes the report. */
function pageOf(trail: readonly Breadcrumb[], request: BugReport['failedRequests'][number]): string | null {
  const ordered = orderTrail(trail);
  const at = ordered.findLastIndex(
    (crumb) =>
      crumb.kind === 'request_failed' &&
      crumb.method === request.method &&
      crumb.path === request.path &&
      crumb.status === request.status,
  );
  const failed = ordered[at];
  const opened = ordered.slice(0, at).findLast((crumb) => crumb.kind === 'navigation' && crumb.tab === failed?.tab);
  return opened?.kind === 'navigation' ? opened.path : null;
}

function environmentOf(
  bundle: ContextBundle | null,
  page: Page | null,
  where: string | null,
): BugReport['environment'] {
  const rows: BugReport['environment'] = [];
  if (where !== null) rows.push({ label: 'Page', value: where });
  if (page !== null) {
    if (where !== page.path) rows.push({ label: where === null ? 'Page' : 'Page now', value: page.path });
    rows.push(
      { label: 'Browser', value: page.browser },
      { label: 'Viewport', value: `${page.viewport.width} × ${page.viewport.height}` },
      { label: 'Language', value: page.language },
    );
    for (const { label, value, type } of page.entries) {
      if (type === 'config' || type === 'feature' || type === 'integration' || type === 'status' || type === 'error')
        rows.push({ label: clip(label, MAX_TITLE_CHARS), value: clip(factValue(String(value)), MAX_LINE_CHARS) });
    }
  }
  if (bundle !== null) rows.push({ label: 'Ticket', value: bundle.ticketNumber });
  return rows.slice(0, MAX_ENVIRONMENT);
}

function impactOf(bundle: ContextBundle | null): string {
  if (bundle === null) return '';
  const account = bundle.account.status === 'present' ? impactPhrases(bundle.account.value).join('; ') : '';
  const sentences = [account === '' ? 'Account not known' : account];
  if (bundle.signals.status === 'present' && bundle.signals.value.repeatContact > 0)
    sentences.push(plural(bundle.signals.value.repeatContact, 'earlier conversation'));
  // What is normal is no news.
  if (bundle.severity !== 'normal') sentences.push(`Severity ${bundle.severity}`);
  return clip(`${sentences.join('. ')}.`, 2000);
}

const clip = (text: string, chars: number): string => (text.length <= chars ? text : `${text.slice(0, chars - 1)}…`);
