import { ProblemError } from './problems.ts';

const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);
const SUPERVISORS: ReadonlySet<string> = new Set([...ADMINS, 'supervisor']);

/** May move work in line, offer it, take it back, close queues, and say what is broken. */
export const isSupervisor = ({ role }: { role: string }): boolean => SUPERVISORS.has(role);

/** Owners and admins only; `what` is what the others are told that they do not do. */
export function requireAdmin({ role }: { role: string }, what: string): void {
  if (!ADMINS.has(role)) throw new ProblemError('forbidden', `Only owners and admins ${what}.`);
}

/** Supervisors, admins and owners only. */
export function requireSupervisor(agent: { role: string }, what: string): void {
  if (!isSupervisor(agent)) throw new ProblemError('forbidden', `Only supervisors, admins and owners ${what}.`);
}
