import type { EpochMs } from '#domain/ids.ts';

/**
 * Who vouches for a fact: the host's signed identity, what we saw ourselves, what the client said, what we fetched from a
 * system of record, or what a model inferred. Claimed facts may raise attention, never rank or disclosure.
 */
export const PROVENANCES = ['attested', 'observed', 'claimed', 'fetched', 'inferred'] as const;
export type Provenance = (typeof PROVENANCES)[number];

export type FactValue = string | number | boolean | string[] | null;

export type Fact = {
  value: FactValue;
  provenance: Provenance;
  at: EpochMs;
  /** What it came from, in words an admin understands: `identity token`, `triage@3f2a`, `page`. */
  source: string;
};

/** Facts by dotted name, such as `message.text`, `page.failed_requests`, `account.tier`. */
export type Facts = Readonly<Record<string, Fact>>;
