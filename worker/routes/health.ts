import { z } from 'zod';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { Api } from './api.ts';

const answer = z.object({ ok: z.boolean(), protocol: z.number().int(), database: z.enum(['ok', 'failing']) });

/** For load balancers and people: the Worker answers and can read its database. */
export function addHealth(api: Api): void {
  api.add(
    { method: 'get', path: '/health', access: 'public', tag: 'Service', summary: 'Is it up?', answer },
    async (c) => {
      const readable = await c.env.DB.prepare('select 1 from workspaces limit 1')
        .first()
        .then(
          () => true,
          () => false,
        );
      return c.json(
        { ok: readable, protocol: PROTOCOL_VERSION, database: readable ? 'ok' : 'failing' } satisfies z.infer<
          typeof answer
        >,
        readable ? 200 : 503,
      );
    },
  );
}
