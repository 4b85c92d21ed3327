import { signal } from '@preact/signals';
import type { ConversationId } from '#domain/ids.ts';
import type { Written } from './conversation/live-conversation.ts';

export type DialogName = 'resolve' | 'transfer' | 'escalate' | 'flag' | 'find' | 'help';

/** What is open on top of the work. One at a time: a dialog on a dialog hides what the first was about. */
export type Open = { dialog: DialogName } | { history: ConversationId; subject: string } | null;

export const TABS = ['report', 'why', 'steps', 'account', 'history'] as const;
export type Tab = (typeof TABS)[number];

export const open = signal<Open>(null);
export const mode = signal<Written['kind']>('message');
/** Null: whatever is first for this work. */
export const tab = signal<Tab | null>(null);
/** On a phone the panes are shown one at a time. */
export const pane = signal<'conversation' | 'context'>('conversation');
