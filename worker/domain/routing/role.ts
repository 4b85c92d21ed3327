const SUPERVISORS: ReadonlySet<string> = new Set(['owner', 'admin', 'supervisor']);

/** May move work in line, offer it, take it back, close queues, and say what is broken. */
export const isSupervisor = ({ role }: { role: string }): boolean => SUPERVISORS.has(role);
