import type { FoundConversation } from '#protocol/find.ts';

/** As it is spoken of: of what waits, with which of the conversation's tickets it is. */
export const ticketOf = ({ number, line }: Pick<FoundConversation, 'number' | 'line'>): string =>
  line?.entry.ticketNumber ?? `BTN-${number}`;

/** How it stands; `queueName` is null where the queue is not known here. */
export function standsWords(
  { status, line }: Pick<FoundConversation, 'status' | 'line'>,
  queueName: string | null,
): string {
  if (status === 'resolved') return 'Resolved';
  if (line === null) return status === 'waiting' ? 'Waits for a person, or is with one' : 'With the assistant';
  const where = queueName === null ? '' : ` in ${queueName}`;
  const { state, agent } = line.entry;
  const name = agent?.name ?? 'somebody';
  if (state === 'queued') return `Waits${where}, number ${line.place}`;
  return `${state === 'reserved' ? 'Offered to' : 'With'} ${name}${where}`;
}
