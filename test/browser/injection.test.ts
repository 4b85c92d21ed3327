import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../tools/seed/seeded-random.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { newId, randomText } from '../../worker/storage/ids.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { openPanel, panelOf, visitDemo, workAs } from '../support/people.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';

/* [S20] Texts that want to be run, in every place where a text of others is shown: none runs, none asks for anything elsewhere. By chance some of 2,613; `XSS_TEXTS` says how many. */

const ALL = readFileSync(join(import.meta.dirname, '../data/xss.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as string);
const COUNT = Number(process.env.XSS_TEXTS ?? 60);
const SEED = Number(process.env.XSS_SEED ?? Date.now() % 1_000_000);
/** So many in one conversation. */
const AT_ONCE = 30;

let baton: Baton;
let browser: Browser;
let transport: Transport;
let ines: Agent;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  transport = overNetwork(baton.origin, baton.demoOrigin);
  ines = await Agent.signIn(transport, 'ines@baton.test');
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

function chosen(): string[] {
  if (COUNT >= ALL.length) return ALL;
  const random = seededRandom(SEED);
  return ALL.map((text) => ({ text, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, COUNT)
    .map(({ text }) => text);
}

type Watched = { ran: string[]; asked: string[] };

/** What ran, and what was asked for elsewhere, in all pages of these people. */
async function watch(context: BrowserContext): Promise<Watched> {
  const seen: Watched = { ran: [], asked: [] };
  const ours = [baton.origin, baton.replayOrigin, baton.demoOrigin];
  context.on('dialog', (dialog) => {
    seen.ran.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!/^(?:data|blob|about):/.test(url) && !ours.some((origin) => url.startsWith(`${origin}/`)))
      seen.asked.push(url);
  });
  return seen;
}

/** Attributes that would run something, wherever a page has them. */
const armed = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        for (const { name, value } of element.attributes)
          if (
            name.startsWith('on') ||
            (/^(?:href|src|action|formaction|xlink:href|data)$/.test(name) &&
              /^\s*(?:javascript|vbscript|data:text\/html)/i.test(value))
          )
            found.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
        if (element.shadowRoot !== null) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });

async function attest(claims: { sub: string; name: string; email: string; company: string }): Promise<string> {
  return new SignJWT({ name: claims.name, email: claims.email, account: { name: claims.company, tier: 'enterprise' } })
    .setProtectedHeader({ alg: 'HS256', kid: DEMO_WORKSPACE.signingKey.kid, typ: 'JWT' })
    .setSubject(claims.sub)
    .setAudience(DEMO_WORKSPACE.publicKey)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(DEMO_WORKSPACE.signingKey.secret));
}

const pageOf = (texts: readonly string[]) => {
  const at = Date.now();
  const text = (n: number, most: number) => (texts[n % texts.length] as string).slice(0, most);
  return {
    page: {
      path: `/${text(0, 400).replace(/[?#]/g, '')}`,
      title: text(1, 200),
      area: 'billing',
      entries: texts
        .slice(0, 20)
        .map((one, n) => ({ key: `key${n}`, label: one.slice(0, 200), type: 'string', value: one.slice(0, 1000) })),
      viewport: { width: 800, height: 600 },
      browser: text(2, 200),
      language: 'en',
      at,
    },
    trail: texts
      .flatMap((one, n) => [
        { kind: 'click', tab: 'tabtabtab1', n: 3 * n, at, role: 'button', name: one.slice(0, 200) },
        { kind: 'error', tab: 'tabtabtab1', n: 3 * n + 1, at, message: one.slice(0, 1000), source: null },
        {
          kind: 'form_rejected',
          tab: 'tabtabtab1',
          n: 3 * n + 2,
          at,
          name: one.slice(0, 200),
          fields: [one.slice(0, 200)],
        },
      ])
      .slice(0, 100),
  };
};

const texts = chosen();
const rounds = Array.from({ length: Math.ceil(texts.length / AT_ONCE) }, (_, n) =>
  texts.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
);

describe(`[S20] ${texts.length} of ${ALL.length} texts that want to be run (XSS_SEED=${SEED})`, () => {
  it('neither for the visitor nor for who answers', { timeout: 60_000 + rounds.length * 60_000 }, async () => {
    const { page: site } = await visitDemo(browser, baton, { path: '/billing', user: 'usr_priya' });
    const visitors = await watch(site.context());
    let panel = panelOf(site);
    const { page: console_, complaints } = await workAs(browser, baton, 'maya@baton.test');
    const agents = await watch(console_.context());
    const priya = await Visitor.arrive(transport, 'usr_priya');
    for (const [n, round] of rounds.entries()) {
      const socket = await priya.open({ startNew: false });
      await socket.ask({ type: 'page.update', ...pageOf(round) } as never);
      if (n === 0) {
        await socket.ask({ type: 'message.send', text: round[0] as string });
        await socket.ask({ type: 'person.request' });
        await console_.getByRole('region', { name: 'Offers' }).getByRole('button', { name: 'Accept' }).first().click();
        await console_.getByRole('region', { name: 'Context' }).waitFor();
        // What was said elsewhere is shown where a page is opened anew.
        await site.reload();
        panel = await openPanel(site);
      }
      for (const text of round) await socket.ask({ type: 'message.send', text });
      socket.close();
      const maya = await Agent.signIn(transport, 'maya@baton.test');
      const held = await maya.conversation(priya.conversationId);
      for (const text of round.slice(0, 25)) {
        await held.ask({ type: 'message.send', text });
        await held.ask({ type: 'note.add', text });
      }
      held.close();
      const last = `end of round ${n}`;
      const again = await priya.connect();
      await again.ask({ type: 'message.send', text: last });
      again.close();
      await console_.getByText(last).first().waitFor();
      await panel.getByText(last).first().waitFor();
      const context = console_.getByRole('region', { name: 'Context' });
      for (const tab of ['Why', 'Steps', 'Account', 'History']) {
        await context.getByRole('tab', { name: tab }).click();
        expect(await armed(console_)).toEqual([]);
      }
      expect(await armed(site)).toEqual([]);
    }
    // What a host attests is somebody's text too.
    for (const [n, text] of texts.slice(0, 10).entries()) {
      const other = await Visitor.arrive(transport, null);
      const token = await attest({
        sub: `usr_x${n}${randomText(6)}`,
        name: text.slice(0, 200),
        email: `${text.slice(0, 60)}@x.test`,
        company: text.slice(0, 200),
      });
      const attested = await other.withToken(token);
      const socket = await attested.open();
      await socket.ask({ type: 'message.send', text });
      await socket.ask({ type: 'person.request' });
      socket.close();
    }
    await console_.waitForTimeout(1500);
    expect(await armed(console_)).toEqual([]);
    expect({ visitors, agents }).toEqual({ visitors: { ran: [], asked: [] }, agents: { ran: [], asked: [] } });
    expect(complaints.violations).toEqual([]);
    await Promise.all([site.context().close(), console_.context().close()]);
  });

  it('nor in settings, articles, their pages and what is quoted from them', {
    timeout: 60_000 + rounds.length * 60_000,
  }, async () => {
    const put = async (path: string, body: object) => {
      const response = await transport.fetch(path, {
        method: 'PUT',
        headers: ines.headers,
        body: JSON.stringify(body),
      });
      expect([200, 400]).toContain(response.status);
      return response;
    };
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    const seen = await watch(page.context());
    const slugs: string[] = [];
    for (const text of texts) {
      const written = await put(`/v1/articles/${newId('article')}`, {
        title: text.slice(0, 200),
        area: '',
        keywords: [text.slice(0, 80)],
        aliases: [text.slice(0, 300)],
        body: `# ${text}\n\n${text}\n\n[${text.replace(/[[\]\n]/g, '')}](${text.replace(/[()\s]/g, '')})\n\n![x](${text.replace(/[()\s]/g, '')})\n\n1. ${text}\n2. ${text}`,
        revision: null,
      });
      if (written.ok) slugs.push(((await written.json()) as { slug: string }).slug);
    }
    for (const text of texts.slice(0, 20))
      await put(`/v1/incidents/${newId('incident')}`, { title: text.slice(0, 120), area: null });
    const { revision } = (await (await ines.get('/v1/intents')).json()) as { revision: number };
    const names = new Map(texts.slice(0, 30).map((text) => [text.slice(0, 64).trim().toLowerCase(), text]));
    await put('/v1/intents', {
      revision,
      intents: [...names.values()].map((text, n) => ({
        name: text.slice(0, 64),
        examples: [`${n} a ${text.slice(0, 200)}`, `${n} b ${text.slice(0, 200)}`, `${n} c ${text.slice(0, 200)}`],
        articles: [],
      })),
    });
    await page.getByRole('link', { name: 'Settings' }).click();
    for (const text of texts.slice(0, 10)) {
      await ines.post('/v1/api-keys', { name: text.slice(0, 60), scopes: ['metrics:read'], days: 1 });
      await ines.post('/v1/queues', { clientId: randomText(12), name: text.slice(0, 40), tier: 1 });
    }
    for (const part of [
      ...['Knowledge', 'Intents', 'Incidents', 'Routes', 'API keys', 'Webhooks', 'Members', 'Agents', 'Privacy', 'Log'],
    ]) {
      await page.getByRole('link', { name: part, exact: true }).click();
      await page.locator('.s-group').first().waitFor();
      expect(await armed(page)).toEqual([]);
    }
    await page.getByRole('link', { name: 'Knowledge', exact: true }).click();
    const box = page.getByRole('complementary', { name: 'Ask as a visitor' });
    for (const text of texts.slice(0, 10)) {
      await box.getByRole('textbox').fill(text.replace(/\n/g, ' ').slice(0, 300));
      await box.getByRole('button', { name: 'Ask' }).click();
      await page.waitForTimeout(150);
      expect(await armed(page)).toEqual([]);
    }
    // Where somebody looks for a conversation, by its words and as it is found.
    await page.goto(`${baton.origin}/console/`);
    await page.getByRole('button', { name: 'Find a conversation' }).click();
    const words = page.getByRole('dialog').getByRole('searchbox').or(page.getByRole('dialog').getByRole('textbox'));
    for (const text of texts.slice(0, 10)) {
      await words.first().fill(text.replace(/\n/g, ' ').slice(0, 60));
      await page.waitForTimeout(400);
      expect(await armed(page)).toEqual([]);
    }
    const help = await page.context().newPage();
    for (const slug of slugs) {
      await help.goto(`${baton.origin}/help/${DEMO_WORKSPACE.publicKey}/${slug}`);
      expect(await armed(help)).toEqual([]);
    }
    expect(slugs.length).toBeGreaterThan(texts.length / 2);
    expect(seen).toEqual({ ran: [], asked: [] });
    expect(complaints.violations).toEqual([]);
    await page.context().close();
  });
});
