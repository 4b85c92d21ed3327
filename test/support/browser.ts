import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** `BROWSER_PATH`, then an installed Chrome or Chromium, then the one that ships inside a package. */
export async function browserAt(): Promise<{ executablePath: string; args?: string[] }> {
  const installed = process.env.BROWSER_PATH ?? INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed };
  const { default: packed } = await import('@sparticuz/chromium');
  // Not its own list of arguments: that one switches the web's security off (`--disable-web-security`), which is what is tested here.
  const args = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  return { executablePath: await packed.executablePath(), args };
}

export const launchBrowser = async (): Promise<Browser> => chromium.launch(await browserAt());
