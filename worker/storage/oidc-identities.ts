import type { AgentId, EpochMs } from '#domain/ids.ts';

/** Who an OpenID provider says it is: an account of theirs, and the address of mail that they vouch for. */
export type OidcIdentity = { issuer: string; subject: string; email: string };

/**
 * [S33] Who signs in through this account. `invited`: nobody yet, and the address is invited. `nobody`: it is of no member of any workspace. `another`: the person with this address signs in
 * through another account of the provider, or this account is another person's.
 */
export type OidcPerson = { agentId: AgentId } | { refused: 'nobody' | 'invited' | 'another' };

/**
 * [S33] The member with this address, through this account and from the first time on no other. Two accounts that come at once for one person, or one account for two, have one row: the keys of the table
 * say which, so the row is written first and read then. Makes no member of anybody.
 */
export async function personOf(
  db: D1Database,
  { issuer, subject, email }: OidcIdentity,
  now: EpochMs,
): Promise<OidcPerson> {
  const row = await db
    .prepare(
      'select id from user where email = lower(?) and exists (select 1 from member where member.userId = user.id)',
    )
    .bind(email)
    .first<{ id: AgentId }>();
  if (row === null) return { refused: (await isInvited(db, email, now)) ? 'invited' : 'nobody' };
  await db
    .prepare(
      'insert into oidc_identities (issuer, subject, agent_id, linked_at) values (?, ?, ?, ?) on conflict do nothing',
    )
    .bind(issuer, subject, row.id, now)
    .run();
  const linked = await db
    .prepare('select agent_id as agentId from oidc_identities where issuer = ? and subject = ?')
    .bind(issuer, subject)
    .first<{ agentId: AgentId }>();
  return linked?.agentId === row.id ? linked : { refused: 'another' };
}

async function isInvited(db: D1Database, email: string, now: EpochMs): Promise<boolean> {
  const row = await db
    .prepare(
      'select 1 from invitations where lower(email) = lower(?) and accepted_at is null and withdrawn_at is null and expires_at > ?',
    )
    .bind(email, now)
    .first();
  return row !== null;
}
