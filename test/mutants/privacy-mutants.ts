import type { Mutant } from './mutants.ts';

const planted = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'privacy',
});

const ERASE = 'worker/privacy/erase.ts';
const DATA = 'worker/storage/personal-data.ts';

/** Planted bugs of exports and erasures. */
export const PRIVACY_MUTANTS: Mutant[] = [
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
];
