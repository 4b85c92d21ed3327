import type { Role } from '#domain/routing/role.ts';

const NAMES: Record<Role, string> = {
  viewer: 'Viewer',
  agent: 'Agent',
  supervisor: 'Supervisor',
  admin: 'Admin',
  owner: 'Owner',
};

export const roleName = (role: Role | null): string => (role === null ? 'Unknown role' : NAMES[role]);

/** What each may do beside what the one before it may. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'reads conversations, settings and metrics, and answers nobody.',
  agent: 'answers.',
  supervisor: 'moves work in line, assigns it, takes it back, closes queues, and says what agents can do.',
  admin: 'changes the settings, the workspace and who is in it.',
  owner: 'makes and unmakes owners.',
};
