import type { MetricsAnswer } from '#protocol/http.ts';
import type { Problem } from '#protocol/problem.ts';
import { workspaceHeader } from '../which-workspace.ts';
import { type Choice, type Window, windowsOf } from './metrics-query.ts';

export type Metrics = { choice: Choice; current: MetricsAnswer; before: MetricsAnswer; loadedAt: number };

/** What went wrong in words for a person, and what to quote when asking about it. */
export class LoadFailed extends Error {
  readonly requestId: string | null;
  constructor(message: string, requestId: string | null = null) {
    super(message);
    this.requestId = requestId;
  }
}

/** The chosen window and the one before it. Throws `LoadFailed`, or the signal's reason when it was aborted. */
export async function loadMetrics(choice: Choice, now: number, signal: AbortSignal): Promise<Metrics> {
  const windows = windowsOf(choice.days, now);
  const [current, before] = await Promise.all([
    fetchWindow(windows.current, choice, signal),
    fetchWindow(windows.before, choice, signal),
  ]);
  return { choice, current, before, loadedAt: now };
}

async function fetchWindow({ from, to }: Window, { by }: Choice, signal: AbortSignal): Promise<MetricsAnswer> {
  const query = new URLSearchParams({ from: String(from), to: String(to), by });
  let response: Response;
  try {
    response = await fetch(`/v1/metrics?${query}`, {
      signal,
      headers: { accept: 'application/json', ...workspaceHeader() },
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new LoadFailed('The server could not be reached.');
  }
  if (response.ok) return (await response.json()) as MetricsAnswer;
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  throw new LoadFailed(
    response.status === 401
      ? 'Your session has ended; reload the page to sign in again.'
      : (problem?.message ?? `The server answered ${response.status}.`),
    problem?.requestId ?? null,
  );
}
