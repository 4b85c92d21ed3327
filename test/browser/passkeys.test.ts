import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight, settingsPart } from '../support/looks.ts';
import { workAs } from '../support/people.ts';

let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

type Device = { cdp: CDPSession; authenticatorId: string };

/** A device of the browser's own make, that knows its owner. */
async function plugIn(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

const account = (page: Page) =>
  page.getByRole('navigation', { name: 'Inbox' }).getByRole('link', { name: 'Maya Okafor' });
const dialog = (page: Page) => page.getByRole('dialog');
const byPasskey = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' });
const available = (page: Page) => page.getByRole('switch', { name: 'Available' });

async function add(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
}
async function signOut(page: Page): Promise<void> {
  // A socket that is being opened while the session ends is refused, and the browser says so.
  await page.getByRole('navigation', { name: 'Inbox' }).getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await byPasskey(page).waitFor();
}

describe('[S30] an agent', () => {
  it('adds a passkey, signs in with it, and removes it', { timeout: 120_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const { cdp, authenticatorId } = await plugIn(page);
    await account(page).click();
    await page.getByRole('heading', { name: /^Your account/ }).waitFor();
    await page.getByText('You have no passkey yet.').waitFor();
    await looksRight(page, 'account-empty');

    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const name = dialog(page).getByRole('textbox', { name: 'Name' });
    await name.fill(' ');
    await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
    await dialog(page).getByText('Give it a name.').waitFor();
    await expect.poll(() => name.evaluate((node) => node.matches(':focus'))).toBe(true);
    await looksRight(page, 'account-add');
    expect(await wrongOn(page, 'dialog')).toEqual([]);
    await name.fill('Laptop');
    await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Laptop signs you in from now on.').waitFor();
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    await page.getByText('Never used.').waitFor();
    await looksRight(page, 'account');
    expect(await wrongOn(page)).toEqual([]);

    await add(page, 'Laptop again');
    await dialog(page).getByText('This device has a passkey of yours already.').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'Rename Laptop' }).click();
    await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Work laptop');
    await dialog(page).getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByText('Laptop is called Work laptop now.').waitFor();

    await signOut(page);
    await looksRight(page, 'sign-in');
    expect(await wrongOn(page)).toEqual([]);
    await byPasskey(page).click();
    await available(page).waitFor();
    await account(page).click();
    await page.getByText('Last used').waitFor();

    // The session ends under way: what is open stays, and the same device opens it again.
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Settings' }).click();
    await dialog(page).getByRole('heading', { name: 'Sign in again' }).waitFor();
    await byPasskey(page).click();
    await dialog(page).waitFor({ state: 'detached' });
    await available(page).and(page.locator('[aria-disabled="false"]')).waitFor();

    await account(page).click();
    await page.getByRole('button', { name: 'Remove Work laptop' }).click();
    await dialog(page).getByText('It signs you in no more.').waitFor();
    await looksRight(page, 'account-remove');
    await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Work laptop signs nobody in any more.').waitFor();
    await page.getByText('You have no passkey yet.').waitFor();
    await settingsPart(page, 'Log');
    await page.getByText('removed the passkey “Work laptop” from their account').waitFor();
    await page.getByText('added the passkey “Laptop” to their account').waitFor();

    // The device still has it.
    await signOut(page);
    await byPasskey(page).click();
    await page.getByText('This passkey opens nothing here, or nothing any more. Sign in with your password.').waitFor();
    await looksRight(page, 'sign-in-refused');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('maya@baton.test');
    await page.getByLabel('Password').fill('baton-demo-2026');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await available(page).waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('is told what a device without theirs, or that does not know them, comes to', { timeout: 90_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const { cdp, authenticatorId } = await plugIn(page);
    await signOut(page);
    const told = page.getByText('No passkey was used: it was cancelled, took too long, or there is none');
    await byPasskey(page).click();
    await told.waitFor();
    // Somebody else's, of the same address: the device offers it, the server does not know it.
    await page.getByRole('textbox', { name: 'E-mail' }).fill('maya@baton.test');
    await told.waitFor({ state: 'detached' });
    await page.getByLabel('Password').fill('baton-demo-2026');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await available(page).waitFor();
    await account(page).click();
    await add(page, 'Laptop');
    await page.getByText('Laptop signs you in from now on.').waitFor();
    await signOut(page);
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await byPasskey(page).click();
    await told.waitFor();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await byPasskey(page).click();
    await available(page).waitFor();
    await account(page).click();
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('You have no passkey yet.').waitFor();
    await cdp.send('WebAuthn.clearCredentials', { authenticatorId });
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await add(page, 'Nobody’s');
    await dialog(page)
      .getByText(/No passkey was added|cannot ask for a PIN/)
      .waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('who signed in a while ago enters the password once more', { timeout: 90_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await plugIn(page);
    await page.route('**/v1/passkeys', async (asked) => {
      if (asked.request().method() !== 'GET') return asked.continue();
      const answer = await asked.fetch();
      return asked.fulfill({ response: answer, json: { ...(await answer.json()), freshUntil: 0 } });
    });
    await account(page).click();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const password = dialog(page).getByLabel('Password');
    await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
    await dialog(page).getByText('Enter your password.').waitFor();
    await looksRight(page, 'account-add-again');
    await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Laptop');
    await password.fill('not the password');
    await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
    // Nobody is signed out by it.
    await dialog(page).getByText('That is not your password.').waitFor();
    await password.fill('baton-demo-2026');
    await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Laptop signs you in from now on.').waitFor();
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('You have no passkey yet.').waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });

  it('of an older browser is offered none', { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await context.addInitScript(() => {
      Reflect.deleteProperty(PublicKeyCredential, 'parseRequestOptionsFromJSON');
    });
    const page = await context.newPage();
    await page.goto(`${baton.origin}/console/`);
    await page.getByRole('textbox', { name: 'E-mail' }).fill('maya@baton.test');
    await expect.poll(() => byPasskey(page).count()).toBe(0);
    await page.getByLabel('Password').fill('baton-demo-2026');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await account(page).click();
    await page.getByText('This browser cannot use passkeys.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0);
    await context.close();
  });
});
