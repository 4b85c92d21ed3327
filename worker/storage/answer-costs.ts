import type { AnswerCosts } from '#domain/confidence/answer-costs.ts';
import type { WorkspaceId } from '#domain/ids.ts';
import { insertAuditIfChanged } from './audit.ts';
import type { SettingsChanged } from './workspaces.ts';

/** [Q14] [G38] Writes what answers cost as the next revision, with its line in the log, if `from` is still the one in force; resolves to whether it was. */
export async function saveAnswerCosts(
  db: D1Database,
  workspaceId: WorkspaceId,
  costs: AnswerCosts,
  { from, changed, detail }: { from: number; changed: SettingsChanged; detail: string },
): Promise<boolean> {
  const [saved] = await db.batch([
    db
      .prepare(
        `update workspaces set settings = json_set(settings, '$.answerCosts', json(?1), '$.answerCostsRevision', ?2 + 1, '$.answerCostsChanged', json(?3))
         where id = ?4 and coalesce(json_extract(settings, '$.answerCostsRevision'), 0) = ?2`,
      )
      .bind(JSON.stringify(costs), from, JSON.stringify(changed), workspaceId),
    insertAuditIfChanged(db, workspaceId, {
      id: `answer-costs/${from + 1}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed: 'answer_costs.changed',
      about: 'How sure the assistant must be',
      detail,
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}
