import type { AnswerCosts } from '#domain/confidence/answer-costs.ts';
import type { Role } from '#domain/routing/role.ts';
import type { AnswerCostsAnswer } from '#protocol/answer-costs.ts';
import type { ApiKeysAnswer, MadeApiKey, NewApiKey } from '#protocol/api-keys.ts';
import type { InvitationAnswer, InvitationsAnswer } from '#protocol/invitations.ts';
import type { MembersAnswer } from '#protocol/members.ts';
import type { NewSigningKey, WorkspaceAnswer, WorkspaceSettingsBody } from '#protocol/workspace.ts';
import { type Answer, call } from '../api.ts';

/** The workspace itself. */
export const workspaceApi = {
  load: (): Promise<Answer<WorkspaceAnswer>> => call('/v1/workspace'),
  /** `revision` is the one that the settings were made from. */
  save: (settings: WorkspaceSettingsBody, revision: number): Promise<Answer<WorkspaceAnswer>> =>
    call('/v1/workspace', { method: 'PUT', body: { ...settings, revision } }),
  makeKey: (): Promise<Answer<NewSigningKey>> => call('/v1/workspace/signing-keys', { method: 'POST' }),
  endKey: (kid: string): Promise<Answer<WorkspaceAnswer>> =>
    call(`/v1/workspace/signing-keys/${kid}/end`, { method: 'POST' }),
};

/** [G38] How sure the assistant must be. */
export const answerCostsApi = {
  load: (): Promise<Answer<AnswerCostsAnswer>> => call('/v1/assistant/costs'),
  /** `revision` is the one that they were made from. */
  save: (costs: AnswerCosts, revision: number): Promise<Answer<AnswerCostsAnswer>> =>
    call('/v1/assistant/costs', { method: 'PUT', body: { costs, revision } }),
};

/** Keys with which programs call the API. */
export const apiKeysApi = {
  load: (): Promise<Answer<ApiKeysAnswer>> => call('/v1/api-keys'),
  make: (key: NewApiKey): Promise<Answer<MadeApiKey>> => call('/v1/api-keys', { method: 'POST', body: key }),
  end: (id: string): Promise<Answer<ApiKeysAnswer>> => call(`/v1/api-keys/${id}/end`, { method: 'POST' }),
};

/** Who is in the workspace, and who is invited. */
export const membersApi = {
  load: (): Promise<Answer<MembersAnswer>> => call('/v1/members'),
  /** `was` is the role that the change was made from. */
  setRole: (id: string, role: Role, was: Role | null): Promise<Answer<MembersAnswer>> =>
    call(`/v1/members/${id}/role`, { method: 'POST', body: { role, was } }),
  remove: (id: string, was: Role | null): Promise<Answer<MembersAnswer>> =>
    call(`/v1/members/${id}/remove`, { method: 'POST', body: { was } }),
  endSessions: (id: string): Promise<Answer<MembersAnswer>> =>
    call(`/v1/members/${id}/end-sessions`, { method: 'POST', body: {} }),
  invitations: (): Promise<Answer<InvitationsAnswer>> => call('/v1/invitations'),
  invite: (email: string, role: Role): Promise<Answer<InvitationAnswer>> =>
    call('/v1/invitations', { method: 'POST', body: { email, role } }),
  withdraw: (id: string): Promise<Answer<InvitationsAnswer>> =>
    call(`/v1/invitations/${id}/withdraw`, { method: 'POST' }),
};
