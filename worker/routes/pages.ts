import type { Context } from 'hono';
import { z } from 'zod';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { apiReferencePage } from '../pages/api-reference.ts';
import { helpArticlePage } from '../pages/help-article.ts';
import { openApiDocument } from '../pages/openapi.ts';
import { consoleHeaders, plainPageHeaders, playerHeaders, pressHeaders, widgetHeaders } from '../pages/policies.ts';
import { startPage } from '../pages/start.ts';
import { articleBySlug } from '../storage/articles.ts';
import { workspaceByKey } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

/** The build's own names. */
const builtFile = { file: z.string().regex(/^[\w-][\w.-]{0,119}$/) };

type Html = ReturnType<typeof startPage>;

/** What a browser opens or loads: pages, and the built files with the policy that belongs to each. */
export function addPages(api: Api): void {
  const page = (path: string, summary: string) =>
    ({ method: 'get', path, access: 'public', tag: 'Pages', summary, answerType: 'text/html' }) as const;

  api.add(page('/', 'Start page'), async (c) => {
    const { publicOrigin, demoOrigin } = c.get('settings');
    return answer(c, startPage(publicOrigin, demoOrigin));
  });
  api.add(page('/demo/', 'The demo customer’s own site'), (c) => {
    const { demoOrigin } = c.get('settings');
    if (demoOrigin === null) throw new ProblemError('not_found', 'There is no demo here.');
    return c.redirect(`${demoOrigin}/`, 302);
  });
  api.add(page('/docs/', 'API page'), (c) => answer(c, apiReferencePage(api.specs)));
  api.add(
    { method: 'get', path: '/v1/openapi.json', access: 'public', tag: 'Service', summary: 'This API as a document' },
    (c) => c.json(openApiDocument(api.specs, c.get('settings').publicOrigin)),
  );
  api.add(
    {
      ...page('/help/:workspaceKey/:slug', 'A knowledge base article'),
      params: { workspaceKey: z.string().max(80), slug: z.string().regex(/^[a-z0-9-]{1,80}$/) },
    },
    async (c) => {
      const workspace = await workspaceByKey(c.env.DB, param<string>(c, 'workspaceKey'));
      const article = workspace === null ? null : await articleBySlug(c.env.DB, workspace.id, param<string>(c, 'slug'));
      if (workspace === null || article === null) throw new ProblemError('not_found', 'There is no such article.');
      return answer(c, helpArticlePage(article, workspace.name, workspace.allowedOrigins));
    },
  );

  const script = (path: string, summary: string) =>
    ({ method: 'get', path, access: 'public', tag: 'Pages', summary, answerType: 'text/javascript' }) as const;
  api.add(script('/baton.js', 'The tag’s script'), (c) => asset(c, widgetHeaders(false)));
  api.add({ ...script('/widget/:file', 'Parts of the widget'), params: builtFile }, (c) =>
    asset(c, widgetHeaders(true)),
  );
  api.add({ ...page('/press/:file/', 'The frame in which a recording is compressed'), params: builtFile }, (c) =>
    asset(c, pressHeaders()),
  );
  api.add(page('/console/', 'The agents’ console'), (c) => asset(c, consoleHeaders(c.get('settings'))));
  api.add({ ...script('/console/assets/:file', 'Parts of the console'), params: builtFile }, (c) =>
    asset(c, { ...consoleHeaders(c.get('settings')), 'cache-control': 'public, max-age=31536000, immutable' }),
  );
  for (const path of ['/console', '/demo', '/docs']) {
    api.add({ ...page(path, 'With the slash it belongs to'), isRedirect: true }, (c) => c.redirect(`${path}/`, 301));
  }
}

/** The replay origin answers these and nothing else. */
export function addPlayerPages(api: Api): void {
  const shared = { method: 'get', access: 'public', tag: 'Replay' } as const;
  api.add({ ...shared, path: '/replay/', summary: 'The player', answerType: 'text/html' }, (c) =>
    asset(c, playerHeaders(c.get('settings'))),
  );
  api.add(
    {
      ...shared,
      path: '/replay/assets/:file',
      summary: 'Parts of the player',
      answerType: 'text/javascript',
      params: builtFile,
    },
    (c) => asset(c, { ...playerHeaders(c.get('settings')), 'cache-control': 'public, max-age=31536000, immutable' }),
  );
}

async function answer(c: Context<AppEnv>, body: Html): Promise<Response> {
  return c.html(await body, 200, await plainPageHeaders());
}

async function asset(c: Context<AppEnv>, headers: Record<string, string>): Promise<Response> {
  const found = await c.env.ASSETS.fetch(new Request(new URL(c.req.path, c.req.url), { headers: conditional(c) }));
  if (found.status === 404) throw new ProblemError('not_found', 'There is nothing at this address.');
  const response = new Response(found.body, found);
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

const conditional = (c: Context<AppEnv>): Record<string, string> => {
  const etag = c.req.header('if-none-match');
  return etag === undefined ? {} : { 'if-none-match': etag };
};
