import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { startOidcServer } from '../support/oidc-on-port.ts';
import { OIDC_CLIENT } from '../support/oidc-server.ts';

let id: Awaited<ReturnType<typeof startOidcServer>>;
let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  id = await startOidcServer();
  const env = {
    OIDC_ISSUER: id.provider.issuer,
    OIDC_CLIENT_ID: OIDC_CLIENT.id,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    OIDC_NAME: 'Acme ID',
  };
  [baton, browser] = await Promise.all([startBaton({ env }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
  await id?.close();
});

describe('[S32] [S35] with an OpenID provider', () => {
  it('an agent who is not let in reads why, and then signs in', { timeout: 60_000 }, async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await page.goto(`${baton.origin}/console/`);
    const button = page.getByRole('button', { name: 'Sign in with Acme ID' });
    id.provider.person.email_verified = false;
    await button.click();
    await page.getByRole('alert').getByText('does not say that your e-mail address is verified').waitFor();
    expect(page.url()).toBe(`${baton.origin}/console/`);
    id.provider.person.email_verified = true;
    await button.click();
    await page.getByRole('navigation').getByText('Maya Okafor', { exact: true }).waitFor();
    expect(page.url()).not.toMatch(/code=|sign-in=/);
    // The cookie is a session like any other: it is there after a reload too.
    await page.reload();
    await page.getByRole('navigation').getByText('Maya Okafor', { exact: true }).waitFor();
    await page.close();
  });
});
