import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baton, startBaton, storedFiles } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { acceptOffer, panelOf, replayed, visitDemo, workAs, write } from '../support/people.ts';

const OUT = join(import.meta.dirname, 'out');
/** Typed into the card form; must be nowhere but on the demo's own wire. */
const SECRETS = { name: 'Canary Plover', number: '4929 1234 5678 9012', cvc: '917' };

let baton: Baton;
let browser: Browser;
beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  baton?.remove();
});

/** Everything that a page sent to Baton, unpacked. */
function wiretap(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request: Request) => {
    if (!request.url().startsWith(baton.origin)) return;
    const body = request.postDataBuffer();
    sent.push(`${request.url()} ${JSON.stringify(request.headers())}`);
    if (body !== null) sent.push(body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body).toString() : body.toString());
  });
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())));
  return sent;
}

describe('from a refused payment to somebody who already knows', () => {
  it('plays the whole story', { timeout: 180_000 }, async () => {
    const maya = await workAs(browser, baton, 'maya@baton.test');
    const priya = await visitDemo(browser, baton, { path: '/' });
    const sent = wiretap(priya.page);

    // 1. Trouble, before a word is typed.
    await priya.page.getByRole('link', { name: 'Billing' }).click();
    await priya.page.getByLabel('Card number').fill(SECRETS.number);
    await priya.page.getByLabel('Expiry date').fill('11/29');
    await priya.page.getByLabel('CVC').fill(SECRETS.cvc);
    await priya.page.getByLabel('Name on card').fill(SECRETS.name);
    const pay = priya.page.getByRole('button', { name: 'Pay', exact: true });
    await pay.click();
    await priya.page.getByText('Your card was declined').waitFor();
    for (let i = 0; i < 5; i += 1) await pay.click();
    await priya.page.getByRole('status').filter({ hasText: 'Want help?' }).waitFor();
    await priya.page.getByRole('button', { name: 'Get help' }).click();

    // 2. The assistant answers what it can prove.
    const panel = panelOf(priya.page);
    await write(panel, 'Why was my card declined?');
    const log = panel.getByRole('log', { name: 'Conversation' });
    await log
      .getByRole('link', { name: /Your card was declined/ })
      .first()
      .waitFor();

    // 3. What it cannot is handed over, and the visitor sees what goes along.
    await write(panel, 'I was charged twice and nobody helps, I want to talk to a human');
    const card = panel.getByRole('region', { name: /^Ticket BTN-/ });
    await card.waitFor();
    await expect
      .poll(() => card.innerText())
      .toMatch(/Passed to Billing[\s\S]*The page you are on: Billing[\s\S]*recording/);

    // 4. The offer, with its reasons.
    const offers = maya.page.getByRole('region', { name: 'Offers' });
    await offers.getByRole('button', { name: 'Accept' }).waitFor();
    await offers.getByTitle('Why this rank').click();
    const offer = (await offers.innerText()).replace(/\s+/g, ' ');
    for (const reason of [
      'Priya Raman',
      'Northwind Enterprise',
      'Asked for a person',
      'Charged wrongly',
      'account at risk −5 min',
    ])
      expect(offer).toContain(reason);
    await acceptOffer(maya.page);
    await log.getByText('Maya Okafor has joined').waitFor();

    // 5. One screen: conversation, context, replay.
    const context = maya.page.getByRole('region', { name: 'Context' });
    const shows = async (name: string, words: RegExp) => {
      await context.getByRole('tab', { name }).click();
      await expect.poll(() => context.getByRole('tabpanel').innerText(), { timeout: 10_000 }).toMatch(words);
    };
    await shows('Why', /asked for a person[\s\S]*“Charged wrongly” matched/i);
    await shows('Steps', /Opened \/billing[\s\S]*Pay[\s\S]*POST \/api\/pay → 402/);
    await maya.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await context.getByRole('button', { name: 'Copy as Playwright test' }).press('Enter');
    await context.getByRole('status').getByText('Copied.').waitFor();
    const script = await maya.page.evaluate(() => navigator.clipboard.readText());
    expect(script).toContain('await page.getByRole("button", { name: "Pay" }).first().click();');
    expect(script).toContain('await expect.poll(() => failed).toContain("POST /api/pay 402");');
    await shows('Account', /Northwind Enterprise[\s\S]*at.risk/i);
    await shows('History', /Billing/);
    await shows('History', /Maya Okafor took it/);
    await maya.page.getByRole('log', { name: 'Conversation' }).getByText('I was charged twice').waitFor();

    // 6. The replay opens at the trouble and shows the refused payment; what was typed is not in it.
    const scene = replayed(maya.page);
    await scene.getByRole('heading', { name: 'Billing' }).waitFor({ timeout: 20_000 });
    const replay = maya.page.getByRole('region', { name: 'Replay' });
    await replay.getByRole('button', { name: 'Play' }).click();
    await scene.getByText('Your card was declined').waitFor({ timeout: 20_000 });
    await replay.screenshot({ path: join(OUT, 'replay.png') });
    expect(await scene.locator('html').innerHTML()).not.toMatch(/Canary|Plover|4929|917/);
    await expect.poll(() => replay.getByRole('button', { name: /402/ }).count()).toBeGreaterThan(0);
    // At the end it stands still.
    await replay.getByRole('button', { name: 'Play' }).waitFor({ timeout: 20_000 });
    const slider = replay.getByRole('slider', { name: 'Time line' });
    await slider.press('Home');
    const standsAt = async () => Number(await slider.getAttribute('aria-valuenow'));
    await expect.poll(standsAt).toBeLessThan(200);
    const messages = maya.page.getByRole('log', { name: 'Conversation' });
    await messages.getByRole('button', { name: 'Show the page as it was then' }).last().click();
    await expect.poll(standsAt).toBeGreaterThan(500);
    await scene.getByText('Your card was declined').waitFor({ timeout: 20_000 });

    // 7. Live: what the visitor does now is on the agent's screen.
    await replay.getByRole('button', { name: 'Live' }).click();
    await priya.page.getByRole('link', { name: 'API keys' }).click();
    await scene.getByRole('heading', { name: 'API keys' }).first().waitFor({ timeout: 15_000 });

    // 8. They talk.
    await maya.page.getByRole('textbox', { name: 'Reply' }).fill('I see the five refused payments. One moment.');
    await maya.page.getByRole('button', { name: 'Send', exact: true }).click();
    await log.getByText('I see the five refused payments').waitFor();
    await write(panel, 'Thank you!');
    await maya.page.getByRole('log', { name: 'Conversation' }).getByText('Thank you!').waitFor();

    // 9. To engineering, as a bug report that is the first thing there.
    const ines = await workAs(browser, baton, 'ines@baton.test');
    await maya.page.getByRole('button', { name: 'Escalate' }).click();
    const dialog = maya.page.getByRole('dialog');
    expect(await dialog.innerHTML()).toContain('/api/pay');
    await dialog.getByLabel(/Expected/).fill('The card is charged once.');
    await dialog.getByLabel(/Actual/).fill('The payment is refused with 402 every time.');
    await dialog.getByLabel(/Hypothesis/).fill('The provider rejects the stored card.');
    await dialog.getByRole('button', { name: /Escalate/ }).click();
    await acceptOffer(ines.page);
    const report = ines.page.getByRole('region', { name: 'Context' });
    await report.getByText('The provider rejects the stored card.').waitFor();
    const words = await report.innerText();
    expect(words).toMatch(/POST \/api\/pay[\s\S]*402/);
    expect(words).toMatch(/84,?000/);
    await log.getByText('Ines Duarte has joined').waitFor();

    // 10. Resolved with a code, told to the visitor, counted.
    await ines.page.getByRole('button', { name: 'Resolve' }).click();
    const resolve = ines.page.getByRole('dialog');
    await resolve.getByRole('radio', { name: 'Fixed' }).check();
    await resolve.getByRole('button', { name: /Resolve/ }).click();
    await log.getByText('Ines Duarte marked this as resolved').waitFor();
    const metrics = async () => {
      const now = Date.now();
      const answer = await ines.page.request.get(
        `${baton.origin}/v1/metrics?from=${now - 3_600_000}&to=${now + 1000}&by=queue`,
      );
      const { groups } = (await answer.json()) as { groups: { key: string; escalations: number }[] };
      return groups.map(({ key, escalations }) => `${key} ${escalations}`).sort();
    };
    await expect.poll(metrics, { timeout: 15_000 }).toEqual(expect.arrayContaining(['Billing 1', 'Engineering 1']));

    // 11. What was typed is nowhere: not on the wire, not in any store, not on a screen.
    const secret = /Canary|Plover|4929[\s-]?1234/;
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.some((text) => text.includes('/segments/'))).toBe(true);
    expect(sent.filter((text) => secret.test(text))).toEqual([]);
    await baton.stop();
    // The control: what should be stored is found by the same search.
    const wanted = { said: /I was charged twice/, replayed: /"tagName":"h1"/, outcome: /escalation\.resolved/ };
    const found = new Set<string>();
    for (const { path, bytes } of storedFiles(baton.stateDir)) {
      const texts = [bytes.toString('latin1')];
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) texts.push(gunzipSync(bytes).toString());
      for (const text of texts) {
        expect([path, secret.test(text)]).toEqual([path, false]);
        for (const [name, pattern] of Object.entries(wanted)) if (pattern.test(text)) found.add(name);
      }
    }
    expect([...found].sort()).toEqual(Object.keys(wanted).sort());
    for (const { page } of [maya, ines]) expect(await page.content()).not.toMatch(secret);
    for (const { complaints } of [maya, ines, priya]) expect(complaints.violations).toEqual([]);
  });
});
