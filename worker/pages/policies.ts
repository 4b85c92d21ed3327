import type { Settings } from '../settings.ts';
import { PAGE_STYLE } from './html.ts';

const COMMON: Record<string, string> = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const policy = (...directives: string[]): string => directives.join('; ');

let styleHash: Promise<string> | null = null;

/** Plain pages have one style element and nothing else that could act. */
export async function plainPageHeaders(): Promise<Record<string, string>> {
  styleHash ??= crypto.subtle
    .digest('SHA-256', new TextEncoder().encode(PAGE_STYLE))
    .then((hash) => btoa(String.fromCharCode(...new Uint8Array(hash))));
  return {
    ...COMMON,
    'cache-control': 'no-cache',
    'content-security-policy': policy(
      "default-src 'none'",
      `style-src 'sha256-${await styleHash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ),
  };
}

/** The console: our own scripts, no markup made of strings, one foreign frame for replays. */
export const consoleHeaders = ({ publicOrigin, replayOrigin }: Settings): Record<string, string> => ({
  ...COMMON,
  'cache-control': 'no-cache',
  'content-security-policy': policy(
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${publicOrigin.replace(/^http/, 'ws')}`,
    "img-src 'self' data:",
    `frame-src ${replayOrigin}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ),
});

/**
 * The player plays hostile input on an origin without cookies: its own script, styles of the recorded page, pictures that need no
 * network, and no network at all. Only the console may frame it.
 */
export const playerHeaders = ({ publicOrigin, replayOrigin }: Settings): Record<string, string> => ({
  ...COMMON,
  'cache-control': 'no-cache',
  // The console and the player are two origins; the player must be embeddable by the first.
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': policy(
    "default-src 'none'",
    `script-src ${replayOrigin}/replay/assets/`,
    `style-src ${replayOrigin}/replay/assets/ 'unsafe-inline'`,
    'img-src data: blob:',
    'font-src data:',
    "connect-src 'none'",
    // [S38] One policy, for two doctypes (`tools/patches.ts`); frames of the replayed page inherit all of this.
    "require-trusted-types-for 'script'",
    'trusted-types old-doctypes',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${publicOrigin}`,
  ),
});

/** What customers' pages load: readable from anywhere, named by its content where it never changes. */
export const widgetHeaders = (isHashed: boolean): Record<string, string> => ({
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300, must-revalidate',
});

/** The hidden frame whose worker compresses recordings, in any customer's page: its own script and worker, and nothing else at all. */
export const pressHeaders = (): Record<string, string> => ({
  ...COMMON,
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': policy(
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    'frame-ancestors *',
  ),
});
