import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Baton } from './baton.ts';

const DESKTOP = { width: 1280, height: 800 };

/** What a page complained about: a test that passes while the console is red has not passed. */
export type Complaints = { all: string[]; violations: string[] };

/** Errors that the demo makes on purpose, as the browser words them. */
const EXPECTED = /status of (?:402|500|422|401)|Failed to load resource: net::ERR_(?:INTERNET_DISCONNECTED|CONNECTION)/;

function listen(page: Page): Complaints {
  const complaints: Complaints = { all: [], violations: [] };
  page.on('console', (message) => {
    if (message.type() !== 'error' || EXPECTED.test(message.text())) return;
    complaints.all.push(message.text());
    if (/Content Security Policy|TrustedHTML|Trusted/.test(message.text())) complaints.violations.push(message.text());
  });
  page.on('pageerror', (error) => complaints.all.push(error.message));
  return complaints;
}

/** Somebody on the demo customer's site. */
export async function visitDemo(
  browser: Browser,
  baton: Baton,
  {
    path = '/',
    user = 'usr_priya',
    options = {},
  }: { path?: string; user?: string; options?: BrowserContextOptions } = {},
): Promise<{ page: Page; complaints: Complaints }> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', ...options });
  await context.addCookies([{ name: 'ledgerline_user', value: user, url: baton.demoOrigin }]);
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(`${baton.demoOrigin}${path}`);
  return { page, complaints };
}

export const panelOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Support' });

export async function openPanel(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Support' }).click();
  const panel = panelOf(page);
  await panel.getByRole('textbox', { name: 'Message' }).waitFor();
  return panel;
}

export async function write(panel: Locator, text: string): Promise<void> {
  await panel.getByRole('textbox', { name: 'Message' }).fill(text);
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
}

/** An agent in the console, available unless told otherwise. */
export async function workAs(
  browser: Browser,
  baton: Baton,
  email: string,
  { isAvailable = true, options = {} }: { isAvailable?: boolean; options?: BrowserContextOptions } = {},
): Promise<{ page: Page; complaints: Complaints }> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(`${baton.origin}/console/`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByLabel('Password').fill('baton-demo-2026');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const available = page.getByRole('switch', { name: 'Available' });
  // Before the socket has said how the agent stands, the switch says nothing. Who comes back at once is still available.
  await available.and(page.locator('[aria-disabled="false"]')).waitFor();
  if (isAvailable && (await available.getAttribute('aria-checked')) !== 'true') await available.click();
  return { page, complaints };
}

export async function acceptOffer(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Offers' }).getByRole('button', { name: 'Accept' }).first().click();
  await page.getByRole('region', { name: 'Context' }).waitFor();
}

/** The document that the player shows, inside its two frames. */
export const replayed = (page: Page) =>
  page.getByRole('region', { name: 'Replay' }).frameLocator('iframe').frameLocator('iframe');
