import type { Context } from 'hono';
import { ALLOWANCES } from '#domain/allowances.ts';
import type { WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import type { Allowance } from '#domain/token-bucket.ts';
import { limitStub } from '../../durable-objects/names.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from './problems.ts';

/**
 * [S21] Throws `rate_limited`, with how long to wait, when a workspace or one of its visitors calls too often. `who` is the visitor, or null while nobody knows. In two layers: where the
 * platform's own counting by address is bound it goes first, for it costs nothing. An object that cannot be asked limits nobody.
 */
export async function limit(
  c: Context<AppEnv>,
  what: keyof typeof ALLOWANCES,
  workspaceId: WorkspaceId,
  who: string | null,
): Promise<void> {
  const address = c.req.header('cf-connecting-ip');
  if (c.env.ADDRESS_LIMIT !== undefined && address !== undefined) {
    const { success } = await c.env.ADDRESS_LIMIT.limit({ key: `${what}/${address}` });
    if (!success) throw tooMany(10_000);
  }
  const { all, each } = ALLOWANCES[what];
  const wanted: { key: string; allowance: Allowance }[] = [{ key: what, allowance: all }];
  if (who !== null) wanted.push({ key: `${what}/${who}`, allowance: each });
  const waitMs = await limitStub(c.env, workspaceId)
    .take(wanted)
    .catch((cause: unknown) => {
      console.warn(JSON.stringify({ at: 'limits', message: faultText(cause) }));
      return 0;
    });
  if (waitMs > 0) throw tooMany(waitMs);
}

const tooMany = (waitMs: number): ProblemError =>
  new ProblemError('rate_limited', 'Too many calls; wait a moment.', waitMs);
