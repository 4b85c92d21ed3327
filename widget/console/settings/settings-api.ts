import type { RouteTable } from '#domain/routing/route-table.ts';
import type { RoutesPreview } from '#domain/routing/routes-preview.ts';
import type { FactValue, Provenance } from '#domain/triggers/fact.ts';
import type { Trigger } from '#domain/triggers/policy.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import type { AgentPreview, AgentSettings, AgentSettingsAnswer, AgentsAnswer } from '#protocol/agent-settings.ts';
import type {
  ArticleAnswer,
  ArticleContent,
  ArticlesAnswer,
  AskAnswer,
  ImportAnswer,
  ImportedDocument,
} from '#protocol/articles.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { IncidentsAnswer } from '#protocol/incidents.ts';
import type { IntentSettings, IntentsAnswer, IntentTried } from '#protocol/intents.ts';
import type { PoliciesAnswer, PolicyAnswer, PolicyTried } from '#protocol/policy.ts';
import type { PrivacySettings } from '#protocol/privacy.ts';
import type { NamedSettings, NewQueue, QueuePreview, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import type { RoutesAnswer } from '#protocol/routes.ts';
import type { SlaPolicyAnswer, SlaPreview } from '#protocol/sla.ts';
import { type Answer, call } from '../api.ts';

/** What the settings page asks of the server. */
export type SettingsApi = {
  load(queueId: string): Promise<Answer<QueueSettingsAnswer>>;
  /** `revision` is the one that the settings were made from. */
  save(queueId: string, settings: NamedSettings, revision: number): Promise<Answer<QueueSettingsAnswer>>;
  preview(queueId: string, settings: NamedSettings): Promise<Answer<QueuePreview>>;
};

const pathOf = (queueId: string): string => `/v1/queues/${queueId}/settings`;

export const settingsApi: SettingsApi = {
  load: (queueId) => call(pathOf(queueId)),
  save: (queueId, settings, revision) => call(pathOf(queueId), { method: 'PUT', body: { ...settings, revision } }),
  preview: (queueId, settings) => call(`${pathOf(queueId)}/preview`, { method: 'POST', body: settings }),
};

/** The caller makes the id: sent again it is the same queue. */
export const makeQueue = (queue: NewQueue): Promise<Answer<QueueSettingsAnswer>> =>
  call('/v1/queues', { method: 'POST', body: queue });

/** What is broken just now. */
export const incidentsApi = {
  load: (): Promise<Answer<IncidentsAnswer>> => call('/v1/incidents'),
  /** The caller makes the id: sent again it is the same incident. */
  start: (id: string, incident: { title: string; area: string | null }): Promise<Answer<IncidentsAnswer>> =>
    call(`/v1/incidents/${id}`, { method: 'PUT', body: incident }),
  end: (id: string): Promise<Answer<IncidentsAnswer>> => call(`/v1/incidents/${id}/end`, { method: 'POST' }),
};

/** The same for what is promised. */
export type PromisesApi = {
  load(): Promise<Answer<SlaPolicyAnswer>>;
  /** `version` is the one that they were made from. */
  save(settings: Pick<SlaPolicyAnswer, 'policy' | 'calendars'>, version: number): Promise<Answer<SlaPolicyAnswer>>;
  preview(settings: Pick<SlaPolicyAnswer, 'policy' | 'calendars'>): Promise<Answer<SlaPreview>>;
};

export const promisesApi: PromisesApi = {
  load: () => call('/v1/sla-policy'),
  save: (settings, version) => call('/v1/sla-policy', { method: 'PUT', body: { ...settings, version } }),
  preview: (settings) => call('/v1/sla-policy/preview', { method: 'POST', body: settings }),
};

/** Which queue work comes to. */
export type RoutesApi = {
  load(): Promise<Answer<RoutesAnswer>>;
  /** `revision` is the one that they were made from. */
  save(routes: RouteTable, revision: number): Promise<Answer<RoutesAnswer>>;
  preview(routes: RouteTable): Promise<Answer<RoutesPreview>>;
};

export const routesApi: RoutesApi = {
  load: () => call('/v1/routes'),
  save: (routes, revision) => call('/v1/routes', { method: 'PUT', body: { ...routes, revision } }),
  preview: (routes) => call('/v1/routes/preview', { method: 'POST', body: routes }),
};

/** What an agent can do. */
export type AgentsApi = {
  all(): Promise<Answer<AgentsAnswer>>;
  load(agentId: string): Promise<Answer<AgentSettingsAnswer>>;
  /** `revision` is the one that the settings were made from. */
  save(agentId: string, settings: AgentSettings, revision: number): Promise<Answer<AgentSettingsAnswer>>;
  preview(agentId: string, settings: AgentSettings): Promise<Answer<AgentPreview>>;
};

const ofAgent = (agentId: string): string => `/v1/agents/${agentId}/settings`;

export const agentsApi: AgentsApi = {
  all: () => call('/v1/agents'),
  load: (agentId) => call(ofAgent(agentId)),
  save: (agentId, settings, revision) => call(ofAgent(agentId), { method: 'PUT', body: { ...settings, revision } }),
  preview: (agentId, settings) => call(`${ofAgent(agentId)}/preview`, { method: 'POST', body: settings }),
};

/** What the assistant answers from. */
export const articlesApi = {
  all: (): Promise<Answer<ArticlesAnswer>> => call('/v1/articles'),
  load: (id: string): Promise<Answer<ArticleAnswer>> => call(`/v1/articles/${id}`),
  /** `revision` is the one that it was made from; null is a new one. */
  save: (
    id: string,
    { title, area, keywords, aliases, body }: ArticleContent,
    revision: number | null,
  ): Promise<Answer<ArticleAnswer>> =>
    call(`/v1/articles/${id}`, { method: 'PUT', body: { title, area, keywords, aliases, body, revision } }),
  remove: (id: string, revision: number): Promise<Answer<unknown>> =>
    call(`/v1/articles/${id}/remove`, { method: 'POST', body: { revision } }),
  import: (documents: readonly ImportedDocument[]): Promise<Answer<ImportAnswer>> =>
    call('/v1/articles/import', { method: 'POST', body: { documents } }),
  fetch: (addresses: readonly string[]): Promise<Answer<ImportAnswer>> =>
    call('/v1/articles/fetch', { method: 'POST', body: { addresses } }),
  ask: (text: string): Promise<Answer<AskAnswer>> => call('/v1/articles/ask', { method: 'POST', body: { text } }),
};

/** What visitors want. */
export const intentsApi = {
  load: (): Promise<Answer<IntentsAnswer>> => call('/v1/intents'),
  /** `revision` is the one that they were made from. */
  save: (intents: IntentSettings[], revision: number): Promise<Answer<IntentsAnswer>> =>
    call('/v1/intents', { method: 'PUT', body: { intents, revision } }),
  try: (text: string): Promise<Answer<IntentTried>> => call('/v1/intents/try', { method: 'POST', body: { text } }),
};

/** What is recorded, and for how long. */
export const privacyApi = {
  load: (): Promise<Answer<PrivacySettings>> => call('/v1/privacy'),
  /** `was` is what the change was made from. */
  save: (next: PrivacySettings, was: PrivacySettings): Promise<Answer<PrivacySettings>> =>
    call('/v1/privacy', { method: 'PUT', body: { ...next, was } }),
};

/** Who changed what: the latest, or what lies behind a line. */
export const loadAudit = (last: { at: number; id: string } | null): Promise<Answer<AuditAnswer>> =>
  call(last === null ? '/v1/audit' : `/v1/audit?before=${last.at}&beforeId=${encodeURIComponent(last.id)}`);

/** When a conversation is handed over. */
export const policiesApi = {
  all: (): Promise<Answer<PoliciesAnswer>> => call('/v1/policies'),
  load: (version: number): Promise<Answer<PolicyAnswer>> => call(`/v1/policies/${version}`),
  draft: (triggers: Trigger[], parent: number, reason: string): Promise<Answer<PolicyAnswer>> =>
    call('/v1/policies', { method: 'POST', body: { triggers, parent, reason } }),
  /** `active` is the version that was in force when this was decided. */
  move: (
    version: number,
    to: 'draft' | 'shadow' | 'active',
    active: number,
    reason: string,
  ): Promise<Answer<PolicyAnswer>> =>
    call(`/v1/policies/${version}/status`, { method: 'POST', body: { to, active, reason } }),
  try: (
    triggers: Trigger[],
    messages: string[],
    facts: Record<string, { value: FactValue; provenance: Provenance }>,
  ): Promise<Answer<PolicyTried>> => call('/v1/policies/try', { method: 'POST', body: { triggers, messages, facts } }),
  effect: (triggers: Trigger[]): Promise<Answer<PolicyEffect>> =>
    call('/v1/policies/effect', { method: 'POST', body: { triggers } }),
};
