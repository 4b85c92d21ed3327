import type { ConversationStatus } from '#domain/conversation/conversation.ts';
import { ticketNumberIn } from '#domain/conversation/work.ts';
import type { ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';

export type FoundRow = {
  conversationId: ConversationId;
  number: number;
  subject: string;
  visitorName: string | null;
  company: string | null;
  status: ConversationStatus;
  at: EpochMs;
};

/** Words are looked for among so many of the latest: the whole of a large workspace would be read for each. */
export const SEARCHED = 5_000;

const FIELDS = `c.id as conversationId, c.number, c.subject, v.name as visitorName, v.account ->> 'company' as company, c.status, c.updated_at as at`;
const VISITOR = 'left join visitors v on v.workspace_id = c.workspace_id and v.id = c.visitor_id';

/**
 * [B7] Conversations of this workspace, newest first and at most `limit`: with this number, of the visitor whom the host calls so, or with these words in subject, name, address
 * or company. By number and by the host's id all are looked through, by words the latest 5,000.
 */
export async function findConversations(
  db: D1Database,
  workspaceId: WorkspaceId,
  words: string,
  limit: number,
): Promise<FoundRow[]> {
  // Not `like`: its patterns have at most fifty bytes, and an address alone may have more.
  const has = (what: string) => `instr(lower(${what}), lower(?3)) > 0`;
  const { results } = await db
    .prepare(
      `select ${FIELDS} from conversations c ${VISITOR} where c.workspace_id = ?1 and c.number = ?2
       union select ${FIELDS} from visitors v join conversations c on c.workspace_id = v.workspace_id and c.visitor_id = v.id
         where v.workspace_id = ?1 and v.subject = ?3
       union select * from (
         select ${FIELDS} from (select * from conversations where workspace_id = ?1 order by number desc limit ${SEARCHED}) c ${VISITOR}
         where ${['c.subject', 'v.name', 'v.email', "v.account ->> 'company'"].map(has).join(' or ')}
         order by c.number desc limit ?4)
       order by number desc limit ?4`,
    )
    .bind(workspaceId, ticketNumberIn(words) ?? -1, words, limit)
    .all<FoundRow>();
  return results;
}
