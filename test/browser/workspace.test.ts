import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongOn } from '../support/axe.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { looksRight, settingsPart as part, shoot } from '../support/looks.ts';
import { openPanel, visitDemo, workAs } from '../support/people.ts';

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

describe('[G38] an admin', () => {
  it('says how sure the assistant must be, and sees before what it comes to', { timeout: 60_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await part(page, 'Workspace');
    const wrong = page.getByRole('textbox', { name: 'A wrong answer, in minutes of an agent’s' });
    await wrong.waitFor();
    const row = page.getByRole('row', { name: /^Calm, a person is free/ });
    await expect.poll(() => row.innerText()).toMatch(/60 %\s+60 %\s+60 %\s+60 %/);
    await wrong.fill('soon');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('A number from 0.1 to 1440.').waitFor();
    await expect.poll(() => wrong.evaluate((node) => node.matches(':focus'))).toBe(true);
    await expect.poll(() => row.innerText()).toContain('–');
    await looksRight(page, 'answer-costs-wrong');
    await wrong.fill('24');
    await page.getByRole('textbox', { name: 'At least, Enterprise, percent' }).fill('90');
    await expect.poll(() => row.innerText()).toMatch(/75 %\s+75 %\s+90 %\s+75 %/);
    await page.getByText('What became of them will be shown here.').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    // Saved, there is nothing left to apply.
    await expect.poll(() => page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('changed how sure the assistant must be').first().waitFor();
    await part(page, 'Workspace');
    await wrong.waitFor();
    await expect.poll(() => wrong.inputValue()).toBe('24');
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });
});

describe('[S10] [S11] an owner', () => {
  it('is told which site is wrong, and changes keys while a visitor stays signed in', { timeout: 90_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await part(page, 'Workspace');
    const sites = page.getByRole('textbox', { name: 'Sites that may embed the tag' });
    await sites.waitFor();
    const before = await sites.inputValue();
    expect(before).toBe(baton.demoOrigin);
    await sites.fill(`${before}\nhttps://*.example.com\nhttps://shop.example.com/`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Line 2, “https://*.example.com”, is one site, without a wildcard').waitFor();
    await page.getByText('Line 3, “https://shop.example.com/”, must end after the host and port').waitFor();
    await expect.poll(() => sites.evaluate((node) => node.matches(':focus'))).toBe(true);
    await looksRight(page, 'workspace-wrong');
    await sites.fill(`${before}\nhttps://shop.example.com`);
    const limit = page.getByRole('textbox', { name: 'Most tokens of a model in a day' });
    await expect.poll(() => limit.inputValue()).toBe('5000000');
    await limit.fill('a lot');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A whole number of tokens, or nothing where there is no limit.').waitFor();
    await expect.poll(() => limit.evaluate((node) => node.matches(':focus'))).toBe(true);
    await limit.fill('2,000,000');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Last changed by Ines Duarte').waitFor();
    await expect.poll(() => limit.inputValue()).toBe('2000000');

    await page.getByRole('button', { name: 'Make a key' }).click();
    const secret = page.getByRole('textbox', { name: /^Secret of key-/ });
    await expect.poll(() => secret.inputValue()).toMatch(/^[A-Za-z0-9]{43}$/);
    await page.getByText(/^How to sign with key-/).click();
    const code = page.getByRole('textbox', { name: 'How to sign' });
    await expect.poll(() => code.inputValue()).toContain('createHmac');
    await page.getByLabel('Your server is written in').selectOption('Ruby');
    await expect.poll(() => code.inputValue()).toContain('OpenSSL::HMAC');
    await page.getByText('Two are live, which is the most.').waitFor();
    await looksRight(page, 'workspace-keys');
    await page.getByRole('button', { name: 'I have it' }).click();
    await expect.poll(() => secret.count()).toBe(0);

    await page.getByRole('button', { name: /^End key-/ }).click();
    const dialog = page.getByRole('dialog', { name: /^End key-/ });
    await dialog.getByText('This cannot be undone.').waitFor();
    await shoot(page, 'workspace-end');
    await dialog.getByRole('button', { name: 'End the key' }).click();
    await expect.poll(() => page.getByRole('button', { name: /^End key-/ }).count()).toBe(0);
    // The other key goes on.
    const { page: visitor } = await visitDemo(browser, baton, { user: 'usr_priya' });
    await openPanel(visitor);
    await visitor.context().close();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });
});

describe('[S15] a program', () => {
  it('gets a key with a scope, calls with it, and is out when the key is ended', { timeout: 90_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await part(page, 'API keys');
    await page.getByText('There is no key').waitFor();
    const form = page.getByRole('form', { name: 'Make a key' });
    const make = form.getByRole('button', { name: 'Make the key' });
    await make.click();
    await form.getByText('Give it a name').waitFor();
    const name = form.getByRole('textbox', { name: 'Name' });
    await expect.poll(() => name.evaluate((node) => node.matches(':focus'))).toBe(true);
    await name.fill('Nightly report');
    await make.click();
    await form.getByText('Choose at least one').waitFor();
    await looksRight(page, 'api-keys-wrong');
    // By keyboard, as everything here can be.
    await form.getByRole('checkbox', { name: 'Change: Incidents' }).press('Space');
    await expect.poll(() => form.getByRole('checkbox', { name: 'Read: Incidents' }).isChecked()).toBe(true);
    await form.getByRole('checkbox', { name: 'Read: Metrics' }).press('Space');
    await name.press('Enter');
    const box = page.getByRole('textbox', { name: 'Secret of the new key' });
    const secret = await box.inputValue();
    expect(secret).toMatch(/^baton_[A-Za-z0-9]{43}$/);
    await looksRight(page, 'api-keys-made');
    const call = async (path: string) =>
      (await fetch(`${baton.origin}${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect([await call('/v1/metrics?from=0&to=1&by=all'), await call('/v1/articles')]).not.toContain(401);
    expect(await call('/v1/incidents')).toBe(200);
    expect(await call('/v1/articles')).toBe(403);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'End Nightly report' }).click();
    const dialog = page.getByRole('dialog', { name: 'End Nightly report?' });
    await dialog.getByRole('button', { name: 'End the key' }).click();
    await page.getByText('Nightly report opens nothing any more.').waitFor();
    expect(await call('/v1/incidents')).toBe(401);
    await part(page, 'Log');
    await page.getByText('made the API key “Nightly report”').waitFor();
    await page.getByText('ended the API key “Nightly report”').waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });
});

describe('[S12] [S13] [S14] a colleague', () => {
  it('is invited by a link, joins, answers, and is taken out while the console is open', {
    timeout: 120_000,
  }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false });
    await part(page, 'Members');
    const form = page.getByRole('form', { name: 'Invite somebody' });
    await form.getByRole('textbox', { name: 'E-mail' }).fill('nina');
    await form.getByRole('button', { name: 'Invite' }).click();
    await page.getByText('That is no e-mail address').waitFor();
    await form.getByRole('textbox', { name: 'E-mail' }).fill('nina@new.test');
    await form.getByRole('combobox', { name: 'As' }).selectOption('Supervisor');
    await form.getByRole('button', { name: 'Invite' }).click();
    const link = await page.getByRole('textbox', { name: 'Link for nina@new.test' }).inputValue();
    expect(link).toMatch(new RegExp(`^${baton.origin}/console/#/join/`));
    await looksRight(page, 'members');

    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const nina = await context.newPage();
    await nina.goto(link);
    await nina.getByRole('heading', { name: /^Join Ledgerline/ }).waitFor();
    await nina.getByText('Ines Duarte invited you as Supervisor.').waitFor();
    await nina.getByRole('button', { name: 'Join' }).click();
    await nina.getByText('Say what visitors and colleagues shall call you.').waitFor();
    await looksRight(nina, 'join');
    await nina.getByRole('textbox', { name: 'Name' }).fill('Nina New');
    await expect.poll(() => nina.getByLabel('Password').getAttribute('type')).toBe('password');
    await nina.getByLabel('Password').fill('Ledgerline1');
    await nina.getByRole('button', { name: 'Join', exact: true }).click();
    await nina.getByText('This one is little more than your name').waitFor();
    await expect.poll(() => nina.getByLabel('Password').evaluate((node) => node.matches(':focus'))).toBe(true);
    await nina.getByLabel('Password').fill('a long enough password');
    await nina.getByRole('button', { name: 'Join' }).click();
    await nina.getByRole('switch', { name: 'Available' }).and(nina.locator('[aria-disabled="false"]')).waitFor();
    expect(nina.url()).toBe(`${baton.origin}/console/`);

    // The link is used up.
    const again = await (await browser.newContext()).newPage();
    await again.goto(link);
    await again.getByRole('heading', { name: 'This invitation is not open' }).waitFor();
    await shoot(again, 'join-used');
    await again.context().close();

    await page.reload();
    const role = page.getByRole('combobox', { name: 'Role of Nina New' });
    await role.selectOption('Agent');
    await page.getByText('Nina New is Agent now.').waitFor();
    await page.getByRole('button', { name: 'Take out Nina New' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take out' }).click();
    await page.getByText('Nina New is not in the workspace any more.').waitFor();
    await nina.getByText('You are not in this workspace any more').waitFor();
    await shoot(nina, 'taken-out');
    await part(page, 'Log');
    await page.getByText('took Nina New out of the workspace').waitFor();
    // The address that was none.
    expect(complaints.all.filter((text) => !/status of 400/.test(text))).toEqual([]);
    await context.close();
    await page.context().close();
  });

  it('who is no admin sees neither', { timeout: 60_000 }, async () => {
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    await part(page, 'Members');
    await page.getByText('Only owners and admins see who is in the workspace.').waitFor();
    await page.getByRole('link', { name: 'Workspace', exact: true }).click();
    await page.getByText('Only owners and admins see how the workspace is set up.').waitFor();
    expect(complaints.all).toEqual([]);
    await page.context().close();
  });
});

/** While nobody runs: another company, of which she is an agent too. */
function addWorkspace(dir: string, email: string): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(join(entry.parentPath, entry.name));
    if (database.prepare("select 1 from sqlite_master where name = 'workspaces'").get() !== undefined) {
      database.exec(
        "insert into organization (id, name, slug, createdAt) values ('ws_harbour1234567890123', 'Harbour', 'harbour', '2026-01-01')",
      );
      database.exec(
        "insert into workspaces (id, public_key, name, allowed_origins, settings) select 'ws_harbour1234567890123', 'pk_harbour', 'Harbour', '[]', settings from workspaces",
      );
      database
        .prepare(
          "insert into member select 'mem_harbour', 'ws_harbour1234567890123', id, 'owner', '2036-11-01' from user where email = ?",
        )
        .run(email);
      database
        .prepare(
          "insert into agent_profiles (workspace_id, agent_id, skills, capacity, queue_ids) select 'ws_harbour1234567890123', id, '[]', 3, '[]' from user where email = ?",
        )
        .run(email);
    }
    database.close();
  }
}

describe('[S37] an agent of two companies', () => {
  it('goes from one to the other, each tab by itself', { timeout: 90_000 }, async () => {
    await baton.stop();
    addWorkspace(baton.stateDir, 'maya@baton.test');
    await baton.restart();
    const { page, complaints } = await workAs(browser, baton, 'maya@baton.test', { isAvailable: false });
    const which = page.getByRole('combobox', { name: 'Workspace' });
    await expect.poll(() => which.locator('option').allInnerTexts()).toEqual(['Harbour', 'Ledgerline']);
    await page.getByRole('heading', { name: 'Billing' }).first().waitFor();
    const other = await page.context().newPage();
    await other.goto(`${baton.origin}/console/`);
    const there = other.getByRole('combobox', { name: 'Workspace' });
    await there.selectOption('Harbour');
    await other.getByRole('link', { name: 'Harbour' }).waitFor();
    await expect.poll(() => other.getByRole('heading', { name: 'Billing' }).count()).toBe(0);
    await other.getByRole('switch', { name: 'Available' }).and(other.locator('[aria-disabled="false"]')).waitFor();
    await looksRight(other, 'two-workspaces');
    expect(await wrongOn(other)).toEqual([]);
    // An owner there, and an agent here: what is saved is saved where it is seen.
    await part(other, 'Workspace');
    await other.getByRole('textbox', { name: 'Sites that may embed the tag' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Billing' }).first().waitFor();
    await expect.poll(() => which.inputValue()).not.toBe(await there.inputValue());
    // The next tab begins with what was chosen last.
    const third = await page.context().newPage();
    await third.goto(`${baton.origin}/console/`);
    await third.getByRole('link', { name: 'Harbour' }).waitFor();
    expect(complaints.violations).toEqual([]);
    await page.context().close();
  });
});
