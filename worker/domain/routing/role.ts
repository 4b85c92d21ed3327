/** What somebody may do in a workspace, from the least to the most. */
export const ROLES = ['viewer', 'agent', 'supervisor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What accounts call an agent. */
const MEMBER = 'member';

/** The role that a membership names; null is one that nobody knows. */
export const roleOf = ({ role }: { role: string }): Role | null =>
  role === MEMBER ? 'agent' : (ROLES.find((one) => one === role) ?? null);

/** How accounts name a role. */
export const accountRole = (role: Role): string => (role === 'agent' ? MEMBER : role);

/** [S9] Whether a role reaches as far as this one. One that nobody knows reaches nothing. */
export function reaches(member: { role: string }, least: Role): boolean {
  const role = roleOf(member);
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** May move work in line, offer it, take it back, close queues, and say what is broken. */
export const isSupervisor = (member: { role: string }): boolean => reaches(member, 'supervisor');

/** [S13] Only owners make or unmake owners; admins do the rest. */
export const mayAppoint = (member: { role: string }, ...roles: (Role | null)[]): boolean =>
  reaches(member, roles.includes('owner') ? 'owner' : 'admin');
