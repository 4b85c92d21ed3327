import type { ERASURE_STEPS } from '#domain/privacy/data-map.ts';
import type { PersonFound, PersonWanted, PrivacyJob } from '#protocol/privacy-jobs.ts';
import { plural } from '../wording.ts';

/** By what somebody is looked for. */
export type FindBy = 'subject' | 'conversation';

/** What was typed as what the server is asked; a string is what is wrong with it. A conversation is said by its number, its id or its address in the console. */
export function wantedOf(by: FindBy, typed: string): PersonWanted | string {
  const text = typed.trim();
  if (by === 'subject') {
    if (text === '') return 'Write the id that your product gives them.';
    // Whoever has no id of yours is in the list of jobs by ours.
    if (/^vis_[A-Za-z0-9]{6,64}$/.test(text)) return { visitorId: text as NonNullable<PersonWanted['visitorId']> };
    return text.length > 200 ? 'An id has at most 200 characters.' : { subject: text };
  }
  const id = /(?:^|\/)(cnv_[A-Za-z0-9]{6,64})$/.exec(text)?.[1];
  if (id !== undefined) return { conversationId: id as NonNullable<PersonWanted['conversationId']> };
  const number = /^(?:btn-|#)?(\d{1,15})(?:\.\d{1,4})?$/i.exec(text)?.[1];
  if (number !== undefined && Number(number) > 0) return { number: Number(number) };
  return 'Write a number such as BTN-1042, or the address of the conversation in this console.';
}

/** What is typed to erase somebody, and what they are called here. */
export const idToType = ({ subject, visitorId }: PersonFound): string => subject ?? visitorId;

export const talksWords = ({ conversations, live }: PersonFound): string =>
  conversations === 0
    ? 'No conversation.'
    : `${plural(conversations, 'conversation')}${live === 0 ? '' : conversations === 1 ? ', under way now' : `, ${live} of them under way now`}.`;

const STEP_WORDS: Record<(typeof ERASURE_STEPS)[number] | 'write', string> = {
  write: 'writing down what there is',
  find: 'looking what there is',
  conversations: 'ending and emptying conversations',
  queues: 'taking work out of queues',
  agents: 'giving slots of agents back',
  recordings: 'deleting recordings',
  database: 'deleting rows of the database',
  exports: 'deleting earlier exports',
  check: 'looking whether anything is left',
};

/** "Step 3 of 8: taking work out of queues". */
export function progressWords({ progress: { step, n, of } }: PrivacyJob): string {
  const words = STEP_WORDS[step as keyof typeof STEP_WORDS] ?? step;
  return of === 1 ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : `Step ${n + 1} of ${of}: ${words}`;
}

/** Stores as a receipt names them, in words. One that is new has its own name. */
const STORE_WORDS: Record<string, string> = {
  visitors: 'Who they are: ids, name, address, account',
  conversations: 'Conversations',
  conversation_objects: 'Conversations with what was said in them',
  transcript_entries: 'Messages, notes and what happened between',
  trail_crumbs: 'What they did on pages',
  bundles: 'What was handed over to agents',
  evaluations: 'Facts that the policy was asked about',
  intent_labels: 'Their words as examples of what visitors want',
  learned_aliases: 'Their words as other names of articles',
  events: 'Events for metrics',
  recording_segments: 'Parts of recordings: when and where from',
  recording_keyframes: 'Moments of recordings that a player begins at',
  recordings: 'Where parts of recordings are read',
  replay_files: 'Files of recordings',
  queue_entries: 'Work in queues',
  agent_rows: 'Work in hand, and notices, of agents',
  export_files: 'Earlier exports',
};
export const storeWords = (store: string): string => STORE_WORDS[store] ?? store;

/** What a job came to, said once where it ended. */
export const doneWords = ({ kind }: PrivacyJob): string =>
  kind === 'export' ? 'The export is done: download it below.' : 'The erasure is done: nothing is left in any store.';
