import { z } from 'zod';
import type { AgentId, ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { type IntentSettings, intentSettings, type Judged } from '#protocol/intents.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import type { IntentLabel } from '../assist/triage/intent-rows.ts';
import { FORMAT } from '../assist/triage/pack.ts';
import { insertAuditIfChanged } from './audit.ts';
import { parseColumn } from './json.ts';
import type { SettingsChanged } from './workspaces.ts';

/** Of labels the latest so many are learnt from; older ones are about a product that has changed. */
const MAX_LABELS = 2000;
/** So many models are kept beside the one in use, to look at a verdict again. */
const KEPT_MODELS = 5;

export type IntentsInForce = { revision: number; changed: SettingsChanged | null; intents: IntentSettings[] };

/** What a workspace says that its visitors want; revision 0 is nothing yet. */
export async function intentsOf(db: D1Database, workspaceId: WorkspaceId): Promise<IntentsInForce> {
  const row = await db
    .prepare('select revision, body, changed from intents where workspace_id = ?')
    .bind(workspaceId)
    .first<{ revision: number; body: string; changed: string | null }>();
  if (row === null) return { revision: 0, changed: null, intents: [] };
  return {
    revision: row.revision,
    changed: row.changed === null ? null : parseColumn(settingsChanged, row.changed, 'intents.changed'),
    intents: parseColumn(z.array(intentSettings), row.body, 'intents.body'),
  };
}

/**
 * [Q14] Writes them as the next revision, with its line in the log, if `from` is still the one in force; resolves to whether it was.
 */
export async function saveIntents(
  db: D1Database,
  workspaceId: WorkspaceId,
  intents: readonly IntentSettings[],
  { from, changed, detail }: { from: number; changed: SettingsChanged; detail: string },
): Promise<boolean> {
  const [saved] = await db.batch([
    db
      .prepare(
        `insert into intents (workspace_id, revision, body, changed) select ?1, 1, ?3, ?4 where ?2 = 0 or exists (select 1 from intents where workspace_id = ?1)
         on conflict (workspace_id) do update set revision = revision + 1, body = ?3, changed = ?4 where revision = ?2`,
      )
      .bind(workspaceId, from, JSON.stringify(intents), JSON.stringify(changed)),
    insertAuditIfChanged(db, workspaceId, {
      id: `intents/${from + 1}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed: 'intents.changed',
      about: 'Intents',
      detail,
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** What agents said that conversations were about, the latest first. */
export async function intentLabelsOf(db: D1Database, workspaceId: WorkspaceId): Promise<IntentLabel[]> {
  const { results } = await db
    .prepare('select text, intent from intent_labels where workspace_id = ? order by at desc, conversation_id limit ?')
    .bind(workspaceId, MAX_LABELS)
    .all<IntentLabel>();
  return results;
}

/** What was said of one conversation; null is nothing yet. */
export const intentLabelOf = (
  db: D1Database,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
): Promise<{ intent: string | null; at: EpochMs } | null> =>
  db
    .prepare('select intent, at from intent_labels where workspace_id = ? and conversation_id = ?')
    .bind(workspaceId, conversationId)
    .first<{ intent: string | null; at: EpochMs }>();

/** Said anew it takes the place of what was said before. */
export async function putIntentLabel(
  db: D1Database,
  workspaceId: WorkspaceId,
  label: { conversationId: ConversationId; text: string; intent: string | null; by: AgentId; at: EpochMs },
): Promise<void> {
  await db
    .prepare(
      `insert into intent_labels (workspace_id, conversation_id, text, intent, by_id, at)
       select ?1, ?2, ?3, ?4, ?5, ?6 where exists (select 1 from conversations where workspace_id = ?1 and id = ?2)
       on conflict (workspace_id, conversation_id) do update set text = ?3, intent = ?4, by_id = ?5, at = ?6`,
    )
    .bind(workspaceId, label.conversationId, label.text, label.intent, label.by, label.at)
    .run();
}

/** What a workspace's model would be made of now: intents, labels and articles each say by themselves that they have changed, and so does the way that models are made. */
const MADE_OF = `i.revision
  || '/' || (select count(*) || '-' || coalesce(max(at), 0) from intent_labels where workspace_id = i.workspace_id)
  || '/' || (select count(*) || '-' || coalesce(max(updated_at), 0) from articles where workspace_id = i.workspace_id)
  || '/${FORMAT}'`;
const LAST_MADE_OF =
  '(select made_of from intent_models where workspace_id = i.workspace_id order by trained_at desc limit 1)';

/** [G27] What a model would be made of now, and what the last one was made of: where they differ there is something to learn. */
export async function intentSources(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<{ now: string; trained: string | null; labels: number }> {
  const row = await db
    .prepare(
      `select ${MADE_OF} as now, ${LAST_MADE_OF} as trained,
         (select count(*) from intent_labels where workspace_id = i.workspace_id) as labels
       from intents i where i.workspace_id = ?`,
    )
    .bind(workspaceId)
    .first<{ now: string; trained: string | null; labels: number }>();
  return row ?? { now: '', trained: '', labels: 0 };
}

/** Workspaces with something to learn, for the watchdog: whoever saved may have died before they told anybody. */
export async function workspacesToTrain(db: D1Database): Promise<WorkspaceId[]> {
  const { results } = await db
    .prepare(
      `select i.workspace_id as id from intents i where i.body <> '[]' and ${MADE_OF} is not ${LAST_MADE_OF} limit 100`,
    )
    .all<{ id: WorkspaceId }>();
  return results.map(({ id }) => id);
}

export type TrainedModel = {
  hash: string;
  madeOf: string;
  examples: number;
  judged: Judged;
  bytes: Uint8Array;
  trainedAt: EpochMs;
};

const judgedSchema = z.object({
  rows: z.number(),
  right: z.number(),
  before: z.object({ right: z.number() }).nullable(),
});

/** [G27] Keeps a trained model; promoted, it is in use from then on, in the same transaction. Kept again it is the same one. */
export async function keepModel(
  db: D1Database,
  workspaceId: WorkspaceId,
  model: TrainedModel,
  isPromoted: boolean,
): Promise<void> {
  await db.batch([
    ...(isPromoted
      ? [
          db
            .prepare(
              `update intent_models set status = 'former' where workspace_id = ? and status = 'active' and hash <> ?`,
            )
            .bind(workspaceId, model.hash),
        ]
      : []),
    db
      .prepare(
        `insert into intent_models (workspace_id, hash, made_of, status, examples, judged, bytes, trained_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (workspace_id, hash) do update set made_of = ?3, trained_at = ?8, judged = ?6,
           status = case when status = 'active' then 'active' else ?4 end`,
      )
      .bind(
        workspaceId,
        model.hash,
        model.madeOf,
        isPromoted ? 'active' : 'refused',
        model.examples,
        JSON.stringify(model.judged),
        model.bytes,
        model.trainedAt,
      ),
    db
      .prepare(
        `delete from intent_models where workspace_id = ?1 and status <> 'active' and hash not in
           (select hash from intent_models where workspace_id = ?1 order by trained_at desc limit ${KEPT_MODELS})`,
      )
      .bind(workspaceId),
  ]);
}

/** The hash of the model in use; null is none, and where no intents are left there is none. */
export async function activeModelHash(db: D1Database, workspaceId: WorkspaceId): Promise<string | null> {
  const row = await db
    .prepare(
      `select m.hash from intent_models m join intents i on i.workspace_id = m.workspace_id and i.body <> '[]'
       where m.workspace_id = ? and m.status = 'active'`,
    )
    .bind(workspaceId)
    .first<{ hash: string }>();
  return row?.hash ?? null;
}

/** The bytes of the model in use. */
export async function activeModel(db: D1Database, workspaceId: WorkspaceId): Promise<Uint8Array | null> {
  const row = await db
    .prepare(`select bytes from intent_models where workspace_id = ? and status = 'active'`)
    .bind(workspaceId)
    .first<{ bytes: ArrayLike<number> | ArrayBuffer }>();
  return row === null ? null : new Uint8Array(row.bytes);
}

type Described = { hash: string; trainedAt: number; examples: number; judged: Judged };

/** The model in use, and the last one that was refused if it is newer. */
export async function describeModels(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<{ model: Described | null; refused: Described | null }> {
  const { results } = await db
    .prepare(
      `select hash, status, trained_at as trainedAt, examples, judged from intent_models
       where workspace_id = ? and status in ('active', 'refused') order by trained_at desc`,
    )
    .bind(workspaceId)
    .all<{ hash: string; status: string; trainedAt: number; examples: number; judged: string }>();
  const described = (row: (typeof results)[number] | undefined): Described | null =>
    row === undefined
      ? null
      : {
          hash: row.hash,
          trainedAt: row.trainedAt,
          examples: row.examples,
          judged: parseColumn(judgedSchema, row.judged, 'intent_models.judged'),
        };
  const [newest] = results;
  return {
    model: described(results.find(({ status }) => status === 'active')),
    refused: described(newest?.status === 'refused' ? newest : undefined),
  };
}
