import { isSupervisor } from '#domain/routing/role.ts';
import { ProblemError } from './problems.ts';

const ADMINS: ReadonlySet<string> = new Set(['owner', 'admin']);

/** Owners and admins only; `what` is what the others are told that they do not do. */
export function requireAdmin({ role }: { role: string }, what: string): void {
  if (!ADMINS.has(role)) throw new ProblemError('forbidden', `Only owners and admins ${what}.`);
}

/** Supervisors, admins and owners only. */
export function requireSupervisor(agent: { role: string }, what: string): void {
  if (!isSupervisor(agent)) throw new ProblemError('forbidden', `Only supervisors, admins and owners ${what}.`);
}
