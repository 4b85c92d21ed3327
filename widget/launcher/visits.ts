import type { visitAnswer, visitRequest } from '#protocol/http.ts';
import { backOffMs } from '../kit/back-off.ts';
import { json, request } from '../kit/natives.ts';
import type { Store } from '../kit/storage.ts';
import type { Identity } from '../loader/api.ts';

type VisitRequest = ReturnType<typeof visitRequest.parse>;
export type Visit = ReturnType<typeof visitAnswer.parse>;

/**
 * `expired`: the identity was refused, and asking the host for another did not help. `refused`: this key or this page is not allowed.
 * `failed`: not reached yet; it is still being tried.
 */
export type VisitState = 'none' | 'starting' | 'ready' | 'expired' | 'refused' | 'failed';

export type Visits = {
  readonly state: VisitState;
  readonly current: Visit | null;
  /** [X15] By how much this clock is ahead of the server's, in ms; 0 as long as the difference may be the way there and back. */
  readonly clockAheadMs: number;
  /** The time as the server has it. */
  now(): number;
  /** Who the host last proved to be here: their id; empty for nobody in particular. */
  readonly person: string;
  /** The visit, started when there is none. Settles when there is one; a refusal leaves it pending until `identify` or `renew`. */
  ensure(): Promise<Visit>;
  /** Asks anew with what is known: after a token was refused, or when the visitor presses *Try again*. */
  renew(): void;
  identify(identity: Identity): void;
  stop(): void;
};

export type VisitOptions = {
  origin: string;
  workspaceKey: string;
  store: Store;
  tokenKey: string;
  /** The host will probably identify somebody: nothing but `identify` and `renew` starts the first visit. */
  awaitsIdentity: boolean;
  onChange(state: VisitState, visit: Visit | null): void;
};

/** Somebody who is told "not reached" after this many tries may press *Try again*; meanwhile it goes on by itself. */
const TRIES_BEFORE_FAILED = 2;
const REQUEST_TIMEOUT_MS = 15_000;

type Answer =
  | { kind: 'visit'; visit: Visit }
  | { kind: 'identity_refused' }
  | { kind: 'refused' }
  | { kind: 'later'; afterMs: number | null };

/** One visit per page. An identity that is refused pauses it: it never silently becomes anonymous. */
export function createVisits({
  origin,
  workspaceKey,
  store,
  tokenKey,
  awaitsIdentity,
  onChange,
}: VisitOptions): Visits {
  let identity: Identity | null = null;
  let state: VisitState = 'none';
  let current: Visit | null = null;
  let clockAheadMs = 0;
  const now = () => Date.now() - clockAheadMs;
  /** Counts the runs; what an older run finds is dropped. */
  let run = 0;
  let waiting: ((visit: Visit) => void)[] = [];

  const become = (next: VisitState) => {
    state = next;
    onChange(next, current);
  };

  async function start(): Promise<void> {
    run += 1;
    const mine = run;
    let refusals = 0;
    become('starting');
    for (let attempt = 0; mine === run; attempt += 1) {
      const answer = await ask();
      if (mine !== run) return;
      switch (answer.kind) {
        case 'visit':
          current = answer.visit;
          store.set(tokenKey, answer.visit.visitToken);
          become('ready');
          for (const resolve of waiting.splice(0)) resolve(answer.visit);
          return;
        case 'identity_refused':
          refusals += 1;
          // A function may know a fresh token; a fixed one is what it is.
          if (refusals > 1 || typeof identity !== 'function') return become('expired');
          continue;
        case 'refused':
          return become('refused');
        case 'later':
          if (attempt + 1 >= TRIES_BEFORE_FAILED) become('failed');
          await sleep(answer.afterMs ?? backOffMs(attempt, Math.random()));
      }
    }
  }

  async function ask(): Promise<Answer> {
    let identityToken: string | null = null;
    try {
      identityToken = typeof identity === 'function' ? await identity() : identity;
      if (identity !== null && typeof identityToken !== 'string') return { kind: 'identity_refused' };
    } catch {
      return { kind: 'later', afterMs: null };
    }
    const body: VisitRequest = { workspaceKey, visitToken: store.get(tokenKey), identityToken };
    const askedAt = Date.now();
    try {
      const response = await request(`${origin}/v1/visits`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: json.stringify(body),
        credentials: 'omit',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      if (response.ok) {
        const visit = (await response.json()) as Visit;
        clockAheadMs = clockAhead(askedAt, Date.now(), visit.now);
        return { kind: 'visit', visit };
      }
      if (response.status === 401 && identityToken !== null) return { kind: 'identity_refused' };
      if (response.status === 429 || response.status >= 500)
        return { kind: 'later', afterMs: await retryAfter(response) };
      return { kind: 'refused' };
    } catch {
      return { kind: 'later', afterMs: null };
    }
  }

  const onOnline = () => {
    if (state === 'failed') void start();
  };
  window.addEventListener('online', onOnline);

  return {
    get state() {
      return state;
    },
    get current() {
      return current;
    },
    get clockAheadMs() {
      return clockAheadMs;
    },
    now,
    get person() {
      return current?.visitor.attested ? current.visitor.id : '';
    },
    ensure() {
      if (state === 'ready' && current && current.expiresAt > now()) return Promise.resolve(current);
      const promise = new Promise<Visit>((resolve) => waiting.push(resolve));
      if ((state === 'none' && !awaitsIdentity) || state === 'ready') void start();
      return promise;
    },
    renew: () => void start(),
    identify(next) {
      identity = next;
      void start();
    },
    stop() {
      run += 1;
      state = 'none';
      current = null;
      identity = null;
      waiting = [];
      window.removeEventListener('online', onOnline);
    },
  };
}

/** Smaller differences disturb nobody, and are as likely to be the network's. */
const CLOCK_TOLERANCE_MS = 2000;

/**
 * By how much a clock is ahead that said `askedAt` and `answeredAt` before and after somebody else's said `now`; 0 where both may be right
 * (Cristian's algorithm: the truth lies between, and half-way is the best guess).
 */
export function clockAhead(askedAt: number, answeredAt: number, now: number): number {
  const isRight = askedAt - now <= CLOCK_TOLERANCE_MS && answeredAt - now >= -CLOCK_TOLERANCE_MS;
  return isRight ? 0 : Math.round((askedAt + answeredAt) / 2 - now);
}

async function retryAfter(response: Response): Promise<number | null> {
  const problem: unknown = await response.json().catch(() => null);
  const ms = (problem as { retryAfterMs?: unknown } | null)?.retryAfterMs;
  return typeof ms === 'number' ? ms + Math.random() * 500 : null;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
