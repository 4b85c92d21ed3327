import type { AgentId, ApiKeyId } from '#domain/ids.ts';

/** Deeds that are about no single conversation, as the log names them; names are stable, they are read years later. */
export const AUDIT_DEEDS = [
  'queue.closed',
  'queue.opened',
  'queue.settings_changed',
  'queue.created',
  'queue.renamed',
  'queue.tier_changed',
  'agent.settings_changed',
  'promises.changed',
  'routes.changed',
  'incident.declared',
  'incident.ended',
  'recording.deleted',
  'privacy.changed',
  'person.export_asked',
  'person.exported',
  'person.export_read',
  'person.erasure_asked',
  'person.erased',
  'intents.changed',
  'article.changed',
  'article.removed',
  'article.taught',
  'workspace.changed',
  'signing_key.made',
  'signing_key.ended',
  'api_key.made',
  'api_key.ended',
  'webhook.made',
  'webhook.secret_changed',
  'webhook.switched_on',
  'webhook.switched_off',
  'webhook.removed',
  'webhook.tested',
  'webhook.sent_again',
  'member.role_changed',
  'member.removed',
  'member.joined',
  'member.sessions_ended',
  'password.changed',
  'passkey.added',
  'passkey.removed',
  'invitation.made',
  'invitation.withdrawn',
  'answer_costs.changed',
  'policy.drafted',
  'policy.shadowed',
  'policy.unshadowed',
  'policy.published',
  'policy.rolled_back',
] as const;
export type AuditDeed = (typeof AUDIT_DEEDS)[number];

/** Who did something. The name as it was then. */
export type Doer = { id: AgentId; name: string };

/** Who changed settings: a person, or a program by its key. */
export type Author = { id: AgentId | ApiKeyId; name: string };

/** [A5] Why accepted work was taken back from whoever had it. */
export type TakenBackCause = { kind: 'supervisor'; by: Doer } | { kind: 'silent' } | { kind: 'vanished' };
