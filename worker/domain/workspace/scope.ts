/** What the REST API is about, as far as an API key may go; members, keys, sites, sessions and sockets are for people alone. */
export const AREAS = [
  'agents',
  'articles',
  'audit',
  'conversations',
  'incidents',
  'intents',
  'metrics',
  'people',
  'policies',
  'promises',
  'queues',
  'recordings',
] as const;
export type Area = (typeof AREAS)[number];

/** [S15] One thing that an API key may do. */
export type Scope = `${Area}:${'read' | 'write'}`;

/** Where there is something to change by key. */
const CHANGEABLE: ReadonlySet<Area> = new Set([
  'agents',
  'articles',
  'incidents',
  'intents',
  'people',
  'policies',
  'promises',
  'queues',
]);

/** Every scope there is. */
export const SCOPES: readonly Scope[] = AREAS.flatMap((area): Scope[] =>
  CHANGEABLE.has(area) ? [`${area}:read`, `${area}:write`] : [`${area}:read`],
);

/** Whether a key with these scopes may do this; who may write may read what is written. */
export const allows = (scopes: readonly Scope[], wanted: Scope): boolean =>
  scopes.includes(wanted) || (wanted.endsWith(':read') && scopes.includes(wanted.replace(/:read$/, ':write') as Scope));
