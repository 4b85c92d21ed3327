import { html } from 'hono/html';
import { page } from './html.ts';

/** The first page of a fresh installation: what this is, and what to try. */
export const startPage = (origin: string, demoOrigin: string | null) =>
  page(
    'Baton',
    html`<header>
<h1>Baton</h1>
<p class="lead">Carries a support conversation from the page where trouble started to the person who can fix it, and drops nothing on the way.</p>
</header>
<main>
${
  demoOrigin === null
    ? ''
    : html`<h2>Try it</h2>
<ol class="steps">
<li><strong>Be the agent.</strong> Open the <a href="/console/">console</a> and sign in as <code>maya@baton.test</code> with the password
<code>baton-demo-2026</code>. Switch <em>Available</em> on.</li>
<li><strong>Be the customer.</strong> In another window open the <a href="/demo/">demo product</a>, go to <em>Billing</em> and try to pay: the card is refused, every time.
Press <em>Pay</em> a few times and wait: help is offered before you ask.</li>
<li><strong>Write to support.</strong> Ask <em>“why was my card declined?”</em>: the assistant answers from the knowledge base and says where from. Then write <em>“I was charged twice and nobody helps me”</em>,
or press <em>Talk to a person</em>: you are handed over.</li>
<li><strong>Accept the offer</strong> in the console. The conversation, what was tried, what the customer did, and a replay that starts at the moment of trouble are on one screen.</li>
<li><strong>Finish it.</strong> Reply, resolve with a wrap-up code, or escalate to engineering (<code>ines@baton.test</code>), and look at the <a href="/console/#/metrics">metrics</a>.</li>
</ol>`
}
<h2>Put it on your own page</h2>
<pre><code>&lt;script async src="${origin}/baton.js" data-workspace="YOUR_KEY"&gt;&lt;/script&gt;</code></pre>
<h2>For developers</h2>
<p><a href="/docs/">API page</a> · <a href="/v1/openapi.json">OpenAPI document</a> · <a href="/health">Health</a></p>
</main>
<footer>Everything here runs on this machine: the Worker, its objects, the database and the recordings.</footer>`,
  );
