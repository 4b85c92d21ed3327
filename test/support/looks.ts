import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** `SHOTS=FOLDER` keeps what was seen. */
export const shoot = async (page: Page, name: string): Promise<void> => {
  if (process.env.SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
};
/** In both colour schemes and on a phone, where nothing of it may be wider than the screen. */
export async function looksRight(page: Page, name: string): Promise<void> {
  await shoot(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, `${name}-phone`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(wide, name).toBeLessThanOrEqual(390);
}
/** Opens a part of the settings as somebody does. */
export const settingsPart = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name, exact: true }).click();
};
