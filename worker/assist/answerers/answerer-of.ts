import type { WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { type Env, settingsOf } from '../../env.ts';
import { reserveTokens, settleTokens } from '../../storage/ai-spend.ts';
import { randomText } from '../../storage/ids.ts';
import type { Answerer } from '../ports.ts';
import { type Breaker, CLOSED } from './breaker.ts';
import { openaiCompatibleModel } from './openai-compatible.ts';
import { remoteAnswerer, type Spend } from './remote.ts';
import { workersAiModel } from './workers-ai.ts';

/**
 * [G23] By workspace and provider, in the isolate's memory: an isolate that knows nothing asks, and finds out with two questions. Only what is not closed is kept.
 */
const breakers = new Map<string, Breaker>();

/**
 * [G19] The model that `AI_MODE` names, for one workspace; null for the embedded answerer, which is asked by nobody: a turn has it. `later` keeps the object alive for
 * what nobody waits for.
 */
export function answererOf(
  env: Env,
  workspaceId: WorkspaceId,
  { aiTokensPerDay }: { aiTokensPerDay: number | null },
  later: (work: Promise<unknown>) => void,
): Answerer | null {
  const { answerer } = settingsOf(env);
  if (answerer.kind === 'embedded') return null;
  const provider = `${answerer.kind}:${answerer.model}`;
  const key = `${workspaceId}/${provider}`;
  return remoteAnswerer({
    provider,
    model: () => (answerer.kind === 'workers-ai' ? workersAiModel(answerer) : openaiCompatibleModel(answerer)),
    budgetMs: answerer.budgetMs,
    breaker: {
      get: () => breakers.get(key) ?? CLOSED,
      set: (breaker) => {
        if (breaker.state === 'closed' && breaker.failures === 0) breakers.delete(key);
        else breakers.set(key, breaker);
      },
    },
    spend: spendOf(env.DB, workspaceId, aiTokensPerDay, later),
    newToken: () => randomText(16),
    now: Date.now,
  });
}

function spendOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  cap: number | null,
  later: (work: Promise<unknown>) => void,
): Spend {
  const at = Date.now();
  return {
    reserve: (tokens) => reserveTokens(db, workspaceId, { tokens, cap, at }),
    settle: (reserved, spent) =>
      later(
        settleTokens(db, workspaceId, { reserved, spent, at }).catch((cause) =>
          console.warn(JSON.stringify({ at: 'ai-spend', message: faultText(cause) })),
        ),
      ),
  };
}
