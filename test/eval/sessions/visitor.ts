import type { BrowserContext, Page } from 'playwright-core';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';

/** Somebody who follows a script on the demo customer's site. The page's clock is ours: a pause of minutes takes no time. */
export class ScriptedVisitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  /** When what led to the trouble began; the first mark counts. */
  onset: number | null = null;

  constructor(page: Page, context: BrowserContext, origin: string) {
    this.page = page;
    this.context = context;
    this.origin = origin;
  }

  now(): Promise<number> {
    return this.page.evaluate(() => Date.now());
  }

  /** So many seconds pass. */
  async wait(seconds: number): Promise<void> {
    await this.page.clock.runFor(seconds * 1000);
    // What the page's timers have started is real: answers take their time.
    await this.page.waitForTimeout(60);
  }

  /** The page's clock is ours, its network is not: answers of a local server come well within this. */
  settle(): Promise<void> {
    return this.page.waitForTimeout(200);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.origin}${path}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.getByRole('button', { name: 'Support' }).waitFor();
    await this.settle();
  }

  /** By the navigation at the top, as people do. */
  async go(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    await this.settle();
    await this.wait(1);
  }

  /** What is done next leads to the trouble. */
  async trouble(): Promise<void> {
    this.onset ??= await this.now();
  }

  async press(name: string, { times = 1, everyMs = 250 } = {}): Promise<void> {
    const button = this.page.getByRole('button', { name, exact: true });
    for (let i = 0; i < times; i += 1) {
      await button.click();
      if (i + 1 < times) await this.page.clock.runFor(everyMs);
    }
    await this.settle();
    await this.wait(1.2);
  }

  async fill(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).click();
    await this.page.getByLabel(label, { exact: true }).fill(value);
    await this.wait(1.2);
  }

  async choose(label: string, option: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).selectOption({ label: option });
    await this.wait(1.2);
  }

  /** What the widget kept of it. */
  async trail(): Promise<Breadcrumb[]> {
    await this.wait(6);
    return this.page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((name) => name.endsWith(':trail'));
      return key === undefined ? [] : JSON.parse(sessionStorage.getItem(key) as string).crumbs;
    });
  }
}
