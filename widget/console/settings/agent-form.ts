import type { AgentPreview, AgentSettings, AgentSettingsAnswer } from '#protocol/agent-settings.ts';
import { type AgentDraft, agentCatalogue, agentDraftOf, agentFields, EMPTY_AGENT, readAgent } from './agent-draft.ts';
import { type Previewed, previewing } from './previewing.ts';
import type { AgentsApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

export type AgentForm = DraftForm<AgentDraft, AgentSettings, AgentSettingsAnswer> &
  Previewed<AgentPreview> & { fields: ReturnType<typeof agentFields> };

/** What one agent can do being edited, and whom they could be offered then. */
export function openAgentForm(
  agent: { id: string; name: string },
  queues: readonly { id: string; name: string }[],
  api: AgentsApi,
): AgentForm {
  const fields = agentFields(queues);
  const draftOf = ({ agent: { settings } }: AgentSettingsAnswer) => agentDraftOf(settings, fields);
  const form = openForm<AgentDraft, AgentSettings, AgentSettingsAnswer>({
    catalogue: agentCatalogue(fields),
    load: () => api.load(agent.id),
    save: (settings, { agent: { revision } }) => api.save(agent.id, settings, revision),
    empty: EMPTY_AGENT,
    draftOf,
    defaultsOf: draftOf,
    lastChangeOf: ({ agent: { changed } }) => changed,
    read: (draft) => readAgent(draft, fields),
    placeIssues: (issues) =>
      issues.map(({ path, message }) => ({
        path: path.startsWith('queueIds') ? 'queueIds' : path,
        message: message.charAt(0).toUpperCase() + message.slice(1),
      })),
    namesOf: () => new Map(),
    choicesOf: () => [],
    saved: () => `Saved. It holds for ${agent.name} and the queues from now on.`,
  });
  return { ...form, ...previewing(form, (settings) => api.preview(agent.id, settings)), fields };
}
