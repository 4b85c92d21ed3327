import type { EpochMs } from '#domain/ids.ts';

/**
 * [S31] By what somebody is signed in, for what lives longer than a request: the row of a session (its id opens nothing, unlike its token), or an assertion of Cloudflare Access, which ends when it
 * says.
 */
export type SignedInBy = { kind: 'session'; id: string } | { kind: 'assertion'; endsAt: EpochMs };
