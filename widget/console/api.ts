import type { Problem, ProblemIssue, ProblemKind } from '#protocol/problem.ts';
import { workspaceHeader } from './which-workspace.ts';

export type Refusal = {
  kind: ProblemKind | 'offline';
  message: string;
  retryAfterMs?: number;
  issues?: ProblemIssue[];
};
export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

const TIMEOUT_MS = 15_000;

const OFFLINE: Refusal = { kind: 'offline', message: 'Baton cannot be reached. Check the network and try again.' };

/** Told of every 401, wherever it came from; the session decides what that means. */
let onUnauthenticated: () => void = () => {};
export const whenUnauthenticated = (listener: () => void): void => {
  onUnauthenticated = listener;
};

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;

type Init = {
  method?: 'GET' | 'POST' | 'PUT';
  body?: unknown;
  /** Somebody says who they are: that they are not believed says nothing of the session that is there. */
  isSignIn?: true;
};

/** One call to our own server. Never throws: no network, a Problem and a strange answer are all refusals with words. */
export const call = <T>(path: string, init: Init = {}): Promise<Answer<T>> =>
  ask<T>(path, init, (response) => response.json().catch(() => null));

/** The same for what somebody else reads. */
export const callText = (path: string): Promise<Answer<string>> => ask<string>(path, {}, (response) => response.text());

async function ask<T>(path: string, init: Init, read: (response: Response) => Promise<unknown>): Promise<Answer<T>> {
  const { method = 'GET', body, isSignIn = false } = init;
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...workspaceHeader(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return { ok: true, value: (response.status === 204 ? null : await read(response)) as T };
    const value: unknown = await response.json().catch(() => null);
    if (response.status === 401 && !isSignIn) onUnauthenticated();
    if (isProblem(value)) return { ok: false, refusal: value };
    return { ok: false, refusal: { kind: 'internal', message: `Baton answered ${response.status} without a reason.` } };
  } catch {
    return { ok: false, refusal: OFFLINE };
  }
}
