import { describe, expect, it } from 'vitest';
import { deviceOf } from '#domain/workspace/device.ts';
import { isMostlyContext } from '#domain/workspace/password.ts';
import { seededRandom } from '../../tools/seed/seeded-random.ts';
import { deviceWords } from '../../widget/console/account/device-name.ts';
import { HOW_MANY, isCommonPassword } from '../../worker/common-passwords.ts';

const MAYA = { name: 'Maya Okafor', email: 'maya.o@ledger-line.co.uk', workspaces: ['Ledgerline', 'Blå Løsning'] };

describe('[S40] a password of little more than its context', () => {
  it.each([
    'baton',
    'Baton2026!',
    'maya1234567',
    'MayaOkafor99',
    'okafor okafor okafor',
    'Ledgerline1!',
    'ledger-line-77',
    'b4t0n-2026',
    'M@y@0k@f0r!1',
    'løsning2026',
    'Maya and Line',
    '1edger1ine',
  ])('is seen: %s', (password) => {
    expect(isMostlyContext(password, MAYA)).toBe(true);
  });

  it.each([
    'four quiet herons wade',
    'correct Maya battery',
    'ledgerline has 4 herons',
    'password1',
    'abcdefgh',
    'ok-to-go-uk-co',
    'voodoo55',
    '',
  ])('is none: %s', (password) => {
    expect(isMostlyContext(password, MAYA)).toBe(false);
  });

  it('is none by what a domain ends in', () => {
    const context = { name: 'Ann', email: 'ann@acme.test', workspaces: [] };
    expect(isMostlyContext('test4you', context)).toBe(false);
    expect(isMostlyContext('acme4you', context)).toBe(true);
  });

  it('whatever a name is made of', () => {
    for (const name of ['', '  ', '王', '.*', '\\', '🐎🐎🐎'])
      expect(isMostlyContext('four quiet herons', { name, email: '', workspaces: [''] })).toBe(false);
  });
});

describe('[S40] the list of common passwords', () => {
  it('has the 3,000 commonest that could be chosen, and more', () => {
    expect(HOW_MANY).toBeGreaterThan(15_000);
    for (const password of ['password', '12345678', 'iloveyou', 'Qwertyuiop', 'PASSWORD123', 'trustno1', '11111111'])
      expect(isCommonPassword(password), password).toBe(true);
  });

  it('has nothing by chance', () => {
    const random = seededRandom(6);
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const made = Array.from({ length: 50_000 }, () =>
      Array.from({ length: 8 }, () => letters[Math.floor(random.next() * letters.length)]).join(''),
    );
    expect(made.filter(isCommonPassword)).toEqual([]);
    for (const password of ['', 'four quiet herons wade', '__proto__', 'constructor', 'hasOwnProperty'])
      expect(isCommonPassword(password)).toBe(false);
  });
});

describe('[S41] a device by what its browser says', () => {
  const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/141.0.0.0 Safari/537.36`, 'Chrome on Linux'],
    [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, 'Edge on Windows'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/120.0`, 'Opera on Mac'],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet on Android',
    ],
    ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_4) AppleWebKit/605.1 FxiOS/140.0 Mobile/15E148', 'Firefox on iPhone'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15',
      'Safari on Mac',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) something', 'Chromebook'],
    ['Firefox/140.0', 'Firefox'],
    ['curl/8.5.0', 'An unknown browser'],
    ['', 'An unknown browser'],
  ])('%s', (userAgent, words) => {
    expect(deviceWords(deviceOf(userAgent))).toBe(words);
  });
});
