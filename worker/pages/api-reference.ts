import { html } from 'hono/html';
import type { Access, RouteSpec } from '../routes/api.ts';
import { page } from './html.ts';
import { schemaOf } from './openapi.ts';

const CALLERS: Record<Access, string> = {
  page: 'a page of an allowed origin',
  visitor: 'a visitor, with `Authorization: Bearer <visit token>`, from an allowed origin',
  visit_socket: 'a visitor, with the visit token as a sub-protocol, from an allowed origin',
  console: 'the console’s own pages',
  agent: 'a signed-in agent, from the console’s own pages',
  public: 'anybody',
};

/** The API page, made from the routes themselves. */
export const apiReferencePage = (all: readonly RouteSpec[]) => {
  const specs = all.filter(({ isRedirect }) => isRedirect !== true);
  const tags = [...new Set(specs.map(({ tag }) => tag))];
  return page(
    'Baton API',
    html`<header><h1>API</h1>
<p class="lead">Every call answers JSON. A no is a <em>Problem</em>: <code>{ kind, message, requestId, retryAfterMs? }</code>; the kind says whether trying again makes sense.
The same as a document: <a href="/v1/openapi.json">/v1/openapi.json</a>.</p></header>
<main class="wide">
${tags.map(
  (tag) => html`<h2>${tag}</h2>
${specs
  .filter((spec) => spec.tag === tag)
  .map(
    (
      spec,
    ) => html`<details><summary><span class="method">${spec.socket ? 'WS' : spec.method.toUpperCase()}</span> <code>${spec.path}</code> <span class="quiet">${spec.summary}</span></summary>
<div>${spec.description ? html`<p>${spec.description}</p>` : ''}<p class="quiet">Who may call: ${CALLERS[spec.access]}.</p>
${spec.binary ? html`<p>Body: <code>${spec.binary.type}</code>, at most ${spec.binary.maxBytes} bytes.</p>` : ''}
${part('Query', spec.query)}${part('Body', spec.body)}${part('Answer', spec.answer)}
${part('Frames to the server', spec.socket?.up)}${part('Frames from the server', spec.socket?.down)}</div></details>`,
  )}`,
)}
</main><footer></footer>`,
  );
};

const part = (title: string, schema: RouteSpec['answer']) =>
  schema === undefined
    ? ''
    : html`<h3>${title}</h3><pre><code>${JSON.stringify(schemaOf(schema), null, 2)}</code></pre>`;
