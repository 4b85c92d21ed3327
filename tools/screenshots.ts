import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Baton, startBaton } from '../test/support/baton.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { acceptOffer, openPanel, panelOf, replayed, visitDemo, workAs, write } from '../test/support/people.ts';
import { ROOT } from './local.ts';

const DOCS = join(ROOT, 'docs');
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** `npm run screenshots`: the story's pictures for the README, in both colour schemes and on a phone. Needs a built `dist/`. */
mkdirSync(DOCS, { recursive: true });
const browser = await launchBrowser();
for (const scheme of ['light', 'dark'] as const) {
  const baton = await startBaton();
  try {
    await desktop(browser, baton, scheme);
    if (scheme === 'light') await phone(browser, baton);
  } finally {
    await baton.stop();
    baton.remove();
  }
}
await browser.close();

async function desktop(browser: Browser, baton: Baton, scheme: 'light' | 'dark'): Promise<void> {
  const options = { colorScheme: scheme };
  const shoot = (page: Page, name: string) => page.screenshot({ path: join(DOCS, `${name}-${scheme}.png`) });
  const { page: agent } = await workAs(browser, baton, 'maya@baton.test', { options });
  const { page: visitor } = await visitDemo(browser, baton, { options });
  await visitor
    .getByRole('img')
    .or(visitor.getByRole('heading', { name: 'Dashboard' }))
    .first()
    .waitFor();
  await visitor.getByRole('button', { name: 'Support' }).waitFor();
  await shoot(visitor, 'demo');
  await payInVain(visitor);
  await visitor.getByRole('status').filter({ hasText: 'Want help?' }).waitFor();
  await shoot(visitor, 'offer-of-help');
  await visitor.getByRole('button', { name: 'Get help' }).click();
  const panel = panelOf(visitor);
  await write(panel, 'Why was my card declined?');
  await panel
    .getByRole('link', { name: /Your card was declined/ })
    .first()
    .waitFor();
  await visitor.waitForTimeout(300);
  await shoot(visitor, 'panel-answer');
  await write(panel, 'I was charged twice and nobody helps. Can I talk to a human?');
  await panel.getByRole('region', { name: /^Ticket/ }).waitFor();
  await agent.getByRole('button', { name: 'Accept' }).waitFor();
  await visitor.waitForTimeout(300);
  await shoot(visitor, 'panel-handed-over');
  await shoot(agent, 'console-offer');
  await acceptOffer(agent);
  await replayed(agent)
    .getByText('Your card was declined')
    .or(replayed(agent).getByRole('heading', { name: 'Billing' }))
    .first()
    .waitFor({ timeout: 20_000 });
  await agent.waitForTimeout(1500);
  await shoot(agent, 'console-work');
  await agent.goto(`${baton.origin}/console/#/metrics`);
  await agent.getByRole('heading', { name: 'Metrics' }).waitFor();
  await agent.waitForTimeout(1500);
  await shoot(agent, 'metrics');
  await Promise.all([agent.context().close(), visitor.context().close()]);
  await settings(browser, baton, scheme);
}

/** Three who wait, and an admin who would let the last of them go first. */
async function settings(browser: Browser, baton: Baton, scheme: 'light' | 'dark'): Promise<void> {
  const options = { colorScheme: scheme };
  const { page: admin } = await workAs(browser, baton, 'ines@baton.test', { isAvailable: false, options });
  // Whoever was there a moment ago would be asked, and who is asked for does not wait.
  await admin.getByRole('region', { name: 'Queue Billing' }).getByText('Nobody available').waitFor();
  for (const user of ['usr_priya', 'usr_tom', 'usr_lena']) {
    const { page } = await visitDemo(browser, baton, { path: '/billing', user });
    const panel = await openPanel(page);
    await write(panel, 'I was charged twice, I want to talk to a human');
    await panel.getByRole('region', { name: /^Ticket/ }).waitFor();
    await page.context().close();
  }
  await admin.getByRole('link', { name: 'Settings' }).click();
  // In this order: the more urgent are never due later.
  for (const severity of ['critical', 'high', 'normal'])
    await admin.getByRole('textbox', { name: `Target for Free, ${severity}, minutes` }).fill('5');
  const preview = admin.getByRole('region', { name: 'Preview' });
  await preview.getByText(/who wait change places/).waitFor();
  await preview.getByRole('button', { name: /, why/ }).first().click();
  await admin.waitForTimeout(300);
  await admin.screenshot({ path: join(DOCS, `settings-${scheme}.png`) });
  await admin.context().close();
}

async function phone(browser: Browser, baton: Baton): Promise<void> {
  const { page: agent } = await workAs(browser, baton, 'maya@baton.test', { options: PHONE });
  // Somebody new: the others are with people by now, and the assistant is silent.
  const { page: visitor } = await visitDemo(browser, baton, { path: '/billing', user: 'signed-out', options: PHONE });
  const panel = await openPanel(visitor);
  await write(panel, 'Why was my card declined?');
  await panel
    .getByRole('link', { name: /Your card was declined/ })
    .first()
    .waitFor();
  await visitor.waitForTimeout(300);
  await visitor.screenshot({ path: join(DOCS, 'panel-phone.png') });
  await panel.getByRole('button', { name: 'Talk to a person' }).click();
  await agent.getByRole('button', { name: 'Accept' }).first().click();
  await agent.waitForTimeout(2000);
  await agent.screenshot({ path: join(DOCS, 'console-phone.png') });
  await Promise.all([agent.context().close(), visitor.context().close()]);
}

async function payInVain(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Billing' }).click();
  const pay = page.getByRole('button', { name: 'Pay', exact: true });
  for (let i = 0; i < 5; i += 1) {
    await pay.click();
    await page.waitForTimeout(120);
  }
}
