import { describe, expect, test } from 'vitest';
import { backgroundNoise } from '#domain/timeline/background-noise.ts';
import type { Breadcrumb, BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { playwrightScript } from '#domain/timeline/playwright-script.ts';
import { NOW } from '../support/builders.ts';
import { aTrail } from '../support/talk.ts';

const opened = (path: string, cause: 'load' | 'route' | 'history' = 'load'): BreadcrumbBody => ({
  kind: 'navigation',
  path,
  title: 'Page',
  cause,
});
const clicked = (name: string, role = 'button'): BreadcrumbBody => ({ kind: 'click', role, name });
const typed = (name: string, inputKind = 'text', filled = true): BreadcrumbBody => ({
  kind: 'input',
  role: inputKind === 'select' ? 'combobox' : 'textbox',
  name,
  inputKind,
  filled,
});
const refused = (status = 402, path = '/api/pay'): BreadcrumbBody => ({
  kind: 'request_failed',
  method: 'POST',
  path,
  status,
  durationMs: 100,
});
const script = (trail: readonly Breadcrumb[]) =>
  playwrightScript(trail, momentOfTrouble(trail, NOW + 60_000)?.at ?? null, { title: 'it' });
const body = (trail: readonly Breadcrumb[]): string[] =>
  (script(trail) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(?:await|expect|\/\/)/.test(line));

describe('[L7] a script', () => {
  test('does what the visitor did, with parameters for what was typed, and asserts the refusal', () => {
    const text = script(
      aTrail(
        [0, opened('/billing')],
        [1000, clicked('Card number', 'textbox')],
        [2000, typed('Card number')],
        [3000, typed('Name on card')],
        [4000, clicked('Pay')],
        [4001, { kind: 'submit', name: 'Pay' }],
        [4150, refused()],
      ),
    );
    expect(text).toContain('"Card number": "4242 4242 4242 4242"');
    expect(text?.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'await page.goto(BASE_URL + "/billing");',
        'await page.getByRole("textbox", { name: "Card number" }).first().fill(TYPED["Card number"]);',
        'await page.getByRole("button", { name: "Pay" }).first().click();',
        'await expect.poll(() => failed).toContain("POST /api/pay 402");',
      ]),
    );
    // The field has the focus by being filled; the form is sent by its button.
    expect(text).not.toContain('name: "Card number" }).first().click()');
    expect(text).not.toContain("press('Enter')");
  });

  test('sends a form by the keyboard where no button did', () => {
    const lines = body(
      aTrail(
        [0, opened('/billing')],
        [1000, typed('Code')],
        [5000, { kind: 'submit', name: 'Pay' }],
        [5100, refused()],
      ),
    );
    expect(lines).toContain('await page.getByRole("textbox", { name: "Code" }).first().press(\'Enter\');');
  });

  test('puts what does not fit into fields that were refused, and nothing into those left empty', () => {
    const text = script(
      aTrail(
        [0, opened('/settings')],
        [1000, typed('VAT number')],
        [2000, typed('Company name', 'text', false)],
        [3000, clicked('Save changes')],
        [3100, refused(422, '/api/settings')],
        [3200, { kind: 'form_rejected', name: '', fields: ['VAT number'] }],
      ),
    );
    expect(text).toContain('"VAT number": "x"');
    expect(text).toContain('"Company name": ""');
    expect(text).toContain('POST /api/settings 422');
  });

  test('asserts each refused field, an error by its message, a dead click by a page that stays as it was', () => {
    expect(
      body(
        aTrail(
          [0, opened('/')],
          [1, clicked('Save')],
          [60, { kind: 'form_rejected', name: '', fields: ['E-mail', 'Name'] }],
        ),
      ).filter((line) => line.includes('aria-invalid')),
    ).toHaveLength(2);
    expect(
      body(
        aTrail(
          [0, opened('/')],
          [1, clicked('Run')],
          [9, { kind: 'error', message: 'Uncaught TypeError: x (y) is undefined', source: null }],
        ),
      ).at(-1),
    ).toBe(
      'await expect.poll(() => errors.some((message) => /x\\s+\\(y\\)\\s+is\\s+undefined/.test(message))).toBe(true);',
    );
    const dead = body(
      aTrail([0, opened('/')], [1, clicked('Export')], [2, { kind: 'dead_click', role: 'button', name: 'Export' }]),
    );
    expect(dead.slice(-2)).toEqual([
      'await page.waitForTimeout(1500);',
      'expect(await page.locator("body").innerHTML()).toBe(before);',
    ]);
  });

  test('goes back, reloads, waits for the page that a click opened, and leaves other tabs out', () => {
    const trail = aTrail(
      [0, opened('/a')],
      [1000, clicked('Next', 'link')],
      [1100, opened('/b', 'route')],
      [9000, opened('/a', 'history')],
      [9100, clicked('Pay')],
      [9200, refused()],
    );
    const other: Breadcrumb = { ...(trail[1] as Breadcrumb), tab: 'othertab00', at: NOW + 9150 };
    expect(body([...trail, other])).toEqual([
      '// Where it runs: a copy of the product in which nothing can be broken. Signed in by `storageState` in your configuration.',
      'await page.goto(BASE_URL + "/a");',
      'await page.getByRole("button", { name: "Pay" }).first().click();',
      '// POST /api/pay → 402',
      '// POST /api/pay → 402',
      'await expect.poll(() => failed).toContain("POST /api/pay 402");',
    ]);
  });

  test('finds what was redacted by the rest of its name, and nothing of a page gets out of its text', () => {
    const lines = body(
      aTrail(
        [0, opened('/')],
        [1, clicked('Remove [email] from "team"\n`$' + '{process.exit()}`')],
        [2, refused(500, '/api/[secret]/x')],
      ),
    );
    expect(lines.join('\n')).toContain(
      '{ name: /^Remove\\s+.*\\s+from\\s+"team"\\s+`\\$\\{process\\.exit\\(\\)\\}`/ }',
    );
    expect(lines.at(-1)).toContain('/^POST\\s+\\/api\\/.*\\/x\\s+500/.test(line)');
    const numbered = body(
      aTrail([0, opened('/')], [1, clicked('Retry order [number]')], [2, refused(500, '/orders/[number]/retry')]),
    );
    expect(numbered.join('\n')).toContain('{ name: /^Retry\\s+order\\s+.*/ }');
    expect(numbered.at(-1)).toContain('/^POST\\s+\\/orders\\/.*\\/retry\\s+500/.test(line)');
    for (const text of [script(aTrail([0, opened('/*/')], [1, clicked('*/ throw 1 //\u2028x')], [2, refused()]))])
      expect(
        () =>
          new Function(
            `return async () => {${(text ?? '')
              .split('async ({ page }) => {')[1]
              ?.replace(/: string\[\]|: string|: number/g, '')
              .replace(/\}\);\n$/, '}')}`,
          ),
      ).not.toThrow();
  });

  test('there is none where nothing went wrong', () => {
    expect(script(aTrail([0, opened('/')], [1, clicked('Save')]))).toBeNull();
  });
});

describe('[L8] what a page keeps doing wrong by itself', () => {
  const poll = Array.from({ length: 6 }, (_, i): [number, BreadcrumbBody] => [
    i * 5000 + 3000,
    { kind: 'request_failed', method: 'GET', path: '/api/presence', status: 404, durationMs: 20 },
  ]);

  test('is not the moment of trouble beside what somebody did, and no step of it', () => {
    const trail = aTrail([0, opened('/billing')], ...poll, [31_000, clicked('Pay')], [31_200, refused()]);
    expect(momentOfTrouble(trail, NOW + 60_000)).toMatchObject({ at: NOW + 31_000 });
    expect(script(trail)).toContain('POST /api/pay 402');
    expect(script(trail)).not.toContain('presence');
  });

  test('is what there is where there is nothing else', () => {
    expect(momentOfTrouble(aTrail([0, opened('/billing')], ...poll), NOW + 60_000)).not.toBeNull();
  });

  test('what comes of deeds is none, however often; nor is what came twice', () => {
    const insists = Array.from({ length: 5 }, (_, i): [number, BreadcrumbBody][] => [
      [i * 9000, clicked('Pay')],
      [i * 9000 + 150, refused()],
    ]).flat();
    expect(backgroundNoise(aTrail(...insists)).size).toBe(0);
    expect(backgroundNoise(aTrail(...poll.slice(0, 2))).size).toBe(0);
    expect(backgroundNoise(aTrail(...poll)).size).toBe(6);
  });

  test('a slow request is told at its end, and began before', () => {
    const trail = aTrail(
      [0, opened('/reports')],
      [20_000, clicked('Run')],
      [33_000, { kind: 'request_slow', method: 'GET', path: '/api/run', status: 200, durationMs: 12_900 }],
    );
    expect(momentOfTrouble(trail, NOW + 60_000)).toMatchObject({ at: NOW + 20_000 });
  });
});
