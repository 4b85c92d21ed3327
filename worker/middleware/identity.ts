import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Fact } from '#domain/triggers/fact.ts';
import type { AttestedAccount } from '../storage/visitors.ts';
import { signingKey, type Workspace } from '../storage/workspaces.ts';
import { ProblemError } from './problems.ts';

const DAY_MS = 86_400_000;

/** What the host may say about a person. Unknown claims are dropped; wrong ones refuse the token, half a person is nobody. */
const identityClaims = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  email: z.string().max(320).optional(),
  account: z
    .object({
      id: z.union([z.string().max(200), z.number()]).optional(),
      name: z.string().max(200).optional(),
      tier: z.enum(['free', 'pro', 'enterprise']).optional(),
      contractValue: z.number().min(0).optional(),
      health: z.enum(['healthy', 'at_risk']).optional(),
      renewalAt: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
      openDispute: z.boolean().optional(),
    })
    .optional(),
});

export type Identity = {
  subject: string;
  name: string | null;
  email: string | null;
  company: string | null;
  account: AttestedAccount;
};

/**
 * Reads the host's signed identity. One algorithm (HS256), our key by `kid`, `aud` is the workspace's public key, at most 15
 * minutes old. Throws `unauthenticated` for anything else: an identity is never dropped in silence, the visit pauses.
 */
export async function readIdentity(
  db: D1Database,
  workspace: Workspace,
  token: string,
  now: number,
): Promise<Identity> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? null : await signingKey(db, workspace.id, kid);
        if (key === null) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ['HS256'],
        audience: workspace.publicKey,
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: '15 minutes',
        clockTolerance: 5,
        currentDate: new Date(now),
      },
    );
    if ((payload.exp as number) - (payload.iat as number) > 15 * 60) {
      throw new ProblemError('unauthenticated', 'The identity token lives longer than 15 minutes.');
    }
    const { sub, name, email, account } = identityClaims.parse(payload);
    return {
      subject: sub,
      name: name ?? null,
      email: email ?? null,
      company: account?.name ?? null,
      account: {
        ...(account?.name === undefined ? {} : { company: account.name }),
        ...(account?.tier === undefined ? {} : { tier: account.tier }),
        ...(account?.contractValue === undefined ? {} : { contract_value: account.contractValue }),
        ...(account?.health === undefined ? {} : { health: account.health }),
        ...(account?.renewalAt === undefined ? {} : { renewal_at: account.renewalAt }),
        ...(account?.openDispute === undefined ? {} : { open_dispute: account.openDispute }),
      },
    };
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    if (cause instanceof errors.JOSEError || cause instanceof z.ZodError) {
      const expired = cause instanceof errors.JWTExpired;
      throw new ProblemError(
        'unauthenticated',
        expired ? 'The identity token has expired.' : 'The identity token was not accepted.',
      );
    }
    throw cause;
  }
}

/** The account as facts that a policy and the rank may use, attested `at`; the renewal date becomes days from `now`. */
export function accountFacts(account: AttestedAccount, at: number, now: number): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [name, value] of Object.entries(account)) {
    facts[name] = { value, provenance: 'attested', at, source: 'identity token' };
  }
  const renewal = typeof account.renewal_at === 'string' ? Date.parse(account.renewal_at) : Number.NaN;
  if (!Number.isNaN(renewal)) {
    facts.renewal_in_days = {
      value: Math.ceil((renewal - now) / DAY_MS),
      provenance: 'attested',
      at,
      source: 'identity token',
    };
  }
  return facts;
}
