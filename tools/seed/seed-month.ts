import type { DemoWorkspace } from './demo-workspace.ts';
import { eventsSql } from './events-sql.ts';
import { seededMonth } from './month.ts';
import type { Database } from './seed.ts';

/** Gives the demo workspace its invented month of outcomes. Doing it again adds nothing. */
export async function seedMonth(db: Database, workspace: DemoWorkspace, now: number): Promise<void> {
  const nameOf = new Map<string, string>(workspace.queues.map(({ slug, name }) => [slug, name]));
  const agents = workspace.agents.map(({ id, queues }) => ({
    id,
    queues: queues.map((slug) => nameOf.get(slug) ?? slug),
  }));
  const rows = seededMonth({ workspaceId: workspace.id, now, agents });
  await db.batch(eventsSql(workspace.id, rows).map((statement) => db.prepare(statement)));
}
