import type { Core } from '../launcher/core.ts';
import type { Conversation } from './conversation.ts';
export type Panel = { open(): void; close(): void; destroy(): void };
export function mountPanel(_core: Core, _conversation: Conversation): Panel {
  return { open() {}, close() {}, destroy() {} };
}
