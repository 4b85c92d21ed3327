/** Who serves a queue, as far as room goes. */
type Serving = { capacity: number; queueIds: readonly string[] };

/**
 * [Q11] The most that anybody who serves this queue can hold at once, when a piece of it takes more: it would wait for ever. Null where somebody
 * has room, and where nobody serves it: whoever is given to it later may have.
 */
export function tooLittleRoom({ id, cost }: { id: string; cost: number }, agents: readonly Serving[]): number | null {
  const rooms = agents.filter(({ queueIds }) => queueIds.includes(id)).map(({ capacity }) => capacity);
  const most = Math.max(...rooms);
  return rooms.length > 0 && most < cost ? most : null;
}
