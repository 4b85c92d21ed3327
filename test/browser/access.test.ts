import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessServer, AUDIENCE, behindAccess, startAccessServer } from '../support/access-server.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { overNetwork } from '../support/transport.ts';

let access: AccessServer;
let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  access = await startAccessServer();
  [baton, browser] = await Promise.all([
    startBaton({ env: { ACCESS_TEAM: access.team, ACCESS_AUDIENCE: AUDIENCE } }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
  await access?.close();
});

/** A browser that came through Access: each of its calls has what it vouches for. */
async function cameAs(email: string | null): Promise<{ context: BrowserContext; page: Page }> {
  const headers: Record<string, string> =
    email === null ? {} : { 'cf-access-jwt-assertion': await access.assertion({ email }) };
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    extraHTTPHeaders: headers,
  });
  return { context, page: await context.newPage() };
}
/** In the console. Access adds its word to sockets too; this browser cannot, so they are asked for by themselves below. */
const isIn = (page: Page, name: string) => page.getByRole('navigation').getByText(name, { exact: true }).waitFor();

describe('[S25] with Cloudflare Access in front', () => {
  it('an agent is signed in by it, works, and signs out where they signed in', { timeout: 60_000 }, async () => {
    const { context, page } = await cameAs('Maya@Baton.test');
    await page.goto(`${baton.origin}/console/`);
    await isIn(page, 'Maya Okafor');
    await page.getByRole('link', { name: 'Maya Okafor' }).click();
    await page.getByText('passwords and passkeys of Baton open nothing').waitFor();
    const left = page.waitForRequest((request) => request.url() === `${baton.origin}/cdn-cgi/access/logout`);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await left;
    await context.close();
  });

  it('an agent’s sockets open with a ticket, for whom it vouches', { timeout: 60_000 }, async () => {
    const transport = overNetwork(baton.origin, baton.demoOrigin);
    const maya = Agent.vouchedFor(behindAccess(transport, await access.assertion({ email: 'maya@baton.test' })));
    const own = await maya.own();
    expect(await own.ask({ type: 'presence.set', presence: 'available' })).toMatchObject({ type: 'ack' });
    own.close();
    // A ticket is hers, and opens nothing for whom nobody vouches.
    const { ticket, path } = (await (await maya.post('/v1/tickets', { socket: 'agent' })).json()) as {
      ticket: string;
      path: string;
    };
    const socket = await transport.dial(path, ticket, { origin: baton.origin });
    expect(socket.isOpen).toBe(false);
  });

  it('whoever goes around it is nobody, whatever password they know', { timeout: 60_000 }, async () => {
    const { context, page } = await cameAs(null);
    await page.goto(`${baton.origin}/console/`);
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ines@baton.test');
    await page.getByLabel('Password').fill('baton-demo-2026');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Here agents sign in through Cloudflare Access. Load the page again.').waitFor();
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${baton.origin}/v1/me`, { headers })).status;
    const good = await access.assertion();
    expect(await status({ 'cf-access-jwt-assertion': good })).toBe(200);
    expect(await status({})).toBe(401);
    // [S30] Nor whatever passkey they have, and nobody adds one.
    const begun = await fetch(`${baton.origin}/v1/auth/sign-in/passkey/options`, {
      method: 'POST',
      headers: { origin: baton.origin },
    });
    expect(begun.status).toBe(403);
    const own = await fetch(`${baton.origin}/v1/passkeys`, { headers: { 'cf-access-jwt-assertion': good } });
    expect(own.status).toBe(403);
    // Visitors call some of these addresses too, where Access does not stand before: its cookie says the same, and is verified the same.
    expect(await status({ cookie: `theme=dark; CF_Authorization=${good}` })).toBe(200);
    const forged = `${good.slice(0, -6)}AAAAAA`;
    expect(await status({ cookie: `CF_Authorization=${forged}` })).toBe(401);
    expect(await status({ cookie: `CF_Authorization=${good}`, 'cf-access-jwt-assertion': forged })).toBe(401);
    // A page of another site has the cookie sent along, and nothing else.
    const elsewhere = {
      cookie: `CF_Authorization=${good}`,
      origin: 'https://evil.test',
      'content-type': 'application/json',
    };
    const tickets = await fetch(`${baton.origin}/v1/tickets`, {
      method: 'POST',
      headers: elsewhere,
      body: '{"socket":"agent"}',
    });
    expect(tickets.status).toBe(403);
    expect(await status({ 'cf-access-jwt-assertion': await access.assertion({ aud: ['another'] }) })).toBe(401);
    // Vouched for, and in no workspace.
    expect(await status({ 'cf-access-jwt-assertion': await access.assertion({ email: 'eve@evil.test' }) })).toBe(403);
    await context.close();
  });

  it('whoever was invited joins without a password, as the address that they came with', {
    timeout: 90_000,
  }, async () => {
    const headers = {
      'cf-access-jwt-assertion': await access.assertion(),
      'content-type': 'application/json',
      origin: baton.origin,
    };
    const body = JSON.stringify({ email: 'nina@new.test', role: 'agent' });
    const invited = await fetch(`${baton.origin}/v1/invitations`, { method: 'POST', headers, body });
    const { link } = (await invited.json()) as { link: string };
    const other = await cameAs('eve@evil.test');
    await other.page.goto(link);
    await other.page.getByRole('textbox', { name: 'Name' }).fill('Eve');
    await other.page.getByRole('button', { name: 'Join' }).click();
    await other.page.getByText('This invitation is for another address').waitFor();
    await other.context.close();
    const { context, page } = await cameAs('nina@new.test');
    await page.goto(link);
    await page.getByRole('heading', { name: /^Join Ledgerline/ }).waitFor();
    await expect.poll(() => page.getByLabel('Password').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Name' }).fill('Nina New');
    await page.getByRole('button', { name: 'Join' }).click();
    await isIn(page, 'Nina New');
    await context.close();
  });
});
