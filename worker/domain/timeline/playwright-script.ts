import type { EpochMs } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';
import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';
import { describeCrumb } from '#domain/timeline/describe-crumb.ts';
import { crumbsToTrouble } from '#domain/timeline/reproduction.ts';
import { withoutMarks } from '#domain/timeline/without-marks.ts';
import { sampleOf } from './sample-values.ts';

/** What is asserted at the end: the strongest thing that went wrong after the last deed. */
const FAILURES: readonly BreadcrumbKind[] = [
  'request_failed',
  'error',
  'form_rejected',
  'request_slow',
  'console_error',
  'dead_click',
  'rage_click',
];
const DEEDS: readonly BreadcrumbKind[] = ['click', 'input', 'submit', 'navigation'];
/** A page that comes so soon after a deed was opened by it. */
const CAUSED_WITHIN_MS = 5_000;
/** The click that sends a form is right before it. */
const GESTURE_MS = 2_000;
/** Longer stories are told from the end. */
const MAX_ACTIONS = 80;

type Of<Kind extends BreadcrumbKind> = Extract<Breadcrumb, { kind: Kind }>;
type Named = { role: string; name: string };

/**
 * [L7] A Playwright test that does what the visitor did, from the page where it went wrong to the last time it did, and asserts that it goes
 * wrong again: red where the defect is mended. Things are found by role and name, as a person finds them. What was typed is known to
 * nobody, so it is a parameter with a value that fits the field; where the page refused a field, one that does not.
 * Null when nothing went wrong, and nothing was slow.
 */
export function playwrightScript(
  trail: readonly Breadcrumb[],
  troubleAt: EpochMs | null,
  { title }: { title: string },
): string | null {
  const crumbs = crumbsToTrouble(trail, troubleAt);
  const failure = failureOf(crumbs);
  if (failure === null) return null;
  const done = crumbs.slice(0, crumbs.indexOf(failure) + 1);
  const typed = parametersOf(crumbs, failure);
  const actions = actionsOf(done, failure, typed);
  const skipped = Math.max(0, actions.length - MAX_ACTIONS);
  return [
    `import { expect, test } from '@playwright/test';`,
    '',
    '// Where it runs: a copy of the product in which nothing can be broken. Signed in by `storageState` in your configuration.',
    `const BASE_URL = process.env.BASE_URL ?? 'http://localhost:3000';`,
    ...(typed.length === 0
      ? []
      : [
          '',
          '// What was typed is masked: these only fit the fields.',
          'const TYPED = {',
          ...typed.map(({ key, value }) => `  ${text(key)}: ${text(value)},`),
          '};',
        ]),
    '',
    `test(${text(oneLine(title))}, async ({ page }) => {`,
    ...watchersFor(failure).map(indent),
    '',
    ...(skipped > 0 ? [indent(`// ${skipped} earlier steps are left out.`)] : []),
    ...actions.slice(skipped > 0 ? skipped : 0).flatMap((lines) => lines.map(indent)),
    '',
    indent(`// ${oneLine(withoutMarks(describeCrumb(failure)))}`),
    ...assertionOf(failure).map(indent),
    '});',
    '',
  ].join('\n');
}

function failureOf(crumbs: readonly Breadcrumb[]): Breadcrumb | null {
  const last = crumbs.findLastIndex(({ kind }) => FAILURES.includes(kind));
  if (last === -1) return null;
  const deed = crumbs.findLastIndex(({ kind }, i) => i <= last && DEEDS.includes(kind));
  const since = crumbs.slice(Math.max(0, deed), last + 1);
  for (const kind of FAILURES) {
    const found = since.findLast((crumb) => crumb.kind === kind);
    if (found !== undefined) return found;
  }
  return null;
}

type Parameter = { crumb: Of<'input'>; key: string; value: string };

/** One per field, under its name; what was done to it last counts. */
function parametersOf(crumbs: readonly Breadcrumb[], failure: Breadcrumb): Parameter[] {
  const refused = new Set(failure.kind === 'form_rejected' ? failure.fields : rejectedWith(crumbs, failure));
  const byKey = new Map<string, Parameter>();
  for (const crumb of crumbs) {
    if (crumb.kind !== 'input' || !isTyped(crumb)) continue;
    const key = crumb.name || crumb.inputKind;
    byKey.set(key, {
      crumb,
      key,
      value: crumb.filled ? sampleOf(crumb.name, crumb.inputKind, refused.has(crumb.name)) : '',
    });
  }
  return [...byKey.values()];
}

/** A server's refusal is often marked on the fields: what was typed into these did not fit. */
function rejectedWith(crumbs: readonly Breadcrumb[], failure: Breadcrumb): string[] {
  if (failure.kind !== 'request_failed' || failure.status < 400 || failure.status >= 500) return [];
  const near = crumbs.findLast(
    (crumb): crumb is Of<'form_rejected'> =>
      crumb.kind === 'form_rejected' && Math.abs(crumb.at - failure.at) <= GESTURE_MS,
  );
  return near?.fields ?? [];
}

const isTyped = ({ inputKind }: Of<'input'>): boolean =>
  !['checkbox', 'radio', 'select', 'select-one', 'select-multiple', 'file', 'range', 'color'].includes(inputKind);

/** The lines of each deed. Trouble in between is a comment: a reader sees what came of what. */
function actionsOf(crumbs: readonly Breadcrumb[], failure: Breadcrumb, typed: readonly Parameter[]): string[][] {
  const actions: string[][] = [];
  const first = crumbs[0];
  if (first !== undefined && first.kind !== 'navigation')
    actions.push(['// The page where it began is older than what is kept.', 'await page.goto(BASE_URL);']);
  const isLastDead = failure.kind === 'dead_click' || failure.kind === 'rage_click';
  const lastDeed = crumbs.findLastIndex(({ kind }) => kind === 'click');
  for (const [i, crumb] of crumbs.entries()) {
    const lines = actionOf(crumbs, i, typed);
    if (lines === null) continue;
    if (isLastDead && i === lastDeed) actions.push(['const before = await page.locator("body").innerHTML();']);
    actions.push(lines);
    if (crumb === failure) break;
  }
  return actions;
}

function actionOf(crumbs: readonly Breadcrumb[], i: number, typed: readonly Parameter[]): string[] | null {
  const crumb = crumbs[i] as Breadcrumb;
  const before = crumbs.slice(0, i).findLast(({ kind }) => DEEDS.includes(kind));
  switch (crumb.kind) {
    case 'navigation': {
      const to = `BASE_URL + ${text(crumb.path)}`;
      if (before === undefined) return [`await page.goto(${to});`];
      if (crumb.cause === 'history') return ['await page.goBack();'];
      const isCaused = before.kind !== 'navigation' && crumb.at - before.at <= CAUSED_WITHIN_MS;
      if (isCaused) return [`await page.waitForURL((url) => url.href.startsWith(${to}));`];
      return [crumb.cause === 'load' ? 'await page.reload();' : `await page.goto(${to});`];
    }
    case 'click': {
      // A field has the focus by being filled, and a list by being chosen from.
      const next = crumbs.slice(i + 1).find(({ kind }) => DEEDS.includes(kind));
      if (next?.kind === 'input' && next.name === crumb.name && !['checkbox', 'radio'].includes(next.inputKind))
        return null;
      if (crumb.role === 'option') return null;
      return [`await ${locate(crumb)}.click();`];
    }
    case 'input':
      return inputOf(crumb, typed);
    case 'submit': {
      if (before?.kind === 'click' && crumb.at - before.at <= GESTURE_MS) return null;
      const field = crumbs.slice(0, i).findLast((one): one is Of<'input'> => one.kind === 'input');
      return field === undefined
        ? [`// The form ${text(crumb.name)} was sent by the page itself.`]
        : [`await ${fieldOf(field)}.press('Enter');`];
    }
    case 'connection':
      return [
        // What the page is still loading would fail with it.
        ...(crumb.state === 'offline' ? ["await page.waitForLoadState('networkidle');"] : []),
        `await page.context().setOffline(${crumb.state === 'offline'});`,
      ];
    case 'request_failed':
    case 'request_slow':
    case 'error':
    case 'console_error':
    case 'form_rejected':
    case 'rage_click':
    case 'dead_click':
    case 'slow_click':
      return [`// ${oneLine(withoutMarks(describeCrumb(crumb)))}`];
    case 'visibility':
      return null;
    default:
      return unreachable(crumb);
  }
}

function inputOf(crumb: Of<'input'>, typed: readonly Parameter[]): string[] | null {
  switch (crumb.inputKind) {
    case 'checkbox':
    case 'radio':
      // The click before it did it.
      return null;
    case 'select':
    case 'select-one':
    case 'select-multiple':
      return [
        '// Which one was chosen is masked: another than the present one.',
        `await ${fieldOf(crumb)}.evaluate((list: HTMLSelectElement) => {`,
        '  list.selectedIndex = (list.selectedIndex + 1) % list.length;',
        `  for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));`,
        '});',
      ];
    case 'file':
      return [
        `await ${fieldOf(crumb)}.setInputFiles({ name: 'example.csv', mimeType: 'text/csv', buffer: Buffer.from('name,email\\nSam,sam@example.com\\n') });`,
      ];
    default: {
      const key = typed.find((one) => one.key === (crumb.name || crumb.inputKind))?.key;
      return [`await ${fieldOf(crumb)}.fill(${key === undefined ? "''" : `TYPED[${text(key)}]`});`];
    }
  }
}

/** Listening begins before the first page: what fails while it opens counts. */
function watchersFor(failure: Breadcrumb): string[] {
  switch (failure.kind) {
    case 'request_failed':
      return [
        'const failed: string[] = [];',
        'const note = (method: string, url: string, status: number) =>',
        "  failed.push([method, new URL(url).pathname, status].join(' '));",
        "page.on('response', (answer) => note(answer.request().method(), answer.url(), answer.status()));",
        "page.on('requestfailed', (request) => note(request.method(), request.url(), 0));",
      ];
    case 'request_slow':
      return [
        'const slow: string[] = [];',
        "page.on('requestfinished', (request) => {",
        '  if (request.timing().responseEnd > 1000)',
        "    slow.push([request.method(), new URL(request.url()).pathname].join(' '));",
        '});',
      ];
    case 'error':
      return ['const errors: string[] = [];', "page.on('pageerror', (error) => errors.push(error.message));"];
    case 'console_error':
      return [
        'const errors: string[] = [];',
        "page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));",
      ];
    default:
      return [];
  }
}

function assertionOf(failure: Breadcrumb): string[] {
  switch (failure.kind) {
    case 'request_failed': {
      const line = `${failure.method} ${failure.path} ${failure.status}`;
      return hasBlanks(line)
        ? [`await expect.poll(() => failed.some((line) => ${pattern(line)}.test(line))).toBe(true);`]
        : [`await expect.poll(() => failed).toContain(${text(line)});`];
    }
    case 'request_slow': {
      const line = `${failure.method} ${failure.path}`;
      const timeout = `{ timeout: ${Math.ceil(failure.durationMs / 1000) * 2000 + 5000} }`;
      return hasBlanks(line)
        ? [`await expect.poll(() => slow.some((line) => ${pattern(line)}.test(line)), ${timeout}).toBe(true);`]
        : [`await expect.poll(() => slow, ${timeout}).toContain(${text(line)});`];
    }
    case 'error':
    case 'console_error': {
      // The browser puts its own words before the message.
      const message = failure.message.replace(/^Uncaught (?:\([^)]*\) )?(?:\w*Error: )?/, '');
      return [`await expect.poll(() => errors.some((message) => ${pattern(message, '')}.test(message))).toBe(true);`];
    }
    case 'form_rejected':
      return failure.fields.map(
        (name) =>
          `await expect.poll(() => page.getByLabel(${nameOf(name)}).first().evaluate((field) => field.matches(':invalid, [aria-invalid=true]'))).toBe(true);`,
      );
    case 'dead_click':
    case 'rage_click':
      return [
        '// Time enough for a page to show that a click did something.',
        'await page.waitForTimeout(1500);',
        'expect(await page.locator("body").innerHTML()).toBe(before);',
      ];
    default:
      return [];
  }
}

/** Roles under which Playwright finds what our capture calls so. */
const FOUND_BY_ROLE = new Set(['text', 'textarea', 'email', 'tel', 'url', 'search', 'number']);

const fieldOf = (crumb: Of<'input'>): string =>
  FOUND_BY_ROLE.has(crumb.inputKind) || crumb.name === ''
    ? locate(crumb)
    : `page.getByLabel(${nameOf(crumb.name)}).first()`;

/** By role and name; a page may have several of the same, and the first is as good as another. */
function locate({ role, name }: Named): string {
  if (role === 'generic' || role === '') return `page.getByText(${nameOf(name)}).first()`;
  return name === ''
    ? `page.getByRole(${text(role)}).first()`
    : `page.getByRole(${text(role)}, { name: ${nameOf(name)} }).first()`;
}

/** Where redaction or clipping left something out. */
const BLANK = /\[(?:card|iban|secret|email|number)\]|…/;
const hasBlanks = (words: string): boolean => BLANK.test(words);

const nameOf = (name: string): string => (hasBlanks(name) ? pattern(name) : text(name));

/** A regular expression over the words, with anything where something was left out. */
function pattern(words: string, anchor: '' | '^' = '^'): string {
  const escaped = words
    .split(new RegExp(BLANK, 'g'))
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+'))
    .join('.*');
  return `/${anchor}${escaped}/`;
}

const text = (words: string): string => JSON.stringify(words);
const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim();
const indent = (line: string): string => `  ${line}`;
