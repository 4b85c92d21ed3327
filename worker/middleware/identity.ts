import { z } from 'zod';
import type { Fact } from '#domain/triggers/fact.ts';
import { hostAccount } from '#protocol/people.ts';
import type { MasterKeys } from '../storage/sealed.ts';
import type { AttestedAccount } from '../storage/visitors.ts';
import { signingKey, type Workspace } from '../storage/workspaces.ts';
import { ProblemError } from './problems.ts';
import { type TokenRefusal, verifyToken } from './verify-token.ts';

const DAY_MS = 86_400_000;

/** What the host may say about a person. Unknown claims are dropped; wrong ones refuse the token, half a person is nobody. */
const identityClaims = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  email: z.string().max(320).optional(),
  account: z.object({ id: z.union([z.string().max(200), z.number()]).optional(), ...hostAccount }).optional(),
});

export type Identity = {
  subject: string;
  name: string | null;
  email: string | null;
  company: string | null;
  account: AttestedAccount;
};

/**
 * Reads the host's signed identity, by our key of its `kid`. Throws `unauthenticated` when it is not accepted: an identity is never dropped in silence, the
 * visit pauses.
 */
export async function readIdentity(
  db: D1Database,
  workspace: Workspace,
  token: string,
  { now, masterKeys }: { now: number; masterKeys: MasterKeys },
): Promise<Identity> {
  const keyOf = (kid: string) => signingKey(db, workspace.id, kid, masterKeys);
  const read = await verifyToken(token, keyOf, { audience: workspace.publicKey, now });
  const claims = 'claims' in read ? identityClaims.safeParse(read.claims) : null;
  if (claims === null || !claims.success) {
    const because = 'refused' in read ? read.refused : 'not_accepted';
    throw new ProblemError('unauthenticated', REFUSED[because]);
  }
  const { sub, name, email, account } = claims.data;
  return {
    subject: sub,
    name: name ?? null,
    email: email ?? null,
    company: account?.name ?? null,
    account: attestedAccount(account ?? {}),
  };
}

/** As it is kept: the names that facts have. */
export const attestedAccount = (account: z.infer<z.ZodObject<typeof hostAccount>>): AttestedAccount => ({
  ...(account.name === undefined ? {} : { company: account.name }),
  ...(account.tier === undefined ? {} : { tier: account.tier }),
  ...(account.contractValue === undefined ? {} : { contract_value: account.contractValue }),
  ...(account.health === undefined ? {} : { health: account.health }),
  ...(account.renewalAt === undefined ? {} : { renewal_at: account.renewalAt }),
  ...(account.openDispute === undefined ? {} : { open_dispute: account.openDispute }),
});

const REFUSED: Record<TokenRefusal, string> = {
  expired: 'The identity token has expired.',
  lives_too_long: 'The identity token lives longer than 15 minutes.',
  not_accepted: 'The identity token was not accepted.',
};

/** The account as facts that a policy and the rank may use, attested `at` by `source`; the renewal date becomes days from `now`. */
export function accountFacts(
  account: AttestedAccount,
  at: number,
  now: number,
  source = 'identity token',
): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [name, value] of Object.entries(account)) {
    facts[name] = { value, provenance: 'attested', at, source };
  }
  const renewal = typeof account.renewal_at === 'string' ? Date.parse(account.renewal_at) : Number.NaN;
  if (!Number.isNaN(renewal)) {
    facts.renewal_in_days = {
      value: Math.ceil((renewal - now) / DAY_MS),
      provenance: 'attested',
      at,
      source,
    };
  }
  return facts;
}
