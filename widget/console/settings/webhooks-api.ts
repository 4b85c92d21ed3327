import type {
  DeliveriesAnswer,
  NewWebhook,
  WebhookDelivery,
  WebhookSecret,
  WebhooksAnswer,
  WebhookTried,
} from '#protocol/webhooks.ts';
import { type Answer, call } from '../api.ts';

const post = <T>(path: string, body?: unknown): Promise<Answer<T>> =>
  call(`/v1/webhooks${path}`, { method: 'POST', ...(body === undefined ? {} : { body }) });

/** [S28] [S29] Where events are sent to, and what was. */
export const webhooksApi = {
  load: (): Promise<Answer<WebhooksAnswer>> => call('/v1/webhooks'),
  make: (webhook: NewWebhook): Promise<Answer<WebhookSecret>> => post('', webhook),
  /** `endsBefore`: also where the secret before still signs along, which ends it at once. */
  rotate: (id: string, endsBefore: boolean): Promise<Answer<WebhookSecret>> => post(`/${id}/rotate`, { endsBefore }),
  switch: (id: string, isOn: boolean): Promise<Answer<WebhooksAnswer>> => post(`/${id}/switch`, { isOn }),
  remove: (id: string): Promise<Answer<WebhooksAnswer>> => post(`/${id}/remove`),
  test: (id: string): Promise<Answer<WebhookTried>> => post(`/${id}/test`),
  again: (id: string, eventId: string): Promise<Answer<WebhookTried>> => post(`/${id}/again`, { eventId }),
  /** Behind `last`, or the latest; null as `state` is all of them. */
  deliveries: (
    id: string,
    state: WebhookDelivery['state'] | null,
    last: WebhookDelivery | null,
  ): Promise<Answer<DeliveriesAnswer>> => {
    const query = new URLSearchParams({
      ...(state === null ? {} : { state }),
      ...(last === null ? {} : { before: String(last.at), beforeId: last.eventId }),
    });
    return call(`/v1/webhooks/${id}/deliveries?${query}`);
  },
};
