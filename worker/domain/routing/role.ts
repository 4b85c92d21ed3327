/** What somebody may do in a workspace, from the least to the most. */
export const ROLES = ['viewer', 'agent', 'supervisor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What accounts call an agent. */
const MEMBER = 'member';

/** [S9] Whether a role reaches as far as this one. One that nobody knows reaches nothing. */
export const reaches = ({ role }: { role: string }, least: Role): boolean =>
  ROLES.indexOf((role === MEMBER ? 'agent' : role) as Role) >= ROLES.indexOf(least);

/** May move work in line, offer it, take it back, close queues, and say what is broken. */
export const isSupervisor = (member: { role: string }): boolean => reaches(member, 'supervisor');
