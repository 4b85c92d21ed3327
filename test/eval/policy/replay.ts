import { evaluate, factsOf } from '#domain/triggers/evaluate.ts';
import { drawnFacts, drawnPolicy } from './drawn.ts';

/** So many decisions of one policy, from the `from`th on. */
export type Batch = { rules: number; seed: number; from: number; count: number };
export type Replayed = { digest: string; unlike: number };

/**
 * [T2] Makes decisions and makes each again from its own trace alone, as it was stored. `unlike` counts those that came to something else; `digest` is
 * SHA-256 over all decisions and traces, so that two runtimes can be compared bit for bit.
 */
export async function replayBatch({ rules, seed, from, count }: Batch): Promise<Replayed> {
  const policy = drawnPolicy(rules, seed);
  let unlike = 0;
  const texts: string[] = [];
  for (let n = from; n < from + count; n += 1) {
    const stored = JSON.stringify(evaluate(policy, drawnFacts(n, seed)));
    const { trace } = JSON.parse(stored) as ReturnType<typeof evaluate>;
    if (JSON.stringify(evaluate(policy, factsOf(trace))) !== stored) unlike += 1;
    texts.push(stored);
  }
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(texts.join('\n')));
  const digest = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { digest, unlike };
}
