import { z } from 'zod';
import { ROLES } from '#domain/routing/role.ts';
import { agentId, epochMs } from './primitives.ts';

export const role = z.enum(ROLES);

/** Somebody of the workspace. `role` null is one that nobody knows, and that reaches nothing. */
const memberEntry = z.object({
  id: agentId,
  name: z.string(),
  email: z.string(),
  role: role.nullable(),
  since: epochMs,
});
export type MemberEntry = z.infer<typeof memberEntry>;

/** `GET /v1/members` */
export const membersAnswer = z.object({ members: z.array(memberEntry) });
export type MembersAnswer = z.infer<typeof membersAnswer>;

/** `POST /v1/members/:agentId/role`: as it shall be, and as it was when that was decided. */
export const roleChange = z.strictObject({ role, was: role.nullable() });

/** `POST /v1/members/:agentId/remove` */
export const memberRemoval = z.strictObject({ was: role.nullable() });
