import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import type { Deed } from '#protocol/http.ts';
import { type EventRow, parseEventRow } from './outcome-event.ts';

/** More than a conversation ever has; an answer must end. */
const SHOWN = 500;
const TYPES = [
  'assigned',
  'agent_chosen',
  'offer_withdrawn',
  'adjusted',
  'taken_back',
  'moved',
  'resolved',
  'abandoned',
] as const;

/** [O3] What was done to the work of one conversation, oldest first; rows that cannot be read are left out. */
export async function deedsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
): Promise<Deed[]> {
  const [events, members] = await db.batch([
    db
      .prepare(
        `select id, conversation_id as conversationId, type, at, body from events
         where workspace_id = ? and conversation_id = ? and type in (${TYPES.map((type) => `'escalation.${type}'`)})
         order by at, rowid limit ${SHOWN}`,
      )
      .bind(workspaceId, conversationId),
    db
      .prepare('select u.id, u.name from user u join member m on m.userId = u.id where m.organizationId = ?')
      .bind(workspaceId),
  ]);
  const names = new Map(((members?.results ?? []) as { id: string; name: string }[]).map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? 'somebody who has left';
  return ((events?.results ?? []) as (EventRow & { id: string })[]).flatMap((row): Deed[] => {
    const deed = toDeed(row, nameOf);
    return deed === null ? [] : [{ id: row.id, at: row.at, ...deed } as Deed];
  });
}

type Told = Deed extends infer One ? (One extends Deed ? Omit<One, 'id' | 'at'> : never) : never;

function toDeed(row: EventRow & { id: string }, nameOf: (id: string) => string): Told | null {
  const event = readable(row)?.event;
  switch (event?.type) {
    case 'escalation.assigned':
      return { deed: 'accepted', agent: nameOf(event.agentId) };
    case 'escalation.agent_chosen':
      return { deed: 'chosen', agent: nameOf(event.agentId), by: nameOf(event.by) };
    case 'escalation.offer_withdrawn':
      return { deed: 'offer_withdrawn', agent: nameOf(event.agentId), by: nameOf(event.by) };
    case 'escalation.adjusted':
      return { deed: 'adjusted', by: nameOf(event.by), minutes: event.minutes };
    case 'escalation.taken_back': {
      const { cause, agentId } = event;
      const by = cause?.kind === 'supervisor' ? cause.by.name : null;
      return { deed: 'taken_back', agent: nameOf(agentId), because: cause?.kind ?? 'unknown', by };
    }
    case 'escalation.moved':
      // What a queue's own rules moved was in nobody's hands.
      return event.agentId === null ? null : { deed: 'passed_on', by: nameOf(event.agentId), to: event.to };
    case 'escalation.resolved':
      return { deed: 'resolved', by: nameOf(event.agentId) };
    case 'escalation.abandoned':
      return { deed: 'left_line', waitedMs: event.waitedMs };
    default:
      return null;
  }
}

function readable(row: EventRow & { id: string }): ReturnType<typeof parseEventRow> {
  try {
    return parseEventRow(row);
  } catch {
    console.warn(JSON.stringify({ at: 'deeds', event: row.id, message: 'cannot be read' }));
    return null;
  }
}
