import { html } from 'hono/html';
import { page } from './html.ts';

/** For people who followed a link; programs get the Problem. */
export const notFoundPage = (requestId: string) =>
  page(
    'Nothing here',
    html`<header><h1>There is nothing at this address</h1></header>
<main>
<p>It may have moved, or the link is not whole. <a href="/">The start page</a> says what is here.</p>
<p class="quiet">Request ${requestId}</p>
</main>`,
  );
