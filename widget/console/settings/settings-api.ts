import type { QueuePreview, QueueSettings, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { type Answer, call } from '../api.ts';

/** What the settings page asks of the server. */
export type SettingsApi = {
  load(queueId: string): Promise<Answer<QueueSettingsAnswer>>;
  /** `revision` is the one that the settings were made from. */
  save(queueId: string, settings: QueueSettings, revision: number): Promise<Answer<QueueSettingsAnswer>>;
  preview(queueId: string, settings: QueueSettings): Promise<Answer<QueuePreview>>;
};

const pathOf = (queueId: string): string => `/v1/queues/${queueId}/settings`;

export const settingsApi: SettingsApi = {
  load: (queueId) => call(pathOf(queueId)),
  save: (queueId, settings, revision) => call(pathOf(queueId), { method: 'PUT', body: { ...settings, revision } }),
  preview: (queueId, settings) => call(`${pathOf(queueId)}/preview`, { method: 'POST', body: settings }),
};
