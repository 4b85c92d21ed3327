import type { EpochMs } from '#domain/ids.ts';

/** Something is broken for many: declared by a supervisor, until somebody ends it. */
export type Incident = {
  id: string;
  /** What agents read: "Card payments fail". */
  title: string;
  /** The product area that it is about, as paths begin; null is all of the product. */
  area: string | null;
  startedAt: EpochMs;
  by: string;
};

/** One part of an address. */
export const isArea = (text: string): boolean => /^[^/?#\s]{1,64}$/.test(text);
export const AREA_RULE = 'an area is one part of an address, such as billing.';

/** [P8] The name of the incident that concerns whoever is on this page: one about the area before one about everything, then the older one. */
export function incidentAt(area: string | null, incidents: readonly Incident[]): string | null {
  const here = incidents.filter((incident) => incident.area === null || incident.area === area);
  here.sort((a, b) => Number(a.area === null) - Number(b.area === null) || a.startedAt - b.startedAt);
  return here[0]?.title ?? null;
}
