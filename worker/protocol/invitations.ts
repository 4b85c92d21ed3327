import { z } from 'zod';
import { role } from './members.ts';
import { chosenPassword } from './passwords.ts';
import { epochMs } from './primitives.ts';

export const invitationId = z.string().regex(/^ivt_[A-Za-z0-9]{6,64}$/);

/** Somebody who may join. What is in their link is told once, by the answer that made it. */
const invitationEntry = z.object({
  id: invitationId,
  email: z.string(),
  role,
  invitedBy: z.string(),
  createdAt: epochMs,
  expiresAt: epochMs,
});
export type InvitationEntry = z.infer<typeof invitationEntry>;

/** `GET /v1/invitations`: those that are open, newest first. */
export const invitationsAnswer = z.object({ invitations: z.array(invitationEntry) });
export type InvitationsAnswer = z.infer<typeof invitationsAnswer>;

/** `POST /v1/invitations` */
export const invitationRequest = z.strictObject({
  email: z
    .email()
    .max(320)
    .transform((text) => text.toLowerCase()),
  role,
});
export const invitationAnswer = invitationsAnswer.extend({ made: invitationEntry, link: z.string() });
export type InvitationAnswer = z.infer<typeof invitationAnswer>;

/** What a link carries. */
const secret = z.string().min(1).max(100);

/** `POST /v1/join/look`: what a link is good for. */
export const joinLook = z.strictObject({ secret });
export const joinLookAnswer = z.object({
  workspace: z.string(),
  invitedBy: z.string(),
  email: z.string(),
  role,
  /** Then the password is theirs already, and they have a name. */
  hasAccount: z.boolean(),
  /** [S25] Then there is no password: whoever is signed in through Cloudflare Access with this address is who was invited. */
  byAccess: z.boolean(),
});
export type JoinLookAnswer = z.infer<typeof joinLookAnswer>;

/** `POST /v1/join`: a new account has a name and a password from here; of one that is there it is the password. */
export const joinRequest = z.strictObject({
  secret,
  name: z
    .string()
    .max(80)
    .transform((text) => text.trim())
    .nullable(),
  /** Null where Cloudflare Access says who it is. */
  password: chosenPassword.nullable(),
});
