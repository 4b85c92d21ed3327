import { KEPT_DAYS } from './kept.ts';

/**
 * [Y1] Everything that is stored, and what of a visitor lies there. Erasure, export and a test read it: a table that is not named here does not pass.
 * `visitor`: it holds something of them, and goes (`erased`), or loses what is theirs (`scrubbed`). `nothing`: it holds nothing of theirs, and why.
 */
export type Holding =
  | { of: 'visitor'; on: 'erased' | 'scrubbed'; what: string; kept: string; exported: true | string }
  | { of: 'nothing'; because: string };

/** [Y10] With its conversation, or the person. */
const AS_SET = 'as the workspace says, otherwise until erased';
const days = (count: number): string => `${count} days`;
const erased = (what: string, kept = AS_SET, exported: true | string = true): Holding => ({
  of: 'visitor',
  on: 'erased',
  what,
  kept,
  exported,
});
const scrubbed = (what: string, exported: true | string): Holding => ({
  of: 'visitor',
  on: 'scrubbed',
  what,
  kept: AS_SET,
  exported,
});
const nothing = (because: string): Holding => ({ of: 'nothing', because });

const ACCOUNTS = 'accounts of agents, not of visitors';
const SETTINGS = 'settings, written by admins';
const COUNTS = 'numbers without anybody';
const IDS = 'ids and times alone';

/** Tables of D1. */
export const DATABASE: Record<string, Holding> = {
  user: nothing(ACCOUNTS),
  session: nothing(ACCOUNTS),
  account: nothing(ACCOUNTS),
  verification: nothing(ACCOUNTS),
  passkey: nothing(ACCOUNTS),
  oidc_identities: nothing(ACCOUNTS),
  organization: nothing(ACCOUNTS),
  member: nothing(ACCOUNTS),
  invitation: nothing(ACCOUNTS),
  invitations: nothing(ACCOUNTS),
  rateLimit: nothing(ACCOUNTS),
  workspaces: nothing(SETTINGS),
  signing_keys: nothing(SETTINGS),
  queues: nothing(SETTINGS),
  agent_profiles: nothing(SETTINGS),
  policies: nothing(SETTINGS),
  articles: nothing(
    'settings, written by admins; what was learnt of a visitor’s words stands in learned_aliases too, and goes with it',
  ),
  calendars: nothing(SETTINGS),
  sla_policies: nothing(SETTINGS),
  api_keys: nothing(SETTINGS),
  intents: nothing('examples that admins wrote'),
  incidents: nothing('what was broken, in an agent’s words'),
  audit: nothing('what agents changed; a person’s job stands there by its own id'),
  webhooks: nothing(SETTINGS),
  webhook_deliveries: nothing('ids and times; what is told is read from the event when it is sent'),
  ai_spend: nothing(COUNTS),
  outcome_maps: nothing(COUNTS),
  intent_models: nothing('weights; trained anew once a label that they were made of is gone'),
  recording_deletions: nothing('the mark that nothing more is taken in for a recording: ids'),
  privacy_jobs: nothing('that somebody asked, and numbers; the visitor by an id that is random or a hash'),
  visitors: erased('id of the host, name, address of mail, attested facts and those before'),
  conversations: erased('what it is about, in their words'),
  bundles: erased('what was handed over: summary, page, steps, account'),
  evaluations: erased('facts that a policy was asked about', days(KEPT_DAYS.evaluations)),
  intent_labels: erased('their words, as an example of an intent'),
  learned_aliases: erased('their words, as another name of an article; taken out of that too'),
  recording_segments: erased('when and in which tab they were recorded'),
  recording_keyframes: erased('the same'),
  events: scrubbed('what happened to their conversations; what is left are numbers of nobody', true),
};

type ObjectName = 'conversation' | 'queue' | 'agent';
const EVERY: Record<string, Holding> = {
  schema_statements: nothing('the tables themselves'),
  tickets: nothing('an agent’s id, for half a minute'),
};

/** Tables in the SQLite of objects. */
export const OBJECTS: Record<ObjectName, Record<string, Holding>> = {
  conversation: {
    ...EVERY,
    entries: erased('the transcript, notes of agents too'),
    commands: erased('which of their commands were done', AS_SET, IDS),
    facts: erased('state, page and draft of an answer'),
    crumbs: erased('the trail of what they did on the page'),
    segments: erased('names of what was recorded'),
    told: erased('which agents were told of a promise', AS_SET, IDS),
    outbox: erased('what is on its way to others', 'until delivered', 'a copy on its way'),
    outbox_parked: erased('the same, unreadable', AS_SET, 'unreadable'),
  },
  queue: {
    ...EVERY,
    entries: scrubbed('name, company and what it is about, of work that waits or is over', true),
    entries_parked: erased('the same, unreadable', AS_SET, 'unreadable'),
    outbox: nothing('ids of work, names of agents and queues'),
    outbox_parked: erased('the same, unreadable', AS_SET, 'unreadable'),
    told: nothing('how long somebody was told to wait, by the id of the work'),
    lines: nothing(COUNTS),
    served: nothing(COUNTS),
    agents: nothing('how agents stand'),
    facts: nothing(SETTINGS),
    answered_frames: nothing('which of a supervisor’s frames were done'),
  },
  agent: {
    ...EVERY,
    facts: scrubbed('name, company and what it is about, of work in hand', 'a copy of the queue’s'),
    notices: erased(
      'what a promise that is late is about',
      `${days(KEPT_DAYS.notices)} after it is over`,
      'a copy of the subject',
    ),
    outbox: nothing('ids of work'),
    outbox_parked: erased('unreadable rows', AS_SET, 'unreadable'),
  },
};

/** Prefixes of names in R2, behind the workspace's id or before it. */
export const FILES: Record<string, Holding> = {
  recordings: erased('what was on their screen, masked', AS_SET, 'where each part is read'),
  exports: erased('everything about them, for whoever asked for it', days(KEPT_DAYS.exports), 'it is the export'),
  erased: nothing('that somebody is gone, so that a restored backup does not bring them back: ids and a time'),
};

/** What conversations go through, in order, whether a person is erased or their time is over. Each may be done again; their rows, by which they are found, go last. */
export const CONVERSATION_STEPS = ['conversations', 'queues', 'agents', 'recordings', 'database'] as const;
export type ConversationStep = (typeof CONVERSATION_STEPS)[number];

/** The steps of an erasure, in order. Each may be done again. `find` closes the door first: from then on their token opens nothing. */
export const ERASURE_STEPS = ['find', ...CONVERSATION_STEPS, 'exports', 'check'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** How many of each kind. */
export type Counts = Record<string, number>;

/** What is left of what was found, when every store is looked at again. */
export const isAllGone = (left: Counts): boolean => Object.values(left).every((count) => count === 0);
