import type { Mutant } from './mutants.ts';

const planted = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'privacy',
});

const kept = (name: string, file: string, from: string, to: string): Mutant => ({
  ...planted(name, file, from, to),
  suite: 'retention',
});

const PAST = 'worker/privacy/forget-past.ts';
const AGE = 'worker/storage/retention.ts';
const OBJECT = 'durable-objects/conversation-object.ts';
const ERASE = 'worker/privacy/erase.ts';
const ALIASES = 'worker/storage/learned-aliases.ts';
const DATA = 'worker/storage/personal-data.ts';

/** Planted bugs of exports and erasures. */
export const PRIVACY_MUTANTS: Mutant[] = [
  planted('words that an article has learnt stay in it', DATA, '...unlearnAliases(db, workspaceId, id),', ''),
  planted(
    'what is said late of who has gone is learnt',
    ALIASES,
    'and exists (select 1 from conversations where workspace_id = ?1 and id = ?4)',
    "and ?4 <> ''",
  ),
  planted('what another said too goes', ALIASES, 'and o.conversation_id <> ?2)', 'and o.conversation_id is null)'),
  planted(
    'a name that was written in counts as learnt',
    ALIASES,
    '(not exists (select 1 from json_each(a.aliases) where value = ?4)',
    '(?4 is not null',
  ),
  planted('a receipt is given while something is left', ERASE, 'if (isAllGone(left))', 'if (left !== null)'),
  planted(
    'a queue remembers whom it was about',
    'durable-objects/queue-object.ts',
    'this.ctx.storage.transactionSync(() => this.#view().scrub(new Set(conversations)));',
    '',
  ),
  planted(
    'the work of somebody erased stays in hand',
    'worker/domain/conversation/moves.ts',
    'if (escalation === null || !isEscalated(state)) return ok(...end);',
    'if (state !== null) return ok(...end);',
  ),
  planted(
    'a conversation is found by another number',
    DATA,
    'where workspace_id = ?1 and (id = ?2 or number = ?3)',
    'where workspace_id = ?1 and (id = ?2 or number <= ?3)',
  ),
  planted(
    'an export can be had for ever',
    'worker/routes/privacy-jobs.ts',
    'const downloadUntil = ends > Date.now() ? ends : null;',
    'const downloadUntil = ends > 0 ? ends : null;',
  ),
  planted(
    'the export of somebody erased can be had',
    'worker/routes/privacy-jobs.ts',
    'doneAt !== null && !row.isGone ?',
    'doneAt !== null ?',
  ),
  planted('whoever is gone is found', DATA, 'if (known === undefined && counted.conversations === 0) return null;', ''),
  planted('events keep the page', DATA, ", '$.area', null,", ','),
  planted('labels stay', DATA, "  intent_labels: ['text'],\n", ''),
  planted(
    'an old visit opens what a newcomer has',
    'worker/storage/visitors.ts',
    'firstSeenAt !== null && firstSeenAt < issuedAt + 1000',
    'firstSeenAt !== null',
  ),
  planted(
    'what is counted is kept after it went',
    ERASE,
    "return { is: 'on', step: 'conversations', position: 0, work: { conversations, found } };\n}\n\n/** Their",
    "return { is: 'on', step: 'conversations', position: 0, work: { conversations, found: {} } };\n}\n\n/** Their",
  ),
  planted('a restored backup is not looked for', DATA, 'return row?.back === 1;', 'return row === undefined;'),
  planted(
    'whoever was erased is anonymous under the same id',
    'worker/routes/visits.ts',
    '(await isVisiting(',
    '(true || await isVisiting(',
  ),
  planted(
    'an export outlives the person',
    ERASE,
    'await deleteFiles(env.REPLAYS, exportPrefix(job.workspaceId, job.visitorId));',
    '',
  ),
  planted(
    'agents ask for erasures as they like',
    'worker/routes/privacy-jobs.ts',
    "kind === 'erasure' && role !== 'owner'",
    'false',
  ),
  kept(
    'work that somebody waits for is over',
    'worker/domain/conversation/work.ts',
    '!isEscalated(state) && state.turn === null;',
    'state.turn === null;',
  ),
  kept('the age of a conversation is what the database says', OBJECT, '&& this.#lastWordAt() < before)', ')'),
  kept('whoever comes back while it goes is lost', OBJECT, 'if (!mayGo()) return false;', ''),
  kept(
    'that a recording went is a word',
    'durable-objects/conversation-store.ts',
    "<> 'recording_deleted'",
    "<> 'nothing'",
  ),
  kept(
    'what was begun is left half',
    AGE,
    'or exists (select 1 from conversations c where c.workspace_id = w.id and c.forget_at > 0 and c.forget_at <= ?1)',
    '',
  ),
  kept('one that fails is tried each minute', PAST, 'until: now + TRY_AGAIN_MS', 'until: now'),
  kept(
    'a workspace that says nothing keeps a day',
    'worker/storage/workspaces.ts',
    'recordingDays: DEFAULT_RECORDING_DAYS, conversationDays: null };',
    'recordingDays: DEFAULT_RECORDING_DAYS, conversationDays: 1 };',
  ),
  kept(
    'people go while they have conversations',
    AGE,
    "'not exists (select 1 from conversations c where",
    "'not exists (select 1 from conversations c where 0 = 1 and",
  ),
  kept('people go who were seen', AGE, 'v.last_seen_at < ?2 and ', 'v.last_seen_at < 2 * ?2 and '),
  kept(
    'queues and agents keep what went by age',
    PAST,
    "await eraseThrough(env, goodbye, ['queues', 'agents'], now);",
    '',
  ),
  kept('a recording outlives its conversation', PAST, "['recordings', 'database']", "['database']"),
  kept('a preview counts who waits', AGE, " ?2 and c.status <> 'waiting'", " ?2 and c.status <> 'gone'"),
  kept(
    'somebody else’s change of days is overwritten',
    'worker/storage/workspaces.ts',
    "('conversationDays')} = ?7",
    "('conversationDays')} >= min(-1, ?7)",
  ),
  kept(
    'what cannot be read has the default',
    'worker/storage/workspaces.ts',
    'case when json_valid(settings) then case',
    'case when true then case',
  ),
  kept(
    'a slow conversation holds the others up',
    PAST,
    "await within(OBJECT_WITHIN_MS, erasing, 'a conversation')",
    'await erasing',
  ),
  kept(
    'who looks while it goes looks on',
    'durable-objects/conversation-object.ts',
    '    // Who came while it was waited for would look at what is no more.\n    this.#closeAll();\n',
    '',
  ),
  {
    ...kept(
      'a widget asks for the conversation that is gone again and again',
      'widget/panel/conversation.ts',
      'opening = { clientId: randomId(20), startNew: true };\n            update(',
      'update(',
    ),
    suite: 'retention_page',
  },
];
